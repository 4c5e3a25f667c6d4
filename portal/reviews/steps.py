"""The steps of a round; those of an assignment stand in a module of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import NEW
from portal.lifecycle.steps import Act, step
from portal.reviews import forms, forms_commission, forms_concluding, papers, papers_letters, papers_selection, rules
from portal.reviews.assignment_steps import AssignmentSteps
from portal.reviews.duties import ANSWER, COMMISSION, SCORE
from portal.reviews.states import COMMISSIONED, CONCLUDED, EXPERT, INVITING, PREPARING, SCORING, VOID

__all__ = ["AssignmentSteps", "RoundSteps"]


class RoundSteps:
    """The steps of a round."""

    if TYPE_CHECKING:
        conclusion: Any
        minutes: Any
        concluded_at: Any
        commissioned_to: Any
        commissioned_until: Any

    @step(_("筹备评审"), source=NEW, target=PREPARING.id, by=rules.organises)
    def set_up(self, act: Act) -> None:
        """A round is set up."""

    @step(
        _("委托验收"),
        source=PREPARING.id,
        target=None,
        by=rules.may_commission,
        guards=[rules.has_dossiers],
        form=forms_commission.CommissionForm,
        opens=[COMMISSION],
        papers=[papers_letters.CommissionLetter],
        tells=[COMMISSIONED],
        help=_("委托区市场监管局或者标准化技术机构组织本次评审；专家仍由市市场监督管理局选定并邀请。"),
        confirm=_("出具委托函，受托单位将收到通知，并可查阅本次评审的项目；开始评分前可以撤回委托。"),
    )
    def commission(self, act: Act) -> None:
        """Another body runs the round for the bureau."""
        self.commissioned_to, self.commissioned_until = act.data["body"], act.data["until"]

    @step(
        _("撤回委托"),
        source=[PREPARING.id, INVITING.id],
        target=None,
        by=rules.may_withdraw_commission,
        form=forms.ReasonForm,
        closes=[COMMISSION],
        help=_("撤回后由经办人组织本次评审，委托函随之撤销。"),
        confirm=_("受托单位将收到通知，不能再查阅本次评审的项目；可以重新委托。"),
        tone="danger",
    )
    def withdraw_commission(self, act: Act) -> None:
        """The bureau runs the round itself (an effect revokes the letter)."""
        self.commissioned_to, self.commissioned_until = None, None

    @step(
        _("发出邀请"),
        source=PREPARING.id,
        target=INVITING.id,
        by=rules.organises,
        guards=[rules.has_dossiers, rules.panel_is_complete, rules.panel_is_mixed, rules.panel_is_free_of_conflicts],
        opens=[ANSWER],
        papers=[papers_selection.SelectionRecord],
        help=_("向选定的专家发出邀请和邀请函；专家对每个项目分别答复。"),
        confirm=_("邀请发出后，专家将收到通知；项目和专家仍可个别增减。"),
        tone="primary",
    )
    def invite(self, act: Act) -> None:
        """Each expert is invited to each dossier (an effect makes the assignments)."""

    @step(
        _("开始评分"),
        source=INVITING.id,
        target=SCORING.id,
        by=rules.organises | rules.runs_by_commission,
        guards=[rules.enough_accepted],
        closes=[ANSWER],
        opens=[SCORE],
        tells=[EXPERT],
        help=_("分发材料：接受邀请的专家作出回避声明后，可以查阅材料并评分。"),
        confirm=_("开始评分后，专家将收到通知；各项目的不适用评分项不能再调整。"),
        tone="primary",
    )
    def open_scoring(self, act: Act) -> None:
        """Material and score sheets are opened to the experts."""

    @step(
        _("结束评审"),
        source=SCORING.id,
        target=CONCLUDED.id,
        by=rules.organises | rules.runs_by_commission,
        guards=[rules.sheets_are_in, rules.chair_is_named],
        form=forms_concluding.ConcludeForm,
        closes=[SCORE, COMMISSION],
        papers=[papers.ReviewSummary, papers.PanelOpinion],
        help=_(
            "按参数计算平均分（比较评审的并排出名次），记录专家组结论，锁定全部评审表，出具评审汇总表和专家组意见。"
        ),
        confirm=_("结束后评分和结论不能修改。"),
        tone="primary",
    )
    def conclude(self, act: Act) -> None:
        """Means, ranks and conclusions are written; all sheets are locked (effects)."""
        self.conclusion, self.minutes = act.data["conclusion"], act.data["minutes"]
        self.concluded_at = act.at

    @step(
        _("宣布评审无效"),
        source=[PREPARING.id, INVITING.id, SCORING.id],
        target=VOID.id,
        by=rules.organises,
        form=forms.ReasonForm,
        closes=[ANSWER, SCORE, COMMISSION],
        help=_("评审无效的，评审表不作依据；可以按原项目重新组织。"),
        confirm=_("评审终止，已邀请的专家将收到通知；不能恢复，可以重新组织。"),
        tone="danger",
    )
    def annul(self, act: Act) -> None:
        """The sitting does not count."""
