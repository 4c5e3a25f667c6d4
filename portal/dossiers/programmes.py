"""The programmes that registered themselves. No room names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.dossiers.models import Dossier


@dataclass(frozen=True)
class Programme:
    """What the shared rooms must know of a programme.

    Args:
        id: also the prefix of its addresses. label, short_label: in words. model: its dossier class.
        serial: prefix of its dossier numbers. summary: one sentence for the public home.
        recommender_kinds: kinds of `Body` that may recommend; empty when it has no recommender.
    """

    id: str
    label: Text
    short_label: Text
    model: type[Dossier]
    serial: str
    summary: Text
    recommender_kinds: tuple[str, ...] = ()


_programmes: dict[str, Programme] = {}


def register(programme: Programme) -> None:
    """Makes a programme known to the portal."""
    _programmes[programme.id] = programme


def programme(programme_id: str) -> Programme:
    """The programme of that id; KeyError when there is none."""
    return _programmes[programme_id]


def programmes() -> list[Programme]:
    """All programmes, in the order of their registration."""
    return list(_programmes.values())


def concrete(dossier: Any) -> Any:
    """The dossier as an instance of its programme's class (one query; none when it is one already)."""
    model = programme(dossier.programme).model
    return dossier if isinstance(dossier, model) else model.objects.select_related(*RELATED).get(pk=dossier.pk)


#: what pages of one dossier read of its neighbours
RELATED = ("call", "applicant", "recommender", "field__desk", "district", "handler__user")
