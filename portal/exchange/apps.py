from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "portal.exchange"
    verbose_name = _("导入导出")

    def ready(self) -> None:
        from portal.exchange import effects, experts, menu, parameters, registrations  # noqa: F401
