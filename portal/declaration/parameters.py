"""Parameters of the front end. None of these numbers was read in a rule: all are defaults an administrator may change."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

WORKDAYS = _("个工作日")

define(
    Definition("return_days", _("退回修改的期限"), WORKDAYS, 5),
    Definition("return_review_days", _("退回修改后留给推荐单位的推荐期限"), WORKDAYS, 3),
    Definition("correction_days", _("补正的期限"), WORKDAYS, 10),
    Definition("consent_days", _("答复再次补正请示的期限"), WORKDAYS, 2),
    Definition("acceptance_check_days", _("形式审查的期限"), WORKDAYS, 5),
    Definition("endorsement_days", _("征求意见的答复期限"), WORKDAYS, 10),
    Definition("application_copies", _("纸质申请表份数"), _("份"), 3, basis="沪市监标技〔2023〕139号 五（二）"),
    Definition(
        "remedies",
        _("不予受理告知书中的救济途径"),
        "",
        "对本处理结果有异议的，可以自收到本告知书之日起十个工作日内向我局书面反映。",
    ),
)
