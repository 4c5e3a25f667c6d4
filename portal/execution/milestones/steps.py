"""The steps of a milestone, and their forms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.declaration.step_forms import ReasonForm, date_field, text_area
from portal.execution.duties import MILESTONE_DUE
from portal.execution.rules import is_its_undertaker
from portal.execution.states import DROPPED, PLANNED, REACHED
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import GUARANTOR, NEW
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME


def _evidence() -> AttachmentField:
    return AttachmentField(
        slot="milestone_evidence",
        label=_("佐证材料"),
        multiple=True,
        required=False,
        help_text=_("会议记录、标准文本、照片等，可以不传。"),
    )


class ProgressForm(StepForm):
    """How far the work has come."""

    opinion_field = "report"
    report = text_area(_("进展情况"), max_length=2000)
    percent = forms.IntegerField(label=_("完成进度（%）"), min_value=0, max_value=99)
    evidence = _evidence()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"percent": self.subject.percent, **self.initial}


class ReachedForm(StepForm):
    """When the stage was finished, with what result."""

    opinion_field = "report"
    report = text_area(_("完成情况和阶段成果"), max_length=2000)
    reached_on = date_field(_("完成日期"))
    evidence = _evidence()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"reached_on": clock.today(), **self.initial}

    def clean_reached_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["reached_on"]
        if day > clock.today():
            raise ValidationError(_("完成日期不能晚于今天（%(day)s）。"), params={"day": clock.today()})
        return day


class RescheduleForm(StepForm):
    """What a granted change makes of a milestone."""

    opinion_field = "reason"
    reason = forms.CharField(required=False)
    name = forms.CharField(max_length=80)
    task = forms.CharField(required=False)
    result = forms.CharField(required=False, max_length=200)
    position = forms.IntegerField(min_value=0)
    starts_on = forms.DateField()
    ends_on = forms.DateField()


class MilestoneSteps:
    """The steps of a milestone."""

    if TYPE_CHECKING:
        name: Any
        task: Any
        result: Any
        position: Any
        starts_on: Any
        ends_on: Any
        percent: Any
        report: Any
        reported_at: Any
        reached_on: Any

    @step(_("列入阶段任务"), source=NEW, target=PLANNED.id, by=BY_TIME, opens=[MILESTONE_DUE])
    def plan(self, act: Act) -> None:
        """The signed task book, or a granted change, makes it."""

    @step(
        _("报告进展"),
        source=PLANNED.id,
        target=None,
        by=is_its_undertaker,
        form=ProgressForm,
        tells=[GUARANTOR],
        stops_when_suspended=True,
        help=_("填写进展情况，上传佐证材料；项目保证单位可以查阅。"),
    )
    def report_progress(self, act: Act) -> None:
        """The undertaker says how far the work has come."""
        self.report, self.percent, self.reported_at = act.data["report"], act.data["percent"], act.at

    @step(
        _("报告完成"),
        source=PLANNED.id,
        target=REACHED.id,
        by=is_its_undertaker,
        form=ReachedForm,
        closes=[MILESTONE_DUE],
        tells=[GUARANTOR],
        stops_when_suspended=True,
        help=_("阶段任务完成后报告，填写完成日期和阶段成果。"),
        confirm=_("报告后不能修改；项目保证单位将收到通知。"),
        tone="primary",
    )
    def reach(self, act: Act) -> None:
        """The undertaker reports that the stage is finished."""
        self.report, self.percent, self.reported_at = act.data["report"], 100, act.at
        self.reached_on = act.data["reached_on"]

    @step(
        _("调整安排"),
        source=PLANNED.id,
        target=None,
        by=BY_TIME,
        form=RescheduleForm,
        closes=[MILESTONE_DUE],
        opens=[MILESTONE_DUE],
        help=_("经批准的变更或者暂停恢复后，阶段安排随之调整。"),
    )
    def reschedule(self, act: Act) -> None:
        """A granted change, or the end of a suspension, alters it."""
        self._arrange(act)

    @step(
        _("重新列入"),
        source=DROPPED.id,
        target=PLANNED.id,
        by=BY_TIME,
        form=RescheduleForm,
        opens=[MILESTONE_DUE],
        help=_("终止、撤销的决定撤回后，随项目恢复而取消的阶段按任务书重新列入。"),
    )
    def plan_again(self, act: Act) -> None:
        """It was dropped because the project had ended, and the project goes on."""
        self._arrange(act)

    def _arrange(self, act: Act) -> None:
        for name in ("name", "task", "result", "position", "starts_on", "ends_on"):
            setattr(self, name, act.data[name])

    @step(
        _("取消"),
        source=PLANNED.id,
        target=DROPPED.id,
        by=BY_TIME,
        form=ReasonForm,
        closes=[MILESTONE_DUE],
        help=_("经批准的变更取消了本阶段，或者项目已结束。"),
    )
    def drop(self, act: Act) -> None:
        """A granted change takes it out, or the project has ended."""
