"""Claims of units, requests to join, invitations."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts import credit_code
from portal.accounts.actors import Actor
from portal.accounts.models import Unit, UnitFacts
from portal.accounts.roles import Role
from portal.base import clock
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.registration.lifecycle import ClaimSteps, JoinSteps
from portal.registration.rules import district_of
from portal.registration.states import CLAIM, JOIN


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Claims in the vocabulary of registration."""

    def visible_to(self, actor: Actor) -> ClaimQuerySet:
        """Insiders see all, a district bureau those of its district, everybody their own."""
        if actor.is_inside:
            return self
        own = Q(user=actor.user) if actor.user else Q(pk=None)
        district = district_of(actor)
        return self.filter(own | Q(district=district)) if district else self.filter(own)

    def waiting(self) -> ClaimQuerySet:
        """Those that wait for a decision."""
        return self.filter(state="submitted")


@subject(CLAIM)
class Claim(ClaimSteps, UnitFacts, Subject):
    """单位登记申请: a person's statement of a unit's record. Confirmed, it becomes the unit."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="claims"
    )
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), null=True, on_delete=models.PROTECT, related_name="claims")
    manual_check = models.BooleanField(_("申请人工核验信用代码"), default=False)
    manual_reason = models.CharField(_("人工核验说明"), max_length=200, blank=True)
    code_override_reason = models.CharField(_("信用代码校验不符仍予认可的理由"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), default=clock.now)
    decided_at = models.DateTimeField(_("办结时间"), null=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("单位登记申请")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "district", "-submitted_at"]),
            models.Index(fields=["credit_code", "state"]),
        ]

    def get_absolute_url(self) -> str:
        return reverse("registration:claim_detail", args=[self.pk])

    @property
    def code_fails(self) -> bool:
        """Whether the credit code does not pass its check."""
        return not credit_code.is_valid(self.credit_code)


class JoinQuerySet(models.QuerySet["Join"]):
    """Requests to join in the vocabulary of registration."""

    def visible_to(self, actor: Actor) -> JoinQuerySet:
        """Insiders see all, a unit's administrator those of the unit, everybody their own."""
        if actor.is_inside:
            return self
        own = Q(user=actor.user) if actor.user else Q(pk=None)
        administers = actor.role == Role.UNIT_ADMIN and actor.unit_id
        return self.filter(own | Q(unit=actor.unit_id)) if administers else self.filter(own)

    def waiting(self) -> JoinQuerySet:
        """Those that wait for a decision."""
        return self.filter(state="submitted")


@subject(JOIN)
class Join(JoinSteps, Subject):
    """加入单位申请: a person's request to become a member of a registered unit."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="joins"
    )
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="joins")
    note = models.CharField(_("说明"), max_length=200, blank=True)
    role = models.CharField(_("角色"), max_length=20, choices=Role, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), default=clock.now)
    decided_at = models.DateTimeField(_("办结时间"), null=True)

    objects = JoinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("加入单位申请")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["unit", "state"])]

    def __str__(self) -> str:
        return str(_("%(user)s 加入 %(unit)s") % {"user": self.user, "unit": self.unit})

    def get_absolute_url(self) -> str:
        return reverse("registration:join_detail", args=[self.pk])


def _token() -> str:
    return secrets.token_urlsafe(24)


class Invitation(models.Model):
    """An administrator's invitation to a colleague. Whoever opens its link and signs in becomes a member, once."""

    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("电子邮箱"))
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("邀请时间"), default=clock.now)
    expires_at = models.DateTimeField(_("有效期至"))
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("接受或取消时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("成员邀请")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.email} → {self.unit}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.closed_at is None and clock.now() < self.expires_at
