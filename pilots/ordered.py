"""The forms of steps that a docket's registration orders: what the docket passes on."""

from __future__ import annotations

from django import forms

from portal.lifecycle.forms import StepForm


class OrderedForm(StepForm):
    """What a docket's registration passes to the steps it orders."""

    opinion_field = "reason"
    reason = forms.CharField(required=False)
    number = forms.CharField(required=False)
    dated = forms.DateField(required=False)
    docket = forms.IntegerField(required=False)
    request = forms.IntegerField(required=False)


class ExtendForm(OrderedForm):
    """For how many months."""

    months = forms.IntegerField(min_value=1)


class ChangeForm(OrderedForm):
    """The parts of the plan that a granted request alters."""

    changes = forms.JSONField()


class CorrectedForm(StepForm):
    """What a confirmed correction changes, and in which paper it stood."""

    opinion_field = "reason"
    paper = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    title = forms.CharField(required=False, max_length=120)
    number = forms.CharField(required=False)
    dated = forms.DateField(required=False)
