"""The form of a self-evaluation: everything may be left open, nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.execution.evaluations import MOST, TEXTS
from portal.execution.models import Evaluation


class EvaluationForm(forms.Form):
    """`actual-<target>` and `note-<target>` for each target of the plan, `text-<name>` for each text of the stage."""

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evaluation = evaluation
        for row in self.rows:
            name = row["name"]
            actual = forms.CharField(label=_("完成值"), max_length=20, required=False, initial=row.get("actual", ""))
            note = forms.CharField(label=_("说明"), max_length=200, required=False, initial=row.get("note", ""))
            actual.widget.attrs["aria-label"] = f"{name}：{actual.label}"
            actual.widget.attrs["inputmode"] = "decimal"
            note.widget.attrs["aria-label"] = f"{name}：{note.label}"
            self.fields[f"actual-{row['id']}"], self.fields[f"note-{row['id']}"] = actual, note
        texts = evaluation.content.get("texts", {})
        for key, label, help_text, wanted in TEXTS[evaluation.stage]:
            area = forms.Textarea(attrs={"rows": 6, "data-counter": MOST})
            field = forms.CharField(
                label=label,
                help_text=help_text,
                max_length=MOST,
                required=False,
                initial=texts.get(key, ""),
                widget=area,
            )
            field.wanted = wanted  # type: ignore[attr-defined]
            self.fields[f"text-{key}"] = field

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The targets as they are kept."""
        return list(self.evaluation.content.get("targets", ()))

    @property
    def targets(self) -> list[tuple[dict[str, Any], forms.BoundField, forms.BoundField]]:
        """For the template: the target, its value, its note."""
        return [(row, self[f"actual-{row['id']}"], self[f"note-{row['id']}"]) for row in self.rows]

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[f"text-{key}"] for key, *_rest in TEXTS[self.evaluation.stage]]

    @property
    def actual(self) -> dict[str, tuple[str, str]]:
        """(value, note) by target, as `evaluations.save` takes them."""
        data = self.cleaned_data
        return {row["id"]: (data[f"actual-{row['id']}"], data[f"note-{row['id']}"]) for row in self.rows}

    @property
    def words(self) -> dict[str, str]:
        """The texts by name."""
        return {key: self.cleaned_data[f"text-{key}"] for key, *_rest in TEXTS[self.evaluation.stage]}
