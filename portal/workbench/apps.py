from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkbenchConfig(AppConfig):
    name = "portal.workbench"
    verbose_name = _("工作台")

    def ready(self) -> None:
        from portal.workbench import menus, tabs  # noqa: F401 - register themselves
