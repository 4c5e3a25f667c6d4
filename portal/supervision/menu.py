"""The menu entries of this room."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import APPLICANTS, Role
from portal.supervision.dockets.queries import waiting
from portal.supervision.models import OnBehalf, OnBehalfQuerySet, Request, RequestQuerySet
from portal.supervision.queries import waiting_for
from portal.supervision.requests.states import WAITING
from portal.ui import menu

_HANDLER = frozenset({Role.HANDLER})
_CHIEF = frozenset({Role.SECTION_CHIEF})
_LEADER = frozenset({Role.LEADER})


def requests_waiting(actor: Actor) -> RequestQuerySet:
    """Requests that wait for this handler."""
    return Request.objects.visible_to(actor).filter(state__in=WAITING)


def entries_waiting(actor: Actor) -> OnBehalfQuerySet:
    """Entries on behalf that this actor may check."""
    return OnBehalf.objects.waiting_for(actor)


menu.register(
    menu.Entry(
        _("征求意见"),
        "message",
        "supervision:endorsements",
        order=135,
        roles=frozenset({Role.RECOMMENDER}),
        count=waiting_for,
    ),
    menu.Entry(_("呈批件"), "stack-2", "supervision:dockets", order=200, roles=_HANDLER, count=waiting),
    menu.Entry(
        _("待审核"),
        "gavel",
        "supervision:dockets_review",
        order=200,
        roles=_CHIEF,
        count=waiting,
        covers="supervision:dockets",
    ),
    menu.Entry(_("全部呈批件"), "stack-2", "supervision:dockets_all", order=205, roles=_CHIEF),
    menu.Entry(
        _("待审批"),
        "gavel",
        "supervision:dockets_decide",
        order=100,
        roles=_LEADER,
        count=waiting,
        covers="supervision:dockets",
    ),
    menu.Entry(_("已审批"), "checks", "supervision:dockets_past", order=105, roles=_LEADER),
    menu.Entry(_("呈批件"), "stack-2", "supervision:dockets_all", order=200, roles=frozenset({Role.AUDITOR})),
    menu.Entry(
        _("申请事项"), "file-description", "supervision:requests", order=220, roles=_HANDLER, count=requests_waiting
    ),
    menu.Entry(_("变更与申请"), "file-description", "supervision:requests", order=130, roles=APPLICANTS),
    menu.Entry(
        _("代录复核"),
        "writing-sign",
        "supervision:on_behalf_list",
        order=230,
        roles=_HANDLER | _CHIEF,
        count=entries_waiting,
    ),
    menu.Entry(_("转办与代理"), "user-check", "supervision:deputies", order=240, roles=_HANDLER | _CHIEF | _LEADER),
    menu.Entry(_("单位更名合并"), "building", "supervision:unit_changes", order=250, roles=_HANDLER),
)
