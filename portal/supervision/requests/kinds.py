"""The kinds of requests that programmes admit."""

from __future__ import annotations

from dataclasses import dataclass

from portal.lifecycle.states import Text


@dataclass(frozen=True)
class Kind:
    """A kind of request.

    Args:
        id, label, programme: its name and whose it is. help: what it is for. sources: states of the dossier in which it can be
        filed and granted. step: what the grant takes on the dossier. drops_docket: whether the grant takes the dossier out of
        a live docket.
    """

    id: str
    label: Text
    programme: str
    help: Text
    sources: tuple[str, ...]
    step: str
    drops_docket: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Makes a kind known."""
    _kinds[kind.id] = kind


def kind(kind_id: str) -> Kind:
    """The kind of that id; KeyError when there is none."""
    return _kinds[kind_id]


def kinds_of(programme: str) -> list[Kind]:
    """The kinds a programme admits."""
    return [kind for kind in _kinds.values() if kind.programme == programme]
