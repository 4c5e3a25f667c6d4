"""The form of a site visit: its facts, and a table of points with found or not found."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.lifecycle.forms import StepForm

#: rows for points beside those of the score sheet
MORE = 5
_FOUND = (("", _("未检查")), ("yes", _("见到")), ("no", _("未见到")))


class PointRow(NamedTuple):
    """For the template: a row of the table."""

    label: forms.BoundField
    found: forms.BoundField
    note: forms.BoundField


class VisitForm(StepForm):
    """A visit. `subject`: the entry; the items of its sheet are offered as points."""

    template_name = "reviews/visit_form.html"
    wide = True
    visited_on = forms.DateField(label=_("检查日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    place = forms.CharField(label=_("检查地点"), max_length=120)
    people = forms.CharField(
        label=_("参加人员"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("检查人员和项目单位陪同人员的姓名、单位、职务。"),
    )
    conclusion = forms.CharField(label=_("检查结论"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    photos = AttachmentField(
        slot="site_visit",
        label=_("照片、签名的记录表等"),
        required=False,
        multiple=True,
        help_text=_("可以在签名后补充一份记录，上传签名的扫描件。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = [str(item.label) for item in self.subject.round.sheet.without(self.subject.dropped).base]
        self.size = len(points) + MORE
        for n in range(self.size):
            number = {"n": n + 1}
            self.fields[f"label-{n}"] = forms.CharField(
                label=_("检查内容 %(n)s") % number,
                max_length=120,
                required=False,
                initial=points[n] if n < len(points) else "",
            )
            self.fields[f"found-{n}"] = forms.ChoiceField(
                label=_("检查内容 %(n)s 的结果") % number, choices=_FOUND, required=False
            )
            self.fields[f"note-{n}"] = forms.CharField(
                label=_("检查内容 %(n)s 的情况") % number, max_length=300, required=False
            )

    def rows(self) -> list[PointRow]:
        """For the template: the table."""
        return [PointRow(*(self[f"{name}-{n}"] for name in ("label", "found", "note"))) for n in range(self.size)]

    def facts_before(self) -> list[forms.BoundField]:
        return [self["visited_on"], self["place"], self["people"]]

    def facts_after(self) -> list[forms.BoundField]:
        return [self["conclusion"], self["photos"]]

    def clean_visited_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["visited_on"]
        if day > clock.today():
            raise ValidationError(_("检查日期不能晚于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        points = []
        for n in range(self.size):
            label, found, note = (data.get(f"{name}-{n}", "").strip() for name in ("label", "found", "note"))
            if found and not label:
                self.add_error(f"label-{n}", _("请填写检查内容。"))
            elif found == "no" and not note:
                self.add_error(f"note-{n}", _("未见到的，请写明情况。"))
            elif note and not found:
                self.add_error(f"found-{n}", _("请选择检查结果。"))
            elif found:
                points.append({"label": label, "found": found == "yes", "note": note})
        if not points and not self.errors:
            raise ValidationError(_("请至少记录一项检查内容的结果。"))
        data["points"] = points
        return data

    def facts(self) -> dict[str, Any]:
        """What is recorded."""
        return {name: self.cleaned_data[name] for name in ("visited_on", "place", "people", "points", "conclusion")}
