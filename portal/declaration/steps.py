"""The front end of a declaration as a mixin: from the empty form to acceptance (domain: shared front end).

A programme's model inherits `FrontEnd`, which is an abstract `Dossier`. Methods set columns of the dossier and nothing else; papers,
deadlines, messages and versions are effects of what each step declares.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Body
from portal.base import clock
from portal.base.counters import next_serial
from portal.calls import parameters
from portal.declaration import guards, papers, step_forms
from portal.declaration.duties import (
    ACCEPTANCE_CHECK,
    CORRECTING,
    DRAFTING,
    FIRST_REVIEW,
    RETURN_FIX,
    SECOND_CONSENT,
)
from portal.declaration.states import (
    ACCEPTED,
    CORRECTION,
    DRAFT,
    LAPSED,
    NOT_ACCEPTED,
    NOT_RECOMMENDED,
    RECOMMENDED,
    RETURNED,
    SUBMITTED,
    WITHDRAWN,
)
from portal.dossiers.asks import Ask
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programme
from portal.dossiers.rules import is_its_applicant, is_its_handler, is_its_recommender, is_section_chief
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, NEW, RECOMMENDER
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME


def _recommender_of(dossier: Dossier) -> Body | None:
    return dossier.recommender


#: the recommender's consent to a correction that changes content; acceptance waits for it
CONTENT_CORRECTION = Ask(
    "content_correction",
    _("补正内容确认"),
    _("申报单位补正涉及实质内容，请确认是否同意补正后的内容。"),
    of=_recommender_of,
    holds=("accept",),
)


class FrontEnd(Dossier):
    """Columns and steps that all programmes with a recommender share up to acceptance."""

    opinion = models.TextField(_("推荐部门意见"), blank=True, editable=False)
    opinion_noted_at = models.DateTimeField(null=True, editable=False)
    return_due_on = models.DateField(_("退回修改期限"), null=True, editable=False)
    late_until = models.DateField(_("补报提交期限"), null=True, editable=False)
    late_recommend_until = models.DateField(_("补报推荐期限"), null=True, editable=False)
    corrections = models.PositiveSmallIntegerField(_("补正次数"), default=0, editable=False)
    correction_due_on = models.DateField(_("补正期限"), null=True, editable=False)
    correction_points = models.JSONField(_("补正事项"), default=list, editable=False)
    second_correction_asked_at = models.DateTimeField(null=True, editable=False)
    second_correction_agreed_at = models.DateTimeField(null=True, editable=False)
    copies = models.PositiveSmallIntegerField(_("收到纸质份数"), null=True, editable=False)
    copies_received_on = models.DateField(_("纸质材料收到日期"), null=True, editable=False)
    copies_receiver = models.CharField(_("纸质材料接收人"), max_length=40, blank=True, editable=False)
    copied_from = models.ForeignKey(
        Dossier,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="%(class)s_copies",
        verbose_name=_("复制自"),
    )

    class Meta:
        abstract = True

    @property
    def follows_refusal(self) -> bool:
        """Whether this is a copy of a declaration under the same call that another body did not recommend."""
        source = self.copied_from
        return bool(source and source.call_id == self.call_id and source.state == NOT_RECOMMENDED.id)

    def asks_of(self, act: Act) -> tuple[Ask, ...]:
        """The endorsements that a step asks for. A programme adds its own."""
        if act.step.name == "supplement" and any(point["content"] for point in self.correction_points):
            return (CONTENT_CORRECTION,)
        return ()

    # --- the applicant ---------------------------------------------------------------------------

    @step(
        _("开始申报"),
        source=NEW,
        target=DRAFT.id,
        by=is_its_applicant,
        guards=[guards.call_is_open],
        opens=[DRAFTING],
    )
    def begin(self, act: Act) -> None:
        """A declaration is begun under an open call."""

    @step(
        _("复制后另行申报"),
        source=NEW,
        target=DRAFT.id,
        by=is_its_applicant,
        guards=[guards.may_still_submit],
        opens=[DRAFTING],
    )
    def begin_copy(self, act: Act) -> None:
        """A declaration is begun with the contents of an earlier one; after 不予推荐 until the reporting deadline."""

    @step(
        _("提交申报"),
        source=[DRAFT.id, RETURNED.id],
        target=SUBMITTED.id,
        by=is_its_applicant,
        guards=[guards.may_still_submit, guards.recommender_is_named, guards.form_is_complete, guards.title_is_unique],
        form=step_forms.SubmitForm,
        closes=[DRAFTING, RETURN_FIX],
        opens=[FIRST_REVIEW],
        papers=[papers.ApplicationForm],
        tells=[APPLICANT, RECOMMENDER],
        snapshots=True,
        basis=_("沪市监标技〔2023〕139号 五（一）"),
        help=_("申报书锁定为一个版本，取得项目编号，送推荐单位初审；随后打印申请表一式三份、盖章并上传扫描件。"),
        confirm=_(
            "提交后表单将锁定；推荐单位将收到通知；推荐单位处理前、申报截止前可撤回修改；受理前可撤回申报（终止）。"
        ),
        tone="primary",
    )
    def submit(self, act: Act) -> None:
        """The form is frozen as a version; at the first submission the number is given and the parameters are pinned."""
        if self.number is None:
            owner = programme(self.programme)
            self.number = next_serial(owner.serial, self.call.year)
            self.parameters = parameters.snapshot(self.programme, clock.local(act.at).date())
        self.submitted_at = act.at
        self.opinion, self.opinion_noted_at, self.rank = "", None, None

    @step(
        _("撤回修改"),
        source=SUBMITTED.id,
        target=DRAFT.id,
        by=is_its_applicant,
        guards=[guards.may_still_submit, guards.recommender_has_not_acted],
        form=step_forms.RetractForm,
        closes=[FIRST_REVIEW],
        opens=[DRAFTING],
        tells=[RECOMMENDER],
        help=_("推荐单位处理前、申报截止前，可以撤回到草稿继续修改，之后须重新提交、重新盖章。"),
        confirm=_("撤回后申报书恢复为草稿，推荐单位不再看到；请在申报截止日前重新提交，盖章扫描件须重新上传。"),
    )
    def retract(self, act: Act) -> None:
        """The applicant takes the submission back to change it."""

    @step(
        _("提交补正"),
        source=CORRECTION.id,
        target=RECOMMENDED.id,
        by=is_its_applicant,
        guards=[guards.form_is_complete],
        form=step_forms.SupplementForm,
        closes=[CORRECTING],
        opens=[ACCEPTANCE_CHECK],
        papers=[papers.ApplicationForm],
        tells=[HANDLER, RECOMMENDER],
        snapshots=True,
        help=_("补正内容形成新的版本，送经办人继续形式审查；涉及实质内容的，同时请推荐单位确认。"),
        confirm=_("提交后不能再修改；经办人将收到通知。"),
        tone="primary",
    )
    def supplement(self, act: Act) -> None:
        """The listed points are corrected; the form is frozen as a new version."""

    @step(
        _("撤回申报（终止）"),
        source=[DRAFT.id, SUBMITTED.id, RETURNED.id, RECOMMENDED.id, CORRECTION.id],
        target=WITHDRAWN.id,
        by=is_its_applicant,
        form=step_forms.ReasonForm,
        closes=[DRAFTING, RETURN_FIX, FIRST_REVIEW, ACCEPTANCE_CHECK, SECOND_CONSENT, CORRECTING],
        tells=[RECOMMENDER, HANDLER],
        help=_("受理前可以撤回申报，申报就此终止，不能恢复。"),
        confirm=_("撤回后本申报终止，不能恢复；如需再次申报须重新填写（可复制本申报）。"),
        tone="danger",
    )
    def withdraw(self, act: Act) -> None:
        """The applicant ends its declaration before acceptance."""

    # --- the recommender -------------------------------------------------------------------------

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

    # --- the bureau ------------------------------------------------------------------------------

    @step(
        _("受理"),
        source=RECOMMENDED.id,
        target=ACCEPTED.id,
        by=is_its_handler,
        form=step_forms.AcceptForm,
        closes=[ACCEPTANCE_CHECK, SECOND_CONSENT],
        papers=[papers.AcceptanceNotice],
        tells=[APPLICANT, RECOMMENDER],
        help=_("材料齐全、符合形式要求，出具受理通知书。"),
        confirm=_("受理后出具受理通知书；申报单位和推荐单位将收到通知；不能撤销。"),
        tone="primary",
        bulk=True,
    )
    def accept(self, act: Act) -> None:
        """The bureau accepts the declaration for processing."""
        self.accepted_at = act.at
        self._take_over(act)

    @step(
        _("要求补正"),
        source=RECOMMENDED.id,
        target=CORRECTION.id,
        by=is_its_handler,
        guards=[guards.correction_is_allowed],
        form=step_forms.CorrectionForm,
        closes=[ACCEPTANCE_CHECK, SECOND_CONSENT],
        opens=[CORRECTING],
        papers=[papers.CorrectionNotice],
        tells=[APPLICANT, RECOMMENDER],
        help=_("一次性告知需要补正的全部内容和期限，仅所列内容开放修改。"),
        confirm=_("补正通知书将发给申报单位；再次要求补正须经处室负责人同意。"),
    )
    def require_correction(self, act: Act) -> None:
        """All points are told at once; only what they name is open to the applicant."""
        self.corrections += 1
        self.correction_points, self.correction_due_on = act.data["points"], act.data["due_on"]
        self.second_correction_asked_at = self.second_correction_agreed_at = None
        self._take_over(act)

    @step(
        _("请示再次补正"),
        source=RECOMMENDED.id,
        target=None,
        by=is_its_handler,
        guards=[guards.second_correction_can_be_asked],
        form=step_forms.ReasonForm,
        opens=[SECOND_CONSENT],
        tells=[CHIEF],
        inside=True,
        help=_("补正应当一次性告知；确需再次补正的，请示处室负责人。"),
    )
    def ask_second_correction(self, act: Act) -> None:
        """The handler asks the section chief for a second correction."""
        self.second_correction_asked_at = act.at

    @step(
        _("同意再次补正"),
        source=RECOMMENDED.id,
        target=None,
        by=is_section_chief,
        guards=[guards.second_correction_was_asked],
        form=step_forms.ReplyForm,
        closes=[SECOND_CONSENT],
        tells=[HANDLER],
        inside=True,
        help=_("同意后，经办人可以再要求补正一次。"),
    )
    def agree_second_correction(self, act: Act) -> None:
        """The section chief consents to a second correction."""
        self.second_correction_agreed_at = act.at

    @step(
        _("不同意再次补正"),
        source=RECOMMENDED.id,
        target=None,
        by=is_section_chief,
        guards=[guards.second_correction_was_asked],
        form=step_forms.ReasonForm,
        closes=[SECOND_CONSENT],
        tells=[HANDLER],
        inside=True,
        help=_("经办人应当依据现有材料作出受理或者不予受理的处理。"),
    )
    def refuse_second_correction(self, act: Act) -> None:
        """The section chief does not consent; the handler decides on what there is."""
        self.second_correction_asked_at = None

    @step(
        _("不予受理"),
        source=RECOMMENDED.id,
        target=NOT_ACCEPTED.id,
        by=is_its_handler,
        form=step_forms.NotAcceptForm,
        closes=[ACCEPTANCE_CHECK, SECOND_CONSENT],
        papers=[papers.NotAcceptedNotice],
        tells=[APPLICANT, RECOMMENDER],
        help=_("不符合申报通知规定的条件，出具告知书，写明条款和理由。"),
        confirm=_("不予受理后本申报终止，不能恢复；申报单位和推荐单位将收到告知书。"),
        tone="danger",
    )
    def refuse_acceptance(self, act: Act) -> None:
        """The bureau does not accept, naming the clause that is not met."""
        self._take_over(act)

    @step(
        _("登记纸质材料"),
        source=[RECOMMENDED.id, CORRECTION.id, ACCEPTED.id],
        target=None,
        by=is_its_handler,
        form=step_forms.CopiesForm,
        help=_("登记收到的纸质申请表份数、日期和接收人。"),
        bulk=True,
    )
    def receive_copies(self, act: Act) -> None:
        """The paper copies have come in."""
        self.copies, self.copies_received_on = act.data["copies"], act.data["received_on"]
        self.copies_receiver = act.data["receiver"]

    @step(
        _("准予补报"),
        source=LAPSED.id,
        target=DRAFT.id,
        by=is_its_handler,
        form=step_forms.LatePermitForm,
        opens=[DRAFTING],
        tells=[APPLICANT, RECOMMENDER],
        help=_("确有正当理由的，给予补报提交期限和推荐期限。"),
        confirm=_("申报恢复为草稿，申报单位和推荐单位将收到补报期限。"),
    )
    def permit_late(self, act: Act) -> None:
        """A late permit reopens a lapsed declaration, with its own deadline and its own recommending date."""
        self.late_until, self.late_recommend_until = act.data["until"], act.data["recommend_until"]
        self.return_due_on = None

    @step(
        _("逾期未推荐"),
        source=SUBMITTED.id,
        target=LAPSED.id,
        by=is_its_handler,
        guards=[guards.reporting_is_over, guards.recommender_was_nudged],
        form=step_forms.ReasonForm,
        closes=[FIRST_REVIEW],
        tells=[APPLICANT, RECOMMENDER],
        note=_("推荐单位逾期未推荐"),
        help=_("推荐单位逾期未处理，经提醒和催办无果的，申报失效。"),
        confirm=_("申报失效；申报单位和推荐单位将收到通知；确有理由的可以准予补报。"),
        tone="danger",
    )
    def lapse_silent(self, act: Act) -> None:
        """The recommender stayed silent after reminder and escalation."""

    # --- time ------------------------------------------------------------------------------------

    @step(
        _("逾期失效"),
        source=[DRAFT.id, RETURNED.id],
        target=LAPSED.id,
        by=BY_TIME,
        guards=[guards.submission_is_over],
        closes=[DRAFTING, RETURN_FIX],
        tells=[APPLICANT],
        note=_("逾期未提交"),
        help=_("提交期限届满仍未提交的，申报自动失效。"),
    )
    def lapse(self, act: Act) -> None:
        """A draft or a return was not submitted in time."""

    @step(
        _("逾期未补正"),
        source=CORRECTION.id,
        target=WITHDRAWN.id,
        by=BY_TIME,
        guards=[guards.correction_is_over],
        closes=[CORRECTING],
        tells=[APPLICANT, RECOMMENDER, HANDLER],
        note=_("逾期未补正，视为撤回申报"),
        help=_("补正期限届满仍未提交补正的，视为撤回申报。"),
    )
    def lapse_correction(self, act: Act) -> None:
        """The correction did not come in time: 视为撤回申报."""

    def _take_over(self, act: Act) -> None:
        """Whoever of the desk acts first is the handler from then on."""
        if self.handler_id is None and act.actor.membership:
            self.handler = act.actor.membership
