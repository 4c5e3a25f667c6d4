"""Parameters of imports. None was read in a rule; all are defaults."""

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.calls.parameters import Definition, define, value

MOST, AT_ONCE = "import_rows_most", "import_rows_at_once"

define(
    Definition(MOST, _("一次导入的最多行数"), _("行"), 2000),
    Definition(AT_ONCE, _("不超过此行数的导入立即办理（超过的在后台办理）"), _("行"), 200),
)


def most() -> int:
    """How many lines one file may have."""
    return int(value(MOST, "", clock.today()))


def at_once() -> int:
    """Up to how many lines a person waits for the result."""
    return int(value(AT_ONCE, "", clock.today()))
