"""The menu entries of this room, and its button under lists of dossiers."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.reviews.commissions import under_way
from portal.reviews.queries import to_check, waiting_for
from portal.ui import menu
from portal.ui.extras import Selected, register_selected

_HANDLER = frozenset({Role.HANDLER})
_EXPERT = frozenset({Role.EXPERT})

menu.register(
    menu.Entry(_("评审组织"), "users-group", "reviews:rounds", order=160, roles=_HANDLER, count=to_check),
    menu.Entry(
        _("评审"),
        "users-group",
        "reviews:rounds",
        order=160,
        roles=frozenset({Role.LEADER, Role.AUDITOR}),
    ),
    menu.Entry(
        _("评审"), "users-group", "reviews:rounds", order=160, roles=frozenset({Role.SECTION_CHIEF}), count=to_check
    ),
    menu.Entry(
        _("专家库"),
        "certificate",
        "reviews:experts",
        order=510,
        roles=frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.AUDITOR}),
    ),
    menu.Entry(
        _("受托验收"),
        "clipboard-check",
        "reviews:commissions",
        order=140,
        roles=frozenset({Role.RECOMMENDER}),
        count=under_way,
        covers="reviews:rounds",
    ),
    menu.Entry(_("我的评审"), "clipboard-list", "reviews:mine", order=110, roles=_EXPERT, count=waiting_for),
    menu.Entry(_("证书与聘书"), "certificate", "reviews:own_letters", order=115, roles=_EXPERT),
    menu.Entry(_("我的信息"), "user-check", "reviews:me", order=120, roles=_EXPERT),
)
register_selected(Selected(_("列入评审"), "reviews:selected", _HANDLER, order=30))
