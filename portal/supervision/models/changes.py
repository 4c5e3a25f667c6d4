"""Units renamed or merged, and replaced contacts of dossiers: what was before stays on file."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Unit, phone_validator
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.supervision.access import STAFF, of_parties


class UnitChangeQuerySet(models.QuerySet["UnitChange"]):
    """Changes of units in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> UnitChangeQuerySet:
        """The bureau's, and the unit's own."""
        if actor.system or actor.role in STAFF:
            return self
        if actor.is_applicant and actor.unit_id:
            return self.filter(Q(unit_id=actor.unit_id) | Q(into_id=actor.unit_id))
        return self.none()


class UnitChange(models.Model):
    """更名或者合并: the unit's dossiers follow; the name before is kept here, and in every paper issued under it."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", _("更名")
        MERGED = "merged", _("合并")

    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="changes")
    old_name = models.CharField(_("原名称"), max_length=100)
    new_name = models.CharField(_("现名称"), max_length=100)
    into = models.ForeignKey(
        Unit, verbose_name=_("承接单位"), null=True, on_delete=models.PROTECT, related_name="absorbed"
    )
    reason = models.TextField(_("原因"), max_length=500)
    effective_on = models.DateField(_("生效日期"))
    dossiers = models.PositiveIntegerField(_("涉及项目数"), default=0)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("经办人"), on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(_("办理时间"), default=clock.now)

    objects = UnitChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("单位更名和合并")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.old_name} → {self.new_name}"


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> ContactQuerySet:
        """The parties of the dossier: bureau, applicant, recommender."""
        return self.filter(of_parties(actor, recommender=True))


class Contact(models.Model):
    """A contact of a dossier in place of the one that the form named; the latest one counts."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("联系人"), max_length=40)
    post = models.CharField(_("职务"), max_length=40, blank=True)
    mobile = models.CharField(_("手机"), max_length=20, validators=[phone_validator])
    email = models.EmailField(_("电子邮箱"))
    reason = models.CharField(_("更换原因"), max_length=200)
    since = models.DateTimeField(_("更换时间"), default=clock.now)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("经办"), on_delete=models.PROTECT, related_name="+"
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("项目联系人")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
