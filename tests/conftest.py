"""What every test shares: the browser, the cache, and what is skipped by name where the machine lacks it."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection

#: Debian's Chromium: without its window it takes a quarter less time
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
CHROMIUM_FLAGS = [
    "--no-sandbox",  # tests run as root on build machines
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _lacking(marker: str) -> str:
    """The reason why tests of this marker cannot run on this machine, or an empty string."""
    if marker == "journey" and not CHROMIUM:
        return "Chromium is not installed (apt-get install chromium-headless-shell)"
    if marker == "postgres" and "postgresql" not in django_settings.DATABASES["default"]["ENGINE"]:
        return "PostgreSQL is not configured (TEST_DATABASE_URL)"
    if marker == "papers":
        from portal.documents.fonts import paper_problems

        return "; ".join(str(problem) for problem in paper_problems())
    return ""


#: what takes longest, so that no process is left with it at the end: begun first, a folder or module by one process
LONGEST = (
    "tests/demo",
    "tests/matrix/test_decisions.py",
    "tests/matrix/test_front_end.py",
    "tests/test_routes.py",
    "tests/journeys/test_detours.py",
    "tests/journeys/test_decisions.py",
    "tests/supervision/test_secrecy.py",
    "tests/approval",
    "tests/matrix/test_edges.py",
    "tests/reviews/test_secrecy.py",
)


def _scope(nodeid: str) -> str:
    """What one process runs as a whole: a module, or a folder whose tests share what is loaded once."""
    module = nodeid.split("::", 1)[0]
    return next((long for long in LONGEST if module.startswith(long)), module)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadscope`: the scopes of `_scope`, the longest first, then those with most tests."""
    if config.getvalue("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _scope(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            long = next((scope for scope in LONGEST if scope in self.workqueue), None)
            if long:
                self.workqueue.move_to_end(long, last=False)
            super()._assign_work_unit(node)

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reasons: dict[str, str] = {}
    for item in items:
        for marker in ("journey", "postgres", "papers"):
            if item.get_closest_marker(marker) is None:
                continue
            if marker not in reasons:
                reasons[marker] = _lacking(marker)
            if reasons[marker]:
                item.add_marker(pytest.mark.skip(reason=reasons[marker]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The tests' database, as it is; before it is dropped PostgreSQL ends what is left of processes that were killed.

    A session whose client was killed lives on until its statement is over, and a database in use cannot be dropped.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """What outlives a test's transaction must not reach the next one: lockout counters of a test that commits (flushing
    leaves the cache table alone), and the choices that the process keeps."""
    from portal.accounts import choices

    yield
    choices.forget()
    if "transactional_db" in request.fixturenames or "live_server" in request.fixturenames:
        cache.clear()


@pytest.fixture
def demo(settings: Any) -> Any:
    """Demonstration mode: no second factor, accounts on the sign-in page, movable clock."""
    settings.DEMO = True
    return settings


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Address of the Redis server that belongs to this run; the test is skipped without one."""
    url = os.environ.get("TEST_REDIS_URL", "")
    if not url:
        pytest.skip("Redis is not configured (TEST_REDIS_URL)")
    return url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The distribution's Chromium, headless, without connections of its own."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Chinese desk: the screens are designed for 1366 pixels."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
    }
