from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "portal.notices"
    verbose_name = _("公示")

    def ready(self) -> None:
        from portal.notices import mails, menu, parameters, registrations, tab, terms  # noqa: F401

        terms.connect()
