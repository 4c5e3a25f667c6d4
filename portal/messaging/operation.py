"""The checks of the page 运行状态, in words for the system administrator."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.base import health
from portal.lifecycle.states import Text

logger = logging.getLogger(__name__)

_LABELS: dict[str, Text] = {
    "database": _("数据库"),
    "migrations": _("数据库结构"),
    "storage": _("文件存储"),
    "broker": _("任务队列"),
    "fonts": _("文书字体与排版库"),
}


@dataclass(frozen=True)
class Check:
    """One check: what was looked at, whether it is in order, and the reason when it is not."""

    label: Text
    good: bool
    reason: str = ""


def checks() -> list[Check]:
    """The readiness checks of the portal, carried out now."""
    return [_look(name, check) for name, check in {**health.REQUIRED, **health.REPORTED}.items()]


def _look(name: str, check: Callable[[], None]) -> Check:
    label = _LABELS.get(name, name)
    try:
        check()
    except Exception as error:
        logger.warning("check %s: %s", name, error)
        return Check(label, good=False, reason=str(error)[:300])
    return Check(label, good=True)
