"""Endorsement 征求意见: an industry department's consent, a recommender's confirmation, a consultation 会商 on record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.base.workdays import add_workdays
from portal.deadlines.duties import Duty
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import subject
from portal.lifecycle.forms import StepForm
from portal.lifecycle.models import Subject
from portal.lifecycle.states import APPLICANT, HANDLER, NEW
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import BY_TIME, who
from portal.supervision.states import AGREED, ASKED, DISAGREED, ENDORSER, EXPIRED, LIFECYCLE

ANSWER = Duty(
    "endorse",
    _("答复征求意见"),
    ENDORSER,
    due=lambda endorsement, opened: add_workdays(opened, endorsement.dossier.parameter("endorsement_days")),
    rule=_("答复期限 {endorsement_days} 个工作日"),
    before=(3, 1),
    after=(1, 3),
    tells_after=(HANDLER,),
    goes_on=True,
)


@who(_("被征求意见单位"), Role.RECOMMENDER)
def is_the_asked_body(actor: Actor, endorsement: Endorsement) -> bool:
    return actor.body_id is not None and actor.body_id == endorsement.body_id


@who(_("经办人（所属领域）"), Role.HANDLER)
def handles_its_dossier(actor: Actor, endorsement: Endorsement) -> bool:
    from portal.dossiers.rules import is_its_handler

    return is_its_handler.relation(actor, endorsement.dossier)


class AnswerForm(StepForm):
    """The body's opinion, who signed it, and the sealed scan."""

    opinion_field = "opinion"
    opinion = forms.CharField(label=_("意见"), max_length=800, widget=forms.Textarea(attrs={"rows": 4}))
    signer = forms.CharField(label=_("签署人"), max_length=40)
    scan = AttachmentField(
        slot="endorsement",
        label=_("加盖公章的意见扫描件"),
        kinds=frozenset({"pdf", "ofd", "jpg", "png"}),
        help_text=_("PDF、OFD 或者清晰的图片。"),
    )


class NoAnswerForm(StepForm):
    """Why the handler no longer waits for the answer."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ConsultationForm(StepForm):
    """会商记录: with whom, when, what came of it, and the paper."""

    opinion_field = "opinion"
    body = forms.ModelChoiceField(label=_("会商部门"), queryset=Body.objects.none())
    held_on = forms.DateField(label=_("会商日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    signer = forms.CharField(label=_("部门经办人或者签署人"), max_length=40)
    opinion = forms.CharField(label=_("会商意见"), max_length=800, widget=forms.Textarea(attrs={"rows": 4}))
    scan = AttachmentField(
        slot="endorsement",
        label=_("会商材料扫描件"),
        kinds=frozenset({"pdf", "ofd", "jpg", "png"}),
        help_text=_("复函、会签单或者会议纪要。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Body.objects.filter(kind=Body.Kind.DEPARTMENT, valid_to=None)
        self.fields["body"].queryset = departments  # type: ignore[attr-defined]

    def clean_held_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["held_on"]
        if day > clock.today():
            raise ValidationError(_("会商日期不能晚于今天。"))
        return day


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    """Endorsements in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> EndorsementQuerySet:
        """Those of dossiers the actor may see; the asked body sees the dossier through its endorsement.

        Consultations inside the administration are the bureau's.
        """
        mine = self.filter(dossier__in=Dossier.objects.visible_to(actor).values("pk"))
        return mine if actor.is_inside else mine.filter(inside=False)


