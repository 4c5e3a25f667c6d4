"""A decision that was wrong is taken back: a pilot goes on where it stood before, or is decided anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.duties import (
    ACCEPTANCE_OPENING,
    GRACE,
    MIDTERM_CHECK,
    MIDTERM_OPENING,
    MIDTERM_REPORT,
    REFILING,
    TASK_BOOK,
    TERM,
)
from pilots.ending import Ending
from pilots.ordered import OrderedForm
from pilots.running_papers import Certificate
from pilots.states import (
    ACCEPTANCE_APPLIED,
    ACCEPTANCE_DECISION,
    ACCEPTANCE_RECTIFY,
    ACCEPTANCE_REVIEW,
    APPROVAL_DECISION,
    APPROVAL_REVOKED,
    APPROVED,
    FAILED,
    IMPLEMENTING,
    MIDTERM_DUE,
    MIDTERM_RECTIFY,
    MIDTERM_REVIEW,
    NOT_APPROVED,
    OVERDUE,
    PASSED,
    RESULT_REVOKED,
    TERMINATED,
)
from portal.accounts.actors import Actor
from portal.lifecycle.history import state_before
from portal.lifecycle.states import GUARANTOR, NEW, UNDERTAKER, State, Text
from portal.lifecycle.steps import Act, Guard, step
from portal.lifecycle.who import BY_DOCKET

#: the step that leads a terminated or revoked pilot back, by the state it was in; what was being decided about its acceptance
#: is proposed anew, and what was imported as terminated is carried out
BACK = {
    NEW: "reopen",
    APPROVED.id: "reopen_unsigned",
    IMPLEMENTING.id: "reopen",
    MIDTERM_DUE.id: "reopen_midterm",
    MIDTERM_REVIEW.id: "reopen_midterm_review",
    MIDTERM_RECTIFY.id: "reopen_midterm_rectification",
    OVERDUE.id: "reopen_overdue",
    ACCEPTANCE_APPLIED.id: "reopen_application",
    ACCEPTANCE_REVIEW.id: "reopen_acceptance_review",
    ACCEPTANCE_DECISION.id: "reopen_acceptance_review",
    ACCEPTANCE_RECTIFY.id: "reopen_acceptance_rectification",
}


#: the same by the end itself, for the other ends
_ANEW = {FAILED.id: "reopen_acceptance", RESULT_REVOKED.id: "restore_result", NOT_APPROVED.id: "reopen_approval"}
WAYS_BACK = (*dict.fromkeys(BACK.values()), *_ANEW.values())


def way_back(pilot: Ending) -> str:
    """The step that takes back what ended the pilot; one query."""
    return _ANEW.get(pilot.state) or BACK[state_before(pilot)]


def _was_there(name: str) -> Guard:
    def check(pilot: Ending, actor: Actor) -> Text | None:
        if BACK[state_before(pilot)] == name:
            return None
        return _t("项目在原决定之前不在这一状态，不能这样恢复。")

    return Guard(f"was_there_before_{name}", _("恢复到原决定之前的状态"), check)


def _back_to(
    name: str, label: Text, target: State, opens: tuple[Any, ...], **extra: Any
) -> Callable[[Callable[[Any, Act], None]], Callable[[Any, Act], None]]:
    """Declares a step that leads a terminated or revoked pilot back to the state it was in; the decision loses its force, and
    what ended with it (task book, stages, rectification) is taken up again."""
    return step(
        label,
        source=[TERMINATED.id, APPROVAL_REVOKED.id],
        target=target.id,
        by=BY_DOCKET,
        guards=[_was_there(name)],
        form=OrderedForm,
        opens=opens,
        tells=[UNDERTAKER, GUARANTOR],
        revokes=("termination_decision", "revocation_decision"),
        takes_up=True,
        help=_("原决定确有错误的，经审批撤回原决定，项目恢复到原决定之前的状态，原决定文书失效。"),
        **extra,
    )


class Reopening(Ending):
    """Steps that take a decision back."""

    class Meta:
        abstract = True

    @_back_to("reopen_unsigned", _("撤回决定，恢复签署任务书"), APPROVED, (TASK_BOOK,))
    def reopen_unsigned(self, act: Act) -> None:
        """The task book was not signed yet: it can be signed again, in the full time."""
        self._reopens()

    @_back_to("reopen", _("撤回决定，恢复实施"), IMPLEMENTING, (MIDTERM_OPENING, TERM, REFILING))
    def reopen(self, act: Act) -> None:
        """The pilot was carried out, and goes on."""
        self._reopens()

    @_back_to("reopen_midterm", _("撤回决定，恢复待中期评估"), MIDTERM_DUE, (MIDTERM_REPORT, TERM))
    def reopen_midterm(self, act: Act) -> None:
        """Its self-evaluation for the mid-term was awaited."""
        self._reopens()

    @_back_to("reopen_midterm_review", _("撤回决定，恢复中期评估"), MIDTERM_REVIEW, (MIDTERM_CHECK, TERM))
    def reopen_midterm_review(self, act: Act) -> None:
        """Its mid-term was being evaluated."""
        self._reopens()

    @_back_to("reopen_midterm_rectification", _("撤回决定，恢复中期整改"), MIDTERM_RECTIFY, (TERM,))
    def reopen_midterm_rectification(self, act: Act) -> None:
        """It was putting right what the mid-term had found."""
        self._reopens()

    @_back_to("reopen_overdue", _("撤回决定，恢复为逾期未验收"), OVERDUE, (GRACE,))
    def reopen_overdue(self, act: Act) -> None:
        """Its term was over before; the grace begins anew."""
        self._reopens()

    @_back_to("reopen_application", _("撤回决定，恢复验收申请"), ACCEPTANCE_APPLIED, (ACCEPTANCE_OPENING,), asks=True)
    def reopen_application(self, act: Act) -> None:
        """It had applied for acceptance; the guarantor is asked again unless it has agreed."""
        self._reopens()

    @_back_to("reopen_acceptance_review", _("撤回决定，恢复验收评审"), ACCEPTANCE_REVIEW, ())
    def reopen_acceptance_review(self, act: Act) -> None:
        """Its acceptance was being reviewed or decided; the result is proposed anew."""
        self._reopens()

    @_back_to("reopen_acceptance_rectification", _("撤回决定，恢复验收整改"), ACCEPTANCE_RECTIFY, ())
    def reopen_acceptance_rectification(self, act: Act) -> None:
        """It was putting right what the acceptance had found."""
        self._reopens()

    @step(
        _("撤回决定，重新审批验收结果"),
        source=FAILED.id,
        target=ACCEPTANCE_DECISION.id,
        by=BY_DOCKET,
        form=OrderedForm,
        inside=True,
        help=_("原验收结果确有错误的，经审批撤回，重新审批。"),
    )
    def reopen_acceptance(self, act: Act) -> None:
        """The result was wrong; it is decided anew."""
        self._reopens()

    @step(
        _("撤回决定，恢复验收结论"),
        source=RESULT_REVOKED.id,
        target=PASSED.id,
        by=BY_DOCKET,
        form=OrderedForm,
        papers=[Certificate],
        tells=[UNDERTAKER, GUARANTOR],
        revokes=("revocation_decision",),
        help=_("撤销决定确有错误的，经审批撤回，验收结论恢复，重新出具证书。"),
    )
    def restore_result(self, act: Act) -> None:
        """The revocation was wrong; the result holds again."""
        self._ends_with(act)

    @step(
        _("撤回决定，重新审议立项"),
        source=NOT_APPROVED.id,
        target=APPROVAL_DECISION.id,
        by=BY_DOCKET,
        form=OrderedForm,
        inside=True,
        help=_("未列入年度立项计划的处理确有错误的，经审批撤回，重新审议。"),
    )
    def reopen_approval(self, act: Act) -> None:
        """The refusal was wrong; the project is decided anew."""

    def _reopens(self) -> None:
        self.ended_on, self.result_number = None, ""
        self.archived_on, self.archive_box = None, ""
