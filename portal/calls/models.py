"""Yearly calls with their fields, key directions and desks; versions of parameters."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body, Membership
from portal.attachments.models import Attachment
from portal.base import clock
from portal.calls.lifecycle import CLOSED, DRAFT, LIFECYCLE, PUBLISHED, CallSteps
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject


class CallQuerySet(models.QuerySet["Call"]):
    """Calls in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> CallQuerySet:
        """Insiders see all calls, everybody else the published and closed ones."""
        return self if actor.is_inside else self.exclude(state=DRAFT.id)

    def open_on(self, day: dt.date) -> CallQuerySet:
        """Calls whose window includes that date (Shanghai)."""
        return self.filter(state=PUBLISHED.id, opens_on__lte=day, closes_on__gte=day)


@subject(LIFECYCLE)
class Call(CallSteps, Subject):
    """申报通知: the yearly call of a programme. Its closing day is inclusive, to the last second in Shanghai."""

    programme = models.CharField(_("项目类型"), max_length=30)
    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.CharField(_("文号"), max_length=60, blank=True)
    title = models.CharField(_("标题"), max_length=120)
    issued_on = models.DateField(_("成文日期"), null=True, blank=True)
    opens_on = models.DateField(_("申报开始日期"))
    closes_on = models.DateField(_("申报截止日期（含当日）"))
    reporting_closes_on = models.DateField(_("推荐部门报送截止日期（含当日）"))
    form_version = models.CharField(_("申报表版本"), max_length=40)
    addressees = models.CharField(_("主送"), max_length=200, blank=True)
    text = models.TextField(_("通知正文"), blank=True)
    postal_address = models.CharField(_("纸质材料寄送地址"), max_length=200, blank=True)
    fairness_review = models.CharField(_("公平竞争审查结论"), max_length=200, blank=True)
    legality_review = models.CharField(_("合法性审核结论"), max_length=200, blank=True)
    extension_note = models.CharField(_("延长说明"), max_length=300, blank=True, editable=False)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("申报通知")
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return self.title

    def is_open(self, day: dt.date | None = None) -> bool:
        """Whether declarations can be submitted on that date (today when None), leaving late permits aside."""
        return self.state == PUBLISHED.id and self.opens_on <= (day or clock.today()) <= self.closes_on

    def is_over(self) -> bool:
        """Whether the window has ended."""
        return self.state == CLOSED.id or clock.today() > self.closes_on

    def reporting_deadline_of(self, body: Body | int | None) -> dt.date:
        """The last day on which a recommender may send declarations on: its own prolonged one, or the call's."""
        key = body.pk if isinstance(body, Body) else body
        return self._prolonged.get(key, self.reporting_closes_on) if key else self.reporting_closes_on

    @cached_property
    def _prolonged(self) -> dict[int, dt.date]:
        """The prolonged deadlines by body, read once."""
        rows = self.recommenders.exclude(reporting_closes_on=None)
        return {body: day for body, day in rows.values_list("body_id", "reporting_closes_on") if day}


class Desk(models.Model):
    """联系窗口: who answers for some fields of a call, and which handlers process their declarations."""

    call = models.ForeignKey(Call, verbose_name=_("申报通知"), on_delete=models.CASCADE, related_name="desks")
    contact_name = models.CharField(_("联系人"), max_length=40)
    phone = models.CharField(_("联系电话"), max_length=40)
    handlers = models.ManyToManyField(Membership, verbose_name=_("经办人"), blank=True, related_name="desks")
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("联系窗口")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.contact_name} {self.phone}"


class CallField(models.Model):
    """领域 of a call. Traits switch on conditional parts of the form (their meaning belongs to the programme)."""

    call = models.ForeignKey(Call, verbose_name=_("申报通知"), on_delete=models.CASCADE, related_name="fields")
    code = models.SlugField(_("代码"), max_length=30)
    name = models.CharField(_("领域"), max_length=40)
    desk = models.ForeignKey(
        Desk, verbose_name=_("联系窗口"), null=True, blank=True, on_delete=models.PROTECT, related_name="fields"
    )
    traits = models.JSONField(_("特征"), default=list, blank=True)
    other_allowed = models.BooleanField(_("重点方向可填“其他”"), default=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("领域")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="call_field_once")]

    def __str__(self) -> str:
        return self.name


class KeyDirection(models.Model):
    """重点方向 of a field."""

    field = models.ForeignKey(CallField, verbose_name=_("领域"), on_delete=models.CASCADE, related_name="directions")
    name = models.CharField(_("重点方向"), max_length=80)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("重点方向")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class CallRecommender(models.Model):
    """A recommender's own dates under a call: prolonged by a handler, or an earlier internal one set by itself."""

    call = models.ForeignKey(Call, verbose_name=_("申报通知"), on_delete=models.CASCADE, related_name="recommenders")
    body = models.ForeignKey(Body, verbose_name=_("推荐单位"), on_delete=models.PROTECT, related_name="+")
    reporting_closes_on = models.DateField(_("延长后的报送截止日期"), null=True, blank=True)
    prolong_reason = models.CharField(_("延长理由"), max_length=200, blank=True)
    internal_closes_on = models.DateField(_("本单位初审受理截止日期"), null=True, blank=True)
    list_received_at = models.DateTimeField(_("报送盖章推荐汇总表时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("推荐单位的期限")
        constraints = [models.UniqueConstraint(fields=["call", "body"], name="call_recommender_once")]

    def __str__(self) -> str:
        return f"{self.call} {self.body}"


class CallDownload(models.Model):
    """A file offered with a call: filling guide, commitment."""

    call = models.ForeignKey(Call, verbose_name=_("申报通知"), on_delete=models.CASCADE, related_name="downloads")
    title = models.CharField(_("名称"), max_length=80)
    attachment = models.ForeignKey(Attachment, verbose_name=_("文件"), on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("附件下载")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class ParameterVersion(models.Model):
    """A version of a parameter, in force from a date until the next version. Versions are added, never changed."""

    key = models.CharField(_("参数"), max_length=60)
    programme = models.CharField(_("项目类型"), max_length=30, blank=True)
    value = models.JSONField(_("数值"))
    effective_from = models.DateField(_("生效日期"))
    basis = models.CharField(_("依据"), max_length=200, help_text=_("规则名称和条款；无明文依据的填 default"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("参数")
        ordering = ["key", "programme", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "programme", "effective_from"], name="parameter_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.effective_from}"

    def clean(self) -> None:
        from django.core.exceptions import ValidationError

        from portal.calls.parameters import definitions

        known: dict[str, Any] = {d.key: d for d in definitions() if d.programme in ("", self.programme)}
        if self.key not in known:
            raise ValidationError({"key": _("没有这个参数。")})
        default = known[self.key].default
        if isinstance(self.value, bool) != isinstance(default, bool) or (
            not isinstance(default, bool) and not isinstance(self.value, type(default))
        ):
            raise ValidationError({"value": _("数值的类型应与默认值 %(default)s 相同。") % {"default": default}})
