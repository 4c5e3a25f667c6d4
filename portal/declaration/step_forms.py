"""The forms of the front end's steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.declaration.duties import default_correction_due, default_return_due, return_limit
from portal.declaration.targets import targets_of
from portal.lifecycle.forms import StepForm

SCANS = frozenset({"pdf", "ofd", "jpg", "png"})


def text_area(
    label: Any, *, required: bool = True, help_text: Any = "", max_length: int = 2000, rows: int = 4
) -> forms.CharField:
    """A field for a paragraph of text."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=max_length, widget=widget)


def date_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A field for a date (Shanghai)."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class BeginForm(StepForm):
    """Nothing is asked at the beginning: the call and the unit are given, the rest is the form itself."""


class SubmitForm(StepForm):
    """The ticks under the declaration."""

    truthful = forms.BooleanField(label=_("承诺所填内容和所附材料真实、准确，愿意承担相应责任"))
    no_secrets = forms.BooleanField(label=_("确认申报书及附件不含国家秘密、工作秘密（本系统为非涉密系统）"))


class RetractForm(StepForm):
    """Why the submission is taken back for changes."""

    opinion_field = "reason"
    reason = text_area(_("撤回修改的原因"), required=False, max_length=500, rows=2)


class ReturnForm(StepForm):
    """What has to be changed, and until when."""

    opinion_field = "reason"
    reason = text_area(_("退回意见"), help_text=_("请逐条列明需要修改的内容，申报单位将收到全文。"))
    due_on = date_field(_("修改期限（含当日）"), help_text=_("默认自退回之日起计算，不超过推荐部门报送截止日。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", default_return_due(self.subject, clock.today()))

    def clean_due_on(self) -> dt.date:
        due: dt.date = self.cleaned_data["due_on"]
        limit = return_limit(self.subject)
        if due < clock.today():
            raise ValidationError(_("修改期限不能早于今天（%(day)s）。"), params={"day": clock.today()})
        if due > limit:
            raise ValidationError(_("修改期限不能晚于推荐部门报送截止日 %(day)s。"), params={"day": limit})
        return due


class RefuseForm(StepForm):
    """Why the recommender does not recommend."""

    opinion_field = "reason"
    reason = text_area(_("不予推荐的理由"), help_text=_("申报单位将收到全文。"))


class OpinionForm(StepForm):
    """The recommender's opinion, as it will be printed back, sealed and scanned."""

    opinion_field = "opinion"
    opinion = text_area(
        _("推荐部门意见"),
        max_length=800,
        rows=6,
        help_text=_("保存后生成推荐意见页，请打印、加盖公章并扫描，再办理“推荐”。"),
    )
    rank = forms.IntegerField(
        label=_("本单位推荐排序"), required=False, min_value=1, max_value=999, help_text=_("择优推荐的次序，1 为最优。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"opinion": self.subject.opinion, "rank": self.subject.rank, **self.initial}


class RecommendForm(StepForm):
    """The sealed opinion page and the rank."""

    single_fields = ("rank",)
    opinion_scan = AttachmentField(
        slot="recommendation_opinion",
        label=_("加盖公章的推荐意见页扫描件"),
        kinds=SCANS,
        help_text=_("批量推荐时可上传加盖公章的推荐函和推荐汇总表合订件。PDF、OFD 或者清晰的图片。"),
    )
    rank = forms.IntegerField(label=_("本单位推荐排序"), required=False, min_value=1, max_value=999)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"rank": self.subject.rank, **self.initial}

    def opinion_text(self) -> str:
        return str(self.subject.opinion)


class RankForm(StepForm):
    """The place in the recommender's order."""

    rank = forms.IntegerField(
        label=_("本单位推荐排序"), min_value=1, max_value=999, help_text=_("择优推荐的次序，1 为最优。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"rank": self.subject.rank, **self.initial}


class CorrectionForm(StepForm):
    """Everything that has to be corrected, told at once: a text for each section or material concerned.

    Gives `points`: a list of `{target, label, text, content}`; `content` marks a change of substance, which the
    recommender has to endorse.
    """

    template_name = "declaration/correction_form.html"
    due_on = date_field(_("补正期限（含当日）"), help_text=_("默认自今日起 10 个工作日（以参数为准）。"))
    remark = text_area(_("补充说明"), required=False, max_length=500, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", default_correction_due(self.subject, clock.today()))
        self.targets = targets_of(self.subject)
        for target in self.targets:
            self.fields[f"text-{target.id}"] = text_area(target.label, required=False, max_length=1000, rows=2)
            self.fields[f"content-{target.id}"] = forms.BooleanField(
                label=_("涉及实质内容（须推荐单位确认）"), required=False
            )

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """For the template: target, its text, its mark."""
        return [(t, self[f"text-{t.id}"], self[f"content-{t.id}"]) for t in self.targets]

    def clean_due_on(self) -> dt.date:
        due: dt.date = self.cleaned_data["due_on"]
        if due <= clock.today():
            raise ValidationError(_("补正期限应晚于今天（%(day)s）。"), params={"day": clock.today()})
        return due

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        points = [
            {
                "target": t.id,
                "label": str(t.label),
                "text": data[f"text-{t.id}"].strip(),
                "content": bool(data.get(f"content-{t.id}")),
            }
            for t in self.targets
            if (data.get(f"text-{t.id}") or "").strip()
        ]
        if not points:
            raise ValidationError(_("请至少写明一处需要补正的内容；补正应当一次性告知全部内容。"))
        kept = {"points": points, "due_on": data.get("due_on"), "remark": data.get("remark", "")}
        return kept

    def opinion_text(self) -> str:
        lines = [f"{n}．{p['label']}：{p['text']}" for n, p in enumerate(self.cleaned_data["points"], 1)]
        return "\n".join([*lines, self.cleaned_data["remark"]]).strip()


class SupplementForm(StepForm):
    """What was done about the points."""

    opinion_field = "note"
    note = text_area(_("补正说明"), required=False, max_length=1000, help_text=_("可以逐条说明补正情况。"))
    no_secrets = forms.BooleanField(label=_("确认补正内容及附件不含国家秘密、工作秘密"))


class AcceptForm(StepForm):
    """An optional remark on the acceptance notice."""

    opinion_field = "remark"
    remark = text_area(
        _("备注"), required=False, max_length=300, rows=2, help_text=_("写入办理记录，不印在受理通知书上。")
    )


class NotAcceptForm(StepForm):
    """The clause that is not met, why, and what the applicant can do against it."""

    opinion_field = "reason"
    clause = forms.CharField(
        label=_("不符合的条款"), max_length=200, help_text=_("如：沪市监标技〔2023〕139号 二（五）")
    )
    reason = text_area(_("理由"), help_text=_("写入告知书，申报单位和推荐单位将收到全文。"))
    remedies = text_area(
        _("救济途径"),
        required=False,
        max_length=1000,
        rows=3,
        help_text=_("写入告知书，可以按本件情况修改；不填写的，采用参数中的内容。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"remedies": self.subject.parameter("remedies"), **self.initial}


class ReasonForm(StepForm):
    """A step that needs nothing but a reason."""

    opinion_field = "reason"
    reason = text_area(_("理由"), max_length=500, rows=3)


class ReplyForm(StepForm):
    """A short reply, which may be left out."""

    opinion_field = "reply"
    reply = text_area(_("意见"), required=False, max_length=500, rows=3)


class LatePermitForm(StepForm):
    """Until when a lapsed declaration may still be submitted and recommended."""

    opinion_field = "reason"
    reason = text_area(_("准予补报的理由"), max_length=500, rows=3)
    until = date_field(_("补报提交期限（含当日）"))
    recommend_until = date_field(_("推荐部门报送期限（含当日）"))

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if until < clock.today():
            raise ValidationError(_("补报提交期限不能早于今天（%(day)s）。"), params={"day": clock.today()})
        return until

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        until, recommend_until = data.get("until"), data.get("recommend_until")
        if until and recommend_until and recommend_until < until:
            self.add_error("recommend_until", _("推荐部门报送期限不能早于补报提交期限。"))
        return data


class CopiesForm(StepForm):
    """Paper copies that have come in."""

    copies = forms.IntegerField(label=_("收到份数"), min_value=1, max_value=20)
    received_on = date_field(_("收到日期"))
    receiver = forms.CharField(label=_("接收人"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {
            "copies": self.subject.parameter("application_copies"),
            "received_on": clock.today(),
            "receiver": self.actor.name,
            **self.initial,
        }

    def clean_received_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["received_on"]
        if day > clock.today():
            raise ValidationError(_("收到日期不能晚于今天（%(day)s）。"), params={"day": clock.today()})
        return day
