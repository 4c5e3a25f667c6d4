"""The steps of a correction, and their forms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import CHIEF, HANDLER, NEW, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import who
from portal.supervision.corrections.states import CONFIRMED, PROPOSED, REFUSED, TAKEN_BACK
from portal.supervision.dockets.forms import NUMBER

if TYPE_CHECKING:
    from portal.supervision.models import Correction


@who(_("拟办的经办人"), Role.HANDLER)
def proposes(actor: Actor, correction: Correction) -> bool:
    from portal.supervision.dockets.rules import drafts

    return drafts.relation(actor, correction.docket)


@who(_("处室负责人或者其代理人"), Role.SECTION_CHIEF, Role.HANDLER)
def confirms(actor: Actor, correction: Correction) -> bool:
    from portal.supervision.dockets.rules import signs_as_chief

    return signs_as_chief.relation(actor, correction.docket)


@guard(_("文书现行有效"))
def paper_is_valid(correction: Correction, actor: Actor) -> Text | None:
    return None if correction.paper.status == "valid" else _t("该文书已被替换或者撤销，请就现行有效的文书更正。")


@guard(_("没有更正待审核"))
def none_waits(correction: Correction, actor: Actor) -> Text | None:
    from portal.supervision.models import Correction as Model

    open_one = Model.objects.filter(paper_id=correction.paper_id, state=PROPOSED.id)
    return _t("该文书已有更正待审核。") if open_one.exists() else None


class ProposalForm(StepForm):
    """Cell by cell what the list should say; number and date of the document; why."""

    template_name = "supervision/correction_form.html"
    wide = True
    opinion_field = "reason"
    reason = forms.CharField(label=_("更正的原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    number = forms.CharField(label=_("文号"), required=False, max_length=60)
    dated = forms.DateField(
        label=_("成文日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    original = AttachmentField(
        slot="correction",
        label=_("更正文件或者依据"),
        kinds=frozenset({"pdf", "ofd", "jpg", "png"}),
        help_text=_("盖章的更正文件，或者证明原文书有误的材料。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        snapshot = self.subject.paper.snapshot
        self.old = {"number": snapshot["docket"]["number"] or "", "dated": snapshot["docket"]["dated"] or ""}
        if not self.old["number"]:
            del self.fields["number"], self.fields["dated"]
        self.initial = {**self.old, **self.initial}
        self.cells: dict[str, tuple[int, int, str]] = {}
        for row, cells in enumerate(snapshot["rows"]):
            for column, (name, head, _share) in enumerate(snapshot["columns"]):
                if name in ("no", "number"):
                    continue
                key = f"cell-{row}-{column}"
                self.cells[key] = (row, column, cells[column])
                label = _("第 %(row)s 项 %(head)s") % {"row": row + 1, "head": head}
                self.fields[key] = forms.CharField(label=label, max_length=500, required=False)
                self.initial.setdefault(key, cells[column])
        self.order_fields([*self.cells, "number", "dated", "reason", "original"])

    def table(self) -> dict[str, Any]:
        """For the template: heads, and rows of (head, text, field or None)."""
        snapshot = self.subject.paper.snapshot
        heads = [head for _name, head, _share in snapshot["columns"]]
        fields = {(row, column): self[key] for key, (row, column, _old) in self.cells.items()}
        rows = [
            [(heads[column], text, fields.get((row, column))) for column, text in enumerate(cells)]
            for row, cells in enumerate(snapshot["rows"])
        ]
        return {"heads": heads, "rows": rows}

    def rest(self) -> list[forms.BoundField]:
        """The fields below the table."""
        return [self[name] for name in self.fields if name not in self.cells]

    def clean_number(self) -> str:
        from portal.supervision.models import Docket

        number = str(self.cleaned_data["number"]).strip()
        if not NUMBER.fullmatch(number):
            raise ValidationError(_("文号应形如“沪市监标技〔2026〕1号”：六角括号，不加“第”，序号不补零。"))
        if Docket.objects.filter(number=number).exclude(pk=self.subject.docket_id).exists():
            raise ValidationError(_("该文号已登记，请核对。"))
        return number

    def clean_dated(self) -> dt.date:
        day: dt.date | None = self.cleaned_data["dated"]
        if day is None or day > clock.today():
            raise ValidationError(_("成文日期不能为空，也不能晚于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        changes = []
        for key, (row, column, old) in self.cells.items():
            new = " ".join(str(data.get(key, "")).split())
            if new != old:
                changes.append({"row": row, "column": column, "old": old, "new": new})
        data["changes"] = changes
        dated = data["dated"].isoformat() if data.get("dated") else ""
        document = {"number": data.get("number", ""), "dated": dated} if self.old["number"] else self.old
        data["document"] = document if document != self.old else {}
        if not self.errors and not changes and not data["document"]:
            raise ValidationError(_("没有改动任何内容，请修改需要更正之处。"))
        return data

    def record_data(self) -> dict[str, Any]:
        """The changes alone."""
        return {"changes": self.cleaned_data["changes"], "document": self.cleaned_data["document"]}


class RemarkForm(StepForm):
    """The section chief's opinion."""

    opinion_field = "remark"
    remark = forms.CharField(
        label=_("审核意见"), max_length=500, initial=_("同意更正。"), widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(StepForm):
    """Why not."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectionSteps:
    """The steps of a correction; the new paper follows as an effect."""

    if TYPE_CHECKING:
        changes: Any
        document: Any
        reason: Any
        proposed_by: Any
        confirmed_at: Any

    @step(
        _("提出更正"),
        source=NEW,
        target=PROPOSED.id,
        by=proposes,
        guards=[paper_is_valid, none_waits],
        form=ProposalForm,
        tells=[CHIEF],
        inside=True,
        help=_("改正清单、文号或者日期中的差错；原记录不改动，另行出具更正后的文书。"),
        confirm=_("经处室负责人审核后出具新的文书，原文书标明已被替换，有关单位将收到通知。"),
        tone="primary",
    )
    def propose(self, act: Act) -> None:
        """The handler says what is wrong and what is right."""
        self.changes, self.document = act.data["changes"], act.data["document"]
        self.reason, self.proposed_by = act.data["reason"], act.actor.membership

    @step(
        _("同意更正"),
        source=PROPOSED.id,
        target=CONFIRMED.id,
        by=confirms,
        guards=[paper_is_valid],
        form=RemarkForm,
        tells=[HANDLER],
        inside=True,
        help=_("出具更正后的文书，原文书被替换。"),
        confirm=_("更正后的文书随即出具，有关单位将收到通知；不能撤销，只能再次更正。"),
        tone="primary",
    )
    def confirm(self, act: Act) -> None:
        """The section chief agrees; the new paper takes the old one's place."""
        self.confirmed_at = act.at

    @step(
        _("不同意更正"),
        source=PROPOSED.id,
        target=REFUSED.id,
        by=confirms,
        form=ReasonForm,
        tells=[HANDLER],
        inside=True,
        help=_("原文书继续有效。"),
        confirm=_("经办人将收到通知；不能恢复，需要时可以另行提出更正。"),
    )
    def refuse(self, act: Act) -> None:
        """The section chief does not agree."""

    @step(
        _("撤销更正"),
        source=PROPOSED.id,
        target=TAKEN_BACK.id,
        by=proposes,
        inside=True,
        help=_("审核前可以撤销。"),
        confirm=_("撤销后原文书继续有效；不能恢复，需要时可以另行提出更正。"),
    )
    def take_back(self, act: Act) -> None:
        """The handler takes the proposal back."""
