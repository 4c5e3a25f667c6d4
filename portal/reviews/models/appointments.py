"""Appointments of experts, each for a term and with a letter."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.reviews.appointment_steps import AppointmentLetter, AppointmentSteps
from portal.reviews.models.experts import READERS, Expert
from portal.reviews.states import APPOINTMENT


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> AppointmentQuerySet:
        """Whoever reads the register sees them; an expert the own ones."""
        if actor.system or actor.role in READERS:
            return self
        return self.filter(expert__user=actor.user) if actor.role == Role.EXPERT and actor.user else self.none()

    def in_force(self, on: dt.date) -> AppointmentQuerySet:
        """Those whose term includes that day (Shanghai)."""
        return self.filter(state="appointed", first__lte=on, last__gte=on)


@subject(APPOINTMENT)
class Appointment(AppointmentSteps, Subject):
    """聘任: an expert's office for a term; both days included."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="appointments")
    office = models.CharField(_("聘任职务"), max_length=60)
    first = models.DateField(_("聘期开始日期"))
    last = models.DateField(_("聘期结束日期（含当日）"))
    reason = models.CharField(_("解聘原因"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("专家聘任")
        ordering = ["-first", "-pk"]

    def __str__(self) -> str:
        return f"{self.expert} · {self.office}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:expert", args=[self.expert_id])

    def overlapping(self, first: dt.date, last: dt.date) -> AppointmentQuerySet:
        """Other appointments of the expert that are in force in that time."""
        mine = Appointment.objects.filter(expert=self.expert_id, state="appointed", first__lte=last, last__gte=first)
        return mine.exclude(pk=self.pk)

    @property
    def expired(self) -> bool:
        """Whether the term is over."""
        return self.last < clock.today()

    @property
    def letter(self) -> IssuedPaper | None:
        """Its letter; one query."""
        return letters_of([self]).get(self.pk)


def letters_of(appointments: list[Appointment]) -> dict[int, IssuedPaper]:
    """The letters of appointments by their keys, in one query."""
    keys, kind = [found.pk for found in appointments], AppointmentLetter.kind
    papers = IssuedPaper.objects.filter(subject_type=Appointment.label_of_type(), subject_id__in=keys, kind=kind)
    return {paper.subject_id: paper for paper in papers.defer("snapshot").order_by("pk")}
