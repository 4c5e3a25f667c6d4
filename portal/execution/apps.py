from django.apps import AppConfig


class ExecutionConfig(AppConfig):
    name = "portal.execution"

    def ready(self) -> None:
        from portal.execution import effects, files, lines, menu, parameters, tabs  # noqa: F401 - register themselves
