"""Fills a temporary database with demonstration data and measures pages, search, export, boards, imports and papers in it.

Each row is printed as a line of JSON as soon as it is there; a table of all rows follows. See `benchmarks/run --help`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Row, table

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__)
    parser.add_argument(
        "--size", type=int, action="append", metavar="N", help="dossiers; several in turn (1000, 10000)"
    )
    parser.add_argument("--times", type=int, default=15, metavar="N", help="requests measured for each row (15)")
    parser.add_argument(
        "--database-url", default="", help="an empty PostgreSQL database; SQLite in a temporary folder without"
    )
    parser.add_argument("--without-papers", action="store_true", help="leave the rendering of papers out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        _configure(Path(folder), options.database_url)
        found = []
        for row in _rows(sorted(options.size or [1000, 10_000]), options.times, papers=not options.without_papers):
            print(json.dumps(row, ensure_ascii=False), flush=True)
            found.append(row)
        print(file=sys.stderr)
        print(table(found), file=sys.stderr)


def _configure(folder: Path, database_url: str) -> None:
    """The settings of an installation, with its state in the folder; the fonts are those of this checkout."""
    fonts = ROOT / "var" / "fonts"
    if fonts.is_dir():
        (folder / "fonts").symlink_to(fonts)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="portal.settings",
        VAR_DIR=str(folder),
        DATABASE_URL=database_url,
        REDIS_URL="",
        DEBUG="0",
        DEMO="1",  # to load; measured without
        HTTPS="0",
        ALLOWED_HOSTS="testserver",
        LOG_LEVEL="ERROR",
        SECRET_KEY="only-for-benchmarks-and-long-enough-for-the-deployment-check",
    )
    import django
    from django.conf import settings

    settings.TEMPLATES[0]["DIRS"].append(ROOT / "benchmarks" / "templates")
    django.setup()


def _rows(sizes: list[int], times: int, *, papers: bool) -> Iterator[Row]:
    from django.core.management import call_command
    from django.test.utils import override_settings

    from benchmarks import boards, imports, pages
    from benchmarks import papers as rendering
    from portal.dossiers.models import Dossier

    _say(_machine())
    quiet = open(os.devnull, "w")  # noqa: SIM115
    call_command("prepare", static=True, stdout=quiet, stderr=quiet)
    for size in sizes:
        missing = size - Dossier.objects.count()
        if missing > 0:
            _say(f"filling up to {size} dossiers")
            call_command("demo", scale=missing, stdout=quiet)
            _analyse()
        with override_settings(DEMO=False, ROOT_URLCONF="benchmarks.floor"):
            yield from pages.rows(times)
    with override_settings(DEMO=False, ROOT_URLCONF="benchmarks.floor"):
        yield from boards.rows(times)
        yield from imports.rows(times)
    if papers:
        from portal.documents.fonts import paper_problems

        if problems := paper_problems():
            _say(f"papers are left out: {'; '.join(map(str, problems))}")
        else:
            yield from rendering.rows(times)


def _analyse() -> None:
    """What a database does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _machine() -> str:
    """What it ran on."""
    import django
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            database = f"PostgreSQL {cursor.fetchone()[0]}"
        else:
            cursor.execute("SELECT sqlite_version()")
            database = f"SQLite {cursor.fetchone()[0]}"
    cpu = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{cpu}, {os.cpu_count()} cores, load {load}; Python {platform.python_version()}, "
        f"Django {django.get_version()}, {database}"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
