"""The menu entry of this room."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import APPLICANTS
from portal.ui import menu

menu.register(menu.Entry(_("成果登记"), "trophy", "execution:outputs", order=125, roles=APPLICANTS))
