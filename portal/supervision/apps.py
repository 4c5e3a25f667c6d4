from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "portal.supervision"
    verbose_name = _("办理事项")

    def ready(self) -> None:
        from portal.supervision import files, hooks, menu, parameters, registrations, sharing, tab  # noqa: F401
        from portal.supervision.behalf import effects as behalf_effects  # noqa: F401
        from portal.supervision.corrections import effects as correction_effects  # noqa: F401
        from portal.supervision.dockets import effects, people, timed  # noqa: F401
        from portal.supervision.rectifications import effects as rectification_effects  # noqa: F401
        from portal.supervision.requests import effects as request_effects  # noqa: F401
        from portal.supervision.statements import effects as statement_effects  # noqa: F401
        from portal.supervision.suspensions import effects as suspension_effects  # noqa: F401
