"""Rectifications 限期整改."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.supervision.access import of_parties
from portal.supervision.rectifications.states import LIFECYCLE, LIVE
from portal.supervision.rectifications.steps import RectificationSteps


class RectificationQuerySet(models.QuerySet["Rectification"]):
    """Rectifications in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> RectificationQuerySet:
        """The bureau's with the dossier, the undertaker's own, and those of projects that the body guarantees."""
        return self.filter(of_parties(actor, recommender=True))


@subject(LIFECYCLE)
class Rectification(RectificationSteps, Subject):
    """An order to put something right. Its records stand on the dossier's chain."""

    class Kind(models.TextChoices):
        MIDTERM = "midterm", _("中期整改")
        ACCEPTANCE = "acceptance", _("验收整改")
        OPERATION = "operation", _("考核整改")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="rectifications")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    points = models.JSONField(_("整改要求"), default=list)
    due_on = models.DateField(_("整改期限（含当日）"))
    ordered_at = models.DateTimeField(_("下达时间"), default=clock.now)
    report = models.TextField(_("整改情况概述"), blank=True)
    answers = models.JSONField(_("逐条整改情况"), default=list)
    reported_at = models.DateTimeField(_("报告时间"), null=True)
    finding = models.TextField(_("核查意见"), blank=True)
    judged_at = models.DateTimeField(_("核查时间"), null=True)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("限期整改")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(state__in=LIVE), name="rectification_one_live"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def describe(self) -> str:
        return f"{self.dossier.describe()} · {self}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:rectification", args=[self.pk])

    def lock_before(self) -> None:
        """The dossier: everybody takes it first."""
        Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()

    def rows(self) -> list[tuple[str, str]]:
        """Each point with what was reported of it."""
        answers = [*self.answers, *[""] * len(self.points)]
        return list(zip(self.points, answers, strict=False))
