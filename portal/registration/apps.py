from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "portal.registration"
    verbose_name = _("单位登记")

    def ready(self) -> None:
        from portal.registration import effects, menu  # noqa: F401 - they register themselves
