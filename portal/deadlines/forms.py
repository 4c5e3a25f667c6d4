"""The form of a nudge."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class NudgeForm(forms.Form):
    """A sentence to go along."""

    note = forms.CharField(
        label=_("附言"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("可以不填；对方收到的消息已载明项目、事项和期限。"),
    )
