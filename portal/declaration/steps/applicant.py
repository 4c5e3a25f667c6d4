"""What the applicant does: begin, submit, take back, correct, withdraw."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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
    CORRECTION,
    DRAFT,
    RECOMMENDED,
    RETURNED,
    SUBMITTED,
    WITHDRAWN,
)
from portal.declaration.steps.columns import Columns
from portal.dossiers.programmes import programme
from portal.dossiers.rules import is_its_applicant
from portal.lifecycle.states import APPLICANT, HANDLER, NEW, RECOMMENDER
from portal.lifecycle.steps import Act, step


class ApplicantSteps(Columns):
    """What the applicant does: begin, submit, take back, correct, withdraw."""

    class Meta:
        abstract = True

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
