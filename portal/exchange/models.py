"""Imports: the job with its life, what its check found, what it made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base import clock
from portal.exchange import kinds
from portal.exchange.rows import ERROR, NOTE, WARNING
from portal.exchange.rules import READERS
from portal.exchange.states import IMPORTED, LIFECYCLE, WORKING
from portal.exchange.steps import ImportSteps
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    """Imports in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> ImportJobQuerySet:
        """A handler sees the imports of the kinds open to handlers, colleagues' too; chiefs and auditors see all."""
        if actor.system or (actor.role in READERS and actor.role != Role.HANDLER):
            return self
        if actor.role == Role.HANDLER:
            return self.filter(kind__in=[kind.id for kind in kinds.kinds_for(actor)])
        return self.none()


@subject(LIFECYCLE)
class ImportJob(ImportSteps, Subject):
    """One file on its way into the database. Counts are lines, but for those of errors and warnings.

    `note` says why an import or an undo that was wanted was not carried out.
    """

    serial = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("导入内容"), max_length=40)
    owner = models.ForeignKey(Membership, verbose_name=_("导入人"), on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    undone_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("文件"), max_length=200)
    skip_known = models.BooleanField(_("跳过已有的记录"), default=False)
    row_count = models.PositiveIntegerField(_("行数"), default=0)
    good_count = models.PositiveIntegerField(_("可导入"), default=0)
    skip_count = models.PositiveIntegerField(_("跳过"), default=0)
    bad_count = models.PositiveIntegerField(_("有差错的行"), default=0)
    error_count = models.PositiveIntegerField(_("差错"), default=0)
    warning_count = models.PositiveIntegerField(_("提示"), default=0)
    note = models.TextField(_("未能办理的原因"), blank=True)
    created_at = models.DateTimeField(_("上传时间"), default=clock.now)
    checked_at = models.DateTimeField(_("检查时间"), null=True)
    ended_at = models.DateTimeField(_("办结时间"), null=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("批量导入")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["kind"], condition=models.Q(state__in=WORKING), name="importjob_working"),
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.kind_label}" if self.serial else self.kind_label

    def get_absolute_url(self) -> str:
        return reverse("exchange:job", args=[self.pk])

    @property
    def kind_info(self) -> kinds.Kind | None:
        """The declaration of its kind; None when the portal has it no more."""
        try:
            return kinds.kind(self.kind)
        except KeyError:
            return None

    @property
    def kind_label(self) -> str:
        return str(self.kind_info.label) if self.kind_info else self.kind

    @property
    def columns(self) -> Sequence[kinds.Column]:
        """The columns of its kind as they are now."""
        return self.kind_info.columns() if self.kind_info else ()

    @property
    def works(self) -> bool:
        """Whether the worker has something to do."""
        return self.state in WORKING

    @property
    def file(self) -> Attachment:
        """The file that was uploaded."""
        return Attachment.objects.get(holder_type=self._meta.label_lower, holder_id=self.pk)

    @cached_property
    def obstacles(self) -> dict[int, str]:
        """Why records of this import cannot be taken back, by the key of the imported row (a few queries)."""
        from portal.exchange.working import obstacles_of

        return obstacles_of(self) if self.state == IMPORTED.id else {}


class ImportProblem(models.Model):
    """Something that the latest check found about a line."""

    class Level(models.TextChoices):
        ERROR = ERROR, _("差错")
        WARNING = WARNING, _("提示")
        NOTE = NOTE, _("跳过")

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField(_("行"))
    column = models.CharField(_("列"), max_length=60, blank=True)
    level = models.CharField(_("类别"), max_length=10, choices=Level)
    text = models.TextField(_("说明"))
    value = models.CharField(_("填写的内容"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("检查发现的问题")
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["job", "line", "id"])]

    def __str__(self) -> str:
        return f"{self.line} {self.column} {self.text}"


class ImportedRow(models.Model):
    """A record that an import made, with the state of its history at that moment: what came later is somebody's act."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="imported")
    line = models.PositiveIntegerField(_("行"))
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    label = models.CharField(_("导入的记录"), max_length=200)
    chain_id = models.BigIntegerField(null=True)
    chain_seq = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("导入的记录")
        ordering = ["line"]
        indexes = [models.Index(fields=["job", "line", "id"]), models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return self.label
