"""Assignments: one expert and one dossier of a round, from the invitation to the locked sheet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.reviews.models.experts import Expert
from portal.reviews.models.rounds import LATER_READERS, Entry, Round
from portal.reviews.scoring import Sheet
from portal.reviews.states import ASSIGNMENT, VALID
from portal.reviews.steps import AssignmentSteps


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> AssignmentQuerySet:
        """An expert sees the own ones; handlers all (their scores once they are submitted); chief, leader and auditor
        those of concluded rounds, the chief also what waits for a second person's check; a commissioned body those of its
        rounds, as handlers do. Nobody else sees any."""
        if actor.system or actor.role == Role.HANDLER:
            return self
        if actor.role in LATER_READERS:
            allowed = Q(entry__round__state="concluded")
            return self.filter(allowed | Q(state="entered") if actor.role == Role.SECTION_CHIEF else allowed)
        if actor.role == Role.EXPERT and actor.user:
            return self.filter(expert__user=actor.user)
        if actor.role == Role.RECOMMENDER and actor.body_id:
            return self.filter(entry__round__commissioned_to=actor.body_id)
        return self.none()

    def valid(self) -> AssignmentQuerySet:
        """Those whose sheet counts."""
        return self.filter(state__in=VALID)


@subject(ASSIGNMENT)
class Assignment(AssignmentSteps, Subject):
    """One expert and one dossier of a round."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="assignments")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="assignments")
    scores = models.JSONField(_("评分"), default=dict, editable=False)
    comments = models.JSONField(_("分项意见"), default=dict, editable=False)
    vetoes = models.JSONField(_("提出的否决项及依据"), default=dict, editable=False)
    total = models.DecimalField(_("总分"), max_digits=6, decimal_places=2, null=True, editable=False)
    opinion = models.TextField(_("评审意见"), blank=True, editable=False)
    draft = models.JSONField(default=dict, editable=False)
    reason = models.CharField(_("谢绝或者回避的原因"), max_length=300, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, editable=False)
    on_behalf = models.BooleanField(_("代录"), default=False, editable=False)
    entered_by = models.ForeignKey(
        Membership, verbose_name=_("代录人"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    checked_by = models.ForeignKey(
        Membership, verbose_name=_("复核人"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = AssignmentQuerySet.as_manager()
    neighbours = ("entry__round", "expert")

    class Meta:
        verbose_name = verbose_name_plural = _("专家评审")
        ordering = ["entry", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "expert"],
                condition=~Q(state__in=("declined", "recused", "cancelled")),
                name="assignment_one_live",
            )
        ]
        indexes = [models.Index(fields=["expert", "state"])]

    def __str__(self) -> str:
        return f"{self.expert} · {self.entry.dossier}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:assignment", args=[self.pk])

    def lock_before(self) -> None:
        """The round first: whoever concludes it holds it while its sheets are locked."""
        its_own = Entry.everything.filter(pk=self.entry_id).values("round")
        Round.objects.select_for_update().filter(pk__in=its_own).order_by().values_list("pk").first()

    @property
    def sheet(self) -> Sheet:
        """The score sheet without the items that do not apply to the dossier."""
        return self.entry.round.sheet.without(self.entry.dropped)
