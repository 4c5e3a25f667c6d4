from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LifecycleConfig(AppConfig):
    name = "portal.lifecycle"
    verbose_name = _("办理过程")

    def ready(self) -> None:
        from portal.lifecycle import checks  # noqa: F401
