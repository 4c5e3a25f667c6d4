"""Parameters of public notices. None was read in a rule; all are defaults."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

define(
    Definition("notice_days", _("公示期限"), _("个工作日"), 5),
    Definition("notice_closing_days", _("公示期满后结束公示的期限"), _("个工作日"), 5),
    Definition("objection_answer_days", _("异议答复期限"), _("个工作日"), 10),
    Definition(
        "objection_channel",
        _("异议渠道（公示中载明）"),
        "",
        "公示期内，任何单位和个人可以在本平台公示页面实名提出异议，也可以书面向上海市市场监督管理局提出。",
    ),
)
