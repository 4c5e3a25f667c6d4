"""Parameters of the pilots."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

CALL_2023 = "沪市监标技〔2023〕139号"

_ASSESSMENT = [
    {"id": "organisation", "label": "组织领导与保障", "highest": 10, "hint": "机构、人员、经费和制度落实情况"},
    {"id": "system", "label": "标准体系构建", "highest": 15, "hint": "体系完整、协调，与试点目标相适应"},
    {"id": "drafting", "label": "标准制修订", "highest": 20, "hint": "按计划制修订标准，数量和质量符合任务书"},
    {"id": "training", "label": "宣贯培训", "highest": 10, "hint": "培训覆盖面和效果"},
    {"id": "carrying_out", "label": "标准实施与监督检查", "highest": 20, "hint": "标准有效实施，记录完整，定期检查"},
    {"id": "improvement", "label": "评价与改进", "highest": 10, "hint": "开展自我评价，持续改进"},
    {"id": "effect", "label": "成效与示范推广", "highest": 15, "hint": "指标完成情况，经验可复制推广"},
    {
        "id": "bonus",
        "label": "加分项",
        "highest": 10,
        "hint": "形成国家标准、国际标准，或者成果已复制推广",
        "bonus": True,
    },
]

define(
    Definition("term_months", _("试点期限"), _("个月"), 24, basis=f"{CALL_2023} 四（三）", programme="pilots"),
    Definition(
        "extension_months", _("延期的最长期限"), _("个月"), 6, basis=f"{CALL_2023} 四（三）", programme="pilots"
    ),
    Definition("extension_once", _("延期以一次为限（1 是，0 否）"), "", 1, programme="pilots"),
    Definition("extension_lead_days", _("延期申请的最短提前期（期限届满前）"), _("日"), 30, programme="pilots"),
    Definition("change_lead_months", _("变更申请的最短提前期（期限届满前）"), _("个月"), 3, programme="pilots"),
    Definition("task_book_wanted", _("要求签订任务书（1 是，0 否）"), "", 1, programme="pilots"),
    Definition("task_book_days", _("签署任务书的期限"), _("日"), 30, programme="pilots"),
    Definition("midterm_wanted", _("要求中期评估（1 是，0 否）"), "", 1, programme="pilots"),
    Definition("midterm_month", _("中期评估的时点（立项后）"), _("个月"), 12, programme="pilots"),
    Definition("midterm_report_days", _("提交中期自我评价的期限"), _("日"), 30, programme="pilots"),
    Definition("midterm_check_days", _("组织中期评估的期限"), _("个工作日"), 30, programme="pilots"),
    Definition("midterm_rectification_months", _("中期整改的最长期限"), _("个月"), 3, programme="pilots"),
    Definition("midterm_panel_general", _("中期评估专家组最少人数（一般项目）"), _("人"), 3, programme="pilots"),
    Definition("acceptance_window_months", _("可以申请验收的时间（期限届满前）"), _("个月"), 3, programme="pilots"),
    Definition("refile_days", _("重新申请验收的期限（退回之日起）"), _("个工作日"), 15, programme="pilots"),
    Definition("acceptance_opening_days", _("组织验收的期限"), _("个工作日"), 40, programme="pilots"),
    Definition("acceptance_decision_days", _("审批验收结果的期限"), _("个工作日"), 20, programme="pilots"),
    Definition("acceptance_rectification_months", _("验收整改的最长期限"), _("个月"), 6, programme="pilots"),
    Definition("overdue_grace_days", _("逾期后的宽限期"), _("日"), 30, programme="pilots"),
    Definition("suspension_allowed", _("允许暂停（1 允许，0 不允许）"), "", 0, programme="pilots"),
    Definition("certificate_issued", _("通过验收的颁发证书（1 是，0 否）"), "", 1, programme="pilots"),
    Definition("plaque_issued", _("通过验收的颁发标牌（1 是，0 否）"), "", 1, programme="pilots"),
    Definition(
        "decision_remedies",
        _("终止、撤销决定书和验收结果通知中的救济途径"),
        "",
        "对处理结果有异议的，可以自收到本文书之日起十个工作日内向我局书面反映。",
        programme="pilots",
    ),
    Definition("endings_published", _("公开终止、撤销的项目名单（1 是，0 否）"), "", 1, programme="pilots"),
    Definition(
        "acceptance_materials",
        _("验收必备材料（slot 名称）"),
        "",
        ["self_evaluation", "summary", "standards", "records", "effects"],
        programme="pilots",
    ),
    Definition("pass_line_midterm", _("中期评估合格线"), _("分"), 60, programme="pilots"),
    Definition("pass_line_acceptance", _("验收合格线"), _("分"), 70, programme="pilots"),
    Definition("bonus_cap", _("加分项的最高合计"), _("分"), 10, programme="pilots"),
    Definition(
        "acceptance_vetoes",
        _("验收一票否决项"),
        "",
        [
            {"id": "forged", "label": "提供虚假材料", "hint": "自我评价、记录或者证明材料弄虚作假"},
            {"id": "accident", "label": "发生重大事故", "hint": "试点期间发生重大质量、安全、环境事故"},
            {"id": "idle", "label": "标准未实施", "hint": "标准体系内的标准均未实施"},
        ],
        programme="pilots",
    ),
    Definition("midterm_sheet", _("中期评估评分表"), "", _ASSESSMENT, programme="pilots"),
    Definition("acceptance_sheet", _("验收评分表"), "", _ASSESSMENT, programme="pilots"),
    Definition("title_min", _("项目名称最少字数"), _("字"), 5, programme="pilots"),
    Definition("title_max", _("项目名称最多字数"), _("字"), 60, programme="pilots"),
    Definition("pass_line_general", _("立项评审合格线（一般项目）"), _("分"), 60, programme="pilots"),
    Definition("pass_line_key", _("立项评审合格线（重点项目）"), _("分"), 75, programme="pilots"),
    Definition(
        "project_sheet",
        _("立项评审评分表"),
        "",
        [
            {
                "id": "need",
                "label": "必要性与契合度",
                "highest": 25,
                "hint": "与试点目标、重点方向和行业需求的契合程度",
            },
            {"id": "base", "label": "基础条件", "highest": 20, "hint": "标准化机构、人员和工作基础"},
            {"id": "plan", "label": "目标任务可行性", "highest": 25, "hint": "目标明确、任务具体、进度合理"},
            {"id": "result", "label": "成果与示范性", "highest": 20, "hint": "拟输出标准和可复制推广的程度"},
            {"id": "support", "label": "保障措施", "highest": 10, "hint": "组织、经费和人员保障"},
        ],
        programme="pilots",
    ),
)
