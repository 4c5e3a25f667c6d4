"""What the planner of PostgreSQL knows of the tables: it does not see what a long transaction has written so far."""

from __future__ import annotations

from django.db import connection


def refresh() -> None:
    """Counts the tables anew, uncommitted rows of this transaction included. Other databases need nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
