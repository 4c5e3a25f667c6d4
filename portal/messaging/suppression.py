"""While the demonstration lives its past, nothing is sent to people: mails are written down as suppressed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_suppressed: ContextVar[bool] = ContextVar("portal_messaging_suppressed", default=False)


@contextmanager
def suppressed() -> Iterator[None]:
    """Inside the block, outbox rows of suppressible kinds (mail) are kept with the mark "suppressed" and never sent.

    In-app messages are written as always: they are part of the history that is being lived.
    """
    token = _suppressed.set(True)
    try:
        yield
    finally:
        _suppressed.reset(token)


def is_suppressed() -> bool:
    """Whether the calling code runs inside `suppressed`."""
    return _suppressed.get()
