"""Dockets 呈批件, their items, and deputies 代理."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.lifecycle.states import HANDLER, Text
from portal.supervision.dockets.matters import Matter, matter
from portal.supervision.dockets.states import DRAFTING, LIFECYCLE, SCHEDULED
from portal.supervision.dockets.steps import DocketSteps

_READERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})


class DocketQuerySet(models.QuerySet["Docket"]):
    """Dockets in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> DocketQuerySet:
        """The bureau's own; leaders and auditors see none that is still drafted. Nobody outside knows of them."""
        if actor.system:
            return self
        if actor.role not in _READERS:
            return self.none()
        return self if actor.role in (Role.HANDLER, Role.SECTION_CHIEF) else self.exclude(state=DRAFTING.id)

    def drafted_by(self, actor: Actor) -> DocketQuerySet:
        """Those the actor answers for, also in place of somebody absent."""
        if actor.membership is None:
            return self.none()
        absent = Deputy.objects.on(clock.today()).filter(deputy=actor.membership).values("absent")
        return self.filter(Q(responsible=actor.membership) | Q(responsible__in=absent))

    def for_rows(self) -> DocketQuerySet:
        """With what a row of a list shows, in the same query."""
        counted = Count("items", filter=~Q(items__decision=DocketItem.Result.LEFT))
        people = ("drafter__user", "responsible__user", "sender__user", "chief__user", "leader__user")
        return self.select_related(*people).annotate(size=counted)


