"""The programmes that registered themselves. No room names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps

from portal.lifecycle.states import State, Text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.dossiers.models import Dossier, DossierQuerySet


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


def concrete(dossier: Any, *, alone: bool = False) -> Any:
    """The dossier as an instance of its programme's class (one query; none when it is one already).

    Args:
        alone: without its neighbours, for writes that read its own columns only.
    """
    model = programme(dossier.programme).model
    if isinstance(dossier, model):
        return dossier
    return (model.objects.all() if alone else model.objects.select_related(*RELATED)).get(pk=dossier.pk)


def true_state(dossier: Any) -> State:
    """The declaration of a dossier's own state, whatever class the instance is of; for readers inside."""
    return programme(dossier.programme).model.lifecycle.state(dossier.state)


def find(rows: QuerySet[Dossier], pk: int) -> Any:
    """The dossier of that key among these rows, as an instance of its programme's class; None when there is none.

    One query, however many programmes there are: the tables of all of them are joined by their keys.
    """
    links = {owner.id: _link(owner.model) for owner in programmes()}
    row = rows.select_related(*RELATED, *sorted(set(links.values()))).filter(pk=pk).order_by().first()
    if row is None:
        return None
    found = getattr(row, links[row.programme])
    known = row._state.fields_cache
    found._state.fields_cache.update({field: known[field] for field in known if field not in links.values()})
    return found


def with_own(rows: DossierQuerySet) -> DossierQuerySet:
    """The rows with the columns of their programmes in the same query; `own` gives them."""
    return rows.select_related(*sorted({_link(owner.model) for owner in programmes()}))


def own(row: Dossier) -> Any:
    """The instance of its programme that a row of `with_own` carries."""
    return getattr(row, _link(programme(row.programme).model))


def _link(model: type[Dossier]) -> str:
    """The name under which a row of the dossier table knows its row in the programme's table."""
    dossier = apps.get_model("dossiers", "Dossier")
    return next(str(link.name) for link in dossier._meta.related_objects if link.related_model is model)


#: what pages of one dossier read of its neighbours
RELATED = ("call", "applicant", "recommender", "field__desk", "district", "handler__user")
