"""Draws of experts, kept so that each can be repeated."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Membership
from portal.base import clock
from portal.lifecycle.models import Record
from portal.reviews.drawing import Lot
from portal.reviews.models.experts import Expert
from portal.reviews.models.rounds import Round


class Draw(models.Model):
    """抽取记录: the seed, from whom was drawn, and who was. Its digest stands in the round's history."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="draws", editable=False)
    method = models.CharField(_("抽取方法"), max_length=20, editable=False)
    seed = models.CharField(_("随机种子"), max_length=64, editable=False)
    pool = models.JSONField(_("抽取范围"), default=list, editable=False)
    taken = models.JSONField(_("各单位已有席位"), default=dict, editable=False)
    most = models.PositiveSmallIntegerField(_("同一单位最多人数"), editable=False)
    asked = models.PositiveSmallIntegerField(_("抽取人数"), editable=False)
    drawn = models.JSONField(_("抽取结果"), default=list, editable=False)
    replaces = models.ForeignKey(
        Expert, verbose_name=_("替补"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    drawn_by = models.ForeignKey(Membership, verbose_name=_("抽取人"), on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(_("抽取时间"), default=clock.now)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("抽取记录")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.round} {self.drawn_at:%Y-%m-%d}"

    @property
    def lots(self) -> list[Lot]:
        """From whom was drawn."""
        return [Lot(*row) for row in self.pool]

    def facts(self) -> dict[str, Any]:
        """What the digest is over."""
        names = ("method", "seed", "pool", "taken", "most", "asked", "drawn")
        return {name: getattr(self, name) for name in names}
