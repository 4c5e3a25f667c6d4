"""The menu entry of this room for recommenders."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.ui import menu

menu.register(
    menu.Entry(
        _("推荐汇总表"),
        "clipboard-list",
        "declaration:recommendation_calls",
        order=130,
        roles=frozenset({Role.RECOMMENDER}),
    )
)
