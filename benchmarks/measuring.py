"""Measuring one thing in this process: the median of so many runs, CPU by `process_time`; queries counted in a run apart."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]


def measure(name: str, run: Callable[[], Any], *, size: int, times: int = 15, warm: int = 2, **more: Any) -> Row:
    """The row of one benchmark. CPU is that of this process; on PostgreSQL the server's own comes on top (see wall_ms)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(warm):
        run()
    with CaptureQueriesContext(connection) as captured:
        run()
    queries = len(captured)  # the next request empties the log
    cpu, wall = [], []
    for _ in range(times):
        started, spent = time.perf_counter(), time.process_time()
        run()
        cpu.append((time.process_time() - spent) * 1000)
        wall.append((time.perf_counter() - started) * 1000)
    return {
        "name": name,
        "size": size,
        "queries": queries,
        "cpu_ms": round(statistics.median(cpu), 1),
        "wall_ms": round(statistics.median(wall), 1),
        **more,
    }


def table(rows: list[Row]) -> str:
    """The rows as a table for people; figures that only some rows have come last."""
    first = ["name", "size", "queries", "cpu_ms", "wall_ms"]
    heads = [*first, *sorted({key for row in rows for key in row} - set(first))]
    cells = [heads, *([str(row.get(head, "")) for head in heads] for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
