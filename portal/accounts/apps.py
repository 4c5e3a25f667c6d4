from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    verbose_name = _("单位与人员")

    def ready(self) -> None:
        from portal.accounts import adapter, audit, second_factor  # noqa: F401 - signal receivers
