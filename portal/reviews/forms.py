"""The forms of the steps of rounds and assignments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.attachments.fields import AttachmentField
from portal.base.canonical import canonical_json, sha256
from portal.lifecycle.forms import StepForm
from portal.reviews.scoring import Item, Veto, rounded, scaled_total

SCANS = frozenset({"pdf", "jpg", "png", "ofd"})


class ReasonForm(StepForm):
    """A reason in words."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnForm(ReasonForm):
    """Why a sheet that was handed in goes back to its expert: never because of the score itself."""

    asked_by = forms.CharField(
        label=_("提出人"), max_length=60, help_text=_("如：专家本人电话要求；经办人核对发现漏填。不得因分数高低退回。")
    )
    field_order = ("asked_by", "reason")


class AnswerForm(StepForm):
    """How an expert answered outside the portal."""

    opinion_field = "how"
    how = forms.CharField(
        label=_("答复方式"), max_length=100, help_text=_("如：10 月 8 日电话确认；回执已收到。"), initial=""
    )


class DeclareForm(StepForm):
    """回避声明: what the expert declares before any material is shown."""

    no_conflict = forms.BooleanField(
        label=_(
            "本人与申报单位、参加单位、推荐单位无任职、咨询、亲属或者其他可能影响公正评审的关系，"
            "未参与本项目申报书的编写，承诺独立、客观、公正评审并对评审情况保密"
        )
    )


class CheckForm(StepForm):
    """What the second person confirms of an entry on behalf."""

    compared = forms.BooleanField(label=_("已与扫描件逐项核对，评分、分项意见、评审意见、回避声明和签名一致、齐全"))


