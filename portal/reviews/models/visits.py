"""Site visits: what was seen where a dossier of a round is carried out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Membership
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.reviews.models.rounds import Entry


class Visit(models.Model):
    """现场检查记录: one visit. `points` are `{label, found, note}` each. A mistaken one is withdrawn, never deleted."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="visits")
    visited_on = models.DateField(_("检查日期"))
    place = models.CharField(_("检查地点"), max_length=120)
    people = models.TextField(_("参加人员"), max_length=500)
    points = models.JSONField(_("检查内容"), default=list)
    conclusion = models.TextField(_("检查结论"), max_length=2000)
    recorded_by = models.ForeignKey(Membership, verbose_name=_("记录人"), on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("记录时间"), default=clock.now)
    paper = models.ForeignKey(
        IssuedPaper, verbose_name=_("现场检查记录表"), null=True, on_delete=models.PROTECT, related_name="review_visits"
    )
    withdrawn_at = models.DateTimeField(_("作废时间"), null=True)
    withdrawn_reason = models.CharField(_("作废原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("现场检查记录")
        ordering = ["visited_on", "pk"]

    def __str__(self) -> str:
        return f"{self.visited_on.isoformat()} {self.place}"

    @property
    def missing(self) -> int:
        """How many points were not found."""
        return sum(not point["found"] for point in self.points)