@subject(LIFECYCLE)
class Endorsement(Subject):
    """A body is asked for its consent to something about a dossier. Its records stand on the dossier's chain."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="endorsements")
    kind = models.CharField(_("事项"), max_length=40)
    label = models.CharField(_("名称"), max_length=60)
    question = models.CharField(_("征求意见内容"), max_length=300)
    body = models.ForeignKey(Body, verbose_name=_("被征求意见单位"), on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        "supervision.Request", null=True, editable=False, on_delete=models.PROTECT, related_name="endorsements"
    )
    holds = models.JSONField(default=list, editable=False)
    inside = models.BooleanField(_("仅内部可见"), default=False, editable=False)
    held_on = models.DateField(_("会商日期"), null=True, editable=False)
    asked_at = models.DateTimeField(_("发出时间"), default=clock.now)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    opinion = models.TextField(_("意见"), blank=True)
    signer = models.CharField(_("签署人"), max_length=40, blank=True)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("征求意见")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind"], condition=models.Q(state="asked"), name="endorsement_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}（{self.body}）" if self.body_id else self.label

    def get_absolute_url(self) -> str:
        return reverse("supervision:endorsement", args=[self.pk])

    def lock_before(self) -> None:
        """The dossier: its steps end open endorsements, so both take the dossier first."""
        Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()

    def describe(self) -> str:
        return f"{self.dossier.describe()} · {self}"

    def _answer(self, act: Act) -> None:
        self.answered_at = act.at
        self.opinion, self.signer = act.data["opinion"], act.data["signer"]

    @step(
        _("征求意见"),
        source=NEW,
        target=ASKED.id,
        by=BY_TIME,
        opens=[ANSWER],
        tells=[ENDORSER],
        help=_("请有关单位在期限内答复，并上传盖章扫描件。"),
    )
    def ask(self, act: Act) -> None:
        """A step of the dossier asks a body for its consent."""

    def _consulted(self, act: Act) -> None:
        self.body, self.held_on, self.answered_at = act.data["body"], act.data["held_on"], act.at
        self.opinion, self.signer = act.data["opinion"], act.data["signer"]

    @step(
        _("登记会商意见（同意）"),
        source=NEW,
        target=AGREED.id,
        by=handles_its_dossier,
        form=ConsultationForm,
        inside=True,
        help=_("登记与行业主管部门会商的情况和材料，仅内部可见。"),
        confirm=_("登记后不能修改，需要时可以另行登记。"),
    )
    def consult_agreed(self, act: Act) -> None:
        """An industry department was consulted and agrees."""
        self._consulted(act)

    @step(
        _("登记会商意见（不同意）"),
        source=NEW,
        target=DISAGREED.id,
        by=handles_its_dossier,
        form=ConsultationForm,
        inside=True,
        help=_("登记与行业主管部门会商的情况和材料，仅内部可见。"),
        confirm=_("登记后不能修改，需要时可以另行登记。"),
    )
    def consult_disagreed(self, act: Act) -> None:
        """An industry department was consulted and does not agree."""
        self._consulted(act)

    @step(
        _("同意"),
        source=ASKED.id,
        target=AGREED.id,
        by=is_the_asked_body,
        form=AnswerForm,
        closes=[ANSWER],
        tells=[APPLICANT, HANDLER],
        help=_("填写意见并上传加盖公章的扫描件。"),
        confirm=_("答复后不能修改；申报单位和经办人将收到通知。"),
        tone="primary",
    )
    def agree(self, act: Act) -> None:
        """The body agrees."""
        self._answer(act)

    @step(
        _("不同意"),
        source=ASKED.id,
        target=DISAGREED.id,
        by=is_the_asked_body,
        form=AnswerForm,
        closes=[ANSWER],
        tells=[APPLICANT, HANDLER],
        help=_("写明理由并上传加盖公章的扫描件。"),
        confirm=_("答复后不能修改；申报单位和经办人将收到通知。"),
        tone="danger",
    )
    def disagree(self, act: Act) -> None:
        """The body does not agree, with its reasons."""
        self._answer(act)

    @step(
        _("不再等待答复"),
        source=ASKED.id,
        target=EXPIRED.id,
        by=handles_its_dossier | BY_TIME,
        form=NoAnswerForm,
        closes=[ANSWER],
        tells=[ENDORSER],
        help=_("经提醒仍未答复，或者事项已变更、不再需要答复的，结束征求意见。"),
        confirm=_("结束后被征求意见单位不能再答复。"),
    )
    def expire(self, act: Act) -> None:
        """Nobody waits for the answer any more: it did not come, or the matter has changed."""
