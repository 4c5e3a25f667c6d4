"""Issued papers: number, code and snapshot are fixed in the step; the bytes follow from the worker, set once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body
from portal.accounts.roles import Role
from portal.documents.sharing import concerning, withheld_from
from portal.dossiers.models import Dossier
from portal.lifecycle.models import Record
from portal.lifecycle.states import APPLICANT, RECOMMENDER

#: roles inside the bureau that read every paper of what they see
_INSIDE = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})


def party_of(actor: Actor) -> str:
    """The id of the party for which this actor reads papers; the role's own name for experts and others."""
    if actor.is_applicant:
        return APPLICANT.id
    return RECOMMENDER.id if actor.role == Role.RECOMMENDER else str(actor.role or "")


class IssuedPaperQuerySet(models.QuerySet["IssuedPaper"]):
    """Papers in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> IssuedPaperQuerySet:
        """What this actor may read: papers of visible dossiers that name the actor's party, and the own body's lists."""
        if actor.system:
            return self
        mine = concerning(Dossier.objects.visible_to(actor).order_by().values("pk"))
        if actor.role in _INSIDE:
            mine |= Q(dossier=None)
        elif actor.role == Role.RECOMMENDER and actor.body_id:
            mine |= Q(dossier=None, body_id=actor.body_id)
        return self.readable_by(actor).filter(mine)

    def readable_by(self, actor: Actor) -> IssuedPaperQuerySet:
        """Those that the actor may read once its subject is visible: inside the bureau all, outside what names the party."""
        if actor.system:
            return self
        if actor.role in _INSIDE:
            found = self
            for kept in withheld_from(actor):
                found = found.exclude(kept)
            return found
        return self.filter(readers__contains=f"|{party_of(actor)}|") if actor.role else self.none()

    def for_rows(self) -> IssuedPaperQuerySet:
        """With what a row of a list shows, without the snapshots."""
        return self.select_related("dossier", "body", "replaced_by").defer("snapshot", "replaced_by__snapshot")


class IssuedPaper(models.Model):
    """文书: one issued paper of a dossier, or of another subject (then it may belong to a body)."""

    class Making(models.TextChoices):
        WAITING = "waiting", _("等待生成")
        MAKING = "making", _("生成中")
        MADE = "made", _("已生成")
        FAILED = "failed", _("生成未成功")

    class Status(models.TextChoices):
        VALID = "valid", _("有效")
        REPLACED = "replaced", _("已被替换")
        REVOKED = "revoked", _("已撤销")

    dossier = models.ForeignKey(
        Dossier, verbose_name=_("项目"), null=True, editable=False, on_delete=models.PROTECT, related_name="papers"
    )
    body = models.ForeignKey(
        Body, verbose_name=_("所属机构"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    subject_type = models.CharField(max_length=60, editable=False)
    subject_id = models.BigIntegerField(editable=False)
    record = models.ForeignKey(Record, null=True, editable=False, on_delete=models.PROTECT, related_name="papers")
    kind = models.SlugField(_("种类"), max_length=40, editable=False)
    number = models.CharField(_("文书编号"), max_length=30, unique=True, editable=False)
    code = models.CharField(_("校验码"), max_length=19, unique=True, editable=False)
    title = models.CharField(_("名称"), max_length=120, editable=False)
    snapshot = models.JSONField(default=dict, editable=False)
    readers = models.CharField(max_length=120, default="|", editable=False)
    issued_on = models.DateField(_("出具日期"), editable=False)
    issued_at = models.DateTimeField(editable=False)

    status = models.CharField(_("效力"), max_length=10, choices=Status, default=Status.VALID, editable=False)
    status_reason = models.CharField(_("理由"), max_length=200, blank=True, editable=False)
    status_at = models.DateTimeField(null=True, editable=False)
    replaced_by = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="predecessors"
    )

    making = models.CharField(_("生成状态"), max_length=10, choices=Making, default=Making.WAITING, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    error = models.CharField(_("原因"), max_length=300, blank=True, editable=False)
    made_at = models.DateTimeField(null=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    path = models.CharField(max_length=120, blank=True, editable=False)
    size = models.PositiveIntegerField(_("大小（字节）"), default=0, editable=False)

    objects = IssuedPaperQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文书")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["dossier", "-id"]),
            models.Index(fields=["body", "-id"]),
            models.Index(fields=["subject_type", "subject_id", "kind"]),
            models.Index(fields=["sha256"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def is_made(self) -> bool:
        return self.making == self.Making.MADE

    @property
    def is_pending(self) -> bool:
        """Whether the worker is still expected to deliver it."""
        return self.making in (self.Making.WAITING, self.Making.MAKING)

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded."""
        return f"{self.title}_{self.number}.pdf"
