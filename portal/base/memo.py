"""What one page asks several times is looked up once, while the page is only reading.

Outside `reading()` nothing is kept: steps and commands always see the tables as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("portal_memo", default=None)
Look = TypeVar("Look", bound=Callable[..., Any])


@contextmanager
def reading() -> Iterator[None]:
    """Inside the block, functions marked `kept` are asked once for each object. Nothing may be written inside."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def kept(look: Look) -> Look:
    """Decorator for a look-up of one model instance: within `reading()` its answer is kept under the instance's key."""

    @wraps(look)
    def wrapped(instance: Any) -> Any:
        store = _kept.get()
        if store is None:
            return look(instance)
        key = (look, type(instance), instance.pk)
        if key not in store:
            store[key] = look(instance)
        return store[key]

    return wrapped  # type: ignore[return-value]
