"""Deadlines: an open duty with its due date and the rule it came from; the reminders that were sent; nudges."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body, Unit
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import CallField
from portal.deadlines.owing import owed_beside
from portal.dossiers.models import Dossier
from portal.dossiers.scopes import reserved_from
from portal.lifecycle.states import CHIEF, HANDLER


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Deadlines in the vocabulary of the portal."""

    def open(self) -> DeadlineQuerySet:
        """Duties that are not done yet."""
        return self.filter(status=Deadline.Status.OPEN)

    def running(self) -> DeadlineQuerySet:
        """Open duties whose clock is not stopped by a suspension."""
        return self.open().filter(paused_on=None)

    def overdue(self, today: dt.date) -> DeadlineQuerySet:
        """Open duties whose due date (inclusive) has passed on that date; not those whose clock is stopped."""
        return self.running().filter(due_on__lt=today)

    def owed_by(self, actor: Actor) -> DeadlineQuerySet:
        """Open duties that this actor has to fulfil: its unit's, its body's, its desk's, the section's."""
        return self.open().filter(_owed(actor))

    def visible_to(self, actor: Actor) -> DeadlineQuerySet:
        """What this actor may see: deadlines of visible dossiers, and the actor's own; internal ones inside only."""
        if actor.system:
            return self
        of_dossiers = Q(dossier__in=Dossier.objects.visible_to(actor).values("pk"))
        if actor.is_inside:
            return self.filter(of_dossiers | Q(dossier=None))
        mine = (
            Q(unit_id=actor.unit_id)
            if actor.unit_id
            else Q(body_id=actor.body_id)
            if actor.body_id
            else owed_beside(actor)
        )
        return self.filter(of_dossiers | mine, inside=False).exclude(subject_type__in=reserved_from(actor))

    def for_rows(self) -> DeadlineQuerySet:
        """With the dossier that a row shows, in the same query."""
        return self.select_related("dossier__call", "dossier__applicant", "dossier__recommender")


def _owed(actor: Actor) -> Q:
    if actor.is_applicant and actor.unit_id:
        return Q(unit_id=actor.unit_id)
    if actor.role == Role.RECOMMENDER and actor.body_id:
        return Q(body_id=actor.body_id)
    if actor.role == Role.HANDLER and actor.membership:
        desks = CallField.objects.filter(desk__handlers=actor.membership)
        mine = Q(dossier__handler=actor.membership) | Q(dossier__handler=None, dossier__field__in=desks)
        return Q(owner=HANDLER.id) & (mine | Q(dossier=None))
    if actor.role == Role.SECTION_CHIEF:
        return Q(owner=CHIEF.id)
    return owed_beside(actor)


class Deadline(models.Model):
    """A duty of a subject: who has to do what by when, from which rule.

    Dates are dates in Shanghai; `due_on` is inclusive. `offsets` are the reminders in calendar days from the due date
    (negative: before). `next_on` is the next date on which the sweep has to look at this row, None when there is none.
    `problem` says why the step that time should have taken was not taken. `paused_on` is the day on which a suspension
    stopped its clock; nothing is due of it before the clock runs again.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("办理中")
        DONE = "done", _("已办理")
        LAPSED = "lapsed", _("期满自动办理")
        VOID = "void", _("无需办理")

    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.CASCADE, related_name="deadlines")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    duty = models.CharField(max_length=40)
    label = models.CharField(_("事项"), max_length=80)
    owner = models.CharField(max_length=20)
    owner_label = models.CharField(_("办理方"), max_length=40)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    inside = models.BooleanField(default=False)
    rule = models.CharField(_("期限依据"), max_length=200)
    opened_on = models.DateField(_("开始日期"))
    due_on = models.DateField(_("到期日期（含当日）"))
    offsets = models.JSONField(default=list)
    next_on = models.DateField(null=True)
    paused_on = models.DateField(_("暂停计时日期"), null=True)
    then = models.CharField(max_length=60, blank=True)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.OPEN)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    problem = models.TextField(_("未能自动办理的原因"), blank=True, default="")
    problem_at = models.DateTimeField(null=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("期限")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "duty"], condition=Q(status="open"), name="deadline_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["next_on", "id"], condition=Q(status="open"), name="deadline_next"),
            models.Index(fields=["due_on", "id"], condition=Q(status="open"), name="deadline_due"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.due_on}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def result(self) -> str:
        """How it ended, in words."""
        if self.status == self.Status.DONE and self.closed_at and clock.local(self.closed_at).date() > self.due_on:
            return str(_("逾期办理"))
        return str(_("按期办理") if self.status == self.Status.DONE else self.get_status_display())


class Pause(models.Model):
    """A time in which the clocks of a dossier stood still. Dates in Shanghai: the first day that does not count, and the
    day from which it runs again (None as long as it stands)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="pauses")
    starts_on = models.DateField(_("暂停日期"))
    ends_on = models.DateField(_("恢复日期"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("暂停计时")
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(ends_on=None), name="pause_one_open"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="pause_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.starts_on} {self.ends_on or ''}"


class Reminder(models.Model):
    """A reminder of a deadline at an offset from a due date: sent once, or passed over because a later one was due."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    offset = models.SmallIntegerField()
    sent = models.BooleanField()
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "due_on", "offset"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.due_on} {self.offset:+d}"


class Nudge(models.Model):
    """催办: a person reminded the party that has to act. The record on the dossier's history is the fact; this row
    holds what the rate limit and the tab need."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="nudges")
    deadline = models.ForeignKey(Deadline, null=True, on_delete=models.SET_NULL, related_name="nudges")
    party = models.CharField(max_length=20)
    party_label = models.CharField(_("催办对象"), max_length=40)
    at = models.DateTimeField(_("时间"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("催办单位"), max_length=100, blank=True)
    note = models.CharField(_("附言"), max_length=300, blank=True)
    inside = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("催办")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["dossier", "party", "-at"])]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.party} {self.at:%Y-%m-%d %H:%M}"
