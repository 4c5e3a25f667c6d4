"""What rooms add to pages of the workbench: buttons over a selection of dossiers, lines and acts on a dossier's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.lifecycle.states import Text


@dataclass(frozen=True)
class Selected:
    """A button under a list of dossiers that leads the chosen ones on: GET with `id` once per dossier, and `back`.

    Args:
        label: on the button. url_name: where it leads. roles: who has it. order: its place.
    """

    label: Text
    url_name: str
    roles: frozenset[Role]
    order: int = 100


@dataclass(frozen=True)
class Line:
    """A sentence in the box 当前 of a dossier's page; `url` makes it a link.

    `holds` says that it tells in whose hands the dossier is, in place of the state's own words; `urgent` that it stands out,
    above everything else in the box.
    """

    text: Text
    icon: str = "info-circle"
    url: str = ""
    holds: bool = False
    urgent: bool = False


@dataclass(frozen=True)
class Deed:
    """Something that can be done about a dossier beside its steps: a line of the menu 更多操作.

    Args:
        label, url: where it leads. help: a few words below. danger: whether it ends something.
        group: the heading it stands under, together with the others of the same.
        main: whether it is what is expected of the reader now: a button in the box 当前 instead.
        leads_to: the step of the dossier that is taken there, if any; not offered while something stands against it.
    """

    label: Text
    url: str
    help: Text = ""
    danger: bool = False
    group: Text = ""
    main: bool = False
    leads_to: str = ""


_selected: dict[str, Selected] = {}
_lines: list[Callable[[Any, Actor], list[Line]]] = []
_deeds: list[Callable[[Any, Actor], list[Deed]]] = []


def register_selected(button: Selected) -> None:
    """Adds a button under the lists of dossiers."""
    _selected[button.url_name] = button


def selected_for(actor: Actor) -> list[Selected]:
    """The buttons this actor has under the lists, in order."""
    return sorted((b for b in _selected.values() if actor.role in b.roles), key=lambda b: b.order)


def lines(source: Callable[[Any, Actor], list[Line]]) -> Callable[[Any, Actor], list[Line]]:
    """Decorator: a function (dossier, actor) -> lines of the box 当前; at most one query."""
    if source not in _lines:
        _lines.append(source)
    return source


def deeds(source: Callable[[Any, Actor], list[Deed]]) -> Callable[[Any, Actor], list[Deed]]:
    """Decorator: a function (dossier, actor) -> what can be done beside the steps; at most one query."""
    if source not in _deeds:
        _deeds.append(source)
    return source


def lines_of(dossier: Any, actor: Actor) -> list[Line]:
    """All lines that rooms add for this reader."""
    return [line for source in _lines for line in source(dossier, actor)]


def deeds_of(dossier: Any, actor: Actor) -> list[Deed]:
    """All that rooms let this person do beside the steps; what stands under a heading comes last."""
    found = [deed for source in _deeds for deed in source(dossier, actor)]
    return sorted(found, key=lambda deed: str(deed.group))
