"""Self-evaluations 自我评价: what was planned beside what was done, typed in before a mid-term or an acceptance."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.dossiers.models import Dossier
from portal.lifecycle.states import Text


class Evaluation(models.Model):
    """The self-evaluation of a running project for one stage. The step that files it freezes it.

    `content`: `targets` ({id, name, unit, present, target, earlier, actual, note} rows), `texts` (by name),
    `milestones` and `outputs` as the register had them when it was filed. Numbers are kept as texts.
    """

    class Stage(models.TextChoices):
        MIDTERM = "midterm", _("中期评估")
        ACCEPTANCE = "acceptance", _("验收")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="evaluations")
    stage = models.CharField(_("阶段"), max_length=12, choices=Stage)
    number = models.PositiveSmallIntegerField(_("次数"), default=1)
    content = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(_("保存时间"), null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("提交时间"), null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("自我评价")
        ordering = ["dossier", "stage", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "stage", "number"], name="evaluation_once"),
            models.UniqueConstraint(
                fields=["dossier", "stage"], condition=models.Q(filed_at=None), name="evaluation_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.number}"

    @property
    def heading(self) -> Text:
        """What a self-evaluation of its stage is called."""
        return _("中期自我评价") if self.stage == self.Stage.MIDTERM else _("验收自我评价")
