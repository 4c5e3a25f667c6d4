"""Places of this room in the frame of every page."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.messaging import queries
from portal.ui.menu import Entry, register, register_unread

_ADMIN = frozenset({Role.SYSTEM_ADMIN})

register_unread("messaging:list", queries.unread_of)
register(
    Entry(_("消息"), "bell", "messaging:list", order=900),
    Entry(_("外发队列"), "send", "messaging:outbox", order=940, roles=_ADMIN),
    Entry(_("运行状态"), "info-circle", "messaging:operation", order=950, roles=_ADMIN),
)
