"""The form of a dossier: the document that is being filled in, and the immutable versions of it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.declaration.document import Document
from portal.dossiers.models import Dossier


class FormDocument(models.Model):
    """What has been typed so far. Each section has an integer revision, so that two people do not overwrite each other.

    `saved` says of each section who saved it last and when: `{section: {"by": name, "at": ISO time}}`.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="form_document")
    data = models.JSONField(default=dict)
    revisions = models.JSONField(default=dict)
    saved = models.JSONField(default=dict)
    updated_at = models.DateTimeField(_("保存时间"), default=clock.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("保存人"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("申报书草稿")

    def __str__(self) -> str:
        return f"form of dossier {self.dossier_id}"

    @property
    def document(self) -> Document:
        return Document(self.data)

    def revision(self, section: str) -> int:
        return int(self.revisions.get(section, 0))


class FormVersion(models.Model):
    """A submitted version: never changed, never deleted.

    `data` is canonical JSON text: the form's version name, the contents, the contents as a person reads them (so that
    later changes of code or of names do not change what was submitted), and the materials with their SHA-256.
    `sha256` is the hash of that text, `check_code` the short form of it that is printed on each page.
    """

    class Reason(models.TextChoices):
        SUBMIT = "submit", _("提交申报")
        CORRECTION = "correction", _("提交补正")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="form_versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    data = models.TextField()
    sha256 = models.CharField(max_length=64)
    check_code = models.CharField(_("校验码"), max_length=9)
    reason = models.CharField(_("原因"), max_length=12, choices=Reason)
    submitted_at = models.DateTimeField(_("提交时间"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提交人"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("申报书版本")
        ordering = ["dossier", "number"]
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.number} ({self.check_code})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a submitted version is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a submitted version is never deleted")

    @cached_property
    def content(self) -> dict[str, Any]:
        """The version's data: `form`, `sections`, `printed`, `attachments`."""
        loaded: dict[str, Any] = json.loads(self.data)
        return loaded

    @property
    def document(self) -> Document:
        return Document(self.content["sections"])
