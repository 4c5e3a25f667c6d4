"""Suspensions 暂停."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.supervision.access import of_parties
from portal.supervision.suspensions.states import LIFECYCLE, OPEN
from portal.supervision.suspensions.steps import SuspensionSteps


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    """Suspensions in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> SuspensionQuerySet:
        """The bureau's with the dossier, the undertaker's own, and those of projects that the body guarantees."""
        return self.filter(of_parties(actor, recommender=True))


@subject(LIFECYCLE)
class Suspension(SuspensionSteps, Subject):
    """A time in which a project stood still. Dates in Shanghai: the first day that does not count, and the day from which
    the clocks run again. Its records stand on the dossier's chain; `shifts` says which dates moved."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="suspensions")
    starts_on = models.DateField(_("暂停日期"))
    ends_on = models.DateField(_("恢复日期"), null=True)
    reason = models.TextField(_("原因"), blank=True)
    shifts = models.JSONField(_("顺延的期限"), default=list)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("暂停")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=models.Q(state=OPEN.id), name="suspension_one_open")
        ]

    def __str__(self) -> str:
        return str(_("暂停"))

    def describe(self) -> str:
        return f"{self.dossier.describe()} · {self}"

    def get_absolute_url(self) -> str:
        return reverse("workbench:dossier", args=[self.dossier_id]) + "?tab=acts"

    def lock_before(self) -> None:
        """The dossier: everybody takes it first."""
        Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()

    @property
    def days(self) -> int | None:
        """How many days did not count; None as long as it lasts."""
        return (self.ends_on - self.starts_on).days if self.ends_on else None
