"""Statements 陈述申辩."""

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
from portal.supervision.statements.kinds import Intended, intended
from portal.supervision.statements.states import LIFECYCLE, LIVE
from portal.supervision.statements.steps import StatementSteps


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> StatementQuerySet:
        """The bureau's with the dossier, and the party's own; the guarantor learns of the decision, not of this."""
        return self.filter(of_parties(actor))


@subject(LIFECYCLE)
class Statement(StatementSteps, Subject):
    """Notice of an intended decision against a party, and what the party says. Its records stand on the dossier's chain.

    `step` is the dossier's step that would carry the decision out.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="statements")
    step = models.CharField(_("拟作出的决定"), max_length=60)
    facts = models.TextField(_("事实"), blank=True)
    grounds = models.TextField(_("理由和依据"), blank=True)
    drawn_at = models.DateTimeField(_("告知时间"), default=clock.now)
    served_on = models.DateField(_("送达日期"), null=True)
    method = models.CharField(_("送达方式"), max_length=20, blank=True)
    text = models.TextField(_("陈述申辩意见"), blank=True)
    stated_at = models.DateTimeField(_("提出时间"), null=True)
    finding = models.TextField(_("复核意见"), blank=True)
    considered_at = models.DateTimeField(_("复核时间"), null=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("陈述申辩")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "step"], condition=models.Q(state__in=LIVE), name="statement_one_live"
            )
        ]

    def __str__(self) -> str:
        return str(_("陈述申辩（%(decision)s）") % {"decision": self.kind_info.label})

    def describe(self) -> str:
        return f"{self.dossier.describe()} · {self}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:statement", args=[self.pk])

    def lock_before(self) -> None:
        """The dossier: everybody takes it first."""
        Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()

    @property
    def kind_info(self) -> Intended:
        """The declaration of the intended decision."""
        return intended(self.dossier.programme, self.step)
