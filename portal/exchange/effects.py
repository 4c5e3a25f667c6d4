"""A step that leaves work for the worker writes a row of the outbox in its own transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.exchange import parameters, working
from portal.exchange.models import ImportJob
from portal.exchange.states import UPLOADED
from portal.lifecycle.registry import Done, effect
from portal.messaging import outbox

CHECK, WRITE = "import_check", "import"
#: a person who waits does the work in the request; the worker looks after it when that came to nothing
_GRACE = dt.timedelta(minutes=1)
#: seconds; longer than the longest import takes
_LEASE, _TRIES = 600, 3


@effect("messages")
def set_to_work(done: Done) -> None:
    """Puts what is to be done into the outbox."""
    job = done.subject
    if not isinstance(job, ImportJob) or not job.works:
        return
    kind = CHECK if job.state == UPLOADED.id else WRITE
    small = job.row_count <= parameters.at_once()
    after = clock.now() + _GRACE if small else None
    outbox.put(kind, f"import:{job.pk}:{done.record.pk}", {"job": job.pk}, after=after)


def _run(payload: dict[str, Any]) -> None:
    working.run(int(payload["job"]))


def _give_up(payload: dict[str, Any], reason: str) -> None:
    working.give_up(int(payload["job"]), reason)


outbox.kind(CHECK, label=_("检查导入文件"), lease=_LEASE, tries=_TRIES, on_failed=_give_up)(_run)
outbox.kind(WRITE, label=_("导入、撤销导入"), atomic=True, lease=_LEASE, tries=_TRIES, on_failed=_give_up)(_run)
