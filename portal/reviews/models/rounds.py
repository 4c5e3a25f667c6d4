"""Rounds of review, the seats on their panels, and the dossiers in them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body, Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.reviews.models.experts import Expert
from portal.reviews.registry import conclusion_label, matter
from portal.reviews.scoring import Sheet
from portal.reviews.states import ENDED, ROUND
from portal.reviews.steps import RoundSteps

#: roles that read a round once it has ended
LATER_READERS = frozenset({Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> RoundQuerySet:
        """Handlers see all rounds; chief, leader and auditor those that have ended; an expert those the expert is asked
        to; a body those it is commissioned with. Nobody else knows of them. A chief also reaches a round with a sheet that
        waits for a second person."""
        from portal.reviews.models.assignments import Assignment

        if actor.system or actor.role == Role.HANDLER:
            return self
        if actor.role == Role.SECTION_CHIEF:
            entered = Assignment.objects.filter(state="entered").values("entry__round")
            return self.filter(Q(state__in=ENDED) | Q(pk__in=entered))
        if actor.role in LATER_READERS:
            return self.filter(state__in=ENDED)
        if actor.role == Role.EXPERT and actor.user:
            return self.filter(pk__in=Assignment.objects.filter(expert__user=actor.user).values("entry__round"))
        if actor.role == Role.RECOMMENDER and actor.body_id:
            return self.filter(commissioned_to=actor.body_id)
        return self.none()

    def live(self) -> RoundQuerySet:
        """Those that have not ended."""
        return self.exclude(state__in=ENDED)


@subject(ROUND)
class Round(RoundSteps, Subject):
    """评审: one sitting of a panel over a list of dossiers of one programme and matter.

    `matter` is a programme's (`pilots.project_review`); `rule` is its pinned rule: sheet, pass lines, panel size.
    """

    programme = models.CharField(_("项目类型"), max_length=30)
    matter = models.CharField(_("评审事项"), max_length=40)
    title = models.CharField(_("名称"), max_length=120)
    held_on = models.DateField(_("评审日期"))
    place = models.CharField(_("地点或者方式"), max_length=120, blank=True)
    intended = models.PositiveSmallIntegerField(_("拟立项数量"), null=True, blank=True)
    rule = models.JSONField(default=dict, editable=False)
    chair = models.ForeignKey(
        Expert, verbose_name=_("专家组组长"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    experts = models.ManyToManyField(
        Expert, verbose_name=_("专家"), blank=True, related_name="rounds", through="reviews.Seat"
    )
    organiser = models.ForeignKey(Membership, verbose_name=_("经办人"), on_delete=models.PROTECT, related_name="+")
    commissioned_to = models.ForeignKey(
        Body, verbose_name=_("受托单位"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    commissioned_until = models.DateField(_("委托期限"), null=True, editable=False)
    repeats = models.ForeignKey(
        "self",
        verbose_name=_("重新组织自"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="repeated_by",
    )
    conclusion = models.TextField(_("专家组意见"), blank=True)
    minutes = models.CharField(_("会议纪要编号"), max_length=60, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    concluded_at = models.DateTimeField(_("结束时间"), null=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("评审")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["held_on", "id"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reviews:round", args=[self.pk])

    @property
    def sheet(self) -> Sheet:
        """The full score sheet of this round."""
        rule: dict[str, Any] = self.rule
        return Sheet.of(
            rule["sheet"],
            step=rule["score_step"],
            comment_below=rule["comment_below"],
            bonus_cap=rule.get("bonus_cap", 10),
            vetoes=rule.get("vetoes", ()),
        )

    @property
    def comparative(self) -> bool:
        """Whether its dossiers are ranked against each other."""
        return matter(self.matter).comparative

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class Seat(models.Model):
    """An expert on the panel of a round, with the letter of invitation."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="seats")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="seats")
    added_at = models.DateTimeField(_("选定时间"), default=clock.now, editable=False)
    letter = models.ForeignKey(
        IssuedPaper, verbose_name=_("邀请函"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "expert"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.expert} · {self.round}"


class KeptEntries(models.Manager["Entry"]):
    """Entries that were not taken out of their round."""

    def get_queryset(self) -> models.QuerySet[Entry]:
        return super().get_queryset().filter(left_at=None)


class Entry(models.Model):
    """A dossier in a round, with what the panel came to. Numbers are written when the round is concluded.

    `objects` leaves out what was taken out of its round before the end; `everything` has that too.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="review_entries")
    position = models.PositiveSmallIntegerField(_("序号"))
    pass_line = models.DecimalField(_("合格线"), max_digits=6, decimal_places=2)
    dropped = models.JSONField(_("不适用的评分项"), default=list, blank=True)
    sheets = models.PositiveSmallIntegerField(_("有效评审表"), default=0)
    mean = models.DecimalField(_("平均分"), max_digits=6, decimal_places=2, null=True)
    spread = models.DecimalField(_("极差"), max_digits=6, decimal_places=2, null=True)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True)
    passed = models.BooleanField(_("达到合格线"), null=True)
    conclusion = models.CharField(_("专家组结论"), max_length=20, blank=True)
    vetoes = models.JSONField(_("认定成立的否决项"), default=list, blank=True)
    opinion = models.TextField(_("专家组对本项目的意见"), blank=True)
    sheets_paper = models.ForeignKey(
        IssuedPaper,
        verbose_name=_("个人评审意见表"),
        null=True,
        on_delete=models.PROTECT,
        related_name="review_entries",
    )
    notice = models.ForeignKey(
        IssuedPaper, verbose_name=_("会议通知"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    left_at = models.DateTimeField(_("移出时间"), null=True, editable=False)
    left_reason = models.CharField(_("移出原因"), max_length=300, blank=True, editable=False)

    objects = KeptEntries()
    everything = models.Manager["Entry"]()

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "dossier"], condition=Q(left_at=None), name="entry_once")
        ]
        indexes = [models.Index(fields=["round", "position"])]

    def __str__(self) -> str:
        return f"{self.position}. {self.dossier}"

    @property
    def conclusion_label(self) -> str:
        """What the panel came to in the words of the matter; its round should be loaded."""
        return conclusion_label(self.round.matter, self.conclusion)

    @property
    def veto_labels(self) -> list[str]:
        """The vetoes that were found to hold, in words."""
        return [veto.label for veto in self.round.sheet.vetoes if veto.id in self.vetoes]
