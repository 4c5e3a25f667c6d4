"""Milestones 阶段任务 of a running project."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.execution.access import of_visible
from portal.execution.milestones.steps import MilestoneSteps
from portal.execution.states import MILESTONE, PLANNED
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    """Milestones in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> MilestoneQuerySet:
        """Those of dossiers the actor may see."""
        return self.filter(of_visible(actor))


@subject(MILESTONE)
class Milestone(MilestoneSteps, Subject):
    """A stage of the task book that the undertaker reports on. Its records stand on the dossier's chain.

    `row` is the id of its row in the plan, by which a granted change finds it again.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="milestones")
    row = models.CharField(max_length=40, editable=False)
    position = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("阶段"), max_length=80)
    task = models.TextField(_("工作内容"), blank=True)
    result = models.CharField(_("阶段成果"), max_length=200, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期（含当日）"))
    percent = models.PositiveSmallIntegerField(_("完成进度（%）"), default=0)
    reported_at = models.DateTimeField(_("最近报告时间"), null=True, editable=False)
    report = models.TextField(_("最近进展"), blank=True)
    reached_on = models.DateField(_("完成日期"), null=True, editable=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("阶段任务")
        ordering = ["dossier", "position"]
        constraints = [models.UniqueConstraint(fields=["dossier", "row"], name="milestone_row_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_coming(self) -> bool:
        """Whether its time has not come, and nothing was reported before it."""
        return self.state == PLANNED.id and not self.percent and self.starts_on > clock.today()

    def describe(self) -> str:
        return f"{self.dossier.describe()} · {self}"

    def get_absolute_url(self) -> str:
        return reverse("execution:milestone", args=[self.pk])

    def lock_before(self) -> None:
        """The dossier: everybody takes it first."""
        Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()
