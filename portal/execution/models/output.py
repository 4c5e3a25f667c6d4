"""The register of outputs 成果登记: standards, trainings, effects, and what else a running project brings forth."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.execution.access import of_visible


class OutputQuerySet(models.QuerySet["Output"]):
    """Outputs in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> OutputQuerySet:
        """Those of dossiers the actor may see."""
        return self.filter(of_visible(actor))

    def kept(self) -> OutputQuerySet:
        """Those that were not taken out again."""
        return self.filter(removed_at=None)


class Output(models.Model):
    """One thing that a running project brought forth, entered by the undertaker. Reports are filled from here.

    A removed row is kept with its reason: a report may have counted it.
    """

    class Kind(models.TextChoices):
        STANDARD = "standard", _("标准")
        TRAINING = "training", _("宣贯培训")
        EFFECT = "effect", _("实施成效")
        PATENT = "patent", _("专利")
        PROJECT = "project", _("项目课题")
        INTERNATIONAL = "international", _("国际标准化任职")
        EVENT = "event", _("标准化活动")

    class Level(models.TextChoices):
        INTERNATIONAL = "international", _("国际标准")
        REGIONAL = "regional", _("区域、国外先进标准")
        NATIONAL = "national", _("国家标准")
        INDUSTRY = "industry", _("行业标准")
        LOCAL = "local", _("地方标准")
        DELTA = "delta", _("长三角区域协同地方标准")
        GROUP = "group", _("团体标准")
        ENTERPRISE = "enterprise", _("企业标准")

    class Standing(models.TextChoices):
        APPLIED = "applied", _("已申请立项")
        DRAFTING = "drafting", _("制定中")
        PUBLISHED = "published", _("已发布")

    class Part(models.TextChoices):
        LEAD = "lead", _("主导")
        JOIN = "join", _("参与")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="outputs")
    kind = models.CharField(_("类别"), max_length=15, choices=Kind)
    title = models.CharField(_("名称"), max_length=150)
    level = models.CharField(_("标准级别"), max_length=15, choices=Level, blank=True)
    number = models.CharField(_("编号"), max_length=60, blank=True)
    part = models.CharField(_("参与方式"), max_length=5, choices=Part, blank=True)
    standing = models.CharField(_("进展"), max_length=10, choices=Standing, blank=True)
    on = models.DateField(_("日期"))
    quantity = models.DecimalField(_("数量"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20, blank=True)
    note = models.TextField(_("说明"), blank=True, max_length=1000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("登记时间"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), default=clock.now, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_reason = models.CharField(_("移除原因"), max_length=200, blank=True, editable=False)

    objects = OutputQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("成果")
        ordering = ["dossier", "kind", "-on", "-pk"]
        indexes = [models.Index(fields=["dossier", "kind", "-on"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()
