"""What running pilots have reviewed by panels and decided by docket, and what their undertakers are heard about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.acceptance import FAIL, RECTIFY
from pilots.guards import ACCEPTANCE_ROUND, MIDTERM_ROUND
from pilots.models import Pilot
from pilots.reopening import WAYS_BACK, way_back
from pilots.result_papers import ResultNotice
from pilots.reviewing import around
from pilots.states import (
    ACCEPTANCE_APPLIED,
    ACCEPTANCE_DECISION,
    ACCEPTANCE_RECTIFY,
    ACCEPTANCE_REVIEW,
    ACTIVE,
    APPROVAL_REVOKED,
    FAILED,
    MIDTERM_REVIEW,
    NOT_APPROVED,
    PASSED,
    RESULT_REVOKED,
    TERMINATED,
)
from portal.lifecycle.declared import step_of
from portal.lifecycle.states import Text
from portal.reviews import registry as reviews
from portal.supervision.dockets import matters as dockets
from portal.supervision.models import DocketItem
from portal.supervision.statements import kinds as statements
from portal.supervision.statements.rules import unheard


def _midterm_panel(pilots: Sequence[Any]) -> str:
    """A smaller panel will do where all pilots of a round are general ones."""
    return "panel_size" if any(pilot.is_key for pilot in pilots) else "midterm_panel_general"


# --- rounds ---------------------------------------------------------------------------------------
reviews.register(
    reviews.Matter(
        MIDTERM_ROUND,
        _("中期评估"),
        "pilots",
        sheet="midterm_sheet",
        line=lambda dossier: "pass_line_midterm",
        sources=(MIDTERM_REVIEW.id,),
        around=around,
        material=("execution", "outputs", "materials", "form"),
        compiles=("application_form", "task_book", "midterm_report"),
        conclusions={reviews.RECOMMENDED: _("通过"), reviews.NOT_RECOMMENDED: _("限期整改")},
        opinion=_("中期评估意见"),
        comparative=False,
        panel=_midterm_panel,
    )
)
reviews.register(
    reviews.Matter(
        ACCEPTANCE_ROUND,
        _("验收"),
        "pilots",
        sheet="acceptance_sheet",
        line=lambda dossier: "pass_line_acceptance",
        sources=(ACCEPTANCE_APPLIED.id, ACCEPTANCE_REVIEW.id),
        opens="open_acceptance_review",
        around=around,
        material=("execution", "outputs", "materials", "form"),
        compiles=("application_form", "task_book", "acceptance_application", "self_evaluation"),
        conclusions={
            reviews.RECOMMENDED: _("建议通过验收"),
            reviews.RESERVE: _("建议限期整改"),
            reviews.NOT_RECOMMENDED: _("建议不通过验收"),
        },
        opinion=_("验收评估意见"),
        comparative=False,
        vetoes="acceptance_vetoes",
        visits=True,
        commission=True,
    )
)


# --- the acceptance's decision --------------------------------------------------------------------
def _proposed(pilot: Any) -> str:
    """The step that the handler proposed with the review."""
    steps = {RECTIFY: "order_acceptance_rectification", FAIL: "fail_acceptance"}
    return steps.get(pilot.acceptance_proposal.get("conclusion"), "pass_acceptance")


def _acceptance_says(pilots: list[Any], items: Mapping[int, DocketItem]) -> dict[int, Text]:
    found: dict[int, Text] = {}
    for pilot in pilots:
        points = pilot.acceptance_proposal.get("points") or []
        if pilot.acceptance_proposal.get("conclusion") == RECTIFY:
            found[pilot.pk] = _t("拟整改 %(n)s 条，期限 %(months)s 个月") % {
                "n": len(points),
                "months": pilot.acceptance_proposal.get("months"),
            }
    return found


def _acceptance_risks(pilots: list[Any]) -> dict[int, list[Text]]:
    """What whoever signs should know: extended, rectified before, not heard yet."""
    found: dict[int, list[Text]] = {}
    failing = [pilot for pilot in pilots if _proposed(pilot) == "fail_acceptance"]
    not_heard = unheard([pilot.pk for pilot in failing], "fail_acceptance")
    for pilot in pilots:
        flags: list[Text] = []
        if pilot.extended_months:
            flags.append(_t("曾延期 %(n)s 个月") % {"n": pilot.extended_months})
        if pilot.acceptance_rectifications:
            flags.append(_t("已整改一次"))
        if pilot.pk in not_heard:
            flags.append(not_heard[pilot.pk])
        if flags:
            found[pilot.pk] = flags
    return found


dockets.register(
    dockets.Matter(
        "pilots.acceptance",
        _("试点验收结果"),
        "pilots",
        title=_("关于%(year)s年度市级标准化试点项目验收结果的请示"),
        sources=(ACCEPTANCE_DECISION.id,),
        decisions=(
            dockets.Decision("pass_acceptance", _("通过验收")),
            dockets.Decision("order_acceptance_rectification", _("限期整改"), reasons=True, document=False),
            dockets.Decision("fail_acceptance", _("未通过验收"), reasons=True),
        ),
        returned="send_to_acceptance_review",
        document=True,
        number_hint=_("如：沪市监标技〔2026〕1号"),
        papers=(ResultNotice,),
        review=ACCEPTANCE_ROUND,
        usual=_proposed,
        says=_acceptance_says,
        flags=_acceptance_risks,
        corrects="correct",
    )
)
dockets.register(
    dockets.Matter(
        "pilots.acceptance_failure",
        _("试点整改逾期不予通过"),
        "pilots",
        title=_("关于市级标准化试点项目未通过验收的请示"),
        sources=(ACCEPTANCE_RECTIFY.id,),
        decisions=(dockets.Decision("fail_acceptance", _("未通过验收"), reasons=True),),
        document=True,
        number_hint=_("如：沪市监标技〔2026〕1号"),
        papers=(ResultNotice,),
        flags=_acceptance_risks,
        corrects="correct",
    )
)


# --- decisions against a party --------------------------------------------------------------------
def _unheard_of(step: str) -> Any:
    def flags(pilots: list[Any]) -> dict[int, list[Text]]:
        return {key: [reason] for key, reason in unheard([pilot.pk for pilot in pilots], step).items()}

    return flags


def _ending_of(pilot: Any) -> str:
    """The decision about which the party was heard, else termination."""
    heard = pilot.statements.exclude(state="withdrawn").values_list("step", flat=True).first()
    return heard if heard in ("terminate", "revoke_approval") else "terminate"


def _ending_flags(pilots: list[Any]) -> dict[int, list[Text]]:
    """Pilots about whose end the party was not heard, whichever end it is."""
    keys = [pilot.pk for pilot in pilots]
    ends, revocations = unheard(keys, "terminate"), unheard(keys, "revoke_approval")
    return {key: [ends[key]] for key in ends if key in revocations}


dockets.register(
    dockets.Matter(
        "pilots.ending",
        _("试点终止、撤销立项"),
        "pilots",
        title=_("关于终止（撤销）市级标准化试点项目的请示"),
        sources=ACTIVE,
        decisions=(
            dockets.Decision("terminate", _("终止"), reasons=True),
            dockets.Decision("revoke_approval", _("撤销立项"), reasons=True),
        ),
        document=True,
        number_hint=_("如：沪市监标技〔2026〕1号"),
        usual=_ending_of,
        flags=_ending_flags,
        corrects="correct",
    )
)
dockets.register(
    dockets.Matter(
        "pilots.result_revocation",
        _("撤销试点验收结论"),
        "pilots",
        title=_("关于撤销市级标准化试点项目验收结论的请示"),
        sources=(PASSED.id,),
        decisions=(dockets.Decision("revoke_result", _("撤销验收结论"), reasons=True),),
        document=True,
        number_hint=_("如：沪市监标技〔2026〕1号"),
        flags=_unheard_of("revoke_result"),
        corrects="correct",
    )
)
dockets.register(
    dockets.Matter(
        "pilots.reopening",
        _("更正原决定"),
        "pilots",
        title=_("关于更正市级标准化试点项目原处理决定的请示"),
        sources=(TERMINATED.id, APPROVAL_REVOKED.id, FAILED.id, RESULT_REVOKED.id, NOT_APPROVED.id),
        decisions=tuple(dockets.Decision(name, step_of(Pilot, name).label, reasons=True) for name in WAYS_BACK),
        document=True,
        number_hint=_("如：沪市监标技〔2026〕1号"),
        usual=way_back,
        fixed=True,
    )
)
statements.register(
    statements.Intended(
        "pilots",
        "terminate",
        _("终止试点项目"),
        ACTIVE,
        _("任务书、整改或者验收等未在规定期限内完成，拟终止该试点项目。"),
    ),
    statements.Intended(
        "pilots", "revoke_approval", _("撤销立项"), ACTIVE, _("存在弄虚作假等情形，拟撤销该试点项目的立项。")
    ),
    statements.Intended(
        "pilots",
        "fail_acceptance",
        _("不予通过验收"),
        (ACCEPTANCE_REVIEW.id, ACCEPTANCE_DECISION.id, ACCEPTANCE_RECTIFY.id),
        _("经评审，未达到验收要求，拟不予通过验收。"),
    ),
    statements.Intended(
        "pilots",
        "revoke_result",
        _("撤销验收结论"),
        (PASSED.id,),
        _("验收后查实存在弄虚作假等情形，拟撤销验收结论。"),
    ),
)
