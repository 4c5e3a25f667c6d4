"""What a lifecycle is made of: stages, states, parties."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise
else:
    Text = str | Promise

#: The state of a subject that is not yet in the table; only a step with this source creates one.
NEW = "new"


@dataclass(frozen=True)
class Party:
    """Somebody who has to act or is told: a side of the matter, not a person.

    The id makes the party; the label may change with its part in the matter (an applicant becomes the undertaker).
    """

    id: str
    label: Text = field(compare=False)


APPLICANT = Party("applicant", _("申报单位"))
RECOMMENDER = Party("recommender", _("推荐单位"))
HANDLER = Party("handler", _("经办人"))
CHIEF = Party("chief", _("处室负责人"))
LEADER = Party("leader", _("局领导"))
NOBODY = Party("nobody", "")
#: what the applicant and the recommender are once a project runs
UNDERTAKER = Party(APPLICANT.id, _("承担单位"))
GUARANTOR = Party(RECOMMENDER.id, _("项目保证单位"))


@dataclass(frozen=True)
class Stage:
    """A section of the way that the head of a dossier shows as a step."""

    id: str
    label: Text


@dataclass(frozen=True)
class State:
    """A state of a subject, with all that pages and help texts derive from it.

    Args:
        id: what the database holds.
        label: what insiders read.
        stage: where on the way it lies. again: the stage in which it lies when it is come to anew from a later one.
        waits_for: the party that has to act.
        help: one or two sentences for the help page: what it means and what comes next.
        shown_as: the id of the state that outsiders are shown instead, as long as this one is not announced.
        private: whether only the applicant may see a subject in this state.
        terminal: whether no working step leads on.
        good: whether a terminal state is the intended end.
        announced_as: what the public reads of a dossier in this state as a result; its label unless given.
        tone: colour family of the badge (never the only carrier of the meaning).
    """

    id: str
    label: Text
    stage: Stage | None = None
    again: Stage | None = None
    waits_for: Party = NOBODY
    help: Text = ""
    shown_as: str = ""
    private: bool = False
    terminal: bool = False
    good: bool = False
    announced_as: Text = ""
    tone: str = "blue"

    @property
    def shown_id(self) -> str:
        return self.shown_as or self.id


@dataclass(frozen=True)
class Lifecycle:
    """The declared life of one model: its states in order, and the stages of the way."""

    id: str
    label: Text
    states: dict[str, State]
    stages: tuple[Stage, ...] = ()

    def state(self, state_id: str) -> State:
        return self.states[state_id]
