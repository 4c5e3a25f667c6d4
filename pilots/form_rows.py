"""The tables of the pilots' application form: rows, and what is checked over all rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.form_lookups import check_code_pattern, looks_like_standard, term
from portal.accounts.models import phone_validator
from portal.declaration.completeness import HINT
from portal.declaration.forms import RowForm, amount, choice, date, text
from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.declaration.filling import Filling

LEVELS = (
    ("international", _("国际标准")),
    ("regional", _("区域、国外先进标准")),
    ("national", _("国家标准")),
    ("industry", _("行业标准")),
    ("local", _("地方标准")),
    ("delta", _("长三角区域协同地方标准")),
    ("group", _("团体标准")),
    ("enterprise", _("企业标准")),
)
TASKS = (
    ("system", _("构建标准体系并编制标准明细")),
    ("draft", _("收集、制修订标准")),
    ("implement", _("实施标准")),
    ("train", _("宣传培训")),
    ("improve", _("评价与持续改进")),
    ("other", _("其他")),
)
Found = list[tuple[str, str, str, Text]]


class ParticipantRow(RowForm):
    """A unit that takes part, with its share of the work."""

    name = text(_("单位名称"), 100)
    code = text(_("统一社会信用代码"), 18, required=False, validators=[check_code_pattern])
    share = text(_("承担的工作"), 200)
    contact = text(_("联系人"), 40, required=False)
    phone = text(_("联系电话"), 20, required=False, validators=[phone_validator])


class SupportRow(RowForm):
    """A standardization body that gives technical support."""

    name = text(_("机构名称"), 100)
    content = text(_("技术支撑内容"), 200, help_text=_("体系编制、标准制定、人才培训等"))


class MemberRow(RowForm):
    """A member of the project team."""

    name = text(_("姓名"), 40)
    unit = text(_("所在单位"), 100)
    post = text(_("职务／职称"), 40)
    speciality = text(_("专业"), 40, required=False)
    work = text(_("项目分工"), 100)


class EarlierRow(RowForm):
    """An earlier pilot and its result."""

    name = text(_("项目名称"), 100)
    level = choice(_("级别"), [("national", _("国家级")), ("municipal", _("市级")), ("district", _("区级"))])
    year = forms.IntegerField(label=_("年度"), min_value=1990, max_value=2100)
    result = text(_("结果"), 100, help_text=_("通过验收、在建、终止等"))


class TaskRow(RowForm):
    """A main task."""

    kind = choice(_("任务类别"), TASKS)
    content = text(_("主要内容"), 500, widget=forms.Textarea(attrs={"rows": 3}))
    owner = text(_("责任单位（部门）"), 100)
    result = text(_("完成标志"), 200, required=False)


class StandardRow(RowForm):
    """A standard of the system, existing or planned."""

    branch = text(_("体系分支"), 40, required=False)
    number = text(_("标准编号"), 40, required=False, help_text=_("拟制定的可不填"))
    name = text(_("标准名称"), 120)
    level = choice(_("标准级别"), LEVELS)
    status = choice(_("状态"), [("in_force", _("现行")), ("revise", _("拟修订")), ("draft", _("拟制定"))])

    def hints(self) -> list[tuple[str, Text]]:
        number_text = str(self.raw("number") or "")
        if number_text and not looks_like_standard(number_text):
            return [("number", _t("标准编号的写法不常见，请核对，如 GB/T 19001—2016。"))]
        if not number_text and self.raw("status") == "in_force":
            return [("number", _t("现行标准一般应填写编号。"))]
        return []


class OutputRow(RowForm):
    """A standard that the pilot will bring forth."""

    level = choice(_("标准级别"), LEVELS)
    name = text(_("标准名称"), 120)
    role = choice(_("参与方式"), [("lead", _("主导")), ("join", _("参与"))])
    planned_on = date(_("计划完成日期"))
    remark = text(_("说明"), 100, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        limits, day = term(self.filling), data.get("planned_on")
        if limits and day and not limits[0] <= day <= limits[1]:
            self.add_error(
                "planned_on", _t("应在试点期限 %(start)s 至 %(end)s 之内。") % {"start": limits[0], "end": limits[1]}
            )
        return data


class PlanRow(RowForm):
    """A stage of the plan."""

    stage = text(_("阶段"), 40)
    starts_on = date(_("开始日期"))
    ends_on = date(_("结束日期"))
    content = text(_("工作内容"), 300, widget=forms.Textarea(attrs={"rows": 2}))
    milestone = text(_("阶段成果"), 150, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _t("结束日期不能早于开始日期。"))
        limits = term(self.filling)
        for name, day in (("starts_on", start), ("ends_on", end)):
            if limits and day and not limits[0] <= day <= limits[1] and name not in self.errors:
                self.add_error(
                    name, _t("应在试点期限 %(start)s 至 %(end)s 之内。") % {"start": limits[0], "end": limits[1]}
                )
        return data


class MeasureRow(RowForm):
    """A numeric indicator of the effect."""

    name = text(_("指标名称"), 80)
    unit = text(_("计量单位"), 20)
    present = forms.DecimalField(label=_("现状值"), required=False, max_digits=14, decimal_places=4)
    target = forms.DecimalField(label=_("目标值"), max_digits=14, decimal_places=4)
    remark = text(_("测算依据或者说明"), 150, required=False)


class BudgetRow(RowForm):
    """An item of the budget."""

    item = text(_("支出科目"), 60)
    amount = amount(_("金额（万元）"))
    source = choice(_("来源"), [("own", _("自筹")), ("fiscal", _("财政资金")), ("other", _("其他"))])
    remark = text(_("说明"), 150, required=False)


# --- over all rows -----------------------------------------------------------------------------------
def check_tasks(filling: Filling) -> Found:
    """The tasks that a pilot usually has (building, drafting, carrying out, training, improving)."""
    have = {row.cleaned_data["kind"] for row in filling.cleaned_rows("tasks", "tasks")}
    lacking = [str(label) for key, label in TASKS[:-1] if key not in have]
    if not have or not lacking:
        return []
    text = _t("主要任务一般应覆盖：%(kinds)s，请确认。") % {"kinds": _t("、").join(lacking)}
    return [(HINT, "", "kind", text)]


def check_plan(filling: Filling) -> Found:
    """Stages that leave the end of the term empty."""
    limits, rows = term(filling), filling.cleaned_rows("plan", "plan")
    if not limits or not rows:
        return []
    last = max(row.cleaned_data["ends_on"] for row in rows)
    return (
        []
        if last >= limits[1]
        else [(HINT, "", "ends_on", _t("实施计划未排到计划完成日期 %(day)s，请确认。") % {"day": limits[1]})]
    )
