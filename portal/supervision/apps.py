from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "portal.supervision"
    verbose_name = _("办理事项")

    def ready(self) -> None:
        from portal.supervision import menu, registrations, tab  # noqa: F401
