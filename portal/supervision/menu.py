"""The menu entry of this room."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.supervision.queries import waiting_for
from portal.ui import menu

menu.register(
    menu.Entry(
        _("征求意见"),
        "message",
        "supervision:endorsements",
        order=135,
        roles=frozenset({Role.RECOMMENDER}),
        count=waiting_for,
    )
)
