"""Parameters of this room. All are defaults that an administrator may change."""

from django.utils.translation import gettext_lazy as _

from portal.calls.parameters import Definition, define

define(
    Definition("nudge_hours", _("对同一方两次催办的最短间隔"), _("小时"), 24),
    # by duty: {"correcting": {"before": [5, 1], "after": [1, 3]}}; a duty or side that is left out keeps its default
    Definition("reminder_offsets", _("提醒时点（按事项，到期前后的天数）"), _("天"), {}),
)
