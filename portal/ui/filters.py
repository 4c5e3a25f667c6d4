"""Filters of a list: typed, read from the address, shown as chips that can be removed singly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from portal.lifecycle.states import Text

Option = tuple[str, Text]


@dataclass(frozen=True)
class Filter:
    """A condition that a person can set.

    Args:
        name: the parameter in the address. label: in words. kind: "text", "choice" or "date".
        apply: (queryset, value) -> queryset; the value is a text, of a choice one of the options, of a date a date.
        options: the choices; none for the other kinds.
    """

    name: str
    label: Text
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]]
    kind: str = "choice"
    options: tuple[Option, ...] = ()
    placeholder: Text = ""

    def read(self, text: str) -> Any:
        """The value of what stands in the address; None when it says nothing or cannot be read."""
        text = text.strip()
        if not text:
            return None
        if self.kind == "date":
            try:
                return dt.date.fromisoformat(text)
            except ValueError:
                return None
        if self.kind == "choice":
            return text if any(text == value for value, _label in self.options) else None
        return text[:80]

    def word(self, value: Any) -> str:
        """The value in words."""
        if self.kind == "choice":
            return next((str(label) for key, label in self.options if key == value), "")
        return str(value)


@dataclass(frozen=True)
class Chip:
    """A filter that is set, with the address without it."""

    label: str
    word: str
    without: str


@dataclass(frozen=True)
class Control:
    """A filter as the page shows it."""

    filter: Filter
    value: str


@dataclass
class FilterSet:
    """The filters of a list with what the address sets them to.

    Args:
        filters: in the order in which they are shown. query: the address's parameters.
        keep: parameters that are not filters but stay when a filter changes (order, page size).
    """

    filters: Iterable[Filter]
    query: QueryDict
    keep: tuple[str, ...] = ("sort", "size")
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.filters = tuple(self.filters)
        for item in self.filters:
            value = item.read(self.query.get(item.name, ""))
            if value is not None:
                self.values[item.name] = value

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that meet every filter that is set."""
        for item in self.filters:
            if item.name in self.values:
                rows = item.apply(rows, self.values[item.name])
        return rows

    def address(self, **changes: str | None) -> str:
        """The query string with changes; a change to None takes the parameter away. Paging marks never stay."""
        query = QueryDict(mutable=True)
        for name in (*self.keep, *(item.name for item in self.filters)):
            if name in self.keep and self.query.get(name):
                query[name] = self.query.get(name, "")
            elif name in self.values:
                query[name] = str(self.values[name])
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return "?" + query.urlencode()

    @property
    def chips(self) -> list[Chip]:
        """One chip for each filter that is set."""
        return [
            Chip(str(item.label), item.word(self.values[item.name]), self.address(**{item.name: None}))
            for item in self.filters
            if item.name in self.values
        ]

    @property
    def controls(self) -> list[Control]:
        """The filters for the form, choices without options left out."""
        return [
            Control(item, str(self.values.get(item.name, "")))
            for item in self.filters
            if item.kind != "choice" or item.options
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Hidden fields of the filter form."""
        return [(name, value) for name in self.keep if (value := self.query.get(name))]

    @property
    def clear(self) -> str:
        """The address without any filter."""
        return self.address(**{item.name: None for item in self.filters})


def equals(column: str) -> Callable[[QuerySet[Any], Any], QuerySet[Any]]:
    """A condition: the column has the value."""
    return lambda rows, value: rows.filter(**{column: value})


def matches(**named: Q) -> Callable[[QuerySet[Any], Any], QuerySet[Any]]:
    """A condition chosen by name."""
    return lambda rows, value: rows.filter(named[value])
