"""A line of a sheet on its way: what its cells hold, what is wrong with it, what it became."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from portal.accounts.actors import Actor

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True)
class Source:
    """Where lines come from: who imports them, when, with which job and file."""

    actor: Actor
    at: dt.datetime
    job: str
    file: str


@dataclass(frozen=True)
class Problem:
    """Something about a line. `column` is a head, empty when it is about the whole line; `value` is what the cell holds."""

    line: int
    column: str
    level: str
    text: str
    value: str = ""


@dataclass
class Row:
    """A line of the sheet. `values` are the cleaned cells by column id; a cell with an error has none."""

    line: int
    cells: dict[str, str]
    heads: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    skipped: bool = False
    record: Model | None = None

    def error(self, column: str, text: str) -> None:
        """Says what is wrong and what would be right; `column` is a column's id, or empty."""
        self._say(ERROR, column, text)

    def warn(self, column: str, text: str) -> None:
        """Says what should be looked at; the line is imported all the same."""
        self._say(WARNING, column, text)

    def skip(self, text: str) -> None:
        """Leaves the line out, and says why."""
        self.skipped = True
        self._say(NOTE, "", text)

    def _say(self, level: str, column: str, text: str) -> None:
        head = self.heads.get(column, "")
        self.problems.append(Problem(self.line, head, level, text, self.cells.get(head, "")[:200]))

    @property
    def good(self) -> bool:
        return not any(problem.level == ERROR for problem in self.problems)


@dataclass
class Outcome:
    """What a run over a sheet came to."""

    rows: list[Row]
    problems: list[Problem]

    @property
    def good(self) -> list[Row]:
        """The lines without an error that were not left out: each becomes, or became, a record."""
        return [row for row in self.rows if row.good and not row.skipped]

    def count(self, level: str) -> int:
        return sum(problem.level == level for problem in self.problems)

    @property
    def bad_lines(self) -> int:
        return sum(not row.good for row in self.rows)
