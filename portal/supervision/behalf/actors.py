"""The actor of an entry on behalf: the represented side's role, the names of those who entered and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership, User
from portal.lifecycle.models import Subject


@dataclass(frozen=True)
class BehalfActor(Actor):
    """Acts in the role of the represented person or body. `user` is who entered it: the files are that person's."""

    represented: str = ""
    checker: str = ""

    @property
    def name(self) -> str:
        facts = {"who": self.represented, "entered": self.user.name if self.user else "", "checked": self.checker}
        if not self.checker:
            return _("%(who)s（代录人：%(entered)s）") % facts
        return _("%(who)s（代录人：%(entered)s，复核人：%(checked)s）") % facts


def behalf_of(membership: Membership, *, entrant: User, represented: str, checker: str = "") -> BehalfActor:
    """The actor for a membership (also an unsaved one of a body without accounts)."""
    return BehalfActor(user=entrant, membership=membership, represented=represented, checker=checker)


@dataclass(frozen=True)
class BehalfWarrant:
    """What the record keeps of an entry on behalf. It orders nothing: the step admits the represented role itself."""

    entry: int
    represented: str
    entered_by: int | None
    checked_by: int | None

    def orders(self, subject: Subject, step: str) -> bool:
        return False

    def facts(self) -> dict[str, Any]:
        return {
            "on_behalf": self.entry,
            "represented": self.represented,
            "entered_by": self.entered_by,
            "checked_by": self.checked_by,
        }
