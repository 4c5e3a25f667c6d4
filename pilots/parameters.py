"""Parameters of the pilots."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

CALL_2023 = "沪市监标技〔2023〕139号"

define(
    Definition("term_months", _("试点期限"), _("个月"), 24, basis=f"{CALL_2023} 四（三）", programme="pilots"),
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
