"""《上海市标准化试点申请表》, version `pilot-2023`: its sections, tables and materials, and what lists need of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from pilots import form_fields as fields
from pilots import form_rows as rows
from pilots.form_facts import asks_government_led, is_key, prefill, project
from portal.attachments.kinds import DOCUMENTS, SCANS, TABLES
from portal.declaration.sections import DeclarationForm, Section, Slot, Table, register

if TYPE_CHECKING:
    from portal.declaration.filling import Filling

__all__ = ["FORM", "SECTIONS", "SLOTS", "VERSION", "is_key", "prefill", "project"]

VERSION = "pilot-2023"


def _outputs_required(filling: Filling) -> int:
    return 1 if is_key(filling.document, filling.dossier) else 0


SECTIONS = (
    Section("basic", _("基本信息"), fields.BasicForm),
    Section(
        "unit",
        _("申报单位"),
        fields.UnitSectionForm,
        help=_("已从单位登记信息带入，请核对。人员、联系方式以本申报为准，不改变单位登记信息。"),
    ),
    Section(
        "participants",
        _("参加单位与技术支撑机构"),
        tables=(
            Table(
                "participants",
                _("参加单位"),
                rows.ParticipantRow,
                help=_("没有参加单位的可不填。参加单位的盖章页在“附件材料”中上传。"),
                widths={"name": 3, "code": 2, "share": 3, "contact": 1, "phone": 2},
            ),
            Table(
                "support",
                _("技术支撑机构"),
                rows.SupportRow,
                help=_("为试点提供体系编制、标准制定、人才培训等技术支撑的标准化技术机构。"),
                widths={"name": 2, "content": 3},
            ),
        ),
    ),
    Section(
        "team",
        _("项目团队"),
        tables=(
            Table(
                "members",
                _("项目团队成员及分工"),
                rows.MemberRow,
                required=1,
                advised=3,
                help=_("第一行填写项目负责人。"),
                widths={"name": 1, "unit": 3, "post": 2, "speciality": 2, "work": 3},
            ),
        ),
    ),
    Section(
        "foundation",
        _("标准化工作基础"),
        fields.FoundationForm,
        tables=(
            Table(
                "earlier",
                _("已承担的标准化试点及结果"),
                rows.EarlierRow,
                help=_("没有的可不填。"),
                widths={"name": 4, "level": 1, "year": 1, "result": 2},
            ),
        ),
    ),
    Section("goals", _("试点目标与范围"), fields.GoalsForm),
    Section(
        "tasks",
        _("主要任务"),
        tables=(
            Table(
                "tasks",
                _("主要任务"),
                rows.TaskRow,
                required=1,
                advised=5,
                help=_("一般包括构建标准体系、制修订标准、实施标准、宣传培训、评价改进。"),
                check=rows.check_tasks,
                widths={"kind": 2, "content": 5, "owner": 2, "result": 2},
            ),
        ),
    ),
    Section(
        "standards",
        _("标准体系与标准明细"),
        fields.SystemForm,
        tables=(
            Table(
                "standards",
                _("标准明细"),
                rows.StandardRow,
                required=1,
                advised=5,
                max_rows=300,
                help=_("可以从 Excel 复制后粘贴。列的次序：体系分支、标准编号、标准名称、标准级别、状态。"),
                widths={"branch": 2, "number": 2, "name": 4, "level": 2, "status": 1},
            ),
        ),
    ),
    Section(
        "outputs",
        _("拟输出标准"),
        tables=(
            Table(
                "outputs",
                _("拟输出标准"),
                rows.OutputRow,
                required=_outputs_required,
                advised=1,
                help=_("重点项目至少填写一项。"),
                widths={"level": 2, "name": 4, "role": 1, "planned_on": 2, "remark": 2},
            ),
        ),
    ),
    Section(
        "plan",
        _("实施计划"),
        tables=(
            Table(
                "plan",
                _("实施计划"),
                rows.PlanRow,
                required=1,
                advised=3,
                help=_("各阶段应在计划开始日期和计划完成日期之内。"),
                check=rows.check_plan,
                widths={"stage": 2, "starts_on": 2, "ends_on": 2, "content": 5, "milestone": 3},
            ),
        ),
    ),
    Section(
        "results",
        _("预期成果与成效指标"),
        fields.ResultsForm,
        tables=(
            Table(
                "measures",
                _("成效指标"),
                rows.MeasureRow,
                required=1,
                advised=3,
                help=_("现状值、目标值填写数字。"),
                widths={"name": 3, "unit": 1, "present": 1, "target": 1, "remark": 3},
            ),
        ),
    ),
    Section(
        "budget",
        _("经费预算"),
        tables=(
            Table(
                "budget",
                _("经费预算"),
                rows.BudgetRow,
                help=_("没有专项经费安排的可不填。"),
                widths={"item": 3, "amount": 1, "source": 1, "remark": 3},
            ),
        ),
    ),
    Section(
        "key",
        _("重点项目"),
        fields.KeyProjectForm,
        when=is_key,
        help=_("对照申报通知第三条逐项说明。"),
    ),
    Section(
        "public",
        _("社会管理与公共服务"),
        fields.PublicServiceForm,
        when=asks_government_led,
        help=_("申报社会管理与公共服务综合标准化试点的单位填写（申报通知二（三））。"),
    ),
    Section("statement", _("声明与承诺"), fields.StatementForm),
)

SLOTS = (
    Slot("licence", _("营业执照或者法人证书"), required=True, kinds=SCANS, multiple=True, max_files=3),
    Slot("commitment", _("不得申报情形承诺书"), required=True, kinds=SCANS, help=_("加盖公章的扫描件。")),
    Slot("credit", _("信用状况证明"), required=True, kinds=SCANS, multiple=True, max_files=5),
    Slot("plan", _("试点实施方案"), required=True, kinds=DOCUMENTS),
    Slot(
        "system",
        _("标准体系框架图和标准明细表"),
        required=True,
        kinds=DOCUMENTS | TABLES | SCANS,
        multiple=True,
        max_files=5,
    ),
    Slot(
        "foundation",
        _("标准化工作基础证明材料"),
        required=True,
        multiple=True,
        help=_("管理机构文件、已发布标准、获奖证书等。"),
    ),
    Slot(
        "industry_letter",
        _("行业主管部门认可意见"),
        kinds=SCANS,
        when=is_key,
        help=_("已取得书面意见的上传扫描件；未取得的，提交后由行业主管部门在线确认。"),
    ),
    Slot(
        "functions",
        _("职能依据文件"),
        required=asks_government_led,
        multiple=True,
        when=asks_government_led,
        help=_("三定方案、机构编制文件、委托文件等。"),
    ),
    Slot(
        "participant_seal",
        _("参加单位盖章页"),
        kinds=SCANS,
        multiple=True,
        row_table=("participants", "participants"),
        when=lambda document, dossier: bool(document.rows("participants", "participants")),
        help=_("每个参加单位一份。"),
    ),
    Slot("others", _("其他材料"), multiple=True),
)

COMMITMENTS = (
    _("本单位依法在本市登记注册，信用良好，符合申报通知规定的条件，不存在不得申报的情形。"),
    _("所填内容和所附材料真实、准确、完整，纸质申请表与网上提交的版本一致。"),
    _("申报书及附件不涉及国家秘密、工作秘密，未侵犯他人知识产权。"),
    _("立项后按照任务书组织实施，接受市市场监督管理局和项目保证单位的管理与监督。"),
)


FORM = DeclarationForm(
    version=VERSION,
    sections=SECTIONS,
    slots=SLOTS,
    commitments=COMMITMENTS,
    project=project,
    prefill=prefill,
)
register(FORM)
