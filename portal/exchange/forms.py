"""The forms of an import's steps, and those that programmes' own import steps build on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.attachments import storage
from portal.attachments.fields import AttachmentField
from portal.attachments.models import Attachment
from portal.exchange import parameters
from portal.exchange.reading import read
from portal.lifecycle.forms import StepForm

SLOT = "import"
_MOST_BYTES = 10 * 1024 * 1024


class UploadForm(StepForm):
    """The filled-in template. It is read here once, so that a wrong file is refused beside the field."""

    file = AttachmentField(slot=SLOT, label=_("填写好的模板"), kinds=frozenset({"xlsx"}), max_bytes=_MOST_BYTES)
    skip_known = forms.BooleanField(
        label=_("跳过系统中已有的记录"),
        required=False,
        help_text=_("不勾选的，系统中已有的记录作为差错列出。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = format_html(
            '{} <a href="{}">{}</a>',
            _("请使用模板填写，一次最多 %(n)s 行。") % {"n": parameters.most()},
            reverse("exchange:template", args=[self.subject.kind]),
            _("下载模板"),
        )

    def clean_file(self) -> list[Attachment]:
        files: list[Attachment] = self.cleaned_data["file"]
        try:
            with storage.open_file(files[0].path) as file:
                self.subject.row_count = len(read(file, self.subject.columns, most=parameters.most()).lines)
        except FileNotFoundError:
            raise ValidationError(_("上传的文件已失效，请重新上传。"), code="unknown") from None
        self.subject.file_name = files[0].name
        return files


class FiguresForm(StepForm):
    """What a check came to; filled in by the worker."""

    good_count = forms.IntegerField(label=_("可导入"), min_value=0)
    skip_count = forms.IntegerField(label=_("跳过"), min_value=0)
    bad_count = forms.IntegerField(label=_("有差错的行"), min_value=0)
    error_count = forms.IntegerField(label=_("差错"), min_value=0)
    warning_count = forms.IntegerField(label=_("提示"), min_value=0)


class RefusedForm(FiguresForm):
    """The same with the reason why an import that was confirmed was not carried out."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("原因"), max_length=1000)


class WhyForm(StepForm):
    """The worker's reason."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("原因"), max_length=1000)


class UndoForm(StepForm):
    """Why an import is taken back."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("撤销的原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class SourceForm(StepForm):
    """Base of the forms of programmes' import steps: the record says from which job, file and line it came."""

    job = forms.CharField(label=_("批量导入"), max_length=20)
    file = forms.CharField(label=_("来源文件"), max_length=200)
    line = forms.IntegerField(label=_("来源行"), min_value=1)


class VoidForm(StepForm):
    """Base of the forms of programmes' void steps: the import that was taken back."""

    job = forms.CharField(label=_("批量导入"), max_length=20)
