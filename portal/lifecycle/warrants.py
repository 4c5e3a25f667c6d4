"""What orders a step that no person takes directly."""

from __future__ import annotations

from typing import Any, Protocol

from portal.lifecycle.models import Subject


class Warrant(Protocol):
    """An order to take a step: an item of a decided docket."""

    def orders(self, subject: Subject, step: str) -> bool:
        """Whether it orders this step of this subject, now."""
        ...

    def facts(self) -> dict[str, Any]:
        """What the history keeps of it: who decided, in which docket, when."""
        ...
