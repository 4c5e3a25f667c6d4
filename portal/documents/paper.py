"""Papers 文书, declared: what a kind of paper is called, what is fixed when it is issued, who may read it.

A class lives with whoever's step names it. Its wording stands in a template, never here; a programme replaces the
wording by a template of the same name under `papers/<programme>/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from portal.lifecycle.states import Party, Text

if TYPE_CHECKING:
    from portal.lifecycle.models import Subject
    from portal.lifecycle.steps import Act

Snapshot = dict[str, Any]


class Paper:
    """Base of all papers. Instances hold nothing: everything that is fixed stands in the row of an issued paper.

    Class attributes:
        kind: its name (slug). label: in words. prefix: of its serial numbers (`PREFIX-YEAR-0001`).
        template: the template under `papers/`. style: the style sheets under `papers/` (`letter`, `form`, `list`, `letter annex`).
        readers: the outside parties that may read it; inside the bureau it is read with its dossier.
        later_readers: those that may read it as well as soon as a step declared with `discloses=(kind, …)` was taken.
        single: whether a new one takes the place of the one before it on the same subject.
        revocable: whether the bureau may revoke it by itself (its own letters, not what others submit).
    """

    kind: ClassVar[str]
    label: ClassVar[Text]
    prefix: ClassVar[str]
    template: ClassVar[str]
    style: ClassVar[str] = "letter"
    readers: ClassVar[tuple[Party, ...]] = ()
    later_readers: ClassVar[tuple[Party, ...]] = ()
    single: ClassVar[bool] = False
    revocable: ClassVar[bool] = False

    def wanted(self, subject: Subject, act: Act) -> bool:
        """Whether this taking of the step issues the paper."""
        return True

    def title(self, subject: Subject) -> str:
        """The name under which lists and the verification page show it."""
        return str(self.label)

    def snapshot(self, subject: Subject, act: Act) -> Snapshot:
        """All that the rendering needs, as plain JSON values (dates in ISO form), fixed at the moment of issue."""
        raise NotImplementedError

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        """The main facts that a stranger who holds the paper may compare with it: no personal data."""
        return []


_kinds: dict[str, type[Paper]] = {}


def register(paper: type[Paper]) -> type[Paper]:
    """Class decorator: makes a kind of paper known, so that the worker finds it by its name."""
    for known in _kinds.values():
        if (known.__module__, known.__qualname__) == (paper.__module__, paper.__qualname__):
            continue
        if known.kind == paper.kind:
            raise ValueError(f"two papers are called {paper.kind}")
        if known.prefix == paper.prefix:
            raise ValueError(f"{known.kind} and {paper.kind} would share the numbers {paper.prefix}")
    _kinds.setdefault(paper.kind, paper)
    return paper


def kinds() -> dict[str, type[Paper]]:
    """All kinds of papers by name."""
    return dict(_kinds)


def paper_of(kind: str) -> Paper | None:
    """The declaration of a kind, or None when the installation no longer has it."""
    found = _kinds.get(kind)
    return found() if found else None
