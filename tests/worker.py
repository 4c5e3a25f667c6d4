"""Starts the real embedded worker as a process against the database of the running tests, and can kill it.

with worker() as running:
    outbox.put(...)                # in a committed transaction: the test needs `django_db(transaction=True)`
    running.wait_for(lambda: Message.objects.exists())
    running.kill()                 # kill -9
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

SETTINGS = "tests.messaging.worker_settings"


def database_url() -> str:
    """Address of the tests' PostgreSQL database; empty on SQLite."""
    if connection.vendor != "postgresql":
        return ""
    given, options = connection.settings_dict, connection.settings_dict["OPTIONS"]
    parts = {name: given[name.upper()] or options.get(name, "") for name in ("host", "port", "user", "password")}
    return f"postgres:///{given['NAME']}?{urlencode({name: value for name, value in parts.items() if value})}"


def _share_sqlite(var: Path) -> None:
    """The worker looks for its database in VAR_DIR: there it finds the tests' one."""
    link = var / "portal.sqlite3"
    with suppress(FileNotFoundError):
        link.unlink()
    link.symlink_to(Path(str(connection.settings_dict["NAME"])).resolve())


@dataclass
class Running:
    """A worker that runs. `log` is the file of what it printed."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_for(self, done: Callable[[], Any], seconds: float = 60) -> None:
        """Waits until `done` gives something true; fails with the worker's output when it does not."""
        end = time.monotonic() + seconds
        while not done():
            if self.process.poll() is not None and not done():
                pytest.fail(f"the worker ended with {self.process.returncode}:\n{self.output()}")
            if time.monotonic() > end:
                pytest.fail(f"not done within {seconds} s:\n{self.output()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9: no clean-up, no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> int:
        """Ends it as an operator would; gives its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=60)

    def output(self) -> str:
        return self.log.read_text(errors="replace")


@contextmanager
def worker(
    *, module: str = SETTINGS, var: Path | None = None, url: str | None = None, **environment: str
) -> Iterator[Running]:
    """The embedded worker, ready to work; ended with the block.

    Args:
        module: its settings; the default ones are the portal's with the kinds of tests. var: its VAR_DIR; that of the
            running tests when None, so that files it makes lie in `settings.MEDIA_ROOT`. url: its DATABASE_URL; that of the running tests
            when None. environment: further variables.
    """
    folder = var or settings.VAR
    address = database_url() if url is None else url
    if not address:
        _share_sqlite(folder)
    given = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": module,
        "VAR_DIR": str(folder),
        "DATABASE_URL": address,
        "REDIS_URL": "",
        "LOG_LEVEL": "INFO",
        **environment,
    }
    log = folder / f"worker-{time.monotonic_ns()}.log"
    command = [sys.executable, str(settings.ROOT / "manage.py"), "worker"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=given, stdout=output, stderr=subprocess.STDOUT, cwd=settings.ROOT)
    running = Running(process, log)
    try:
        running.wait_for(lambda: "ready." in running.output(), seconds=60)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                running.kill()
        if not address:
            (folder / "portal.sqlite3").unlink(missing_ok=True)
