"""Task books 任务书 and their versions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.execution.access import of_visible
from portal.execution.plans import Content, Plan, plan_of
from portal.execution.states import SIGNED, TASK_BOOK
from portal.execution.task_books.steps import TaskBookSteps
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject


class TaskBookQuerySet(models.QuerySet["TaskBook"]):
    """Task books in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> TaskBookQuerySet:
        """Those of dossiers the actor may see."""
        return self.filter(of_visible(actor))


@subject(TASK_BOOK)
class TaskBook(TaskBookSteps, Subject):
    """任务书: what undertaker, guarantor and bureau agreed on. Its records stand on the dossier's chain.

    `content` is the plan as it holds now (see `execution.plans`); every fixed or changed one is kept as a version.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="task_book")
    content = models.JSONField(default=dict, editable=False)
    version = models.PositiveSmallIntegerField(_("版本"), default=0, editable=False)
    undertaker_signer = models.CharField(_("承担单位签署人"), max_length=40, blank=True, editable=False)
    undertaker_on = models.DateField(_("承担单位签署日期"), null=True, editable=False)
    guarantor_signer = models.CharField(_("保证单位签署人"), max_length=40, blank=True, editable=False)
    guarantor_on = models.DateField(_("保证单位签署日期"), null=True, editable=False)
    bureau_signer = models.CharField(_("市局签署人"), max_length=40, blank=True, editable=False)
    bureau_on = models.DateField(_("市局签署日期"), null=True, editable=False)
    returned_reason = models.TextField(_("退回原因"), blank=True, editable=False)

    objects = TaskBookQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任务书")

    def __str__(self) -> str:
        return str(_("任务书"))

    def describe(self) -> str:
        return f"{self.dossier.describe()} · {self}"

    def get_absolute_url(self) -> str:
        return reverse("execution:task_book", args=[self.pk])

    def lock_before(self) -> None:
        """The dossier: everybody takes it first."""
        Dossier.objects.select_for_update().filter(pk=self.dossier_id).order_by().values_list("pk").first()

    @property
    def is_signed(self) -> bool:
        return self.state == SIGNED.id

    @property
    def running(self) -> Any:
        """The dossier in its own class."""
        return concrete(self.dossier)

    @property
    def plan(self) -> Plan:
        """The declaration of its parts."""
        return plan_of(self.dossier)


class TaskBookVersion(models.Model):
    """The plan as it was fixed for signature (1) or changed by a granted request (2, 3, …). Never changed."""

    book = models.ForeignKey(TaskBook, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    content: models.JSONField[Content, Content] = models.JSONField()
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        ordering = ["book", "-number"]
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="task_book_version_once")]

    def __str__(self) -> str:
        return f"{self.book_id} v{self.number}"
