from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeclarationConfig(AppConfig):
    name = "portal.declaration"
    verbose_name = _("申报")

    def ready(self) -> None:
        from portal.declaration import access, effects, menu, parameters, tabs  # noqa: F401
