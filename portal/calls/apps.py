from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "portal.calls"
    verbose_name = _("申报通知与参数")

    def ready(self) -> None:
        from portal.calls import access  # noqa: F401 - registers who may read downloads
