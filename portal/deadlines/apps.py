from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    name = "portal.deadlines"
    verbose_name = _("期限")

    def ready(self) -> None:
        from portal.deadlines import checks, effects, follow, parameters, tab  # noqa: F401

        follow.connect()