@subject(LIFECYCLE)
class Docket(DocketSteps, Subject):
    """呈批件: proposed decisions on many dossiers, signed off by levels, carried out when the document is registered."""

    serial = models.CharField(_("编号"), max_length=20, unique=True, null=True, blank=True, editable=False)
    matter = models.CharField(_("事项"), max_length=60)
    title = models.CharField(_("标题"), max_length=150)
    drafter = models.ForeignKey(Membership, verbose_name=_("拟办人"), on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(
        Membership, verbose_name=_("经办人"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    levels = models.PositiveSmallIntegerField(_("审批层级"), default=3)
    legal_opinion = models.TextField(_("法制审核意见"), blank=True, max_length=1000)
    meeting = models.CharField(_("审议会议"), max_length=60, blank=True)
    meeting_on = models.DateField(_("会议日期"), null=True, blank=True)
    meeting_minutes = models.CharField(_("会议纪要编号"), max_length=60, blank=True)
    meeting_conclusion = models.TextField(_("审议结论"), blank=True, max_length=1000)
    sender = models.ForeignKey(
        Membership, verbose_name=_("报审人"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    drafter_remark = models.TextField(_("拟办意见"), blank=True, editable=False)
    drafter_at = models.DateTimeField(_("报审时间"), null=True, editable=False)
    chief = models.ForeignKey(
        Membership, verbose_name=_("审核人"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    chief_remark = models.TextField(_("审核意见"), blank=True, editable=False)
    chief_at = models.DateTimeField(_("审核时间"), null=True, editable=False)
    leader = models.ForeignKey(
        Membership, verbose_name=_("审批人"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    leader_remark = models.TextField(_("批示"), blank=True, editable=False)
    leader_at = models.DateTimeField(_("批示时间"), null=True, editable=False)
    number = models.CharField(_("文号"), max_length=60, null=True, blank=True, unique=True, editable=False)
    dated = models.DateField(_("成文日期"), null=True, editable=False)
    publish_on = models.DateField(_("发布日期"), null=True, editable=False)
    held_since = models.DateTimeField(null=True, editable=False)
    issued_at = models.DateTimeField(_("发文时间"), null=True, editable=False)
    created_at = models.DateTimeField(_("拟办时间"), default=clock.now, editable=False)

    objects = DocketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("呈批件")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def describe(self) -> str:
        return f"{self.serial} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:docket", args=[self.pk])

    @cached_property
    def matter_info(self) -> Matter:
        """The declaration of its matter."""
        return matter(self.matter)

    @property
    def needs_document(self) -> bool:
        """Whether an item that is still in is carried out by the document; one query."""
        info = self.matter_info
        steps = [d.step for d in info.decisions if d.document]
        return info.document and self.items.live().filter(step__in=steps).exists()

    @property
    def holder(self) -> str:
        """In whose hands it lies, by name where one person is meant."""
        state = self.state_info
        if self.state == SCHEDULED.id:
            return str(_("待 %(day)s 自动发布")) % {"day": self.publish_on}
        if state.waits_for == HANDLER:
            return f"{state.waits_for.label} {self.responsible.user.name}"
        return str(state.waits_for.label)

    @property
    def whereabouts(self) -> str:
        """Where it lies and for how many days, as a half-sentence; empty once it has come to its end."""
        if self.state_info.terminal:
            return ""
        if self.state == SCHEDULED.id:
            return self.holder
        return str(_("在%(who)s处，已 %(days)s 天")) % {"who": self.holder, "days": self.days_held}

    def signer(self, membership: Membership | None, role: Role) -> str:
        """The name under an opinion; a deputy is named as one."""
        if membership is None:
            return ""
        name = membership.user.name
        return name if membership.role == role else str(_("%(name)s（代理）")) % {"name": name}

    @property
    def sender_name(self) -> str:
        """Who sent it up, also when somebody else answers for it by now."""
        return self.signer(self.sender, Role.HANDLER)

    @property
    def chief_name(self) -> str:
        return self.signer(self.chief, Role.SECTION_CHIEF)

    @property
    def leader_name(self) -> str:
        return self.signer(self.leader, Role.LEADER)

    @property
    def days_held(self) -> int:
        """For how many days (calendar) it has been lying where it is."""
        if self.held_since is None:
            return 0
        return (clock.today() - clock.local(self.held_since).date()).days


class DocketItemQuerySet(models.QuerySet["DocketItem"]):
    """Items in the vocabulary of the portal."""

    def live(self) -> DocketItemQuerySet:
        """Items that have not left and have not been carried out."""
        return self.filter(live=True)

    def agreed(self) -> DocketItemQuerySet:
        return self.filter(live=True, decision=DocketItem.Result.AGREED)

    def for_rows(self) -> DocketItemQuerySet:
        return self.select_related("dossier__applicant", "dossier__field", "dossier__recommender")


class DocketItem(models.Model):
    """A dossier in a docket with the step that is proposed for it. It is the warrant under which the door takes it."""

    class Result(models.TextChoices):
        PENDING = "pending", _("待审批")
        AGREED = "agreed", _("同意")
        DISAGREED = "disagreed", _("不同意")
        LEFT = "left", _("已退出")
        DONE = "done", _("已办理")

    docket = models.ForeignKey(Docket, on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="docket_items")
    position = models.PositiveSmallIntegerField(_("序号"))
    step = models.CharField(_("拟处理意见"), max_length=60)
    data = models.JSONField(default=dict)
    grounds = models.CharField(_("理由"), max_length=500, blank=True)
    state_seen = models.CharField(max_length=50)
    decision = models.CharField(_("审批结果"), max_length=10, choices=Result, default=Result.PENDING)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    live = models.BooleanField(default=True)
    left_at = models.DateTimeField(_("退出时间"), null=True, editable=False)
    papers = models.ManyToManyField(IssuedPaper, related_name="docket_items", editable=False)

    objects = DocketItemQuerySet.as_manager()

    class Meta:
        ordering = ["docket", "position"]
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(live=True), name="docket_item_one_live"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.dossier}"

    @property
    def proposal(self) -> Text:
        """What is proposed, in words."""
        return self.docket.matter_info.decision(self.step).label

    # --- the warrant (`lifecycle.warrants.Warrant`) ---
    def orders(self, subject: Subject, step: str) -> bool:
        """Its own step once the docket is decided; the returned step when it was disagreed."""
        if not self.live or subject.pk != self.dossier_id or not isinstance(subject, Dossier):
            return False
        if self.decision == self.Result.AGREED:
            return step == self.step
        return self.decision == self.Result.DISAGREED and step == self.docket.matter_info.returned

    def facts(self) -> dict[str, Any]:
        docket = self.docket
        decided_by = docket.leader or docket.chief
        return {
            "docket": docket.serial,
            "number": docket.number or "",
            "dated": docket.dated.isoformat() if docket.dated else "",
            "decided_by": decided_by.pk if decided_by else None,
        }


class DeputyQuerySet(models.QuerySet["Deputy"]):
    """Deputies in the vocabulary of the portal."""

    def on(self, day: dt.date) -> DeputyQuerySet:
        """Those in force on that date (Shanghai)."""
        return self.filter(first__lte=day, last__gte=day)

    def visible_to(self, actor: Actor) -> DeputyQuerySet:
        """The bureau's own."""
        return self if actor.system or actor.role in _READERS else self.none()

    def ended_by(self, actor: Actor) -> DeputyQuerySet:
        """Those whose term the actor may end: a section chief everybody's, others that of their own deputy."""
        if actor.role == Role.SECTION_CHIEF:
            return self
        return self.filter(absent=actor.membership) if actor.membership else self.none()


class Deputy(models.Model):
    """代理: somebody stands in for an absent handler, section chief or leader for a term."""

    absent = models.ForeignKey(Membership, verbose_name=_("不在岗人员"), on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Membership, verbose_name=_("代理人"), on_delete=models.PROTECT, related_name="+")
    first = models.DateField(_("开始日期"))
    last = models.DateField(_("结束日期（含当日）"))
    reason = models.CharField(_("原因"), max_length=100)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("代理")
        ordering = ["-last", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="deputy_term")]

    def __str__(self) -> str:
        return str(_("%(deputy)s 代理 %(absent)s")) % {"deputy": self.deputy.user, "absent": self.absent.user}
