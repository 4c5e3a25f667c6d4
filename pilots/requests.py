"""What the undertaker of a pilot may ask for: change by kind, extension, suspension, resumption, termination, withdrawal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.guards import extension_is_left
from pilots.plan import PLAN
from pilots.states import ACTIVE, APPROVAL_DECISION, NOTICE, PROJECT_REVIEW
from portal.accounts.actors import SYSTEM
from portal.accounts.models import Body
from portal.base import clock
from portal.base.workdays import add_months, term_end
from portal.calls import parameters
from portal.declaration.states import ACCEPTED
from portal.dossiers.programmes import concrete
from portal.execution.models import TaskBook
from portal.execution.task_books import actions as task_books
from portal.execution.task_books.checks import problems_of
from portal.execution.task_books.fields import NEW_ROWS, fields_for, last_new_row, parts_from
from portal.execution.task_books.reading import differences
from portal.lifecycle.states import Text
from portal.supervision.models import Request
from portal.supervision.requests.kinds import Kind, Payload, Shown, register

CHANGE, EXTENSION, SUSPENSION, RESUMPTION, TERMINATION = (
    "pilots.change",
    "pilots.extension",
    "pilots.suspension",
    "pilots.resumption",
    "pilots.termination",
)


def _guarantor(pilot: Any) -> Body | None:
    found: Body | None = pilot.guarantor or pilot.recommender
    return found


def _pilot(request: Request) -> Any:
    return concrete(request.dossier)


# --- changes --------------------------------------------------------------------------------------
def _content(pilot: Any) -> dict[str, Any]:
    """The plan as it holds now; of an imported pilot without a task book what its columns say."""
    book = TaskBook.objects.filter(dossier_id=pilot.pk).first()
    own = {"title": pilot.title, "class": pilot.project_class}
    return {**book.content, **own} if book else own


def _change(name: str, label: Text, help_text: Text, parts: tuple[str, ...]) -> Kind:
    """A kind of change: the parts of the plan it alters, each with what it needs."""

    def needs(request: Request) -> dict[str, forms.Field]:
        content, typed = _content(_pilot(request)), request.data.get("typed", {})
        return fields_for(PLAN, parts, content, new_rows=NEW_ROWS + last_new_row(parts, typed))

    def keep(request: Request, data: Mapping[str, Any]) -> Payload:
        pilot = _pilot(request)
        before = _content(pilot)
        after = parts_from(PLAN, parts, before, data)
        changed = {part: after[part] for part in parts if after[part] != (before.get(part) or type(after[part])())}
        if not changed:
            raise ValidationError(_t("没有修改任何内容，请在需要变更的地方填写变更后的内容。"))
        if "milestones" in changed:
            wrong = problems_of({**before, **changed}, pilot.term_starts_on, pilot.term_ends_on)
            if wrong:
                raise ValidationError(wrong)
        return {"changes": changed, "before": {part: before.get(part) for part in changed}}

    def shown(request: Request) -> Shown:
        before, changes = request.data.get("before", {}), request.data.get("changes", {})
        found: Shown = []
        for part in differences(PLAN, before, changes):
            if part["name"] in before or part["name"] in changes:
                found += [(what or part["label"], old, new) for what, old, new in part["rows"]]
        return found

    def applied(pilot: Any, request: Request) -> None:
        task_books.change(pilot, request.data["changes"], reason=str(label))

    labels = {part: words for part, words, _kind in PLAN.sections if part in parts}
    kinds = {part: how for part, _label, how in PLAN.sections}
    return Kind(
        f"{CHANGE}_{name}",
        label,
        "pilots",
        help=help_text,
        sources=ACTIVE,
        step="change",
        matter=CHANGE,
        days="decision_days",
        endorser=_guarantor,
        question=_("承担单位申请变更试点项目有关内容，请表示是否同意。"),
        guards=(_enough_time_is_left,),
        needs=needs,
        keep=keep,
        shown=shown,
        applied=applied,
        group=_("变更"),
        extra={"wide": any(kinds[part] == "table" for part in parts), "labels": labels},
    )


def _enough_time_is_left(request: Request) -> Text | None:
    pilot = _pilot(request)
    if pilot.term_ends_on is None:
        return None
    last = add_months(pilot.term_ends_on, -int(pilot.parameter("change_lead_months")))
    if clock.today() <= last:
        return None
    return _t("变更应当在试点期限届满 %(months)s 个月前（%(day)s 前，含当日）提出。") % {
        "months": pilot.parameter("change_lead_months"),
        "day": last,
    }


# --- extension ------------------------------------------------------------------------------------
def _months(request: Request) -> dict[str, forms.Field]:
    pilot = _pilot(request)
    return {
        "months": forms.TypedChoiceField(
            label=_t("申请延期"),
            coerce=int,
            choices=_choices_of_months(pilot),
            initial=int(pilot.parameter("extension_months")),
        )
    }


def _choices_of_months(pilot: Any) -> list[tuple[int, str]]:
    """By how many months the term can be extended so that it ends after today."""
    ends = [(n, _end_after(pilot, n)) for n in range(1, int(pilot.parameter("extension_months")) + 1)]
    return [
        (n, _t("%(n)s 个月，至 %(day)s") % {"n": n, "day": day}) for n, day in ends if not day or day > clock.today()
    ]


def _end_after(pilot: Any, months: int) -> Any:
    """The last day of the term extended by so many months: months first, paused days after."""
    if pilot.term_starts_on is None:
        return ""
    whole = int(pilot.parameter("term_months")) + pilot.extended_months + months
    return term_end(pilot.term_starts_on, whole) + dt.timedelta(days=pilot.paused_days)


def _keep_months(request: Request, data: Mapping[str, Any]) -> Payload:
    pilot = _pilot(request)
    after = _end_after(pilot, data["months"])
    return {
        "months": data["months"],
        "before": pilot.term_ends_on.isoformat() if pilot.term_ends_on else "",
        "after": after.isoformat() if after else "",
    }


def _shown_months(request: Request) -> Shown:
    data = request.data
    label = _t("试点结束日期（延期 %(n)s 个月）") % {"n": data.get("months", "")}
    return [(label, data.get("before", ""), data.get("after", ""))]


def _was_not_extended(request: Request) -> Text | None:
    return extension_is_left(_pilot(request), SYSTEM)


def _is_early_enough(request: Request) -> Text | None:
    """So many days before the end; after the end it is a late extension, which the leader decides."""
    pilot = _pilot(request)
    if pilot.term_ends_on is None:
        return None
    if clock.today() > pilot.term_ends_on:
        return None if _choices_of_months(pilot) else _t("延至最长期限也已届满，不能再申请延期。")
    last = pilot.term_ends_on - dt.timedelta(days=int(pilot.parameter("extension_lead_days")))
    if clock.today() <= last:
        return None
    return _t("延期应当在试点期限届满 %(days)s 日前（%(day)s 前，含当日）提出。") % {
        "days": pilot.parameter("extension_lead_days"),
        "day": last,
    }


# --- suspension -----------------------------------------------------------------------------------
def _suspension_is_allowed(request: Request) -> Text | None:
    allowed = parameters.value("suspension_allowed", "pilots", clock.today())
    return None if int(allowed) else _t("试点项目不办理暂停；因特殊原因不能按期完成的，可以申请延期。")


def _may_be_suspended(pilot: Any) -> bool:
    """By the parameter of today: it is asked for pilots of all years alike."""
    allowed = parameters.value("suspension_allowed", "pilots", clock.today())
    return bool(int(allowed)) and not pilot.suspended_on


def _is_running(request: Request) -> Text | None:
    return _t("项目已经暂停。") if _pilot(request).suspended_on else None


def _is_suspended(request: Request) -> Text | None:
    return None if _pilot(request).suspended_on else _t("项目没有暂停，无需申请恢复。")


register(
    Kind(
        "pilots.withdrawal",
        _("撤回申报"),
        "pilots",
        help=_("受理后、立项文件印发前，可以申请撤回申报；同意后申报终止。"),
        sources=(ACCEPTED.id, PROJECT_REVIEW.id, APPROVAL_DECISION.id, NOTICE.id),
        step="grant_withdrawal",
        drops_docket=True,
        danger=True,
    ),
    Kind(
        EXTENSION,
        _("延期"),
        "pilots",
        help=_("因特殊原因不能按期完成的，可以申请延期一次；写明原因和延期期间的工作安排。"),
        sources=ACTIVE,
        step="extend",
        matter=EXTENSION,
        days="decision_days",
        endorser=_guarantor,
        question=_("承担单位申请延长试点期限，请表示是否同意。"),
        guards=(_was_not_extended, _is_early_enough),
        needs=_months,
        keep=_keep_months,
        shown=_shown_months,
    ),
    _change("title", _("变更项目名称"), _("项目名称的变更不得改变试点的总体目标。"), ("title",)),
    _change("leader", _("变更项目负责人"), _("写明变更原因和新负责人的情况。"), ("leader",)),
    _change("members", _("变更参加单位"), _("增减参加单位或者调整分工，附参加单位盖章的同意意见。"), ("members",)),
    _change("content", _("变更试点内容"), _("调整主要任务、试点范围，不得改变试点的总体目标。"), ("scope", "tasks")),
    _change("targets", _("变更成效指标"), _("写明指标调整的依据。"), ("targets",)),
    _change(
        "schedule", _("变更阶段安排"), _("调整阶段和拟输出标准的日期，应在试点期限之内。"), ("milestones", "outputs")
    ),
    _change("class", _("变更项目类别"), _("一般项目和重点项目之间的变更，写明理由。"), ("class",)),
    Kind(
        SUSPENSION,
        _("暂停"),
        "pilots",
        help=_("因不可抗力等原因暂时不能实施的，可以申请暂停；暂停期间各项期限停止计算。"),
        sources=ACTIVE,
        step="suspend",
        matter=SUSPENSION,
        days="decision_days",
        endorser=_guarantor,
        question=_("承担单位申请暂停试点项目，请表示是否同意。"),
        guards=(_suspension_is_allowed, _is_running),
        offered=_may_be_suspended,
    ),
    Kind(
        RESUMPTION,
        _("恢复"),
        "pilots",
        help=_("暂停的原因消除后，申请恢复；恢复后各项期限按暂停天数顺延，暂停之前已届满的试点期限不再延长。"),
        sources=ACTIVE,
        step="resume",
        matter=SUSPENSION,
        days="decision_days",
        endorser=_guarantor,
        question=_("承担单位申请恢复试点项目，请表示是否同意。"),
        guards=(_is_suspended,),
        offered=lambda pilot: bool(pilot.suspended_on),
    ),
    Kind(
        TERMINATION,
        _("终止"),
        "pilots",
        help=_("确实不能继续实施的，可以申请终止；写明原因和已完成工作的处理安排。"),
        sources=ACTIVE,
        step="terminate",
        matter=TERMINATION,
        days="decision_days",
        endorser=_guarantor,
        question=_("承担单位申请终止试点项目，请表示是否同意。"),
        danger=True,
    ),
)
