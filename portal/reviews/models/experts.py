"""The register of experts 专家库."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import phone_validator
from portal.accounts.roles import Role
from portal.base import clock

#: who looks things up in the register; only handlers keep it
READERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.AUDITOR})


class ExpertQuerySet(models.QuerySet["Expert"]):
    """Experts in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> ExpertQuerySet:
        """The register is the bureau's; an expert sees the own entry."""
        if actor.system or actor.role in READERS:
            return self
        return self.filter(user=actor.user) if actor.role == Role.EXPERT and actor.user else self.none()

    def at_home_in(self, code: str) -> ExpertQuerySet:
        """Those who named that field (its code in the calls)."""
        as_text = Cast("fields", models.TextField())
        return self.alias(fields_text=as_text).filter(fields_text__contains=f'"{code}"')


class Expert(models.Model):
    """An entry of the register of experts. Identity and bank numbers are not asked."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("账号"), null=True, blank=True, on_delete=models.PROTECT
    )
    name = models.CharField(_("姓名"), max_length=40)
    employer = models.CharField(_("现工作单位"), max_length=100)
    employer_code = models.CharField(_("单位统一社会信用代码"), max_length=18, blank=True)
    group = models.CharField(_("所属集团或者上级单位"), max_length=100, blank=True)
    post = models.CharField(_("职务"), max_length=60, blank=True)
    title = models.CharField(_("职称"), max_length=60, blank=True)
    phone = models.CharField(_("联系电话"), max_length=20, validators=[phone_validator])
    email = models.EmailField(_("电子邮箱"))
    fields = models.JSONField(_("专业领域"), default=list, blank=True)
    expertise = models.CharField(_("研究方向"), max_length=200, blank=True)
    standards_expert = models.BooleanField(_("标准化专家"), default=False)
    note = models.TextField(_("备注"), max_length=1000, blank=True)
    active = models.BooleanField(_("在库"), default=True)
    inactive_reason = models.CharField(_("退出专家库的原因"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("入库时间"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), default=clock.now, editable=False)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("专家")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"]), models.Index(fields=["employer", "id"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reviews:expert", args=[self.pk])


class Employment(models.Model):
    """Where an expert worked before or stands in another relation: adviser, relative, dispute. Ground of recusal as long as
    it lasts and for some years after. The present employer stands with the expert."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="employments")
    employer = models.CharField(_("单位"), max_length=100)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    relation = models.CharField(
        _("关系"), max_length=40, blank=True, help_text=_("如：任职、兼职、顾问、亲属任职、争议")
    )
    first = models.DateField(_("开始日期"), null=True, blank=True)
    last = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        ordering = ["-last", "pk"]

    def __str__(self) -> str:
        return self.employer


class Qualification(models.Model):
    """What shows that somebody is an expert: a title, a committee, a qualification, a standard drafted."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="qualifications")
    name = models.CharField(_("资格、任职或者业绩"), max_length=100)
    issuer = models.CharField(_("授予或者任职机构"), max_length=100, blank=True)
    obtained_on = models.DateField(_("取得日期"), null=True, blank=True)

    class Meta:
        ordering = ["-obtained_on", "pk"]

    def __str__(self) -> str:
        return self.name


class Unavailability(models.Model):
    """A period in which an expert cannot review; both days included."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="unavailabilities")
    first = models.DateField(_("开始日期"))
    last = models.DateField(_("结束日期（含当日）"))
    reason = models.CharField(_("原因"), max_length=100, blank=True)

    class Meta:
        ordering = ["first"]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"
