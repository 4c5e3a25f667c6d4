"""Uploaded files. A file is first pending (it has an uploader and a slot), then claimed by the subject it belongs to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.base import clock


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Attachments in the vocabulary of the portal."""

    def pending_of(self, actor: Actor) -> AttachmentQuerySet:
        """What this person, or this visitor's form, has uploaded and nothing has taken yet."""
        waiting = self.filter(claimed_at=None, removed_at=None)
        if actor.user is not None:
            return waiting.filter(uploader=actor.user)
        return waiting.filter(uploader=None, visitor=actor.visitor) if actor.visitor else self.none()


class Attachment(models.Model):
    """One uploaded file in a slot of its holder.

    The holder is named by label and key (`dossiers.dossier`, 17), because this room stands below those that own files;
    the owning room registers who may read (`attachments.access`). What a member of the public uploads has no uploader
    but the visitor's key of the form it came with.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("上传人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    visitor = models.CharField(max_length=64, blank=True, default="", editable=False)
    slot = models.CharField(_("材料类别"), max_length=60)
    holder_type = models.CharField(max_length=60, blank=True)
    holder_id = models.BigIntegerField(null=True, blank=True)
    row = models.UUIDField(_("所属表格行"), null=True, blank=True)
    version = models.PositiveIntegerField(_("所属申报书版本"), null=True, blank=True)
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("文件类型"), max_length=10)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(max_length=200, editable=False)
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)
    claimed_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("附件")
        ordering = ["pk"]
        indexes = [models.Index(fields=["holder_type", "holder_id", "slot"])]

    def __str__(self) -> str:
        return self.name
