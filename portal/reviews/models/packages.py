"""Packages for a review meeting: one file with everything to print, made by the worker."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Membership
from portal.base import clock
from portal.reviews.models.rounds import Round


class Package(models.Model):
    """会议材料包: sign-in sheet, list, empty score sheets, compilation of the forms, as one zip."""

    class Making(models.TextChoices):
        WAITING = "waiting", _("生成中")
        MADE = "made", _("已生成")
        FAILED = "failed", _("生成未成功")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="packages")
    asked_by = models.ForeignKey(Membership, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"), default=clock.now)
    making = models.CharField(_("生成状态"), max_length=10, choices=Making, default=Making.WAITING)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("生成时间"), null=True)
    path = models.CharField(max_length=160, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("大小（字节）"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.round} {self.asked_at:%Y-%m-%d}"
