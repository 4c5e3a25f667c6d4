"""Public registers 名录: what was announced of a programme's projects, for everybody. Programmes declare theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.choices import districts
from portal.dossiers import search
from portal.lifecycle.states import Text
from portal.notices.tiles import Tile, picture
from portal.ui.filters import Filter, Option, equals
from portal.ui.lists import Column
from portal.ui.paging import Sort


def always() -> bool:
    """Published in any case."""
    return True


@dataclass(frozen=True)
class Register:
    """A public register.

    Args:
        id: its name in the address. label: its title. intro: one sentence above it. empty: what stands there without any.
        rows: what was announced, and nothing else; with the neighbours that a row shows. columns: what the public reads.
        sorts: the first one is the default. classes: the classes of the programme, kept in the column `class_column`.
        public: whether it is published at all (a parameter may say no).
    """

    id: str
    label: Text
    intro: Text
    empty: Text
    rows: Callable[[], QuerySet[Any]]
    columns: Sequence[Column]
    sorts: Sequence[Sort]
    classes: tuple[Option, ...] = ()
    class_column: str = ""
    public: Callable[[], bool] = always


_registers: dict[str, Register] = {}


def register(found: Register) -> None:
    """Makes a register known."""
    _registers[found.id] = found


def registers() -> list[Register]:
    """The registers that are published, in the order of their registration."""
    return [found for found in _registers.values() if found.public()]


def register_of(name: str) -> Register | None:
    """The published register of that name."""
    found = _registers.get(name)
    return found if found and found.public() else None


def filters_of(found: Register, announced: QuerySet[Any]) -> list[Filter]:
    """Search, year, field, class, district; the choices are those that occur among what was announced (two queries)."""
    rows = announced.order_by()
    years = rows.values_list("call__year", flat=True).distinct()
    fields = rows.exclude(field=None).values_list("field__name", flat=True).distinct()
    filters = [
        Filter("q", _("项目名称、单位、编号"), search.matching, kind="text"),
        Filter(
            "year",
            _("年度"),
            lambda rows, value: rows.filter(call__year=int(value)),
            options=tuple((str(year), str(year)) for year in sorted(years, reverse=True)),
        ),
        Filter("field", _("领域"), equals("field__name"), options=tuple((name, name) for name in sorted(fields))),
        Filter("district", _("所在区"), equals("district_id"), options=districts()),
    ]
    if found.classes:
        filters.insert(3, Filter("class", _("类别"), equals(found.class_column), options=found.classes))
    return filters


def tiles_of(rows: QuerySet[Any], address: Callable[[str | None], str], chosen: str) -> list[Tile]:
    """The districts with the number of their projects (one query).

    Args:
        rows: narrowed by everything but the district. address: the page with that district chosen, with none for None.
        chosen: the code of the chosen district, or empty; its tile leads back to all.
    """
    counted = rows.order_by().values("district").annotate(number=Count("pk")).values_list("district", "number")
    counts = {str(code): number for code, number in counted if code}
    tiles = picture(districts(), counts)
    return [
        replace(tile, url=address(None if tile.code == chosen else tile.code), chosen=tile.code == chosen)
        for tile in tiles
    ]
