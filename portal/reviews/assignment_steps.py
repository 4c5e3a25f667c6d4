"""The steps of an assignment: an expert and a dossier of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import NEW
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME
from portal.reviews import forms, rules
from portal.reviews.states import (
    ACCEPTED,
    CANCELLED,
    DECLINED,
    ENTERED,
    EXPERT,
    INVITED,
    LOCKED,
    RATING,
    RECUSED,
    SUBMITTED,
)


class AssignmentSteps:
    """The steps of an expert's assignment to a dossier."""

    if TYPE_CHECKING:
        reason: Any
        scores: Any
        comments: Any
        vetoes: Any
        total: Any
        opinion: Any
        submitted_at: Any
        on_behalf: Any
        entered_by: Any
        checked_by: Any
        draft: Any

    @step(_("邀请"), source=NEW, target=INVITED.id, by=rules.organises_its_round)
    def invite(self, act: Act) -> None:
        """The expert is invited to review a dossier."""

    @step(
        _("接受邀请"),
        source=INVITED.id,
        target=ACCEPTED.id,
        by=rules.is_the_expert,
        help=_("接受后作出回避声明，评分开始后即可查阅材料。"),
        tone="primary",
        bulk=True,
    )
    def accept(self, act: Act) -> None:
        """The expert accepts."""

    @step(
        _("登记专家接受"),
        source=INVITED.id,
        target=ACCEPTED.id,
        by=rules.organises_its_round | rules.runs_its_round,
        form=forms.AnswerForm,
        help=_("专家以电话、回执等方式接受邀请的，由经办人登记。"),
        bulk=True,
    )
    def note_acceptance(self, act: Act) -> None:
        """The expert accepted outside the portal."""

    @step(
        _("谢绝邀请"),
        source=[INVITED.id, ACCEPTED.id],
        target=DECLINED.id,
        by=rules.is_the_expert | rules.organises_its_round | rules.runs_its_round,
        form=forms.ReasonForm,
        help=_("不能参加的，请谢绝，以便另行选定专家。"),
        confirm=_("谢绝后不能恢复，经办人将收到通知并另行选定专家。"),
        bulk=True,
    )
    def decline(self, act: Act) -> None:
        """The expert cannot take part."""
        self.reason = act.data["reason"]

    @step(
        _("作出回避声明"),
        source=ACCEPTED.id,
        target=RATING.id,
        by=rules.is_the_expert,
        guards=[rules.round_is_scoring],
        form=forms.DeclareForm,
        help=_("声明与项目各方没有利害关系，之后方可查阅材料。"),
        tone="primary",
    )
    def declare(self, act: Act) -> None:
        """The expert declares to have no conflict of interest."""

    @step(
        _("申请回避"),
        source=[INVITED.id, ACCEPTED.id, RATING.id],
        target=RECUSED.id,
        by=rules.is_the_expert | rules.organises_its_round | rules.runs_its_round,
        form=forms.ReasonForm,
        help=_("与项目各方存在利害关系的，应当回避。"),
        confirm=_("回避后不再参加本项目的评审，不能恢复；经办人将收到通知。"),
        tone="danger",
    )
    def recuse(self, act: Act) -> None:
        """The expert steps out of this dossier."""
        self.reason, self.draft = act.data["reason"], {}

    @step(
        _("提交评审表"),
        source=RATING.id,
        target=SUBMITTED.id,
        by=rules.is_the_expert,
        guards=[rules.round_is_scoring],
        form=forms.ScoreForm,
        help=_("逐项评分并写明评审意见。"),
        confirm=_("提交后不能修改。"),
        tone="primary",
    )
    def submit(self, act: Act) -> None:
        """The sheet is handed in."""
        self._take(act)

    @step(
        _("代录评审表"),
        source=[INVITED.id, ACCEPTED.id, RATING.id],
        target=ENTERED.id,
        by=rules.organises_its_round | rules.runs_its_round,
        guards=[rules.round_is_scoring],
        form=forms.BehalfForm,
        help=_(
            "专家在纸质评审表上作出回避声明、评分并签名的，由经办人（受托单位）代录并上传扫描件，另一人复核后生效。"
        ),
        confirm=_("评审表须与扫描件一致；由另一人复核后生效。"),
    )
    def enter_on_behalf(self, act: Act) -> None:
        """The handler enters a sheet that was filled in on paper."""
        self._take(act)
        self.on_behalf, self.entered_by = True, act.actor.membership

    @step(
        _("复核无误"),
        source=ENTERED.id,
        target=SUBMITTED.id,
        by=rules.did_not_enter_it | rules.checks_for_its_body,
        guards=[rules.round_is_scoring],
        form=forms.CheckForm,
        help=_("与扫描件逐项核对一致的，复核后评审表生效。"),
        confirm=_("复核后评审表生效，不能修改。"),
        tone="primary",
    )
    def confirm_entry(self, act: Act) -> None:
        """A second person found that the sheet is what the scan says."""
        self.checked_by = act.actor.membership

    @step(
        _("退回重录"),
        source=ENTERED.id,
        target=ACCEPTED.id,
        by=rules.did_not_enter_it | rules.organises_its_round | rules.runs_its_round,
        form=forms.ReasonForm,
        help=_("与扫描件不一致的，退回由经办人重新代录。"),
    )
    def send_entry_back(self, act: Act) -> None:
        """The sheet is not what the scan says."""
        self._empty()
        self.on_behalf, self.entered_by, self.submitted_at = False, None, None

    @step(
        _("退回修改"),
        source=SUBMITTED.id,
        target=RATING.id,
        by=rules.organises_its_round,
        guards=[rules.round_is_scoring],
        form=forms.ReturnForm,
        tells=[EXPERT],
        help=_("专家本人要求更正，或者评审表有明显差错的，退回由专家修改后重新提交；代录的由经办人重新代录。"),
        confirm=_("退回后该评审表不再计入汇总，须重新提交；退回和重新提交均记入办理记录，专家将收到通知。"),
    )
    def return_sheet(self, act: Act) -> None:
        """A sheet that was handed in by mistake goes back; what the expert had typed is the draft again."""
        self.draft = {} if self.on_behalf else forms.as_typed(self.scores, self.comments, self.vetoes, self.opinion)
        self._empty()
        self.on_behalf, self.entered_by, self.checked_by, self.submitted_at = False, None, None, None

    @step(_("锁定"), source=SUBMITTED.id, target=LOCKED.id, by=BY_TIME)
    def lock(self, act: Act) -> None:
        """The round is concluded; the sheet is kept as it is."""

    @step(
        _("取消"),
        source=[INVITED.id, ACCEPTED.id, RATING.id, ENTERED.id, SUBMITTED.id],
        target=CANCELLED.id,
        by=BY_TIME,
    )
    def cancel(self, act: Act) -> None:
        """The round is void or concluded without this sheet, or the dossier left it."""
        self.draft = {}

    def _empty(self) -> None:
        self.scores, self.comments, self.vetoes, self.total, self.opinion = {}, {}, {}, None, ""

    def _take(self, act: Act) -> None:
        self.scores, self.comments, self.vetoes = act.data["scores"], act.data["comments"], act.data["vetoes"]
        self.total, self.opinion = act.data["total"], act.data["opinion"]
        self.submitted_at = act.at
        self.draft = {}
