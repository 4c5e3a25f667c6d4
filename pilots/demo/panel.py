"""One round of review of the demonstration, told step by step through the same doors as on the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from pilots.approval import PROJECT
from pilots.demo.acting import Declaration, person, scanned
from pilots.demo.experts import actor_of, all_experts
from pilots.demo.judging import sheet_data, usual_opinion
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.lifecycle.engine import perform
from portal.reviews import actions
from portal.reviews.models import Assignment, Expert, Round
from portal.reviews.queries import standing

#: who answers by telephone: experts without an account
_ANSWERED = "已电话确认参加"


class Panel:
    """A round with its dossiers and experts.

    Args:
        organiser: sign-in name of the handler. quality: of each project, from 0 to 1, by its short name. matter: of review.
    """

    def __init__(self, organiser: str, quality: Mapping[str, float], matter: str = PROJECT) -> None:
        self.organiser = person(organiser, Role.HANDLER)
        self.matter = matter
        self.quality = dict(quality)
        self.told: dict[str, Declaration] = {}
        self.experts: list[str] = []
        self.round: Any = None
        self._known: dict[str, Expert] = {}
        self._signed_in: dict[int, Actor] = {}

    # --- the handler --------------------------------------------------------------------------------
    def set_up(self, title: str, held_on: dt.date, place: str, intended: int | None = None) -> None:
        self.round = actions.set_up_round(
            actor=self.organiser, matter_id=self.matter, title=title, held_on=held_on, place=place, intended=intended
        )

    def take_in(self, told: Mapping[str, Declaration]) -> None:
        """Takes in the projects of `quality`; each by the handler of its own desk."""
        for name in self.quality:
            self.told[name] = told[name]
            refused = actions.take_in(self.round, [told[name].fresh], actor=told[name].handler)
            if refused:
                raise ValueError(refused)

    def seat(self, names: list[str], chair: str) -> None:
        """Chooses the panel."""
        self.experts = list(names)
        found = [self._expert(name) for name in names]
        actions.set_panel(self.round, found, actor=self.organiser)
        actions.set_chair(self.round, self._expert(chair), actor=self.organiser)

    def repeat(self, title: str, held_on: dt.date, place: str) -> Panel:
        """The same dossiers before the same panel once more, after a void sitting."""
        again = Panel(self.organiser.user.username, self.quality, self.matter)  # type: ignore[union-attr]
        again.told, again.experts = dict(self.told), list(self.experts)
        again.round = actions.repeat_round(
            self.fresh, actor=self.organiser, title=title, held_on=held_on, keep_panel=True, place=place
        )
        actions.set_chair(again.round, self.fresh.chair, actor=self.organiser)
        return again

    def add(self, name: str) -> None:
        """A further expert in place of one who declined."""
        actions.add_expert(self.round, self._expert(name), actor=self.organiser)
        self.experts.append(name)

    def take(self, step: str, data: dict[str, Any] | None = None) -> None:
        perform(self.fresh, step, actor=self.organiser, data=data)

    def conclude(
        self, words: str, minutes: str, opinions: Mapping[str, str], chosen: Mapping[str, str] | None = None
    ) -> None:
        """The chair's conclusions follow the numbers, but for those `chosen`; `opinions` by project."""
        by_dossier = {d.pilot.pk: name for name, d in self.told.items()}
        data = {"conclusion": words, "minutes": minutes}
        for line in standing(self.fresh):
            name = by_dossier[line.entry.dossier_id]
            data[f"conclusion-{line.entry.pk}"] = (chosen or {}).get(name, line.proposal)
            data[f"opinion-{line.entry.pk}"] = opinions.get(name, usual_opinion(self.matter))
        self.take("conclude", data)

    # --- the experts ----------------------------------------------------------------------------------
    def answer(self, names: Iterable[str] = (), only: Iterable[str] = ()) -> None:
        """Experts accept (all of the panel, or those); for one without an account the handler notes it."""
        for name in list(names) or self.experts:
            for assignment in self._assignments(name, ("invited",), only):
                if self._has_account(name):
                    perform(assignment, "accept", actor=self._actor(assignment))
                else:
                    perform(assignment, "note_acceptance", actor=self.organiser, data={"how": _ANSWERED})

    def step_out(self, name: str, step: str, reason: str, only: Iterable[str] = ()) -> None:
        """An expert declines, or is recused (`decline`, `recuse`) from all projects or from those named."""
        for assignment in self._assignments(name, ("invited", "accepted", "rating"), only):
            perform(assignment, step, actor=self._actor(assignment), data={"reason": reason})
        if not only:
            self.experts.remove(name)

    def declare(self, names: Iterable[str] = (), only: Iterable[str] = ()) -> None:
        """Experts declare to have no conflict of interest."""
        for name in list(names) or self.experts:
            for assignment in self._assignments(name, ("accepted",), only) if self._has_account(name) else ():
                perform(assignment, "declare", actor=self._actor(assignment), data={"no_conflict": "on"})

    def score(
        self, names: Iterable[str] = (), only: Iterable[str] = (), odd: Mapping[str, float] | None = None
    ) -> None:
        """Experts hand in their sheets; the sheets of those without an account are entered, and checked by the chief.

        Args:
            odd: how much the first expert's view of a project differs from what the others think of it.
        """
        for name in list(names) or self.experts:
            if not self._has_account(name):
                for assignment in self.enter(name, only):
                    perform(assignment, "confirm_entry", actor=self._chief, data={"compared": "on"})
                continue
            for assignment in self._assignments(name, ("rating",), only):
                data = self._data(assignment, name, odd if name == self.experts[0] else None)
                perform(assignment, "submit", actor=self._actor(assignment), data=data)

    def draft(self, name: str, only: Iterable[str]) -> None:
        """An expert has typed half a sheet."""
        for assignment in self._assignments(name, ("rating",), only):
            half = list(self._data(assignment, name, None).items())[:3]
            actions.save_draft(assignment, dict(half), actor=self._actor(assignment))

    def enter(self, name: str, only: Iterable[str] = ()) -> list[Assignment]:
        """The handler enters the paper sheets of an expert; gives what waits for a second person."""
        found = self._assignments(name, ("accepted",), only)
        for assignment in found:
            lines = [f"专家：{assignment.expert.name}", f"项目：{assignment.entry.dossier.title}", "本页为演示材料。"]
            scan = scanned(self.organiser, "score_sheet", "专家签名的评审表", lines)
            data = {**self._data(assignment, name, None), "declared": "on", "scan": [scan]}
            perform(assignment, "enter_on_behalf", actor=self.organiser, data=data)
        return found

    # --- inside ----------------------------------------------------------------------------------------
    @property
    def fresh(self) -> Round:
        """The round as it is now."""
        return Round.objects.get(pk=self.round.pk)

    @property
    def _chief(self) -> Any:
        return person("chuzhang1", Role.SECTION_CHIEF)

    def _expert(self, name: str) -> Expert:
        if name not in self._known:
            self._known[name] = Expert.objects.get(name=all_experts()[name]["name"])
        return self._known[name]

    def _actor(self, assignment: Assignment) -> Actor:
        """The expert of an assignment, signed in."""
        if assignment.expert_id not in self._signed_in:
            self._signed_in[assignment.expert_id] = actor_of(assignment.expert)
        return self._signed_in[assignment.expert_id]

    @staticmethod
    def _has_account(name: str) -> bool:
        return "login" in all_experts()[name]

    def _assignments(self, name: str, states: tuple[str, ...], only: Iterable[str]) -> list[Assignment]:
        rows = Assignment.objects.filter(entry__round=self.round, expert=self._expert(name), state__in=states)
        wanted = [self.told[project].pilot.pk for project in only]
        if wanted:
            rows = rows.filter(entry__dossier__in=wanted)
        return list(rows.select_related("entry__round", "entry__dossier", "expert__user").order_by("entry__position"))

    def _data(self, assignment: Assignment, name: str, odd: Mapping[str, float] | None) -> dict[str, Any]:
        number = assignment.entry.position
        project = next(key for key, d in self.told.items() if d.pilot.pk == assignment.entry.dossier_id)
        quality = self.quality[project] + (odd or {}).get(project, 0)
        place = self.experts.index(name)
        return sheet_data(assignment.sheet, self.told[project].project, quality, place, number, self.matter)
