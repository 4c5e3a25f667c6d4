"""People, units, public bodies and the roles that join them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.accounts import credit_code
from portal.accounts.roles import APPLICANTS, BUREAU, Role
from portal.base import clock

phone_validator = RegexValidator(
    r"^(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|\d{8}(-\d{1,6})?)$",
    _("请填写 11 位手机号码，或带区号的固定电话，如 021-64220000-2501。"),
)
postcode_validator = RegexValidator(r"^\d{6}$", _("邮政编码应为 6 位数字。"))


class User(AbstractUser):
    """A person who signs in. What the person may do follows from memberships, never from the account itself."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=40)
    email = models.EmailField(_("电子邮箱"), unique=True)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True, validators=[phone_validator])
    privacy_accepted_at = models.DateTimeField(_("同意隐私说明时间"), null=True, blank=True)
    date_joined = models.DateTimeField(_("注册时间"), default=clock.now)
    last_seen_at = models.DateTimeField(_("最近访问"), null=True, blank=True)

    REQUIRED_FIELDS = ["email", "name"]

    class Meta:
        verbose_name = verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class District(models.Model):
    """One of the sixteen districts, or Lingang (GB/T 2260 codes; Lingang has none and carries its own)."""

    code = models.CharField(_("代码"), max_length=10, primary_key=True)
    name = models.CharField(_("名称"), max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("行政区")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """A body that acts in the portal: the bureau, a district bureau, a department, a district government, a technical
    institute of standardization."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("市市场监督管理局")
        DISTRICT_BUREAU = "district_bureau", _("区市场监管局")
        DEPARTMENT = "department", _("市有关行政主管部门")
        DISTRICT_GOVERNMENT = "district_government", _("区人民政府")
        INSTITUTE = "institute", _("标准化技术机构")

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    name = models.CharField(_("名称"), max_length=60)
    full_name = models.CharField(_("全称"), max_length=80, blank=True)
    former_names = models.JSONField(_("曾用名"), default=list, blank=True)
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    valid_to = models.DateField(_("撤并日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", verbose_name=_("承接机构"), null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    district = models.ForeignKey(District, verbose_name=_("所在区"), null=True, blank=True, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("推荐单位与部门")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class UnitFacts(models.Model):
    """单位信息: what is known of a legal person or other organisation (domain: organisation record).

    Shared by a confirmed unit and by the claim that asks for its registration.
    """

    class Nature(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        INSTITUTION = "institution", _("事业单位")
        AGENCY = "agency", _("机关")
        ASSOCIATION = "association", _("社会团体")
        NON_ENTERPRISE = "non_enterprise", _("民办非企业单位")
        COOPERATIVE = "cooperative", _("农民专业合作社")
        OTHER = "other", _("其他")

    name = models.CharField(_("单位名称"), max_length=100)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    nature = models.CharField(_("单位性质"), max_length=20, choices=Nature)
    registered_address = models.CharField(_("注册地址"), max_length=200)
    district = models.ForeignKey(District, verbose_name=_("所在区"), on_delete=models.PROTECT)
    legal_representative = models.CharField(_("法定代表人（单位负责人）"), max_length=40)
    registered_capital = models.DecimalField(
        _("注册资本（万元）"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    business = models.TextField(_("主营业务（职能）"), max_length=500, blank=True)
    employees = models.PositiveIntegerField(_("职工人数"), null=True, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=40)
    contact_post = models.CharField(_("联系人职务"), max_length=40, blank=True)
    contact_mobile = models.CharField(_("手机"), max_length=20, validators=[phone_validator])
    contact_phone = models.CharField(_("固定电话"), max_length=20, blank=True, validators=[phone_validator])
    contact_email = models.EmailField(_("电子邮箱"))
    fax = models.CharField(_("传真"), max_length=20, blank=True)
    postal_address = models.CharField(_("通讯地址"), max_length=200, blank=True)
    postcode = models.CharField(_("邮政编码"), max_length=6, blank=True, validators=[postcode_validator])
    has_standards_office = models.BooleanField(_("设有标准化管理机构"), default=False)
    full_time_staff = models.PositiveIntegerField(_("专职标准化人员数"), default=0)
    part_time_staff = models.PositiveIntegerField(_("兼职标准化人员数"), default=0)
    credit_statement = models.CharField(_("信用状况自述"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.credit_code = credit_code.normalise(self.credit_code)
        super().save(*args, **kwargs)


#: the columns that a claim and its unit share
UNIT_FACTS = tuple(field.name for field in UnitFacts._meta.local_fields)


class Unit(UnitFacts):
    """单位: a confirmed unit, the one that declares projects.

    Units of projects from before the portal may lack their code (待补); then it is empty.
    """

    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    code_override_reason = models.CharField(_("信用代码校验不符仍予认可的理由"), max_length=200, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("登记时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~models.Q(credit_code=""),
                name="unit_code_once",
                violation_error_message=_("该统一社会信用代码的单位已登记。"),
            )
        ]

    def clean(self) -> None:
        self.credit_code = credit_code.normalise(self.credit_code)
        if self.credit_code and not self.code_override_reason:
            credit_code.validate(self.credit_code)


class Membership(models.Model):
    """A role that a person holds for a unit or a public body. Several per person; the person acts in one at a time."""

    user = models.ForeignKey(User, verbose_name=_("用户"), on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        Unit, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    body = models.ForeignKey(
        Body, verbose_name=_("机构"), null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    active = models.BooleanField(_("有效"), default=True)
    created_at = models.DateTimeField(_("授予时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("角色")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "role",
                Coalesce("unit", 0),  # one empty place equals another on every database
                Coalesce("body", 0),
                name="membership_once",
                violation_error_message=_("该用户已有这一角色。"),
            ),
            models.CheckConstraint(
                condition=models.Q(unit__isnull=True) | models.Q(body__isnull=True), name="membership_unit_or_body"
            ),
        ]

    def clean(self) -> None:
        """Each role stands at the place it needs: a unit, a recommending body, the bureau, or none."""
        role = self.role
        if role in APPLICANTS and (self.unit is None or self.body is not None):
            raise ValidationError({"unit": _("申报单位的角色应指定单位，不指定机构。")})
        if role == Role.RECOMMENDER and (self.body is None or self.body.kind == Body.Kind.BUREAU):
            raise ValidationError(
                {"body": _("推荐单位的角色应指定区市场监管局、区政府、行业主管部门或者标准化技术机构。")}
            )
        if role in BUREAU and (self.body is None or self.body.kind != Body.Kind.BUREAU):
            raise ValidationError({"body": _("局内角色的机构应为市市场监督管理局。")})

    def __str__(self) -> str:
        place = self.unit or self.body
        return f"{self.get_role_display()}（{place}）" if place else str(self.get_role_display())


class AuditEvent(models.Model):
    """One line of the access log: who signed in, took a file out, or acted in another role. Written once, never changed."""

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", _("登录")
        SIGN_IN_FAILED = "sign_in_failed", _("登录未成功")
        SIGN_OUT = "sign_out", _("退出登录")
        ROLE_SWITCH = "role_switch", _("切换身份")
        DOWNLOAD = "download", _("下载")
        EXPORT = "export", _("导出")
        ACCOUNT = "account", _("账号变更")
        MEMBERSHIP = "membership", _("角色变更")
        UNIT = "unit", _("单位信息变更")

    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    user = models.ForeignKey(
        User, verbose_name=_("用户"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    identifier = models.CharField(_("登录名或姓名"), max_length=150, blank=True)
    role = models.CharField(_("角色"), max_length=20, blank=True)
    address = models.CharField(_("网络地址"), max_length=45, blank=True)
    label = models.CharField(_("对象"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("登录与下载日志")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "-id"]), models.Index(fields=["user", "-id"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.identifier}"

    @property
    def role_label(self) -> str:
        """The role in words; empty where nobody acted in one."""
        return str(Role(self.role).label) if self.role in Role.values else ""
