from django.apps import AppConfig


class ExecutionConfig(AppConfig):
    name = "portal.execution"

    def ready(self) -> None:
        from portal.execution import effects, files, parameters  # noqa: F401 - registered with the engine and the uploads
