"""What a reader may read of a dossier's state: insiders the true one, everybody else the one that was announced."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programme, programmes
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, LEADER, RECOMMENDER, Lifecycle, Party, Stage, State

_PARTIES = {
    Role.UNIT_ADMIN: APPLICANT,
    Role.UNIT_EDITOR: APPLICANT,
    Role.RECOMMENDER: RECOMMENDER,
    Role.HANDLER: HANDLER,
    Role.SECTION_CHIEF: CHIEF,
    Role.LEADER: LEADER,
}


def lifecycle_of(dossier: Dossier) -> Lifecycle:
    """The declared life of the dossier's programme."""
    return programme(dossier.programme).model.lifecycle


def state_column(actor: Actor) -> str:
    """The column that holds the state this reader reads."""
    return "state" if actor.is_inside else "shown_state"


def state_of(dossier: Dossier, actor: Actor) -> State:
    """The state as this reader reads it."""
    return lifecycle_of(dossier).state(dossier.state if actor.is_inside else dossier.shown_state)


def party_of(actor: Actor) -> Party | None:
    """The side of the matter on which the actor stands; None for those who only look on."""
    return _PARTIES.get(actor.role) if actor.role else None


def readable_states(actor: Actor) -> dict[str, State]:
    """All states this reader can meet, over all programmes, by id."""
    found: dict[str, State] = {}
    for owner in programmes():
        for state in owner.model.lifecycle.states.values():
            if actor.is_inside or state.shown_id == state.id:
                found.setdefault(state.id, state)
    return found


def stages() -> dict[str, Stage]:
    """The stages of all programmes in order, by id."""
    found: dict[str, Stage] = {}
    for owner in programmes():
        for stage in owner.model.lifecycle.stages:
            found.setdefault(stage.id, stage)
    return found


def states_waiting_for(party: Party | None) -> list[str]:
    """The states in which that party has to act."""
    if party is None:
        return []
    return sorted(
        {s.id for owner in programmes() for s in owner.model.lifecycle.states.values() if s.waits_for == party}
    )


def waiting_words(state: State, actor: Actor) -> str:
    """Who has to act in this state, as this reader reads it; empty when nobody has to."""
    if not state.waits_for.id or state.waits_for.id == "nobody":
        return ""
    mine = party_of(actor) == state.waits_for
    return str(_("本单位") if mine and actor.is_applicant else _("您") if mine else state.waits_for.label)