class ScoreForm(StepForm):
    """The score sheet: one score for each item, a comment where the score is low, the opinion on the whole."""

    template_name = "reviews/score_form.html"
    opinion_field = "opinion"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = self.subject.sheet
        self.full = self.subject.entry.round.sheet
        for item in self.sheet.items:
            self.fields[f"score-{item.id}"] = forms.DecimalField(
                label=item.label,
                min_value=Decimal(0),
                max_value=item.highest,
                decimal_places=self.sheet.places,
                widget=forms.NumberInput(
                    attrs={
                        "step": str(self.sheet.step),
                        "inputmode": "decimal",
                        "autocomplete": "off",
                        "data-score": "",
                        "data-below": str(item.highest * self.sheet.comment_below / 100),
                        **({"data-bonus": ""} if item.bonus else {}),
                    }
                ),
                error_messages={
                    "max_value": _("不能高于该项满分 %(limit_value)s 分。"),
                    "min_value": _("不能低于 0 分。"),
                    "max_decimal_places": _("评分以 %(step)s 分为单位。") % {"step": self.sheet.step},
                    "required": _("请评分。"),
                    "invalid": _("请填写数字。"),
                },
            )
            self.fields[f"comment-{item.id}"] = forms.CharField(
                label=_("分项意见（%(item)s）") % {"item": item.label},
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2, "data-comment": ""}),
            )
        for veto in self.sheet.vetoes:
            self._add_veto(veto)
        self.fields["opinion"] = forms.CharField(
            label=_("评审意见"),
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 5}),
            error_messages={"required": _("请填写评审意见。")},
            help_text=_("对项目的总体评价、主要问题和建议。"),
        )
        if not self.is_bound and self._is_its_expert():
            self.initial = {**self.subject.draft, **self.initial}

    def _add_veto(self, veto: Veto) -> None:
        """A tick, and the ground it wants."""
        self.fields[f"veto-{veto.id}"] = forms.BooleanField(label=veto.label, help_text=veto.hint, required=False)
        self.fields[f"ground-{veto.id}"] = forms.CharField(
            label=_("事实依据（%(veto)s）") % {"veto": veto.label},
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _is_its_expert(self) -> bool:
        """What an expert has typed so far is nobody else's."""
        user = self.actor.user
        return user is not None and self.subject.expert.user_id == user.pk

    @property
    def scale(self) -> str:
        """By how much the sum of the scores is multiplied, where items were left out; empty without."""
        if self.full.highest == self.sheet.highest or not self.sheet.highest:
            return ""
        return str(self.full.highest / self.sheet.highest)

    def lines(self) -> list[tuple[Item, forms.BoundField, forms.BoundField]]:
        """For the template: item, its score, its comment."""
        return [(item, self[f"score-{item.id}"], self[f"comment-{item.id}"]) for item in self.sheet.items]

    def vetoes(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For the template: the tick of each veto item and its ground."""
        return [(self[f"veto-{veto.id}"], self[f"ground-{veto.id}"]) for veto in self.sheet.vetoes]

    def others(self) -> list[forms.BoundField]:
        """For the template: the fields beside items and vetoes."""
        return [field for field in self if not field.name.startswith(("score-", "comment-", "veto-", "ground-"))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        scores: dict[str, Decimal] = {}
        for item in self.sheet.items:
            score = data.get(f"score-{item.id}")
            if score is None:
                continue
            scores[item.id] = score
            if score % self.sheet.step:
                self.add_error(f"score-{item.id}", _("评分以 %(step)s 分为单位。") % {"step": self.sheet.step})
            elif self.sheet.needs_comment(item, score) and not data.get(f"comment-{item.id}", "").strip():
                words = _("加分的，请写明依据。") if item.bonus else _("该项得分低于满分的 %(share)s%%，请写明意见。")
                self.add_error(f"comment-{item.id}", words % self._share())
        data["vetoes"] = self._raised(data)
        if not self.errors:
            data["total"] = scaled_total(self.full, self.sheet, scores)
            data["scores"] = {key: str(rounded(value)) for key, value in scores.items()}
            data["comments"] = {
                item.id: data[f"comment-{item.id}"] for item in self.sheet.items if data[f"comment-{item.id}"]
            }
        return data

    def _raised(self, data: dict[str, Any]) -> dict[str, str]:
        """The vetoes that the expert raises, each with its ground."""
        raised = {}
        for veto in self.sheet.vetoes:
            if data.get(f"veto-{veto.id}"):
                raised[veto.id] = data.get(f"ground-{veto.id}", "").strip()
                if not raised[veto.id]:
                    self.add_error(f"ground-{veto.id}", _("提出否决项的，请写明事实依据。"))
        return raised

    def _share(self) -> dict[str, int]:
        return {"share": self.sheet.comment_below}

    def record_data(self) -> dict[str, Any]:
        """The history proves the sheet without telling it: whoever reads the history learns no score."""
        kept = [self.cleaned_data[name] for name in ("scores", "comments", "opinion", "vetoes")]
        return {"sheet": sha256(canonical_json([*kept, str(self.cleaned_data["total"])]))}

    def opinion_text(self) -> str:
        return ""


def as_typed(scores: dict[str, str], comments: dict[str, str], vetoes: dict[str, str], opinion: str) -> dict[str, str]:
    """A sheet as its form holds it: a returned one is a draft again."""
    typed = {f"score-{item}": f"{Decimal(value).normalize():f}" for item, value in scores.items()}
    typed |= {f"comment-{item}": words for item, words in comments.items()}
    typed |= {f"veto-{item}": "on" for item in vetoes}
    return {**typed, **{f"ground-{item}": words for item, words in vetoes.items()}, "opinion": opinion}


class BehalfForm(ScoreForm):
    """A sheet filled in on paper, entered by the handler with the signed scan."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declared"] = forms.BooleanField(label=_("纸质评审表上已有专家签名的回避声明"))
        self.fields["scan"] = AttachmentField(slot="score_sheet", label=_("专家签名的评审表扫描件"), kinds=SCANS)
        self.fields["scan"].actor = self.actor  # type: ignore[attr-defined]

    def record_data(self) -> dict[str, Any]:
        return {**super().record_data(), "scan": [str(item.key) for item in self.cleaned_data["scan"]]}
