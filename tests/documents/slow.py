"""Makes rendering take half a minute, after it has said so in the file that SLOW_PAPERS names."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.apps import AppConfig


class SlowPapersConfig(AppConfig):
    name = "tests.documents"
    label = "documents_test_slowness"

    def ready(self) -> None:
        flag = os.environ.get("SLOW_PAPERS")
        if flag:
            _slow_down(Path(flag))


def _slow_down(flag: Path) -> None:
    from portal.documents import rendering

    quick = rendering.render

    def render(*args: Any) -> bytes:
        flag.touch()
        time.sleep(30)
        return quick(*args)

    rendering.render = render
