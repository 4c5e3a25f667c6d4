"""Parameters of the acts around a dossier. None was read in a rule; all are defaults."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

define(
    # by matter: {"pilots.intended": 2}; what is left out keeps the levels that its programme declares
    Definition("docket_levels", _("呈批件审批层级（按事项：2 为处室负责人审批，3 为局领导审批）"), _("级"), {}),
    Definition("docket_spread_flag", _("呈批时提示分差较大的最低极差"), _("分"), 20),
    Definition("decision_days", _("变更、延期、暂停、恢复、终止申请的办理期限"), _("个工作日"), 15),
    Definition("statement_days", _("陈述申辩期限（自送达之日起）"), _("个工作日"), 10),
    Definition("statement_months", _("陈述申辩程序结束后作出决定的期限（自告知之日起）"), _("个月"), 6),
    Definition("service_days", _("送达事先告知书的期限"), _("个工作日"), 5),
    Definition("suspension_months", _("暂停的最长期限"), _("个月"), 6),
    Definition("suspension_allowed", _("允许暂停（1 允许，0 不允许）"), "", 1),
    Definition("request_days", _("申请事项的办理期限"), _("个工作日"), 5),
    Definition("enquiry_days", _("咨询沟通的答复期限"), _("个工作日"), 5),
)
