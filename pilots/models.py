"""市级标准化试点: the dossier of a municipal pilot."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.guards import acceptance_window_is_open, midterm_is_settled
from pilots.importing import Imported
from pilots.lifecycle import LIFECYCLE
from pilots.states import ACTIVE, IMPLEMENTING, PASSED
from portal.accounts.actors import SYSTEM
from portal.accounts.models import Body
from portal.dossiers.asks import Ask
from portal.dossiers.models import Dossier
from portal.execution.models import Evaluation
from portal.lifecycle.declared import subject
from portal.lifecycle.steps import Act
from portal.supervision.models import Endorsement
from portal.supervision.states import AGREED


def _industry_department(dossier: Dossier) -> Body | None:
    """Nobody needs to be asked where the recommender is that department."""
    assert isinstance(dossier, Pilot)
    if not dossier.is_key or dossier.industry_department_id == dossier.recommender_id:
        return None
    return dossier.industry_department


def _guarantor(dossier: Dossier) -> Body | None:
    assert isinstance(dossier, Pilot)
    return dossier.guarantor or dossier.recommender


#: 沪市监标技〔2023〕139号 三（四）: the industry department recognises a key project and pushes it jointly
KEY_CONSENT = Ask(
    "key_consent",
    _("行业主管部门认可意见"),
    _("本项目申报重点项目，请确认是否认可，并共同推动项目实施和试点成果推广。"),
    of=_industry_department,
)


#: the guarantor's opinion on an application for acceptance; the review waits for it
ACCEPTANCE_CONSENT = Ask(
    "acceptance_consent",
    _("保证单位意见（验收）"),
    _("承担单位申请验收，请对试点任务完成情况表示意见。"),
    of=_guarantor,
    holds=("open_acceptance_review",),
)


#: the recommender's consent to judge a key project as a general one
REGRADE_CONSENT = Ask(
    "regrade_consent",
    _("推荐单位意见（调整项目类别）"),
    _("评审中建议将本项目由重点项目调整为一般项目，请表示是否同意。"),
    of=lambda dossier: dossier.recommender,
    holds=("regrade_to_general",),
)


@subject(LIFECYCLE)
class Pilot(Imported):
    """A pilot. Columns here are the facts of the form that lists and statistics of pilots need."""

    RUNS = ACTIVE
    KEEPS_OUTPUTS = (*ACTIVE, PASSED.id)

    key_direction = models.CharField(_("重点方向"), max_length=80, blank=True)
    industry_department = models.ForeignKey(
        Body, verbose_name=_("行业主管部门"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    internal_only = models.BooleanField(_("组织内部的标准化建设"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("市级标准化试点")

    @property
    def class_label(self) -> str:
        """项目类别 in words, for lists and papers."""
        return str(self.get_project_class_display())

    def may_evaluate(self, stage: str) -> bool:
        """Also beforehand: the mid-term's from the beginning of the work on, the acceptance's once the mid-term is settled
        or the term nears its end."""
        settled = midterm_is_settled(self, SYSTEM) is None
        if stage == Evaluation.Stage.MIDTERM:
            return super().may_evaluate(stage) or (self.state == IMPLEMENTING.id and not settled)
        return super().may_evaluate(stage) and (settled or acceptance_window_is_open(self, SYSTEM) is None)

    def _has_consent(self) -> bool:
        """Whether the guarantor agreed to the application for acceptance that counts now."""
        latest = Endorsement.objects.filter(dossier_id=self.pk, kind=ACCEPTANCE_CONSENT.id).order_by("-pk").first()
        return latest is not None and latest.state == AGREED.id

    def asks_of(self, act: Act) -> tuple[Ask, ...]:
        """A key project asks its industry department for consent when it is submitted, anew where it was not given."""
        if act.step.name == "apply_for_acceptance" or (
            act.step.name == "reopen_application" and not self._has_consent()
        ):
            return (ACCEPTANCE_CONSENT,)
        if act.step.name == "propose_regrading":
            return (REGRADE_CONSENT,)
        mine = (KEY_CONSENT,) if act.step.name in ("submit", "supplement") and self.is_key else ()
        return (*super().asks_of(act), *mine)
