"""The left menu and the counters of the top bar. Rooms and the workbench register entries; the shell shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.actors import PUBLIC, Actor
from portal.accounts.roles import Role
from portal.lifecycle.states import Text
from portal.ui.counts import Counted, together

Count = Callable[[Actor], Counted]


@dataclass(frozen=True)
class Entry:
    """A line of the left menu.

    Args:
        label, icon: what is shown; the icon is a name of `static/icons.txt`.
        url_name, args: where it leads. roles: who has it; empty for everybody who is signed in.
        covers: a further place whose pages belong to this entry.
        order: place among the entries. group: heading it stands under; entries without one stand on top.
        count: how much waits there for this actor: a queryset (all entries' are counted in one query) or a number;
        shown only when it is not zero.
    """

    label: Text
    icon: str
    url_name: str
    order: int
    roles: frozenset[Role] = frozenset()
    args: tuple[str, ...] = ()
    group: Text = ""
    count: Count | None = None
    covers: str = ""

    def is_for(self, actor: Actor) -> bool:
        return not self.roles or actor.role in self.roles


@dataclass(frozen=True)
class Line:
    """An entry as one page shows it."""

    entry: Entry
    url: str
    current: bool
    waiting: int


@dataclass(frozen=True)
class PersonLink:
    """A line of the person's own menu."""

    label: Text
    icon: str
    url_name: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_entries: list[Entry] = []
_person_links: list[PersonLink] = []
_unread: list[tuple[str, Count]] = []


def register(*entries: Entry) -> None:
    """Adds entries to the menu."""
    _entries.extend(entry for entry in entries if entry not in _entries)
    _entries.sort(key=lambda entry: entry.order)


def register_person_link(link: PersonLink) -> None:
    """Adds a line to the person's own menu."""
    if link not in _person_links:
        _person_links.append(link)


def register_unread(url_name: str, count: Count) -> None:
    """Says where messages are read and how the top bar counts the unread ones."""
    _unread[:] = [(url_name, count)]


def entries_of(actor: Actor) -> list[Entry]:
    """The entries this actor has, in order."""
    return [entry for entry in _entries if entry.is_for(actor)]


def _length(place: tuple[str, str]) -> int:
    return len(place[0])


class Shell:
    """What the frame of a page shows; computed only when the frame is rendered, not for partial answers."""

    def __init__(self, request: HttpRequest) -> None:
        self.path = request.path
        self.actor: Actor = getattr(request, "actor", PUBLIC)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """All counts of the frame (one query)."""
        wanted = {f"{e.url_name}-{e.order}": e.count(self.actor) for e in self._entries if e.count}
        if _unread and self.actor.user:
            wanted["unread"] = _unread[0][1](self.actor)
        return together(wanted)

    @cached_property
    def _entries(self) -> list[Entry]:
        return entries_of(self.actor)

    @cached_property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """The menu's lines under their headings."""
        found: dict[str, list[Line]] = {}
        urls = [reverse(entry.url_name, args=entry.args) for entry in self._entries]
        places = [(url, url) for url in urls]
        places += [(reverse(e.covers), url) for e, url in zip(self._entries, urls, strict=True) if e.covers]
        _place, current = max((pair for pair in places if self.path.startswith(pair[0])), key=_length, default=("", ""))
        for entry, url in zip(self._entries, urls, strict=True):
            waiting = self._numbers[f"{entry.url_name}-{entry.order}"] if entry.count else 0
            found.setdefault(str(entry.group), []).append(Line(entry, url, url == current, waiting))
        return list(found.items())

    @cached_property
    def waiting(self) -> list[Line]:
        """The lines where something waits for this person."""
        return [line for _group, lines in self.groups for line in lines if line.waiting]

    @cached_property
    def unread(self) -> int:
        """Unread messages of the person."""
        return self._numbers.get("unread", 0)

    @property
    def unread_url(self) -> str:
        """Where messages are read; empty when nobody registered the place."""
        return reverse(_unread[0][0]) if _unread else ""

    @property
    def person_links(self) -> list[PersonLink]:
        """The lines of the person's own menu."""
        return _person_links
