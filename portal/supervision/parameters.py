"""Parameters of the acts around a dossier. None was read in a rule; all are defaults."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

define(
    # by matter: {"pilots.intended": 2}; what is left out keeps the levels that its programme declares
    Definition("docket_levels", _("呈批件审批层级（按事项：2 为处室负责人审批，3 为局领导审批）"), _("级"), {}),
    Definition("docket_spread_flag", _("呈批时提示分差较大的最低极差"), _("分"), 20),
    Definition("request_days", _("申请事项的办理期限"), _("个工作日"), 5),
    Definition("enquiry_days", _("咨询沟通的答复期限"), _("个工作日"), 5),
)
