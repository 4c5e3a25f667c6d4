"""What the recommender does: type its opinion, recommend, return, decline, rank."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.declaration import guards, papers, step_forms
from portal.declaration.duties import (
    ACCEPTANCE_CHECK,
    FIRST_REVIEW,
    RETURN_FIX,
    recommending_day_after,
)
from portal.declaration.states import (
    NOT_RECOMMENDED,
    RECOMMENDED,
    RETURNED,
    SUBMITTED,
)
from portal.declaration.steps.columns import Columns
from portal.dossiers.rules import is_its_recommender
from portal.lifecycle.states import APPLICANT, HANDLER
from portal.lifecycle.steps import Act, step


class RecommenderSteps(Columns):
    """What the recommender does: type its opinion, recommend, return, decline, rank."""

    class Meta:
        abstract = True

    @step(
        _("拟写推荐意见"),
        source=SUBMITTED.id,
        target=None,
        by=is_its_recommender,
        guards=[guards.reporting_is_open],
        form=step_forms.OpinionForm,
        papers=[papers.RecommendationOpinionPage],
        help=_("初审后拟写推荐部门意见，生成推荐意见页供打印、盖章、扫描；可以修改，以最后一次为准。"),
    )
    def note_opinion(self, act: Act) -> None:
        """The opinion is typed; its page is made for sealing."""
        self.opinion, self.opinion_noted_at = act.data["opinion"], act.at
        self.rank = act.data["rank"]

    @step(
        _("推荐"),
        source=SUBMITTED.id,
        target=RECOMMENDED.id,
        by=is_its_recommender,
        guards=[guards.reporting_is_open, guards.sealed_form_is_present, guards.opinion_is_noted],
        form=step_forms.RecommendForm,
        closes=[FIRST_REVIEW],
        opens=[ACCEPTANCE_CHECK],
        tells=[APPLICANT, HANDLER],
        basis=_("沪市监标技〔2023〕139号 五（三）"),
        help=_("上传盖章的推荐意见页，报送市市场监督管理局。"),
        confirm=_("推荐后报送市市场监督管理局，不能再修改推荐意见；申报单位和经办人将收到通知。"),
        tone="primary",
        bulk=True,
    )
    def recommend(self, act: Act) -> None:
        """The recommender records its sealed opinion and sends the declaration to the bureau."""
        self.recommended_at = act.at
        self.rank = act.data["rank"] or self.rank
        if len(self.desk_handler_ids) == 1:
            self.handler_id = next(iter(self.desk_handler_ids))

    @step(
        _("调整推荐排序"),
        source=[SUBMITTED.id, RECOMMENDED.id],
        target=None,
        by=is_its_recommender,
        guards=[guards.reporting_is_open],
        form=step_forms.RankForm,
        help=_("择优推荐的次序，列入推荐汇总表；推荐部门报送截止日前可以调整。"),
    )
    def set_rank(self, act: Act) -> None:
        """The recommender puts the declaration in its order."""
        self.rank = act.data["rank"]

    @step(
        _("退回修改"),
        source=SUBMITTED.id,
        target=RETURNED.id,
        by=is_its_recommender,
        guards=[guards.reporting_is_open],
        form=step_forms.ReturnForm,
        closes=[FIRST_REVIEW],
        opens=[RETURN_FIX],
        tells=[APPLICANT],
        help=_("申报书退回申报单位修改，修改后重新提交、重新盖章。"),
        confirm=_("申报单位将收到退回意见和修改期限；逾期未重新提交的申报失效。"),
        bulk=True,
    )
    def send_back(self, act: Act) -> None:
        """The recommender returns the declaration for changes, with reasons and a due date."""
        self.return_due_on = act.data["due_on"]
        self.return_recommend_until = recommending_day_after(self, act.data["due_on"])

    @step(
        _("不予推荐"),
        source=SUBMITTED.id,
        target=NOT_RECOMMENDED.id,
        by=is_its_recommender,
        form=step_forms.RefuseForm,
        closes=[FIRST_REVIEW],
        tells=[APPLICANT],
        help=_("本申报终止；申报单位在推荐部门报送截止日前可以复制后另选推荐单位。"),
        confirm=_("不予推荐后本申报终止，不能恢复；申报单位将收到理由。"),
        tone="danger",
        bulk=True,
    )
    def decline(self, act: Act) -> None:
        """The recommender does not recommend, with reasons."""
