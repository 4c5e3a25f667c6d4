"""The decisions before which a party is heard, as programmes declare them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.lifecycle.states import Text


@dataclass(frozen=True)
class Intended:
    """A decision against a party that wants a statement first.

    Args:
        programme: whose. step: the dossier's step that carries the decision out. label: in words ("终止试点项目").
        sources: states of the dossier in which it can be intended. grounds: usual grounds, editable.
    """

    programme: str
    step: str
    label: Text
    sources: tuple[str, ...]
    grounds: Text = ""


_kinds: dict[tuple[str, str], Intended] = {}


def register(*kinds: Intended) -> None:
    """Makes decisions known."""
    _kinds.update({(kind.programme, kind.step): kind for kind in kinds})


def intended(programme: str, step: str) -> Intended:
    """The declaration of a decision; KeyError when there is none."""
    return _kinds[programme, step]


def for_state(programme: str, state: str) -> list[Intended]:
    """What could be intended for a dossier of that programme in that state."""
    return [kind for kind in _kinds.values() if kind.programme == programme and state in kind.sources]
