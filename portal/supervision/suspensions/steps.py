"""The steps of a suspension. They follow the steps of its project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.base.workdays import add_months
from portal.deadlines.duties import Duty
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import CHIEF, GUARANTOR, HANDLER, NEW, UNDERTAKER
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME
from portal.supervision.suspensions.states import ENDED, OPEN

END_SUSPENSION = Duty(
    "end_suspension",
    _("恢复或者终止已暂停的项目"),
    HANDLER,
    due=lambda suspension, opened: add_months(
        suspension.starts_on, int(suspension.dossier.parameter("suspension_months"))
    ),
    rule=_("暂停一般不超过 {suspension_months} 个月"),
    before=(30, 7),
    after=(30, 60, 90, 120, 150, 180),
    tells_after=(UNDERTAKER, GUARANTOR, CHIEF),
    goes_on=True,
)


class EndedForm(StepForm):
    """The first day on which the clocks run again."""

    ends_on = forms.DateField()


class SuspensionSteps:
    """The steps of a suspension."""

    if TYPE_CHECKING:
        ends_on: Any

    @step(_("暂停"), source=NEW, target=OPEN.id, by=BY_TIME, opens=[END_SUSPENSION], help=_("经批准，项目暂停。"))
    def begin(self, act: Act) -> None:
        """A granted request suspends the project."""

    @step(
        _("恢复"),
        source=OPEN.id,
        target=ENDED.id,
        by=BY_TIME,
        form=EndedForm,
        closes=[END_SUSPENSION],
        fulfils=True,
        help=_("经批准恢复，或者项目已有其他处理结果。"),
    )
    def end(self, act: Act) -> None:
        """The clocks run again."""
        self.ends_on = act.data["ends_on"]
