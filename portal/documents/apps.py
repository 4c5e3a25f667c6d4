from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "portal.documents"
    verbose_name = _("文书")

    def ready(self) -> None:
        from portal.documents import effects, making, tabs  # noqa: F401
