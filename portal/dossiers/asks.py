"""What a step asks of another body: the declaration behind an endorsement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.accounts.models import Body
    from portal.dossiers.models import Dossier


@dataclass(frozen=True)
class Ask:
    """An endorsement to be asked for.

    Args:
        id: its kind. label: shown as its name (会签 is said inside the bureau only).
        question: what the body is asked to confirm. of: the body that is asked, None when nobody needs to be.
        holds: steps of the dossier that wait until it is agreed.
        days: name of the parameter that gives the term in working days.
    """

    id: str
    label: Text
    question: Text
    of: Callable[[Dossier], Body | None]
    holds: tuple[str, ...] = ()
    days: str = "endorsement_days"
