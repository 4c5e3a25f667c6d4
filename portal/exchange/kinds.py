"""The kinds of imports that rooms and programmes register: which columns a sheet has, who may import, what a line becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.dossiers.programmes import programme
from portal.exchange.fields import MESSAGES, OneOfField, SomeOfField
from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.exchange.resources import RowResource


@dataclass(frozen=True)
class Column:
    """A column of the sheet.

    Args:
        id: its name in the code. field: reads a cell; its label is the head, `required` and `help_text` are said in the
        template. example: what the example sheet shows. width: in characters.
    """

    id: str
    field: forms.Field
    example: str = ""
    width: int = 16

    def __post_init__(self) -> None:
        usual, messages = forms.Field.default_error_messages, self.field.error_messages
        for key, text in MESSAGES.items():
            if messages.get(key) in (None, usual.get(key)):
                messages[key] = text

    @property
    def head(self) -> str:
        return str(self.field.label)

    @property
    def required(self) -> bool:
        return self.field.required

    @property
    def help(self) -> str:
        return str(self.field.help_text)

    @property
    def options(self) -> list[str]:
        """The labels a cell may hold; none where anything may be typed."""
        return list(self.field.options) if isinstance(self.field, OneOfField) else []

    @property
    def several(self) -> bool:
        """Whether a cell may hold more than one of the labels."""
        return isinstance(self.field, SomeOfField)


@dataclass(frozen=True)
class Kind:
    """A kind of import.

    Args:
        id: its name. label: in words (专家). programme: the programme it belongs to; empty for a register of all.
        help: what is imported, and what is not. roles: who may import; they see each other's imports.
        columns: the columns, made anew for each use: their choices may come from the database.
        resource: what becomes of a line. measure: the word by which lines are counted (名, 项).
    """

    id: str
    label: Text
    programme: str
    help: Text
    columns: Callable[[], Sequence[Column]]
    resource: type[RowResource]
    roles: frozenset[Role] = frozenset({Role.HANDLER})
    measure: Text = "条"

    @property
    def programme_label(self) -> Text:
        """The programme in words; empty for a register of all."""
        return programme(self.programme).short_label if self.programme else ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Makes a kind of import known, or replaces the one of the same id."""
    _kinds[kind.id] = kind


def unregister(kind_id: str) -> None:
    """Forgets a kind of import."""
    _kinds.pop(kind_id, None)


def kind(kind_id: str) -> Kind:
    """The kind of that id; KeyError when nobody registered it."""
    return _kinds[kind_id]


def kinds() -> list[Kind]:
    """All kinds, in the order of their registration."""
    return list(_kinds.values())


def kinds_for(actor: Actor) -> list[Kind]:
    """The kinds this actor may import."""
    return [known for known in _kinds.values() if actor.role in known.roles]
