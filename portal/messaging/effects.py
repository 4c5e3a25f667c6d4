"""The effect "messages" of a step: its parties are told."""

from __future__ import annotations

from portal.lifecycle import registry
from portal.lifecycle.registry import Done
from portal.lifecycle.states import NEW, Party
from portal.messaging import parties, texts
from portal.messaging.actions import Note, tell_many


@registry.effect("messages")
def tell_parties(done: Done) -> None:
    """Tells the parties that the step names. Outsiders learn nothing of a step that has not been announced."""
    told = [party for party in done.step.tells if _may_know(done, party)]
    if not told:
        return
    duties = texts.duties_of(done.subject)
    tell_many((_note(done, party, duties) for party in told), at=done.record.at)


def _note(done: Done, party: Party, duties: list[texts.OpenDuty]) -> Note:
    title, text = texts.of_step(done, party, inside=party.id in parties.INSIDE, duties=duties)
    people = parties.people_of(party, done.subject)
    return Note(people, f"step:{done.record.pk}", title, text, done.subject)


def _may_know(done: Done, party: Party) -> bool:
    """Insiders always; others only when the record is open to them and what they are shown is the state itself, or
    changed with this step."""
    if party.id in parties.INSIDE:
        return True
    if done.record.inside:
        return False
    info = done.subject.state_info
    if info.shown_id == info.id:
        return True
    before = done.record.from_state
    states = done.subject.lifecycle.states
    return before != NEW and before in states and states[before].shown_id != info.shown_id
