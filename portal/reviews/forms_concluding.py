"""The form that ends a round: what the chair came to for each dossier."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.attachments.fields import AttachmentField
from portal.lifecycle.forms import StepForm
from portal.reviews.forms import SCANS
from portal.reviews.registry import NOT_RECOMMENDED, RECOMMENDED, matter
from portal.reviews.scoring import Veto


class Row(NamedTuple):
    """For the template: the standing of a dossier with its fields; `vetoes` is None where the round has none."""

    line: Any
    conclusion: forms.BoundField
    opinion: forms.BoundField
    vetoes: forms.BoundField | None
    raised: list[tuple[Veto, int]]


class ConcludeForm(StepForm):
    """The chair's conclusion for each dossier and the panel's opinion on the whole."""

    template_name = "reviews/conclude_form.html"
    opinion_field = "conclusion"
    conclusion = forms.CharField(label=_("专家组意见"), max_length=3000, widget=forms.Textarea(attrs={"rows": 6}))
    minutes = forms.CharField(label=_("会议纪要编号"), max_length=60, required=False)
    signed = AttachmentField(
        slot="round_conclusion",
        label=_("专家组组长签名的意见扫描件"),
        required=False,
        kinds=SCANS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from portal.reviews.queries import best_first, standing

        self.matter = matter(self.subject.matter)
        self.vetoes = self.subject.sheet.vetoes
        self.standing = best_first(standing(self.subject))
        self.fields["conclusion"].label = self.matter.opinion
        self.fields["conclusion"].initial = self.subject.conclusion
        self.fields["minutes"].initial = self.subject.minutes
        for line in self.standing:
            self._add(line)

    def _add(self, line: Any) -> None:
        """The fields of one dossier."""
        entry, facts = line.entry, {"title": line.entry.dossier}
        self.fields[f"conclusion-{entry.pk}"] = forms.ChoiceField(
            label=_("“%(title)s”的结论") % facts,
            choices=list(self.matter.conclusions.items()),
            initial=line.proposal,
        )
        self.fields[f"opinion-{entry.pk}"] = forms.CharField(
            label=_("对“%(title)s”的意见") % facts,
            required=False,
            max_length=1000,
            initial=entry.opinion,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        if self.vetoes:
            self.fields[f"vetoes-{entry.pk}"] = forms.MultipleChoiceField(
                label=_("“%(title)s”认定成立的否决项") % facts,
                choices=[(veto.id, veto.label) for veto in self.vetoes],
                required=False,
                initial=entry.vetoes,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def comparative(self) -> bool:
        """For the template: whether there are places."""
        return self.matter.comparative

    @property
    def favourable(self) -> Any:
        """For the template: the words of the favourable conclusion."""
        return self.matter.conclusions[RECOMMENDED]

    def rows(self) -> list[Row]:
        """For the template: the dossiers, the best one first."""
        return [self._row(line) for line in self.standing]

    def _row(self, line: Any) -> Row:
        key, raised = line.entry.pk, line.raised
        return Row(
            line,
            self[f"conclusion-{key}"],
            self[f"opinion-{key}"],
            self[f"vetoes-{key}"] if self.vetoes else None,
            [(veto, raised[veto.id]) for veto in self.vetoes if veto.id in raised],
        )

    def general(self) -> list[forms.BoundField]:
        """For the template: the fields on the round as a whole."""
        return [self["conclusion"], self["minutes"], self["signed"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for line in self.standing:
            self._check(line, data)
        if not self.standing:
            raise ValidationError(_("本次评审没有列入项目。"))
        return data

    def _check(self, line: Any, data: dict[str, Any]) -> None:
        key, words = line.entry.pk, self.matter.conclusions
        chosen, held = data.get(f"conclusion-{key}"), data.get(f"vetoes-{key}", [])
        # only where dossiers are compared is a reserve still a place for what passed
        favourable = (chosen != NOT_RECOMMENDED) if self.comparative else (chosen == RECOMMENDED)
        if chosen and favourable and held:
            facts = {"words": words[chosen]}
            self.add_error(f"conclusion-{key}", _("认定否决项成立的，结论不能为“%(words)s”。") % facts)
        elif chosen and favourable and not line.passed:
            facts = {"words": words[chosen]}
            self.add_error(f"conclusion-{key}", _("未达到合格线的，结论不能为“%(words)s”。") % facts)
        if data.get(f"opinion-{key}", "").strip():
            return
        if chosen == NOT_RECOMMENDED or (chosen and not favourable):
            self.add_error(f"opinion-{key}", _("结论为“%(words)s”的，请写明理由。") % {"words": words[chosen]})
        elif set(line.raised) - set(held):
            self.add_error(f"opinion-{key}", _("专家提出的否决项未认定成立的，请写明理由。"))
