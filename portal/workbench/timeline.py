"""The history of a dossier as its readers may read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.dossiers.scopes import reserved_from
from portal.lifecycle.declared import subjects
from portal.lifecycle.history import content
from portal.lifecycle.models import Record
from portal.lifecycle.states import NEW, Lifecycle, State
from portal.workbench.reading import lifecycle_of, state_of


@dataclass(frozen=True)
class Entry:
    """One record as a reader meets it; `about` names the kind of act where it is not a step of the dossier itself."""

    record: Record
    who: str
    state: State | None
    lasted: str
    attachments: list[dict[str, Any]]
    about: Any = ""


@dataclass(frozen=True)
class StageStep:
    """A stage in the head of a dossier: `passed`, `present`, `ended` or `coming`, with the date that belongs to it."""

    label: Any
    manner: str
    date: dt.date | None
    expected: bool = False


def records_of(dossier: Dossier, actor: Actor) -> QuerySet[Record]:
    """The records this actor may read, oldest first: outsiders none of the inside, none of what is not announced and none of
    acts that are kept from them; a unit's drafts are its own."""
    rows = Record.objects.filter(chain_id=dossier.chain_id).order_by("seq")
    if not actor.is_applicant:
        rows = rows.exclude(_of_drafts())
    if actor.is_inside:
        return rows
    return rows.filter(inside=False, shown_state=F("to_state")).exclude(subject_type__in=reserved_from(actor))


@lru_cache(maxsize=1)
def _of_drafts() -> Q:
    """Records of acts that never left their unit's desk: into a private state, or from one to an end."""
    found = Q(pk__in=())
    for label, model in subjects().items():
        states = model.lifecycle.states.values()
        private = [state.id for state in states if state.private]
        ends = [state.id for state in states if state.terminal]
        if private and not issubclass(model, Dossier):
            own = Q(to_state__in=private) | Q(from_state__in=private, to_state__in=ends)
            found |= Q(subject_type=label) & own
    return found


def entries_of(dossier: Dossier, actor: Actor, *, only: str = "") -> list[Entry]:
    """The timeline, newest first.

    Args:
        only: "states" for changes of state, "opinions" for records with an opinion, empty for all.
    """
    rows = list(records_of(dossier, actor).select_related("person", "user"))
    lifecycle = lifecycle_of(dossier)
    entries = []
    for index, record in enumerate(rows):
        if only == "states" and record.from_state == record.to_state:
            continue
        if only == "opinions" and not record.opinion:
            continue
        lasted = _duration(rows[index - 1].at, record.at) if index else ""
        state, about = _new_state(record, lifecycle), _about(record, dossier)
        entries.append(Entry(record, who_of(record, actor), state, lasted, _files(record), about))
    entries.reverse()
    return entries


def _about(record: Record, dossier: Dossier) -> Any:
    """The kind of act that the record belongs to, empty for the dossier's own."""
    model = subjects().get(record.subject_type)
    if model is None or record.subject_type == dossier.label_of_type():
        return ""
    return model.lifecycle.label


def who_of(record: Record, actor: Actor) -> str:
    """The name of the person, for insiders and for colleagues; others read the unit or body and the role."""
    same_unit = record.unit_id is not None and record.unit_id == actor.unit_id
    same_body = record.body_id is not None and record.body_id == actor.body_id
    person = getattr(record, "person", None)
    if person is None or record.user_id is None:
        return ""
    return person.name if actor.is_inside or same_unit or same_body else ""


def _new_state(record: Record, lifecycle: Lifecycle) -> State | None:
    of_dossier = record.subject_type == Dossier.label_of_type()
    return lifecycle.states.get(record.to_state) if of_dossier and record.from_state != record.to_state else None


def _files(record: Record) -> list[dict[str, Any]]:
    return list(content(record)["attachments"])


def _duration(start: dt.datetime, end: dt.datetime) -> str:
    seconds = (end - start).total_seconds()
    if seconds < 60:
        return ""
    if seconds < 3600:
        return _("%(count)s 分钟") % {"count": int(seconds // 60)}
    if seconds < 86400:
        return _("%(count)s 小时") % {"count": int(seconds // 3600)}
    return _("%(count)s 天") % {"count": int(seconds // 86400)}


def stage_steps(dossier: Dossier, actor: Actor, expected: dict[str, dt.date]) -> list[StageStep]:
    """The stages of the way: those passed with the date on which they were left, the present one, those to come.

    Args:
        expected: dates (Shanghai) that the call sets for stages to come, by stage.
    """
    lifecycle, state = lifecycle_of(dossier), state_of(dossier, actor)
    order = {stage.id: index for index, stage in enumerate(lifecycle.stages)}
    own = dossier.stage if state.id == dossier.state else ""
    present = order.get(own or (state.stage.id if state.stage else ""), 0)
    moves = _moves(dossier, actor) if present or state.terminal else []
    left = _dates_left(moves, lifecycle, order)
    known = {order[stage_id]: day for stage_id, day in dossier.stage_days().items()}
    left |= {index: min(day, left.get(index, day)) for index, day in known.items()}
    steps = []
    for stage in lifecycle.stages:
        index = order[stage.id]
        if index < present:
            steps.append(StageStep(stage.label, "passed", left.get(index)))
        elif index > present:
            coming = None if state.terminal else expected.get(stage.id)
            steps.append(StageStep(stage.label, "coming", coming, expected=True))
        else:
            manner = "passed" if state.terminal and state.good else "ended" if state.terminal else "present"
            last = clock.local(moves[-1][2]).date() if moves else None
            ended = known.get(index, last) if state.terminal else None
            steps.append(StageStep(stage.label, manner, ended or expected.get(stage.id), expected=ended is None))
    return steps


def _moves(dossier: Dossier, actor: Actor) -> list[tuple[str, str, dt.datetime]]:
    """The changes of the dossier's own state: from, to, when."""
    own = records_of(dossier, actor).filter(subject_type=dossier.label_of_type(), subject_id=dossier.pk)
    return list(own.exclude(from_state=F("to_state")).values_list("from_state", "to_state", "at"))


def _dates_left(
    moves: Sequence[tuple[str, str, dt.datetime]], lifecycle: Lifecycle, order: dict[str, int]
) -> dict[int, dt.date]:
    """Per stage the date on which it was left for a later one, the last time.

    A state that is come to anew from a later stage (`State.again`) counts as the stage that it lies in then.
    """
    reached, left = 0, {}

    def place(state_id: str) -> int:
        state = lifecycle.states.get(state_id)
        if state is None or state.stage is None:
            return 0
        first = order.get(state.stage.id, 0)
        return order[state.again.id] if state.again and reached > first else first

    for source, target, at in moves:
        if source == NEW:
            reached = max(reached, place(target))
            continue  # an imported one came in further on: nothing tells when it left what lies before
        before = place(source)
        reached = max(reached, before)
        for index in range(before, place(target)):
            left[index] = clock.local(at).date()
        reached = max(reached, place(target))
    return left
