from __future__ import annotations

from portal.workbench.demo import Say


def fill(number: int, say: Say) -> int:
    return 0
