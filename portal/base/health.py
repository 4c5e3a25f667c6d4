"""Whether the portal is alive and ready, for load balancers and for `bin/serve`: JSON without secrets."""

import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

# Papers wait without their fonts, people do not: this check is reported and does not make the portal unready.
FONTS = "portal.documents.fonts.paper_problems"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are not applied")


def _storage() -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".ready-") as file:
        file.write(b"ready")
        file.flush()
        os.fsync(file.fileno())


def _broker() -> None:
    if settings.EMBEDDED:
        return  # the queue is the memory of the worker; its rows lie in the database
    from redis import Redis

    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
        client.ping()


def _fonts() -> None:
    problems = import_string(FONTS)()
    if problems:
        raise RuntimeError("; ".join(problems))


REQUIRED: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "storage": _storage,
    "broker": _broker,
}
REPORTED: dict[str, Callable[[], None]] = {"fonts": _fonts}


def _passes(name: str, check: Callable[[], None]) -> bool:
    """Whether the check passes. The reason goes to the log only: it may name hosts and folders."""
    try:
        check()
    except Exception as error:
        logger.warning("not ready: %s: %s", name, error)
        return False
    return True


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: the process answers. Touches nothing else, so that a slow database does not get it restarted."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: `{"status": "ok"|"unavailable", "checks": {name: bool}}`; 503 when a required check fails."""
    required = {name: _passes(name, check) for name, check in REQUIRED.items()}
    reported = {name: _passes(name, check) for name, check in REPORTED.items()}
    ready = all(required.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": {**required, **reported}},
        status=200 if ready else 503,
    )
