"""What the bureau does: accept, ask for corrections, refuse, permit late, register paper copies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.declaration import guards, papers, step_forms
from portal.declaration.duties import (
    ACCEPTANCE_CHECK,
    CORRECTING,
    DRAFTING,
    FIRST_REVIEW,
    SECOND_CONSENT,
)
from portal.declaration.states import (
    ACCEPTED,
    CORRECTION,
    DRAFT,
    LAPSED,
    NOT_ACCEPTED,
    RECOMMENDED,
    SUBMITTED,
)
from portal.declaration.steps.columns import Columns
from portal.dossiers.rules import is_its_handler, is_section_chief
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, RECOMMENDER
from portal.lifecycle.steps import Act, step


class BureauSteps(Columns):
    """What the bureau does: accept, ask for corrections, refuse, permit late, register paper copies."""

    class Meta:
        abstract = True

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
