"""Search in the titles, units and numbers of dossiers, by single characters and pairs: one interface over two databases.

PostgreSQL holds the terms as a tsvector under a GIN index, beside the text that settles whether the pairs are neighbours;
SQLite holds the text with every Chinese character as a word of its own in FTS5 and matches phrases.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from portal.base.grams import grams, normalise, query_runs, spaced

TABLE = "dossiers_search"
_CHUNK = 1000

_PUT = {
    "postgresql": f"INSERT INTO {TABLE} (dossier_id, words, terms) VALUES (%s, %s, array_to_tsvector(%s)) "
    "ON CONFLICT (dossier_id) DO UPDATE SET words = excluded.words, terms = excluded.terms",
    "sqlite": f"INSERT OR REPLACE INTO {TABLE} (rowid, words) VALUES (%s, %s)",
}


def text_of(number: str | None, title: str, unit: str) -> str:
    """The text under which a dossier is found."""
    return " | ".join(part for part in (number, title, unit) if part)


def index(rows: Iterable[tuple[int, str]]) -> None:
    """Puts dossiers into the index, or their new texts in place of the old ones.

    Args:
        rows: (key of the dossier, its text).
    """
    values: list[tuple[Any, ...]]
    if connection.vendor == "postgresql":
        values = [(key, normalise(text), grams(text)) for key, text in rows]
    else:
        values = [(key, spaced(text)) for key, text in rows]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(_PUT[connection.vendor], values)


def matching(rows: models.QuerySet[Any], text: str) -> models.QuerySet[Any]:
    """The rows (dossiers or a programme's) that have everything a person typed; none when nothing can be searched for."""
    runs = query_runs(text)
    if not runs:
        return rows.none()
    sql, params = _condition(runs)
    return rows.filter(pk__in=RawSQL(sql, params))


def _condition(runs: list[str]) -> tuple[str, list[str]]:
    if connection.vendor == "postgresql":
        terms = " & ".join(term for run in runs for term in _terms(run))
        long_runs = [run for run in runs if not run[0].isascii() and len(run) > 2]
        rechecks = "".join(" AND words LIKE %s" for _run in long_runs)
        sql = f"SELECT dossier_id FROM {TABLE} WHERE terms @@ %s::tsquery{rechecks}"
        return sql, [terms, *(f"%{run}%" for run in long_runs)]
    phrase = " AND ".join(f'"{spaced(run)}"{"*" if run[0].isascii() else ""}' for run in runs)
    return f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [phrase]


def _terms(run: str) -> list[str]:
    """The terms of one run as a tsquery: Latin words by their beginning, Chinese by all its pairs (or its one sign)."""
    if run[0].isascii():
        return [f"'{run}':*"]
    return [f"'{run[i : i + 2]}'" for i in range(len(run) - 1)] or [f"'{run}'"]


def rebuild() -> int:
    """Makes the whole index anew; gives the number of dossiers in it."""
    from portal.dossiers.models import Dossier

    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    rows = Dossier.objects.order_by("pk").values_list("pk", "number", "title", "applicant__name")
    chunk: list[tuple[int, str]] = []
    total = 0
    for key, number, title, unit in rows.iterator(chunk_size=_CHUNK):
        chunk.append((key, text_of(number, title, unit)))
        if len(chunk) == _CHUNK:
            index(chunk)
            total, chunk = total + len(chunk), []
    index(chunk)
    return total + len(chunk)
