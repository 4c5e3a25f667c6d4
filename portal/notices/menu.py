"""The menu entries of this room."""

from django.utils.translation import gettext_lazy as _

from portal.notices.models import READERS
from portal.notices.queries import notices_waiting, objections_waiting
from portal.ui import menu

menu.register(
    menu.Entry(_("公示"), "flag", "notices:handling_list", order=138, roles=READERS, count=notices_waiting),
    menu.Entry(_("公示异议"), "message", "notices:objections", order=139, roles=READERS, count=objections_waiting),
)
