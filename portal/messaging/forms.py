"""The form of a person's mail preferences."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.messaging.models import Category


class PreferenceForm(forms.Form):
    """One tick per category: mails too, or in the portal only."""

    progress = forms.BooleanField(
        label=_("办理进展同时发送邮件"), required=False, help_text=_("提交、退回、补正、受理等办理结果。")
    )
    deadline = forms.BooleanField(
        label=_("期限提醒同时发送邮件"), required=False, help_text=_("到期前后的提醒和催办。")
    )

    def wanted(self) -> dict[str, bool]:
        """Per category whether mails are wanted."""
        return {category.value: self.cleaned_data[category.value] for category in Category}
