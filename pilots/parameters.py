"""Parameters of the pilots."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

CALL_2023 = "沪市监标技〔2023〕139号"

define(
    Definition("term_months", _("试点期限"), _("个月"), 24, basis=f"{CALL_2023} 四（三）", programme="pilots"),
    Definition("title_min", _("项目名称最少字数"), _("字"), 5, programme="pilots"),
    Definition("title_max", _("项目名称最多字数"), _("字"), 60, programme="pilots"),
)
