"""Forms of the workbench."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    """内部备注."""

    text = forms.CharField(
        label=_("备注内容"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("仅市局内部可见，保存后不能修改。"),
    )


class CallRecordForm(forms.Form):
    """电话记录: two fields."""

    caller = forms.CharField(label=_("来电人"), max_length=60, help_text=_("单位、姓名，如：示例公司 王五"))
    said = forms.CharField(label=_("通话内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
