"""A list page: filters, order, columns, page size and one page of rows, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from portal.lifecycle.states import Text
from portal.ui import paging, words
from portal.ui.filters import Filter, FilterSet

COOKIE_DAYS = 365


@dataclass(frozen=True)
class Column:
    """A column of a list.

    Args:
        id: its name. label: its head. value: row -> what the xlsx holds. cell: row -> what the page shows;
        without one the value stands as text. sort: the id of the order its head offers.
        fixed: always shown. chosen: shown unless the person chose otherwise. width: in characters, for the xlsx.
        css: class of its cells.
    """

    id: str
    label: Text
    value: Callable[[Any], Any]
    cell: Callable[[Any], Any] | None = None
    sort: str = ""
    fixed: bool = False
    chosen: bool = True
    width: int = 16
    css: str = ""


@dataclass(frozen=True)
class Head:
    """The head of a column on a page: where a click leads, and the present direction for screen readers."""

    column: Column
    url: str
    direction: str


class List:
    """What a list page shows.

    Args:
        name: names the cookie that remembers the chosen columns. rows: everything the person may see here.
        sorts: the first one is the default; two with ids `x` and `-x` are the two directions of a head.
    """

    def __init__(
        self,
        request: HttpRequest,
        *,
        name: str,
        rows: QuerySet[Any],
        columns: Sequence[Column],
        sorts: Sequence[paging.Sort],
        filters: Sequence[Filter] = (),
    ) -> None:
        self.request, self.name, self.all_columns = request, name, list(columns)
        self.sorts = {sort.id: sort for sort in sorts}
        self.sort = self.sorts.get(request.GET.get("sort", ""), sorts[0])
        self.filters = FilterSet(filters, request.GET)
        self.narrowed = self.filters.narrow(rows)

    @cached_property
    def size(self) -> int:
        """Rows on a page."""
        text = self.request.GET.get("size") or self.request.COOKIES.get("page_size", "")
        return int(text) if text.isdigit() and int(text) in paging.SIZES else 50

    @cached_property
    def page(self) -> paging.Page:
        """The rows of this page (one query, two where the rows without a value begin)."""
        query = self.request.GET
        return paging.page(
            self.narrowed, self.sort, after=query.get("after", ""), before=query.get("before", ""), size=self.size
        )

    @cached_property
    def count(self) -> int:
        """How many rows there are, capped; no query when the first page holds them all."""
        if self.page.alone:
            return len(self.page.rows)
        return paging.capped_count(self.narrowed)

    @property
    def count_words(self) -> str:
        return words.count(self.count)

    @cached_property
    def columns(self) -> list[Column]:
        """The chosen columns in the list's own order."""
        kept = self.request.COOKIES.get(self.cookie)
        if "columns" in self.request.GET:
            names = set(self.request.GET.getlist("columns"))
        elif kept is None:
            return [column for column in self.all_columns if column.fixed or column.chosen]
        else:
            names = set(kept.split("."))
        return [column for column in self.all_columns if column.fixed or column.id in names]

    @property
    def cookie(self) -> str:
        return f"columns_{self.name}"

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """The columns that can be chosen, with the present choice."""
        return [(column, column in self.columns) for column in self.all_columns if not column.fixed]

    @property
    def lines(self) -> list[tuple[Any, list[tuple[Column, Any]]]]:
        """The rows of this page with their cells."""
        columns = self.columns
        return [(row, [(column, (column.cell or column.value)(row)) for column in columns]) for row in self.page.rows]

    @property
    def heads(self) -> list[Head]:
        """The heads of the chosen columns with their orders."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        if not column.sort:
            return Head(column, "", "")
        up, down = column.sort, f"-{column.sort}"
        present = {up: "ascending", down: "descending"}.get(self.sort.id, "")
        wanted = down if (self.sort.id == up and down in self.sorts) or up not in self.sorts else up
        return Head(column, self.filters.address(sort=wanted), present)

    @property
    def next_url(self) -> str:
        return self.filters.address(after=self.page.after) if self.page.after else ""

    @property
    def previous_url(self) -> str:
        return self.filters.address(before=self.page.before) if self.page.before else ""

    @property
    def first_url(self) -> str:
        return self.filters.address() if self.page.before else ""

    @property
    def sizes(self) -> list[tuple[int, str, bool]]:
        """The page sizes with their addresses."""
        return [(size, self.filters.address(size=str(size)), size == self.size) for size in paging.SIZES]

    def remember(self, response: HttpResponse) -> HttpResponse:
        """Keeps the choices made on this page (columns, page size) for the next time, in cookies of this browser."""
        query = self.request.GET
        age = COOKIE_DAYS * 86400
        if "columns" in query:
            names = [column.id for column in self.all_columns if column.id in query.getlist("columns")]
            response.set_cookie(self.cookie, ".".join(names), max_age=age, httponly=True, samesite="Lax")
        if query.get("size"):
            response.set_cookie("page_size", str(self.size), max_age=age, httponly=True, samesite="Lax")
        return response
