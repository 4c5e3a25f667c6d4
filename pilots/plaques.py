"""标牌领取登记: who fetched the plaque of a pilot that has passed, and when."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.reopening import Reopening
from pilots.states import PASSED
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.declaration.step_forms import date_field, text_area
from portal.dossiers.rules import is_its_handler
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import UNDERTAKER
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import who


@who(_("经办人（所属领域，颁发标牌的）"), Role.HANDLER)
def hands_out_its_plaque(actor: Actor, pilot: Plaques) -> bool:
    wanted = is_its_handler.relation(actor, pilot) and pilot.plaque_on is None
    return wanted and bool(int(pilot.parameter("plaque_issued")))


class PlaqueForm(StepForm):
    """Which plaque, who fetched it, when."""

    opinion_field = "remark"
    number = forms.CharField(label=_("标牌编号"), max_length=40)
    receiver = forms.CharField(label=_("领取人"), max_length=40, help_text=_("在领取登记上签字的人。"))
    on = date_field(_("领取日期"))
    remark = text_area(_("备注"), required=False, max_length=300, rows=2, help_text=_("如：邮寄、补发。"))

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if day > clock.today():
            raise ValidationError(_("领取日期不能晚于今天（%(day)s）。"), params={"day": clock.today()})
        return day


class Plaques(Reopening):
    """The plaque of a pilot that has passed."""

    plaque_number = models.CharField(_("标牌编号"), max_length=40, blank=True, editable=False)
    plaque_receiver = models.CharField(_("标牌领取人"), max_length=40, blank=True, editable=False)
    plaque_on = models.DateField(_("标牌领取日期"), null=True, editable=False)

    class Meta:
        abstract = True

    @step(
        _("登记标牌领取"),
        source=PASSED.id,
        target=None,
        by=hands_out_its_plaque,
        form=PlaqueForm,
        tells=[UNDERTAKER],
        help=_("标牌由承担单位领取后登记编号、领取人和日期。"),
        confirm=_("登记后不能修改；承担单位将收到通知。"),
    )
    def hand_over_plaque(self, act: Act) -> None:
        """The undertaker fetched its plaque."""
        self.plaque_number, self.plaque_receiver = act.data["number"], act.data["receiver"]
        self.plaque_on = act.data["on"]
