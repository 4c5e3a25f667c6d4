"""Parameters of running projects. None was read in a rule; all are defaults."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

define(
    Definition("signature_days", _("签署任务书的期限（每一方）"), _("个工作日"), 10),
    Definition("task_book_copies", _("任务书份数"), _("份"), 3),
)
