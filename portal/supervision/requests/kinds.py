"""The kinds of requests that programmes admit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms

from portal.accounts.models import Body
from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.supervision.models import Request

#: a line of what a request would alter: what, as it is, as it would be; all in words
Shown = list[tuple[str, str, str]]
#: the data of a request that was filed: plain JSON
Payload = dict[str, Any]


def nothing_shown(request: Request) -> Shown:
    """Nothing is altered beside the state."""
    return []


def no_fields(request: Request) -> dict[str, forms.Field]:
    """Nothing is asked for beside the reasons."""
    return {}


def as_typed(request: Request, data: Mapping[str, Any]) -> Payload:
    """Nothing is kept beside the reasons."""
    return {}


def always(dossier: Any) -> bool:
    """Offered wherever the state admits it."""
    return True


@dataclass(frozen=True)
class Kind:
    """A kind of request.

    Args:
        id, label, programme: its name and whose it is. help: what it is for. sources: states of the dossier in which it can be
        filed and granted. step: what the grant takes on the dossier. drops_docket: whether the grant takes the dossier out of
        a live docket.
        matter: the matter of docket that decides it; empty when the handler does. days: the parameter with the term for
        the decision in working days.
        endorser: whose opinion is asked (None: nobody's); its refusal or silence is shown to the decider. question: what it
        is asked.
        guards: further conditions of filing: (request) -> reason or None.
        needs: fields asked for beside reasons and letter. keep: (request, cleaned data) -> what is kept; raises
        ValidationError with a dict of fields. shown: what it would alter, in words.
        applied: what a grant does beside the step, inside its transaction: (dossier, request).
        offered: whether a (concrete) dossier in such a state is offered it at all; no query.
        group: what several kinds are called together; menus lead to the choice among them.
        danger: whether it ends something.
    """

    id: str
    label: Text
    programme: str
    help: Text
    sources: tuple[str, ...]
    step: str
    drops_docket: bool = False
    matter: str = ""
    days: str = "request_days"
    endorser: Callable[[Any], Body | None] | None = None
    question: Text = ""
    guards: tuple[Callable[[Request], Text | None], ...] = ()
    needs: Callable[[Request], dict[str, forms.Field]] = no_fields
    keep: Callable[[Request, Mapping[str, Any]], Payload] = as_typed
    shown: Callable[[Request], Shown] = nothing_shown
    applied: Callable[[Any, Request], None] | None = None
    offered: Callable[[Any], bool] = always
    group: Text = ""
    danger: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Makes kinds known."""
    _kinds.update({kind.id: kind for kind in kinds})


def kind(kind_id: str) -> Kind:
    """The kind of that id; KeyError when there is none."""
    return _kinds[kind_id]


def kinds_of(programme: str) -> list[Kind]:
    """The kinds a programme admits."""
    return [kind for kind in _kinds.values() if kind.programme == programme]


def offered_to(dossier: Any) -> list[Kind]:
    """The kinds that the applicant of a (concrete) dossier can ask for as it stands now."""
    return [kind for kind in kinds_of(dossier.programme) if dossier.state in kind.sources and kind.offered(dossier)]


def kinds_decided_by(matter: str) -> list[Kind]:
    """The kinds that a matter of docket decides."""
    return [kind for kind in _kinds.values() if kind.matter == matter]
