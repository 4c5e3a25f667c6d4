"""What the bureau keeps an eye on: lists of running projects. Programmes say which dossiers belong to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from portal.dossiers.models import DossierQuerySet
from portal.lifecycle.states import Text


@dataclass(frozen=True)
class Watch:
    """A list of the page 项目监管.

    Args:
        id: its name in the address. label: in words. order: its place. empty: what would stand there.
        condition: which dossiers, asked anew for each page (dates move on). Programmes share a list by its id: what stands
        there is what one of them says.
    """

    id: str
    label: Text
    order: int
    empty: Text
    condition: Callable[[], Q]


_watches: dict[str, list[Watch]] = {}


def register(*watches: Watch) -> None:
    """Adds lists, or a programme's dossiers to lists of the same id."""
    for watch in watches:
        _watches.setdefault(watch.id, []).append(watch)


def watches() -> list[Watch]:
    """The lists in order, each as its first programme calls it."""
    return sorted((some[0] for some in _watches.values()), key=lambda watch: watch.order)


def watch_of(watch_id: str) -> Watch | None:
    """The list of that name."""
    some = _watches.get(watch_id)
    return some[0] if some else None


def watched(rows: DossierQuerySet, watch: Watch) -> DossierQuerySet:
    """Those of the rows that belong to a list."""
    conditions = [some.condition() for some in _watches[watch.id]]
    joined = conditions[0]
    for condition in conditions[1:]:
        joined |= condition
    return rows.filter(joined)
