"""What an overview is broken down by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Body, District, Membership
from portal.accounts.roles import Role
from portal.calls.models import CallField
from portal.dossiers.models import Dossier
from portal.lifecycle.states import Text
from portal.ui.filters import Filter, Option

#: the value of a filter that means: has none
NONE = "none"


@dataclass(frozen=True)
class Dimension:
    """Something that dossiers differ in.

    Args:
        id: its name in addresses. label: in words. column: what dossiers are grouped by, name: what that is called,
        place: what the groups are ordered by; columns of the dossier and its neighbours. empty: the group without one.
    """

    id: str
    label: Text
    column: str
    name: str
    place: str
    empty: Text


DIMENSIONS = (
    # Fields belong to the calls of a year: those of the same name are one.
    Dimension("field", _("领域"), "field__name", "field__name", "field__position", _("未填领域")),
    Dimension("district", _("所在区"), "district", "district__name", "district__position", _("未填所在区")),
    Dimension(
        "recommender", _("推荐单位"), "recommender", "recommender__name", "recommender__position", _("无推荐单位")
    ),
    Dimension("handler", _("经办人"), "handler", "handler__user__name", "handler", _("未指定经办人")),
)
BY_ID = {dimension.id: dimension for dimension in DIMENSIONS}


def filters() -> list[Filter]:
    """A filter for each dimension; one query for all their choices."""
    found = _choices()
    return [Filter(d.id, d.label, _equals(d.column), options=(*found[d.id], (NONE, d.empty))) for d in DIMENSIONS]


def _equals(column: str) -> Any:
    def apply(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(**{f"{column}__isnull": True} if value == NONE else {column: value})

    return apply


def _choices() -> dict[str, tuple[Option, ...]]:
    recommends = Exists(Dossier.objects.filter(recommender=OuterRef("pk")))
    parts = [
        _part("field", CallField.objects.all(), "name", "name", "position"),
        _part("district", District.objects.all(), "code", "name", "position"),
        _part("recommender", Body.objects.filter(recommends), "pk", "name", "position"),
        _part("handler", Membership.objects.filter(role=Role.HANDLER), "pk", "user__name", "pk"),
    ]
    found: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for kind, value, label, place in parts[0].union(*parts[1:], all=True):
        found[kind].setdefault(value, (place, label))
    return defaultdict(
        tuple,
        {
            kind: tuple((value, label) for value, (_place, label) in sorted(rows.items(), key=lambda item: item[1]))
            for kind, rows in found.items()
        },
    )


def _part(kind: str, rows: QuerySet[Any], value: str, label: str, place: str) -> QuerySet[Any]:
    return (
        rows.order_by()
        .annotate(
            _kind=Value(kind, output_field=CharField()),
            _value=Cast(value, CharField()),
            _label=F(label),
            _place=Cast(place, IntegerField()),
        )
        .values_list("_kind", "_value", "_label", "_place")
    )
