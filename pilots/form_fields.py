"""The sections of the pilots' application form 《上海市标准化试点申请表》: fields, checks and remarks.

Read in 沪市监标技〔2023〕139号: fields, key directions, class, recommenders, standardization staff, exclusions, term of two
years. The rest of the fields and all limits of length are assumptions.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.form_lookups import OTHER, bodies, field_of, parameter
from pilots.models import Pilot
from portal.accounts import credit_code
from portal.accounts.choices import districts
from portal.accounts.models import Body, Unit, phone_validator, postcode_validator
from portal.base.workdays import term_end
from portal.declaration.forms import SectionForm, amount, choice, date, number, paragraph, text, tick, yes_no
from portal.lifecycle.states import Text

if TYPE_CHECKING:
    pass

#: natures of units that have a head instead of a legal representative, and no registered capital
PUBLIC_NATURES = frozenset({Unit.Nature.AGENCY, Unit.Nature.INSTITUTION})
AIMS = (
    ("mechanism", _("建立标准化工作机制，推动标准的制定、宣贯、实施、评估")),
    ("system", _("在相关领域形成科学适用协调的标准体系")),
    ("innovation", _("推动科技创新成果标准化，支撑技术、管理和服务水平提升")),
    ("example", _("树立标准化建设标杆，发挥引导、辐射和带动作用")),
)


# --- sections -------------------------------------------------------------------------------------
class BasicForm(SectionForm):
    """基本信息."""

    title = text(_("项目名称"), 120, help_text=_("5—60 字，一般以“标准化试点”结尾，如“××养老服务标准化试点”。"))
    project_class = choice(
        _("项目类别"),
        Pilot.ProjectClass.choices,
        radio=True,
        help_text=_("重点项目须同时符合申报通知第三条的四项要求，选择后请填写“重点项目”部分。"),
    )
    field = choice(_("领域"), [], help_text=_("按申报通知所列领域选择，决定受理窗口。"))
    key_direction = choice(
        _("重点方向"), [], required=False, help_text=_("重点项目必填。所列方向之外的，选择“其他”并说明。")
    )
    key_direction_other = text(_("其他重点方向说明"), 60, required=False, help_text=_("选择“其他”时填写。"))
    recommender = choice(
        _("推荐单位"), [], help_text=_("行业主管部门或者区市场监管局。打印的申请表盖章后报送该单位初审。")
    )
    industry = text(
        _("所属行业（GB/T 4754）"),
        60,
        help_text=_("填写门类字母和代码、名称，如“Q8514 托儿所服务”“C36 汽车制造业”。"),
        validators=[
            RegexValidator(
                r"^[A-T]\d{0,4}\s*\S+", _("请按“门类字母＋代码＋名称”填写，如“C36 汽车制造业”；门类字母为 A 至 T。")
            )
        ],
    )
    starts_on = date(_("计划开始日期"), help_text=_("立项后以立项文件载明的日期为准。"))
    ends_on = date(_("计划完成日期"), help_text=_("试点期限不超过 24 个月。"))
    internal_only = yes_no(
        _("是否仅为组织内部的标准化建设"), help_text=_("按申报通知二（四），组织内部的标准化建设一般不予立项。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.filling.call_fields
        self.offer("field", ((f.code, f.name) for f in fields))
        groups = [(f.name, [(d.name, d.name) for d in f.directions.all()]) for f in fields]
        other = [(OTHER, _t("其他（须说明）"))]
        self.offer("key_direction", [*groups, *other])
        named = {kind: [(b.code, b.name) for b in bodies(self.filling) if b.kind == kind] for kind in Body.Kind}
        departments, bureaus = named[Body.Kind.DEPARTMENT], named[Body.Kind.DISTRICT_BUREAU]
        self.offer("recommender", [(_t("行业主管部门"), departments), (_t("区市场监管局"), bureaus)])

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        least, most = parameter(self.filling, "title_min"), parameter(self.filling, "title_max")
        if not least <= len(title) <= most:
            raise ValidationError(
                _t("项目名称应为 %(least)s—%(most)s 字，现为 %(n)s 字。")
                % {"least": least, "most": most, "n": len(title)}
            )
        return title

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("project_class") == Pilot.ProjectClass.KEY and not data.get("key_direction"):
            self.add_error("key_direction", _t("申报重点项目须选择重点方向。"))
        if data.get("key_direction") == OTHER:
            chosen = field_of(self.filling)
            if chosen and not chosen.other_allowed:
                self.add_error("key_direction", _t("该领域不接受“其他”方向，请在所列方向中选择。"))
            elif not data.get("key_direction_other"):
                self.add_error("key_direction_other", _t("请说明具体的重点方向。"))
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end:
            months = parameter(self.filling, "term_months")
            if end <= start:
                self.add_error("ends_on", _t("计划完成日期应晚于计划开始日期。"))
            elif end > term_end(start, months):
                self.add_error(
                    "ends_on",
                    _t("试点期限不超过 %(n)s 个月，最晚为 %(day)s。") % {"n": months, "day": term_end(start, months)},
                )
        return data

    def hints(self) -> list[tuple[str, Text]]:
        found: list[tuple[str, Text]] = []
        title, direction = str(self.raw("title") or ""), self.raw("key_direction")
        if title and not title.endswith("标准化试点"):
            found.append(("title", _t("项目名称一般以“标准化试点”结尾，请确认。")))
        if self.raw("internal_only") == "yes":
            found.append(("internal_only", _t("组织内部的标准化建设一般不予立项（申报通知二（四）），请确认。")))
        chosen = field_of(self.filling)
        if chosen and direction and direction != OTHER and direction not in {d.name for d in chosen.directions.all()}:
            found.append(
                ("key_direction", _t("所选重点方向不在“%(field)s”领域所列之中，请确认。") % {"field": chosen.name})
            )
        recommender = next((b for b in bodies(self.filling) if b.code == self.raw("recommender")), None)
        if recommender and recommender.district_id and recommender.district_id != self.dossier.applicant.district_id:
            found.append(("recommender", _t("推荐单位不是申报单位所在区的市场监管局，请确认。")))
        return found


class UnitSectionForm(SectionForm):
    """申报单位. Name and code come from the unit's record; a public body has a head and no capital."""

    unit_name = text(_("单位名称"), 100, help_text=_("与营业执照或者法人证书一致，如需更正请到“单位与成员”办理。"))
    unit_code = text(_("统一社会信用代码"), 18)
    nature = choice(_("单位性质"), Unit.Nature.choices)
    registered_address = text(_("注册地址"), 200)
    district = choice(_("所在区"), [])
    legal_representative = text(_("法定代表人"), 40)
    registered_capital = amount(_("注册资本（万元）"), required=False, help_text=_("企业填写。"))
    founded_on = date(_("成立日期"), required=False)
    employees = number(_("职工人数"))
    business = paragraph(_("主营业务（职能）"), 500, rows=3)
    leader_name = text(_("项目负责人"), 40)
    leader_post = text(_("项目负责人职务"), 40)
    leader_phone = text(_("项目负责人电话"), 20, validators=[phone_validator])
    contact_name = text(_("联系人"), 40)
    contact_post = text(_("联系人职务"), 40, required=False)
    contact_mobile = text(_("联系人手机"), 20, validators=[phone_validator])
    contact_phone = text(_("联系人固定电话"), 20, required=False, validators=[phone_validator])
    contact_email = forms.EmailField(label=_("联系人电子邮箱"))
    postal_address = text(_("通讯地址"), 200)
    postcode = text(_("邮政编码"), 6, validators=[postcode_validator])
    has_office = yes_no(_("是否设有标准化管理机构"), help_text=_("申报通知二（二）要求有标准化管理机构。"))
    office_name = text(_("标准化管理机构名称"), 60, required=False)
    full_time = number(_("专职标准化人员数"), max_value=99999)
    part_time = number(_("兼职标准化人员数"), max_value=99999)
    credit = paragraph(_("信用状况"), 300, rows=2, help_text=_("如：近三年无严重违法失信记录。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.dossier.applicant
        for name, value in (("unit_name", unit.name), ("unit_code", unit.credit_code)):
            self.fields[name].disabled = True
            self.initial[name] = value
        self.offer("district", self._districts)
        if self._is_public:
            self.fields["legal_representative"].label = _t("单位负责人")
            del self.fields["registered_capital"]

    @cached_property
    def _districts(self) -> list[tuple[str, str]]:
        if "districts" not in self.filling.cache:
            self.filling.cache["districts"] = list(districts())
        listed: list[tuple[str, str]] = self.filling.cache["districts"]
        return listed

    @property
    def _is_public(self) -> bool:
        return self.filling.document.value("unit", "nature") in PUBLIC_NATURES

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        full_time, part_time = data.get("full_time"), data.get("part_time")
        if full_time is not None and part_time is not None and full_time + part_time < 1:
            self.add_error("full_time", _t("专职、兼职标准化人员合计至少 1 人（申报通知二（二））。"))
        if data.get("has_office") == "yes" and not data.get("office_name"):
            self.add_error("office_name", _t("请填写标准化管理机构名称。"))
        return data

    def hints(self) -> list[tuple[str, Text]]:
        code = self.dossier.applicant.credit_code
        found: list[tuple[str, Text]] = [("unit_code", text) for text in credit_code.warnings(code)]
        if self.raw("has_office") == "no":
            found.append(("has_office", _t("申报通知二（二）要求有标准化管理机构，请说明机构设置打算。")))
        return found


class FoundationForm(SectionForm):
    """标准化工作基础."""

    foundation = paragraph(
        _("标准化工作基础"),
        2000,
        rows=10,
        help_text=_("行业影响力、标准化管理机构和人员、已有标准及实施情况、主要负责人的标准化意识等，不超过 2000 字。"),
    )


class GoalsForm(SectionForm):
    """试点目标与范围."""

    aims = forms.MultipleChoiceField(
        label=_("对应的试点目标"),
        choices=AIMS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("申报通知第一条所列目标，可多选。"),
    )
    goals = paragraph(
        _("试点目标"), 1500, rows=8, help_text=_("结合上述目标写明总体目标和分阶段目标，尽可能量化，不超过 1500 字。")
    )
    scope = paragraph(
        _("试点范围"), 1000, rows=4, help_text=_("试点覆盖的单位、区域、业务环节和服务对象，不超过 1000 字。")
    )


class SystemForm(SectionForm):
    """标准体系."""

    framework = paragraph(
        _("标准体系框架说明"),
        1500,
        rows=6,
        help_text=_("体系的构成、层次和相互关系，不超过 1500 字；框架图在“附件材料”中上传。"),
    )


class ResultsForm(SectionForm):
    """预期成果."""

    results = paragraph(
        _("预期成果及推广应用"), 1500, rows=6, help_text=_("可复制、可推广的成果及推广方式，不超过 1500 字。")
    )


class KeyProjectForm(SectionForm):
    """重点项目: the four conditions of 申报通知 三."""

    strategy = paragraph(
        _("与国家战略和市委、市政府年度重点工作的关系"), 800, help_text=_("列明对应的战略、规划或者年度重点工作。")
    )
    output = paragraph(
        _("预期形成的重大标准化成果"),
        800,
        help_text=_("地方标准、行业标准、国家标准、国际标准，或者先进的团体标准、企业标准。"),
    )
    mechanism = paragraph(
        _("对完善本行业、本区域标准化工作机制的促进作用"), 800, help_text=_("说明对提升标准化水平的作用。")
    )
    industry_department = choice(
        _("行业主管部门"),
        [],
        help_text=_("认可并共同推动项目实施及成果推广的部门；提交后由其在线确认，或者上传其书面意见。"),
    )
    joint_push = paragraph(_("行业主管部门共同推动的安排"), 500, rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(b.code, b.name) for b in bodies(self.filling) if b.kind == Body.Kind.DEPARTMENT]
        self.offer("industry_department", listed)


class PublicServiceForm(SectionForm):
    """社会管理与公共服务: what kind of body declares (申报通知 二（三）)."""

    body_type = choice(
        _("申报单位类型"),
        [
            ("governance", _("由政府主导、依法承担对社会事务和社会生活进行管理、规范与协调等职能的机构或者组织")),
            ("service", _("由政府主导、提供保障公民生存和发展基本需求的公共服务和公共物品的机构或者组织")),
        ],
        radio=True,
    )
    functions = paragraph(_("职能及依据"), 800, rows=4, help_text=_("写明承担的职能以及三定方案、委托文件等依据。"))
    government_led = tick(_("本单位系由政府主导、依法承担上述职能的机构或者组织"))


class StatementForm(SectionForm):
    """声明与承诺: the cases in which nobody may declare (申报通知 二（五）), the unit's own opinion, no secrets."""

    policy = tick(_("本项目符合国家和本市产业政策要求"))
    no_penalty = tick(_("本单位近三年未受到相关部门通报批评、处罚或者媒体曝光"))
    no_accident = tick(_("本单位近三年内未发生重大产品（服务）质量、安全生产、环境保护等事故"))
    registered = tick(_("本单位依法在本市登记注册，信用良好"))
    no_secrets = tick(_("本申报书及附件不涉及国家秘密、工作秘密"))
    opinion = paragraph(
        _("申报单位意见"), 500, rows=3, help_text=_("印在申请表上，由法定代表人（单位负责人）签字并加盖公章。")
    )
