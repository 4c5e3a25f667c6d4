from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "portal.reviews"
    verbose_name = _("评审")

    def ready(self) -> None:
        from portal.reviews import (  # noqa: F401
            appointing,
            menu,
            packages,
            papers,
            papers_letters,
            papers_sheets,
            papers_visits,
            parameters,
            registrations,
            tab,
        )
