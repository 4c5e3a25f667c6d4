"""The tabs of a dossier's page. Each room contributes its own; the workbench composes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.accounts.actors import Actor
from portal.lifecycle.states import Text
from portal.ui.counts import Counted, together


def _always(dossier: Any, actor: Actor) -> bool:
    return True


def _uncounted(dossier: Any, actor: Actor) -> Counted:
    return None


@dataclass(frozen=True)
class Tab:
    """One tab.

    Args:
        id: its name in the address (`?tab=`). label: the word on it. order: its place.
        template: rendered with the dossier, the actor and what `context` gives; a part of a page, not a page.
        context: (dossier, actor) -> what the template needs; called only when the tab is opened (at most 4 queries).
        count: what stands as a number beside the word: a queryset (all tabs' querysets are counted in one query),
        a number, or None.
        shown: whether this actor has the tab at all; no query.
    """

    id: str
    label: Text
    order: int
    template: str
    context: Callable[[Any, Actor], dict[str, Any]]
    count: Callable[[Any, Actor], Counted] = _uncounted
    shown: Callable[[Any, Actor], bool] = _always


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    """Adds a tab, or replaces the one of the same id."""
    _tabs[tab.id] = tab


def tabs_of(dossier: Any, actor: Actor) -> list[Tab]:
    """The tabs this actor has on this dossier, in order."""
    return [tab for tab in sorted(_tabs.values(), key=lambda tab: tab.order) if tab.shown(dossier, actor)]


def counted(tabs: list[Tab], dossier: Any, actor: Actor) -> list[tuple[Tab, int]]:
    """The tabs with their numbers, 0 where there is nothing to count (at most one query)."""
    numbers = together({tab.id: tab.count(dossier, actor) for tab in tabs})
    return [(tab, numbers[tab.id]) for tab in tabs]
