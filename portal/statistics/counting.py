"""Counting the running dossiers: one query for a table, whose groups add up to the totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, QuerySet

from portal.accounts.actors import Actor
from portal.statistics.dimensions import NONE, Dimension
from portal.statistics.measures import MEASURES
from portal.statistics.overviews import Overview


@dataclass(frozen=True)
class Group:
    """A line of the table: the value that its links filter by, its name, and its counts by measure."""

    value: str
    name: str
    counts: dict[str, int]


def running(overview: Overview, actor: Actor) -> QuerySet[Any]:
    """The running dossiers that this actor may see."""
    rows: Any = overview.model._default_manager
    found: QuerySet[Any] = rows.visible_to(actor).filter(state__in=overview.states, private=False)
    return found


def table(overview: Overview, dimension: Dimension, actor: Actor, today: dt.date) -> list[Group]:
    """The counts for each value of a dimension, in its order, those without a value last (one query)."""
    rows = running(overview, actor).order_by().values(_value=F(dimension.column), _name=F(dimension.name))
    rows = rows.annotate(_place=Min(dimension.place), **_counts(overview, today))
    found = [
        Group(
            NONE if row["_value"] is None else str(row["_value"]),
            str(dimension.empty) if row["_value"] is None else row["_name"],
            {measure.id: row[measure.id] for measure in MEASURES},
        )
        for row in sorted(rows, key=lambda row: (row["_value"] is None, row["_place"] or 0, str(row["_name"])))
    ]
    return found


def total_of(groups: Iterable[Group]) -> dict[str, int]:
    """The counts over all of them, by measure: a dossier is in one group of a dimension, and in no other."""
    found = dict.fromkeys((measure.id for measure in MEASURES), 0)
    for group in groups:
        for name, number in group.counts.items():
            found[name] += number
    return found


def _counts(overview: Overview, today: dt.date) -> dict[str, Count]:
    return {
        measure.id: Count("pk", filter=where) if (where := measure.where(overview, today)) else Count("pk")
        for measure in MEASURES
    }
