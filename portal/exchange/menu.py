"""The menu entries of this room."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.exchange.models import ImportJob, ImportJobQuerySet
from portal.exchange.states import CHECKED
from portal.ui import menu


def to_confirm(actor: Actor) -> ImportJobQuerySet:
    """Imports of this person that were checked and wait for a decision."""
    return ImportJob.objects.filter(owner=actor.membership, state=CHECKED.id)


menu.register(
    menu.Entry(
        _("导入导出"),
        "file-spreadsheet",
        "exchange:jobs",
        order=620,
        roles=frozenset({Role.HANDLER}),
        count=to_confirm,
    ),
    menu.Entry(
        _("批量导入"),
        "file-spreadsheet",
        "exchange:jobs",
        order=620,
        roles=frozenset({Role.SECTION_CHIEF, Role.AUDITOR}),
    ),
)
