"""The steps of notices and objections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.base.counters import next_serial
from portal.base.workdays import add_workdays
from portal.lifecycle.states import CHIEF, HANDLER, NEW
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME
from portal.notices import forms, rules
from portal.notices.duties import ANSWER_OBJECTION, CLOSE_NOTICE
from portal.notices.papers import NoticeAccount, NoticePaper, ObjectionAnswer
from portal.notices.states import (
    ADMITTED,
    CLOSED,
    DISCARDED,
    DRAFT,
    ENTERED,
    FILED,
    INADMISSIBLE,
    REJECTED,
    RUNNING,
    UPHELD,
)
from portal.notices.visitors import new_code


class NoticeSteps:
    """The steps of a notice."""

    if TYPE_CHECKING:
        number: Any
        opens_on: Any
        closes_on: Any
        days: Any
        account: Any
        closed_at: Any
        published_at: Any

    @step(_("起草公示"), source=NEW, target=DRAFT.id, by=rules.publishes | BY_TIME)
    def draft(self, act: Act) -> None:
        """A notice is drafted (by a docket's issue, or by hand)."""

    @step(
        _("发布公示"),
        source=DRAFT.id,
        target=RUNNING.id,
        by=rules.publishes | BY_TIME,
        help=_("公示内容公开，公示期限自次日起按工作日计算。"),
        confirm=_("发布后公示内容公开，不能修改。"),
        opens=[CLOSE_NOTICE],
        papers=[NoticePaper],
        tone="primary",
    )
    def publish(self, act: Act) -> None:
        """The notice is public; its term is counted in working days, the day of publication not counted."""
        today = clock.local(act.at).date()
        self.number, self.published_at = next_serial("GS", today.year), act.at
        self.opens_on, self.closes_on = today, add_workdays(today, self.days)

    @step(
        _("结束公示"),
        source=RUNNING.id,
        target=CLOSED.id,
        by=rules.publishes,
        guards=[rules.term_is_over, rules.objections_are_answered],
        form=forms.CloseForm,
        closes=[CLOSE_NOTICE],
        papers=[NoticeAccount],
        help=_("公示期届满且异议均已答复的，写明公示情况，结束公示。"),
        confirm=_("结束后不能恢复，生成公示情况说明。"),
        tone="primary",
    )
    def close(self, act: Act) -> None:
        """The term is over and every objection is answered."""
        self.account, self.closed_at = act.data["account"], act.at


class ObjectionSteps:
    """The steps of an objection."""

    if TYPE_CHECKING:
        reference: Any
        code: Any
        checked_by: Any
        finding: Any
        answer: Any
        answered_at: Any

    @step(
        _("提出异议"),
        source=NEW,
        target=FILED.id,
        by=rules.ANYBODY,
        guards=[rules.notice_is_running],
        opens=[ANSWER_OBJECTION],
        tells=[HANDLER],
    )
    def file(self, act: Act) -> None:
        """Somebody objects, by name and with grounds."""
        self._number(act)

    @step(
        _("登记来函异议"),
        source=NEW,
        target=ENTERED.id,
        by=rules.answers_objection,
        guards=[rules.letter_came_in_time],
        opens=[ANSWER_OBJECTION],
        tells=[HANDLER],
        help=_("公示期内书面提出的异议，由经办人登记并上传来函，经第二人复核后办理。"),
    )
    def enter(self, act: Act) -> None:
        """A handler enters an objection that came by letter."""
        self._number(act)

    @step(
        _("复核来函登记"),
        source=ENTERED.id,
        target=FILED.id,
        by=rules.checks_letter,
        form=forms.LetterCheckForm,
        help=_("对照来函原件复核无误后，作为异议办理。"),
        tone="primary",
    )
    def confirm(self, act: Act) -> None:
        """A second person has compared the letter."""
        self.checked_by = act.actor.membership

    @step(
        _("退回来函登记"),
        source=ENTERED.id,
        target=DISCARDED.id,
        by=rules.answers_objection,
        form=forms.LetterBackForm,
        closes=[ANSWER_OBJECTION],
        help=_("登记与来函原件不符、重复登记的，退回，不作为异议办理。"),
        confirm=_("退回后不能恢复，来函须重新登记。"),
    )
    def discard(self, act: Act) -> None:
        """What was entered is not what the letter says."""
        self.checked_by = act.actor.membership

    def _number(self, act: Act) -> None:
        self.reference, self.code = next_serial("YY", clock.local(act.at).date().year), new_code()

    @step(
        _("受理异议"),
        source=FILED.id,
        target=ADMITTED.id,
        by=rules.answers_objection,
        form=forms.AdmissionForm,
        help=_("实名提出、有具体理由且与公示内容有关的，应当受理。"),
        tone="primary",
    )
    def admit(self, act: Act) -> None:
        """The objection is looked into."""

    @step(
        _("不予受理异议"),
        source=FILED.id,
        target=INADMISSIBLE.id,
        by=rules.answers_objection,
        form=forms.AnswerForm,
        closes=[ANSWER_OBJECTION],
        papers=[ObjectionAnswer],
        help=_("不符合受理条件的，说明理由并答复。"),
        confirm=_("答复后不能修改，生成异议答复函。"),
    )
    def turn_away(self, act: Act) -> None:
        """The objection is not admissible; the answer says why."""
        self._answer(act)

    @step(
        _("异议成立"),
        source=ADMITTED.id,
        target=UPHELD.id,
        by=rules.answers_objection,
        form=forms.AnswerForm,
        closes=[ANSWER_OBJECTION],
        papers=[ObjectionAnswer],
        tells=[CHIEF],
        help=_("经核实异议成立的，该项目退出公示，报请重新审议。"),
        confirm=_("该项目退出公示，须另行呈批重新审议或者不予立项；答复后不能修改，生成异议答复函。"),
        tone="danger",
    )
    def uphold(self, act: Act) -> None:
        """The objection is right; the item goes back to decision."""
        self._answer(act)

    @step(
        _("异议不成立"),
        source=ADMITTED.id,
        target=REJECTED.id,
        by=rules.answers_objection,
        form=forms.AnswerForm,
        closes=[ANSWER_OBJECTION],
        papers=[ObjectionAnswer],
        help=_("经核实异议不成立的，书面答复异议人。"),
        confirm=_("答复后不能修改，生成异议答复函。"),
    )
    def reject(self, act: Act) -> None:
        """The objection is not right; it is answered."""
        self._answer(act)

    def _answer(self, act: Act) -> None:
        self.finding, self.answer, self.answered_at = act.data["finding"], act.data["answer"], act.at
