"""Requests 申请事项."""

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
from portal.supervision.requests.kinds import Kind, kind
from portal.supervision.requests.states import DRAFT, LIFECYCLE, LIVE
from portal.supervision.requests.steps import RequestSteps


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> RequestQuerySet:
        """The bureau's with the dossier, the applicant's own, and those of dossiers that the body recommended; a draft is its
        unit's own."""
        found = self.filter(of_parties(actor, recommender=True))
        return found if actor.system or actor.is_applicant else found.exclude(state=DRAFT.id)


@subject(LIFECYCLE)
class Request(RequestSteps, Subject):
    """Something an applicant asks for; the dossier keeps its state meanwhile. Its records stand on the dossier's chain."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(_("申请事项"), max_length=40)
    data = models.JSONField(_("申请内容"), default=dict, editable=False)
    reason = models.TextField(_("申请理由"), blank=True)
    answer = models.TextField(_("办理意见"), blank=True)
    filed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    answered_at = models.DateTimeField(_("办理时间"), null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("申请事项")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind"], condition=models.Q(state__in=LIVE), name="request_one_open"
            )
        ]

    def __str__(self) -> str:
        return str(self.kind_info.label)

    def describe(self) -> str:
        return f"{self.dossier.describe()} · {self}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:request", args=[self.pk])

    def lock_before(self) -> None:
        """The docket in which the dossier lies and the dossier: everybody takes them in this order."""
        from portal.supervision.models.docket import Docket

        holding = Docket.objects.filter(items__live=True, items__dossier_id=self.dossier_id).values_list(
            "pk", flat=True
        )
        Docket.objects.select_for_update().filter(pk__in=list(holding)).order_by().values_list("pk").first()
        Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()

    @property
    def answer_days(self) -> int:
        """How many working days its decision may take."""
        return int(self.dossier.parameter(self.kind_info.days))

    @property
    def kind_info(self) -> Kind:
        """The declaration of its kind."""
        return kind(self.kind)
