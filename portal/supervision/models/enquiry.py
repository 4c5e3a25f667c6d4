"""Enquiries 咨询沟通."""

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
from portal.supervision.enquiries.states import LIFECYCLE
from portal.supervision.enquiries.steps import EnquirySteps


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    """Enquiries in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> EnquiryQuerySet:
        """Between the bureau and the applicant."""
        return self.filter(of_parties(actor))


@subject(LIFECYCLE)
class Enquiry(EnquirySteps, Subject):
    """A question and its answer about a dossier. Its records stand on the dossier's chain."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="enquiries")
    question = models.TextField(_("问题"), blank=True)
    answer = models.TextField(_("答复"), blank=True)
    asked_at = models.DateTimeField(_("提出时间"), default=clock.now)
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("咨询沟通")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(_("咨询沟通"))

    def describe(self) -> str:
        return f"{self.dossier.describe()} · {self}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:enquiry", args=[self.pk])

    def lock_before(self) -> None:
        """The dossier: everybody takes it first."""
        Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()
