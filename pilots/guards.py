"""The conditions of the steps of a running pilot, each of which explains itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.states import ACCEPTANCE_RECTIFY
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.workdays import add_months
from portal.deadlines.models import Deadline
from portal.execution import evaluations
from portal.execution.models import TaskBook
from portal.lifecycle.reasons import Reason
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Guard, guard
from portal.lifecycle.who import who
from portal.reviews.models import Entry
from portal.reviews.queries import concluded_entry, live_entry
from portal.supervision.models import Rectification
from portal.supervision.rectifications.queries import latest_of, live_of, reported_of
from portal.supervision.rectifications.states import OVERDUE as RECTIFICATION_OVERDUE
from portal.supervision.statements.rules import why_not_heard

if TYPE_CHECKING:
    from pilots.ending import Ending

MIDTERM_ROUND = "pilots.midterm"
ACCEPTANCE_ROUND = "pilots.acceptance"
RECOMMENDED = "recommended"


@guard(_("任务书三方均已签署"))
def task_book_is_signed(pilot: Ending, actor: Actor) -> Text | None:
    if not int(pilot.parameter("task_book_wanted")):
        return None
    book = TaskBook.objects.filter(dossier_id=pilot.pk).first()
    if book is not None and book.is_signed:
        return None
    text = _t("任务书尚未由三方签署（%(state)s）。") % {"state": book.state_info.label if book else _t("未生成")}
    return Reason(text, book.get_absolute_url()) if book else text


@guard(_("尚未进行过中期评估"))
def midterm_was_not_held(pilot: Ending, actor: Actor) -> Text | None:
    return _t("已完成中期评估。") if pilot.midterm_outcome else None


@guard(_("中期日期已到（到期自动办理的）"))
def midterm_day_has_come(pilot: Ending, actor: Actor) -> Text | None:
    if not actor.system or (pilot.midterm_on and clock.today() > pilot.midterm_on):
        return None
    return _t("中期日期为 %(day)s。") % {"day": pilot.midterm_on}


@guard(_("中期自我评价填写完整"))
def midterm_report_is_complete(pilot: Ending, actor: Actor) -> Text | None:
    return _about(pilot, evaluations.MIDTERM)


@guard(_("验收自我评价填写完整"))
def acceptance_report_is_complete(pilot: Ending, actor: Actor) -> Text | None:
    return _about(pilot, evaluations.ACCEPTANCE)


def _about(pilot: Ending, stage: str) -> Text | None:
    found = evaluations.current(pilot, stage)
    problems = evaluations.problems(found)
    if not problems:
        return None
    text = problems[0]
    if found is not None:
        text = _t("自我评价还有 %(n)s 处需要填写：%(first)s") % {"n": len(problems), "first": problems[0]}
    if not pilot.may_evaluate(stage):
        return text  # not yet: its page is not open
    return Reason(text, reverse("execution:evaluation", args=[pilot.pk, stage]))


@guard(_("提交中期自我评价的期限已过"))
def midterm_report_is_late(pilot: Ending, actor: Actor) -> Text | None:
    open_ones = Deadline.objects.open().filter(dossier_id=pilot.pk, duty="midterm_report")
    due = open_ones.values_list("due_on", flat=True).first()
    if due is None or due < clock.today():
        return None
    return _t("承担单位可以在 %(day)s 前（含当日）提交，逾期后方可按现有情况评估。") % {"day": due}


def judged(pilot: Ending, matter: str) -> Entry | None:
    """The panel's conclusion that counts now: concluded after the last rectification was reported."""
    entry = concluded_entry(pilot, matter)
    kind = Rectification.Kind.MIDTERM if matter == MIDTERM_ROUND else Rectification.Kind.ACCEPTANCE
    latest = latest_of(pilot, kind)
    if entry is None or (latest and entry.round.concluded_at and latest.ordered_at >= entry.round.concluded_at):
        return None
    return entry


def _round_is_over(matter: str, name: str) -> Guard:
    def check(pilot: Ending, actor: Actor) -> Text | None:
        entry = live_entry(pilot, matter)
        if entry is not None:
            return Reason(_t("本项目的评审尚未结束。"), reverse("reviews:round", args=[entry.round_id]))
        if judged(pilot, matter) is None and reported_of(pilot) is None:
            return Reason(_t("本项目尚未评审，请列入评审。"), f"{reverse('reviews:selected')}?id={pilot.pk}")
        return None

    return Guard(name, _("评审已结束，或者整改报告待核查"), check)


midterm_is_judged = _round_is_over(MIDTERM_ROUND, "midterm_is_judged")
acceptance_is_judged = _round_is_over(ACCEPTANCE_ROUND, "acceptance_is_judged")


