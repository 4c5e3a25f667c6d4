from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    name = "portal.statistics"
    verbose_name = _("统计")

    def ready(self) -> None:
        from portal.statistics import menu  # noqa: F401
