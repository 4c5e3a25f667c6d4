"""The words of a message about a step, derived from its declaration and its record.

The text is a template: `messages/<programme>/<step>.txt`, `messages/<lifecycle>/<step>.txt`, or the common one. Its
first line is the title. Outsiders read the state they are shown and the acting body, never a person of the bureau.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import select_template
from django.utils.translation import gettext as _

from portal.base import clock
from portal.dossiers.models import Dossier
from portal.lifecycle.models import Subject
from portal.lifecycle.registry import Done
from portal.lifecycle.states import NEW, Party, Text

#: names of a step's form fields that hold what the other side has to know
REASONS = ("reasons", "reason")


@dataclass(frozen=True)
class OpenDuty:
    """A duty that is open after the step: which party (id) has to do what by when (Shanghai, inclusive)."""

    owner: str
    owner_label: Text
    label: Text
    due_on: dt.date
    inside: bool = False


_open_duties: list[Callable[[Subject], list[OpenDuty]]] = []


def open_duties(source: Callable[[Subject], list[OpenDuty]]) -> Callable[[Subject], list[OpenDuty]]:
    """Decorator: the deadlines room says which duties of a subject are open, nearest first."""
    if source not in _open_duties:
        _open_duties.append(source)
    return source


def duties_of(subject: Subject) -> list[OpenDuty]:
    """The open duties of a subject."""
    return [duty for source in _open_duties for duty in source(subject)]


def of_step(done: Done, party: Party, *, inside: bool, duties: list[OpenDuty]) -> tuple[str, str]:
    """Title and text of the message about a step for one party.

    Args:
        inside: whether the party works inside the bureau. duties: what is open now.
    """
    subject, record = done.subject, done.record
    info = subject.state_info if inside else subject.lifecycle.state(subject.state_info.shown_id)
    open_to = inside or info.id == subject.state
    shown = [duty for duty in duties if inside or not duty.inside]
    context = {
        "party": party,
        "inside": inside,
        "subject": subject,
        "matter": subject.describe(),
        "step": done.step,
        "label": done.step.label if open_to else _("状态更新"),
        "place": record.place,
        "person": done.act.actor.name if inside and done.act.actor.user else "",
        "by_time": done.act.actor.system and NEW not in done.step.sources,  # what is begun was begun by another step
        "on": clock.local(done.act.at).date(),
        "state": info,
        "note": getattr(subject, "state_note", "") if done.step.target is not None else "",
        "opinion": _opinion(done, inside) if open_to else "",
        "mine": [duty for duty in shown if duty.owner == party.id],
        "others": [duty for duty in shown if duty.owner != party.id],
    }
    lines = [line.strip() for line in _template(done).render(context).splitlines()]
    title, *rest = [line for line in lines if line]
    return title, "\n".join(rest)


def _opinion(done: Done, inside: bool) -> str:
    """The record's opinion, or the reasons that were given."""
    form = done.step.form
    hidden = set(form.inside_fields) if form and not inside else set()
    if done.record.opinion and not (form and form.opinion_field in hidden):
        return done.record.opinion
    texts = (done.act.data.get(name) for name in REASONS if name not in hidden)
    return next((text for text in texts if isinstance(text, str) and text), "")


def _template(done: Done) -> Any:
    folders = [done.subject.programme] if isinstance(done.subject, Dossier) else []
    folders.append(done.subject.lifecycle.id)
    names = [f"messages/{folder}/{done.step.name}.txt" for folder in folders]
    return select_template([*names, "messaging/step.txt"])
