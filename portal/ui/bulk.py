"""One step for many subjects: the same form once, each subject through the door by itself, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from portal.accounts.actors import Actor
from portal.attachments.actions import copy_pending, discard
from portal.attachments.fields import AttachmentField
from portal.attachments.models import Attachment
from portal.base.errors import PortalError
from portal.lifecycle.declared import steps_of
from portal.lifecycle.engine import perform
from portal.lifecycle.forms import StepForm
from portal.lifecycle.models import Subject
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Step
from portal.ui.stepping import wrong_state_words

#: more than this at once is refused
MOST = 200


@dataclass(frozen=True)
class Item:
    """One of the chosen subjects: whether the step leads on from its state, and the revision the person saw."""

    subject: Subject
    step: Step | None
    obstacle: Text
    seen: int


@dataclass(frozen=True)
class Outcome:
    """What became of one subject; the reason is empty where the step was taken."""

    subject: Subject
    reason: str


def items_of(subjects: Sequence[Subject], name: str, actor: Actor, seen: dict[int, int]) -> list[Item]:
    """The chosen subjects with the obstacle that can be told without looking closer; guards are asked by the door."""
    items = []
    for subject in subjects:
        step = steps_of(type(subject)).get(name)
        obstacle: Text = ""
        if step is None or not step.bulk or not step.by.admits(actor, subject):
            step, obstacle = None, ""
        elif not step.leads_from(subject.state):
            obstacle = wrong_state_words(subject, step, actor)
        items.append(Item(subject, step, obstacle, seen.get(subject.pk, subject.revision)))
    return [item for item in items if item.step is not None]


def form_of(item: Item, actor: Actor, data: QueryDict | None = None) -> StepForm | None:
    """The common form, without the fields that make sense for one subject only."""
    assert item.step is not None
    if item.step.form is None:
        return None
    form = item.step.form(data=data, subject=item.subject, actor=actor)
    for name in form.single_fields:
        form.fields.pop(name, None)
    return form


def take_all(items: Sequence[Item], actor: Actor, data: QueryDict, blank: StepForm | None) -> list[Outcome]:
    """Takes the step on each item with its own transaction; a failure leaves the others alone."""
    originals = _uploads(blank, data, actor)
    outcomes = [Outcome(item.subject, _take(item, actor, data, originals)) for item in items]
    if any(not outcome.reason for outcome in outcomes):
        for attachment in [file for files in originals.values() for file in files]:
            discard(attachment)
    return outcomes


def _take(item: Item, actor: Actor, data: QueryDict, originals: dict[str, list[Attachment]]) -> str:
    assert item.step is not None
    if item.obstacle:
        return str(item.obstacle)
    own: Any = data.copy()
    copies = {name: [copy_pending(file) for file in files] for name, files in originals.items()}
    for name, files in copies.items():
        own.setlist(name, [str(file.key) for file in files])
    try:
        perform(item.subject, item.step.name, actor=actor, data=own, seen=item.seen)
    except PortalError as error:
        for file in [file for files in copies.values() for file in files]:
            discard(file)
        return error.message
    return ""


def _uploads(form: StepForm | None, data: QueryDict, actor: Actor) -> dict[str, list[Attachment]]:
    found = {}
    for name, field in form.fields.items() if form else ():
        if isinstance(field, AttachmentField):
            mine = Attachment.objects.filter(uploader=actor.user, slot=field.slot, claimed_at=None, removed_at=None)
            wanted = set(data.getlist(name))
            found[name] = [file for file in mine if str(file.key) in wanted]
    return found
