"""What pilots have reviewed by panels and decided by docket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.approval import INTENDED, PROJECT
from pilots.papers import ApprovalNotice, RefusalList
from pilots.reviewing import around
from pilots.states import APPROVAL_DECISION, NOTICE, PROJECT_REVIEW
from portal.declaration.states import ACCEPTED
from portal.dossiers.programmes import concrete
from portal.notices.actions import start_notice
from portal.reviews import registry as reviews
from portal.supervision.dockets import matters as dockets

if TYPE_CHECKING:
    from portal.dossiers.models import Dossier
    from portal.supervision.models import Docket, DocketItem


def _line(dossier: Any) -> str:
    return "pass_line_key" if dossier.is_key else "pass_line_general"


def public_facts(dossier: Any) -> dict[str, str]:
    """What a public notice says of a pilot."""
    return {
        "number": dossier.number or "",
        "title": dossier.title,
        "applicant": dossier.applicant.name,
        "recommender": str(dossier.recommender or ""),
        "class": dossier.class_label,
        "field": str(dossier.field or ""),
    }


def risks(pilots: list[Any]) -> dict[int, list[Any]]:
    """What whoever signs should know of a pilot: internal standardization only, a key project without consent, one that was
    regraded."""
    from portal.supervision.models import Endorsement

    found: dict[int, list[Any]] = {}
    wanting = {p.pk for p in pilots if p.is_key and p.industry_department_id != p.recommender_id}
    if wanting:
        agreed = Endorsement.objects.filter(dossier__in=wanting, kind="key_consent", state="agreed")
        wanting -= set(agreed.values_list("dossier", flat=True))
    for pilot in pilots:
        if pilot.internal_only:
            found.setdefault(pilot.pk, []).append(_t("组织内部的标准化建设"))
        if pilot.regrade == "done":
            found.setdefault(pilot.pk, []).append(_t("评审中由重点项目调整为一般项目"))
        if pilot.pk in wanting:
            found.setdefault(pilot.pk, []).append(_t("重点项目，行业主管部门尚未认可"))
    return found


def begin_notice(docket: Docket, items: list[DocketItem]) -> None:
    """The intended approvals of a docket are shown to the public in the same transaction."""
    shown: list[tuple[Dossier, dict[str, str]]] = []
    for item in items:
        if item.step == "intend":
            dossier = concrete(item.dossier)
            shown.append((dossier, public_facts(dossier)))
    if not shown:
        return
    first = shown[0][0]
    days = int(first.parameter("notice_days"))
    start_notice(
        items=shown,
        programme="pilots",
        matter=INTENDED,
        title=_t("%(year)s年度市级标准化试点拟立项项目公示") % {"year": first.call.year},
        text=_t("根据申报、推荐和评审情况，经审议，拟将下列项目列入市级标准化试点，现予公示。"),
        days=days,
        responsible=docket.responsible,
    )


reviews.register(
    reviews.Matter(
        PROJECT,
        _("立项评审"),
        "pilots",
        sheet="project_sheet",
        line=_line,
        sources=(ACCEPTED.id, PROJECT_REVIEW.id),
        opens="open_review",
        around=around,
    )
)
dockets.register(
    dockets.Matter(
        "pilots.intended",
        _("试点拟立项审议"),
        "pilots",
        title=_("关于%(year)s年度市级标准化试点项目拟立项的请示"),
        sources=(APPROVAL_DECISION.id,),
        decisions=(
            dockets.Decision("intend", _("拟立项")),
            dockets.Decision("reject", _("不予立项"), reasons=True),
        ),
        returned="send_to_review",
        issued=begin_notice,
        papers=(RefusalList,),
        review=PROJECT,
        proposals={"recommended": "intend", "reserve": "reject", "not_recommended": "reject"},
        flags=risks,
        corrects="correct",
    )
)
dockets.register(
    dockets.Matter(
        "pilots.approval",
        _("试点立项"),
        "pilots",
        title=_("关于下达%(year)s年度市级标准化试点项目的请示"),
        sources=(NOTICE.id,),
        decisions=(
            dockets.Decision("approve", _("批准立项")),
            dockets.Decision("reject", _("不予立项"), reasons=True, document=False),
            dockets.Decision("reconsider", _("重新审议"), reasons=True, document=False),
        ),
        document=True,
        number_hint=_("如：沪市监标技〔2026〕1号"),
        papers=(ApprovalNotice, RefusalList),
        review=PROJECT,
        notice=INTENDED,
        upheld=("reconsider", _("公示期间有异议成立，须重新审议。")),
        flags=risks,
        corrects="correct",
    )
)
