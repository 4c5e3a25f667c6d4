"""The menu entry of this room."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.ui import menu

menu.register(
    menu.Entry(
        _("总览"),
        "chart-bar",
        "statistics:home",
        order=145,
        roles=frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR}),
    )
)
