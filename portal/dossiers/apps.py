from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "portal.dossiers"
    verbose_name = _("项目")

    def ready(self) -> None:
        from portal.dossiers import receivers  # noqa: F401 - connects them
