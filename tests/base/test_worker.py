"""The embedded worker as a process: once per folder, ended by a signal, nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.sqlite_core


def _start(folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": "", "LOG_LEVEL": "INFO"}
    environment["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    command = [sys.executable, str(settings.ROOT / "manage.py"), "worker"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_one_worker_per_folder_and_a_clean_end(tmp_path: Path, ending: signal.Signals) -> None:
    with _start(tmp_path) as worker:
        assert worker.stdout is not None
        for line in worker.stdout:
            if "ready." in line:
                break
        try:
            with _start(tmp_path) as second:
                output, _ = second.communicate(timeout=60)
                assert second.returncode == 1
                assert "runs already" in output
        finally:
            started = time.monotonic()
            worker.send_signal(ending)
            output, _ = worker.communicate(timeout=30)
        assert worker.returncode == 0, output
        assert time.monotonic() - started < 15
    assert not list(tmp_path.glob("celerybeat*"))
