"""The overviews that programmes register: which of their dossiers run, and which columns tell how they stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from portal.dossiers.models import Dossier
from portal.lifecycle.states import Text

_EXTENDED, _SUSPENDED = Q(extended_months__gt=0), Q(suspended_on__isnull=False)


@dataclass(frozen=True)
class Overview:
    """The running dossiers of a programme.

    Args:
        programme: its id, also in the address. label: in words. model: its dossier class.
        running_states: states in which a dossier is carried out. overdue_states: those of them, or beside them, that say
        by themselves that the term is over.
        term_field: the column of the model with the last day of the term (inclusive); null as long as there is none.
        extended, suspended: which of them were extended, and which are suspended now.
    """

    programme: str
    label: Text
    model: type[Dossier]
    running_states: tuple[str, ...]
    overdue_states: tuple[str, ...] = ()
    term_field: str = "term_ends_on"
    extended: Q = field(default_factory=lambda: _EXTENDED)
    suspended: Q = field(default_factory=lambda: _SUSPENDED)

    @property
    def states(self) -> tuple[str, ...]:
        """All states of a running dossier."""
        return tuple(dict.fromkeys((*self.running_states, *self.overdue_states)))


_overviews: dict[str, Overview] = {}


def register(overview: Overview) -> None:
    """Makes the overview of a programme known, or replaces it."""
    _overviews[overview.programme] = overview


def unregister(programme: str) -> None:
    """Forgets the overview of a programme."""
    _overviews.pop(programme, None)


def overviews() -> list[Overview]:
    """All overviews, in the order of their registration."""
    return list(_overviews.values())


def find(programme: str) -> Overview | None:
    """The overview of a programme; None when it has none."""
    return _overviews.get(programme)
