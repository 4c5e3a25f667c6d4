"""A key project becomes a general one while it is reviewed: the handler proposes, applicant and recommender agree."""

from __future__ import annotations

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.approval import Approval
from pilots.duties import REGRADE_ANSWER
from pilots.states import PROJECT_REVIEW
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.declaration.step_forms import ReasonForm
from portal.dossiers.rules import is_its_applicant, is_its_handler
from portal.lifecycle.states import APPLICANT, HANDLER, RECOMMENDER, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import who

ASKED, AGREED, DECLINED, DONE = Approval.Regrade.values


@who(_("经办人（所属领域，重点项目）"), Role.HANDLER)
def handles_a_key_project(actor: Actor, pilot: Regrading) -> bool:
    return is_its_handler.relation(actor, pilot) and pilot.is_key and pilot.regrade in ("", DECLINED)


@who(_("经办人（所属领域，已建议调整类别）"), Role.HANDLER)
def handles_its_regrading(actor: Actor, pilot: Regrading) -> bool:
    return is_its_handler.relation(actor, pilot) and pilot.regrade in (ASKED, AGREED)


@who(_("申报单位（收到调整类别的建议）"), Role.UNIT_ADMIN, Role.UNIT_EDITOR)
def is_asked_to_agree(actor: Actor, pilot: Regrading) -> bool:
    return is_its_applicant.relation(actor, pilot) and pilot.regrade == ASKED


@guard(_("申报单位已同意调整"))
def applicant_has_agreed(pilot: Regrading, actor: Actor) -> Text | None:
    return None if pilot.regrade == AGREED else _t("等待申报单位答复是否同意调整为一般项目。")


class Regrading(Approval):
    """Steps that lead from 重点项目 to 一般项目 during the review; the recommender's consent is an endorsement."""

    class Meta:
        abstract = True

    @step(
        _("建议调整为一般项目"),
        source=PROJECT_REVIEW.id,
        target=None,
        by=handles_a_key_project,
        form=ReasonForm,
        opens=[REGRADE_ANSWER],
        tells=[APPLICANT, RECOMMENDER],
        asks=True,
        help=_("不符合重点项目条件、符合一般项目条件的，可以建议调整类别，征求申报单位和推荐单位是否同意。"),
        confirm=_("申报单位和推荐单位将收到通知；均同意后，再办理“调整为一般项目”。"),
    )
    def propose_regrading(self, act: Act) -> None:
        """The handler proposes to treat the key project as a general one."""
        self.regrade = ASKED

    @step(
        _("同意调整为一般项目"),
        source=PROJECT_REVIEW.id,
        target=None,
        by=is_asked_to_agree,
        closes=[REGRADE_ANSWER],
        tells=[HANDLER, RECOMMENDER],
        help=_("同意后，推荐单位也同意的，项目按一般项目评审，适用一般项目的合格线。"),
        confirm=_("同意后不能撤回；经办人和推荐单位将收到通知。"),
        tone="primary",
    )
    def agree_to_regrading(self, act: Act) -> None:
        """The applicant agrees."""
        self.regrade = AGREED

    @step(
        _("不同意调整"),
        source=PROJECT_REVIEW.id,
        target=None,
        by=is_asked_to_agree,
        form=ReasonForm,
        closes=[REGRADE_ANSWER],
        ends_asking="regrade_consent",
        tells=[HANDLER, RECOMMENDER],
        help=_("写明理由；项目仍按重点项目评审。"),
        confirm=_("项目仍按重点项目评审；经办人和推荐单位将收到通知。"),
    )
    def decline_regrading(self, act: Act) -> None:
        """The applicant wants it to be judged as a key project."""
        self.regrade = DECLINED

    @step(
        _("撤回调整建议"),
        source=PROJECT_REVIEW.id,
        target=None,
        by=handles_its_regrading,
        form=ReasonForm,
        closes=[REGRADE_ANSWER],
        ends_asking="regrade_consent",
        tells=[APPLICANT, RECOMMENDER],
        help=_("逾期未答复、推荐单位不同意，或者不再需要调整的，撤回建议，项目仍按重点项目评审。"),
        confirm=_("申报单位和推荐单位将收到通知。"),
    )
    def drop_regrading(self, act: Act) -> None:
        """It is judged as a key project after all."""
        self.regrade = ""

    @step(
        _("调整为一般项目"),
        source=PROJECT_REVIEW.id,
        target=None,
        by=handles_its_regrading,
        guards=[applicant_has_agreed],
        tells=[APPLICANT, RECOMMENDER],
        regrades=True,
        help=_("申报单位和推荐单位均同意后办理；评审尚未结束的，改用一般项目的合格线。"),
        confirm=_("项目类别改为一般项目，不能撤回；申报单位和推荐单位将收到通知。"),
    )
    def regrade_to_general(self, act: Act) -> None:
        """Both agree: the project is a general one from now on."""
        self.take_class(self.ProjectClass.GENERAL)
        self.regrade = DONE