@guard(_("专家组结论为通过，或者整改经核查合格"))
def midterm_was_good(pilot: Ending, actor: Actor) -> Text | None:
    entry = judged(pilot, MIDTERM_ROUND)
    if entry is not None and entry.conclusion != RECOMMENDED:
        return _t("专家组结论不是通过，应当要求限期整改。")
    return None


@guard(_("专家组结论为限期整改，或者整改经核查不合格"))
def midterm_was_bad(pilot: Ending, actor: Actor) -> Text | None:
    entry = judged(pilot, MIDTERM_ROUND)
    if entry is not None and entry.conclusion == RECOMMENDED:
        return _t("专家组结论为通过，不能要求整改。")
    return None


@guard(_("已通过中期评估或者免中期"))
def midterm_is_settled(pilot: Ending, actor: Actor) -> Text | None:
    if pilot.midterm_outcome or not int(pilot.parameter("midterm_wanted")) or pilot.is_imported:
        return None
    return _t("尚未通过中期评估，也未免中期。")


@guard(_("在期限届满前规定时间内，或者已同意提前验收"))
def acceptance_window_is_open(pilot: Ending, actor: Actor) -> Text | None:
    if pilot.term_ends_on is None or pilot.early_acceptance_on or pilot.refile_by:
        return None
    opens = add_months(pilot.term_ends_on, -int(pilot.parameter("acceptance_window_months")))
    if clock.today() > opens:
        return None
    return _t("%(day)s 之后可以申请验收；需要提前的，请经办人同意提前验收。") % {"day": opens}


@guard(_("试点期限已届满，且未申请验收"))
def term_is_over(pilot: Ending, actor: Actor) -> Text | None:
    limit = pilot.acceptance_limit
    if limit is not None and clock.today() > limit:
        return None
    return _t("试点期限至 %(day)s。") % {"day": limit}


@guard(_("尚未整改过（验收整改以一次为限）"))
def rectification_is_left(pilot: Ending, actor: Actor) -> Text | None:
    return _t("验收整改以一次为限，不能再次整改。") if pilot.acceptance_rectifications else None


@guard(_("已写明整改要求"))
def rectification_is_worded(pilot: Ending, actor: Actor) -> Text | None:
    proposal = pilot.acceptance_proposal
    return None if proposal.get("points") else _t("提请审批时未写明整改要求，请退回评审后补充。")


@guard(_("验收整改中的，整改报告已逾期"))
def rectification_is_overdue(pilot: Ending, actor: Actor) -> Text | None:
    """While it rectifies, it can be failed only after the report did not come in time."""
    if pilot.state != ACCEPTANCE_RECTIFY.id:
        return None
    found = live_of(pilot)
    if found is None or found.state != RECTIFICATION_OVERDUE.id:
        return _t("整改期限尚未届满。")
    return None


@guard(_("尚未延期过（延期以一次为限）"))
def extension_is_left(pilot: Ending, actor: Actor) -> Text | None:
    if not pilot.extended_months or not int(pilot.parameter("extension_once")):
        return None
    return _t("延期以一次为限，本项目已延期 %(n)s 个月。") % {"n": pilot.extended_months}


@guard(_("项目没有暂停"))
def is_not_suspended(pilot: Ending, actor: Actor) -> Text | None:
    return _t("项目已经暂停。") if pilot.suspended_on else None


@guard(_("项目处于暂停"))
def is_suspended(pilot: Ending, actor: Actor) -> Text | None:
    return None if pilot.suspended_on else _t("项目没有暂停。")


@guard(_("尚未归档"))
def is_not_archived(pilot: Ending, actor: Actor) -> Text | None:
    return _t("已于 %(day)s 归档。") % {"day": pilot.archived_on} if pilot.archived_on else None


@who(_("受托组织验收的单位"), Role.RECOMMENDER)
def is_the_commissioned_body(actor: Actor, pilot: Ending) -> bool:
    """The body that held the round which counts now, on behalf of the bureau."""
    entry = judged(pilot, ACCEPTANCE_ROUND) if actor.body_id and pilot.pk else None
    return entry is not None and entry.round.commissioned_to_id == actor.body_id


def heard_before(step: str) -> Guard:
    """The party was heard about the decision that this step carries out; not where the undertaker asks for it itself."""

    def check(pilot: Ending, actor: Actor) -> Text | None:
        from portal.supervision.models import Request
        from portal.supervision.requests.states import WAITING

        if (
            step == "terminate"
            and Request.objects.filter(dossier_id=pilot.pk, kind="pilots.termination", state__in=WAITING).exists()
        ):
            return None
        return why_not_heard(pilot, step)

    return Guard(f"heard_before_{step}", _("陈述申辩程序已结束（承担单位自行申请的除外）"), check)
