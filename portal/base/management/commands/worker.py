"""Runs the queue: one embedded process without Redis, Celery's own workers with it."""

import fcntl
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery.beat import EmbeddedService
from celery.worker import state
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.celery import app


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Holds the lock of this file while the block runs; CommandError when another process holds it.

    The kernel lets go of it when the process ends, however it ends. The file itself stays and means nothing.
    """
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"A worker runs already for {path.parent}.") from None
        yield


def _log_level() -> str:
    """The level that Django's logging was given, by name."""
    return logging.getLevelName(logging.getLogger().getEffectiveLevel())


class Command(BaseCommand):
    help = (
        "Runs the worker. Without REDIS_URL: one process with beat inside, once per VAR_DIR. "
        "With it: prefork workers, or with --beat the one beat of the installation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--beat", action="store_true", help="with REDIS_URL: run beat instead of workers")
        parser.add_argument("--concurrency", type=int, default=2, help="processes, or threads when embedded (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.REDIS_URL:
            self._become_celery(beat=options["beat"], concurrency=options["concurrency"])
        if options["beat"]:
            raise CommandError("Without REDIS_URL beat runs inside the worker.")
        with only_one(settings.VAR / "worker.lock"):
            sys.exit(self._run_embedded(options["concurrency"]))

    def _become_celery(self, *, beat: bool, concurrency: int) -> None:
        """Replaces this process by Celery's command, so that signals reach it directly. Does not return."""
        level = f"--loglevel={_log_level()}"
        what = (
            ["beat", "--pidfile=", f"--schedule={settings.VAR / 'celerybeat-schedule'}", level]
            if beat
            else [
                "worker",
                "--pool=prefork",
                f"--concurrency={concurrency}",
                "--without-gossip",
                "--without-mingle",
                level,
            ]
        )
        command = [sys.executable, "-m", "celery", "--app=portal", "--quiet", *what]
        self.stdout.flush()
        os.execv(sys.executable, command)

    def _run_embedded(self, concurrency: int) -> int:
        """Worker threads and beat in this process until SIGTERM or SIGINT; gives the exit status.

        `celery worker --beat` would fork beat away from the memory queue, and nothing would run. The schedule is not
        kept in a file: everything due is a row in the database.
        """
        warnings.filterwarnings("ignore", message=".*superuser privileges.*")
        app.conf.update(worker_enable_remote_control=False)
        worker = app.Worker(
            pool="threads",
            concurrency=concurrency,
            quiet=True,
            redirect_stdouts=False,
            loglevel=_log_level(),
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        beat = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
        beat.start()
        try:
            worker.start()
        finally:
            beat.stop()
        asked = state.should_stop not in (
            None,
            False,
        )  # by a signal; Celery calls SIGINT a failure, for us it is an end
        return 0 if asked else int(worker.exitcode or 0)
