"""The steps of an expert's appointment."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.documents.paper import Paper, Snapshot, register
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import NEW, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import who
from portal.reviews.forms import ReasonForm
from portal.reviews.states import APPOINTED, DISMISSED, EXPERT


@who(_("经办人"), Role.HANDLER)
def keeps_the_register(actor: Actor, appointment: Any) -> bool:
    return True


@guard(_("专家在库"))
def expert_is_active(appointment: Any, actor: Actor) -> Text | None:
    return None if appointment.expert.active else _t("该专家已退出专家库。")


@register
class AppointmentLetter(Paper):
    """聘书: an expert is appointed for a term."""

    kind = "review_appointment"
    label = _("聘书")
    prefix = "PD"
    template = "review_appointment.html"
    style = "letter"
    readers = (EXPERT,)
    single = True

    def snapshot(self, appointment: Any, act: Act) -> Snapshot:
        expert = appointment.expert
        return {
            "expert": {"name": expert.name, "employer": expert.employer, "title": expert.title or expert.post},
            "office": appointment.office,
            "first": appointment.first,
            "last": appointment.last,
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        term = f"{snapshot['first']} – {snapshot['last']}"
        return [(_("受聘人"), snapshot["expert"]["name"]), (_("聘任职务"), snapshot["office"]), (_("聘期"), term)]


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AppointForm(StepForm):
    """Office and term."""

    office = forms.CharField(label=_("聘任职务"), max_length=60, initial=_("上海市标准化项目评审专家"))
    first = forms.DateField(label=_("聘期开始日期"), widget=_date())
    last = forms.DateField(label=_("聘期结束日期（含当日）"), widget=_date())

    def clean_last(self) -> dt.date:
        last: dt.date = self.cleaned_data["last"]
        first = self.cleaned_data.get("first")
        if first and last < first:
            raise ValidationError(_("结束日期不能早于开始日期。"))
        return last

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last, subject = data.get("first"), data.get("last"), self.subject
        if first and last and subject is not None and subject.overlapping(first, last).exists():
            self.add_error("first", _("该专家在此期间已有有效的聘书。"))
        return data


class AppointmentSteps:
    """The steps of an appointment."""

    if TYPE_CHECKING:
        office: Any
        first: Any
        last: Any
        reason: Any

    @step(
        _("聘任"),
        source=NEW,
        target=APPOINTED.id,
        by=keeps_the_register,
        guards=[expert_is_active],
        form=AppointForm,
        papers=[AppointmentLetter],
        tells=[EXPERT],
        help=_("出具聘书，专家可在“证书与聘书”中下载。"),
    )
    def appoint(self, act: Act) -> None:
        """The expert is appointed."""
        self.office, self.first, self.last = act.data["office"], act.data["first"], act.data["last"]

    @step(
        _("解聘"),
        source=APPOINTED.id,
        target=DISMISSED.id,
        by=keeps_the_register,
        form=ReasonForm,
        tells=[EXPERT],
        help=_("聘期届满前解聘，聘书随之撤销，核验时显示已撤销。"),
        confirm=_("聘书随之撤销，专家将收到通知；不能恢复，可以重新聘任。"),
        tone="danger",
    )
    def dismiss(self, act: Act) -> None:
        """The appointment ends before its term (an effect revokes the letter)."""
        self.reason = act.data["reason"]
