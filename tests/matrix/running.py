"""The prepared edges of a running project: from the approval document to every end, and of the acts around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from pilots.importing import ENTRIES
from pilots.models import Pilot
from pilots.reopening import BACK, WAYS_BACK
from pilots.states import ACTIVE, ENDS
from portal.accounts.actors import SYSTEM, Actor
from portal.base import clock
from portal.base.workdays import add_months
from portal.deadlines.models import Deadline
from portal.execution.models import Milestone, TaskBook
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.lifecycle.states import NEW
from portal.supervision.models import Rectification, Statement, Suspension
from portal.supervision.rectifications.queries import live_of
from tests.factories import BodyFactory
from tests.matrix.case import Case, Preparation
from tests.matrix.decisions import Order, decided_pilot
from tests.pilot_data import people_of, pilot_in, upload_for
from tests.running_data import (
    DOCUMENT,
    REASON,
    concluded,
    ended_from,
    evaluate,
    hear,
    material,
    on,
    ordered,
    rectification_report,
    running_in,
    sign_task_book,
    signature,
    take,
)

#: where the steps of this module begin
STATES = (*ACTIVE, *ENDS)
_IMPORTS = {step: state for state, steps in ENTRIES.items() for step in steps}
#: steps of the pilot that only a docket orders
_ORDERED = (
    "extend",
    "extend_late",
    "change",
    "suspend",
    "resume",
    "refuse_request",
    "terminate",
    "revoke_approval",
    "revoke_result",
    *WAYS_BACK,
    "correct",
    "pass_acceptance",
    "order_acceptance_rectification",
    "fail_acceptance",
    "send_to_acceptance_review",
)
#: those before which the party is heard
_HEARD = ("terminate", "revoke_approval", "revoke_result", "fail_acceptance")
_BY = {
    "applicant": {
        "begin_work",
        "file_midterm",
        "report_midterm_rectification",
        "apply_for_acceptance",
        "report_acceptance_rectification",
        "add_material",
    },
    "time": {"fall_overdue"},
}
#: begun with a mid-term that lies behind
_LATER = ("apply_for_acceptance", "consent_to_early_acceptance")
_WAIVED_LATE = "waive_midterm_of_overdue"
#: the state in which an ended pilot was that goes on by that step
_FROM = {step: state for state, step in BACK.items() if state not in (NEW, "acceptance_decision")}


def is_running_case(step: str, source: str) -> bool:
    """Whether an edge of a pilot is prepared here."""
    return source in STATES or step in _IMPORTS


def last_day(pilot: Pilot) -> dt.date:
    """The day of the latest record of a pilot, or today: nothing is done before it."""
    last = Record.objects.filter(chain_id=pilot.chain_id).latest("seq")
    return max(clock.local(last.at).date(), clock.today())


# --- pilots ---------------------------------------------------------------------------------------
def pilot_case(step: str, source: str) -> Preparation:
    """An edge of a pilot from the approval document on."""
    if step in _IMPORTS:
        return (yield from _import_case(step))
    if step in ("undo_import", "fill_gaps"):
        return (yield from _imported_case(step, source))
    if step in _FROM:
        pilot: Pilot = yield ended_from, _FROM[step], {"terminated": "terminate"}.get(source, "revoke_approval")
    else:
        pilot = yield running_in, _way_to(step, source)
    if step == _WAIVED_LATE:
        take_on(_day_of(pilot, "fall_overdue", source), pilot, "fall_overdue")
    who = next((name for name, steps in _BY.items() if step in steps), "handler")
    person = SYSTEM if who == "time" else getattr(people_of(pilot), who)
    day = _day_of(pilot, step, source)
    with on(day):
        data = _data_of(pilot, step, person)
    return Case(Pilot.objects.get(pk=pilot.pk), person, data, day, Order() if step in _ORDERED else None)


def _way_to(step: str, source: str) -> str:
    """The state that the case begins with, as `running_in` knows it."""
    if step == _WAIVED_LATE:
        return "implementing"
    return "after_midterm" if source == "implementing" and step in _LATER else source


def take_on(day: dt.date, pilot: Pilot, step: str) -> None:
    """A step that time takes on that day."""
    with on(day):
        take(pilot, step, "time")


def _day_of(pilot: Pilot, step: str, source: str) -> dt.date:
    """A day on which the step can be taken: its term has come, or has passed."""
    assert pilot.term_ends_on is not None
    if step == "fall_overdue":
        return pilot.term_ends_on + dt.timedelta(days=1)
    if step == "take_midterm":
        return Deadline.objects.open().get(dossier=pilot, duty="midterm_report").due_on + dt.timedelta(days=1)
    if step == "apply_for_acceptance" and source != "overdue":
        return add_months(pilot.term_ends_on, -2)
    if (step, source) == ("fail_acceptance", "acceptance_rectify"):
        return Rectification.objects.get(dossier=pilot).due_on + dt.timedelta(days=1)
    return last_day(pilot)


def _data_of(pilot: Pilot, step: str, person: Actor) -> dict[str, Any]:
    """What is typed in, after everything the step waits for was done."""
    if (make := _BEFORE.get(step)) is not None:
        make(pilot)
    if step in _HEARD:
        hear(pilot, step)
    typed = _TYPED.get(step)
    data = typed(person) if typed else dict(REASON)
    if step in _ORDERED:
        data = {**REASON, **DOCUMENT, "dated": clock.today().isoformat(), **data}
    return data


def _without_task_book(pilot: Pilot) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(parameters={**pilot.parameters, "task_book_wanted": 0})


def _proposed_to_rectify(pilot: Pilot) -> None:
    ordered(pilot, "send_to_acceptance_review")
    take(pilot, "conclude_acceptance", "handler", conclusion="rectify", points="补充成效证明", months="3")


def _run_out(pilot: Pilot) -> None:
    found = live_of(pilot)
    if found is not None:
        perform(found, "run_out", actor=SYSTEM)


#: what is done on the pilot before the step can be taken
_BEFORE: dict[str, Callable[[Pilot], object]] = {
    "begin_work": _without_task_book,
    "file_midterm": lambda pilot: evaluate(pilot, "midterm"),
    "pass_midterm": lambda pilot: concluded(pilot, "pilots.midterm"),
    "order_midterm_rectification": lambda pilot: concluded(pilot, "pilots.midterm", "not_recommended"),
    "apply_for_acceptance": lambda pilot: evaluate(pilot, "acceptance"),
    "conclude_acceptance": lambda pilot: concluded(pilot, "pilots.acceptance"),
    "order_acceptance_rectification": _proposed_to_rectify,
    "fail_acceptance": _run_out,
    "resume": lambda pilot: ordered(pilot, "suspend"),
}


def _soon() -> str:
    return (clock.today() + dt.timedelta(days=30)).isoformat()


#: what is typed in beside the usual reason
_TYPED: dict[str, Callable[[Actor], dict[str, Any]]] = {
    "begin_work": lambda person: {},
    "file_midterm": lambda person: {"truthful": "on", "no_secrets": "on"},
    "pass_midterm": lambda person: {"remark": "继续实施。"},
    "order_midterm_rectification": lambda person: {"points": "1. 补齐实施记录", "due_on": _soon()},
    "report_midterm_rectification": rectification_report,
    "report_acceptance_rectification": rectification_report,
    "apply_for_acceptance": material,
    "add_material": lambda person: {"note": "盖章扫描件。", "handed_in": [upload_for(person, "later_material")]},
    "conclude_acceptance": lambda person: {"conclusion": "pass", "points": "", "months": ""},
    "extend": lambda person: {"months": "6"},
    "extend_late": lambda person: {"months": "6"},
    "change": lambda person: {"changes": {"title": "变更后的标准化试点"}},
    "correct": lambda person: {"title": "更正后的标准化试点", "number": "", "dated": ""},
    "hand_over_plaque": lambda person: {"number": "SD-028", "receiver": "钱六", "on": clock.today().isoformat()},
    "archive": lambda person: {"box": "2026-088", "retention": "永久", "on": clock.today().isoformat()},
}


# --- pilots from before the portal ----------------------------------------------------------------
def new_import() -> Pilot:
    """A pilot that ran before the portal, as a line of a spreadsheet says it."""
    pilot = pilot_in("draft")
    people, body, today = people_of(pilot), BodyFactory(), clock.today()
    return Pilot(
        programme="pilots",
        call=pilot.call,
        title="早先立项的标准化试点",
        applicant=pilot.applicant,
        field=pilot.call.fields.first(),
        recommender=body,
        guarantor=body,
        created_by=people.handler.user,
        approval_number="沪市监标技〔2024〕1号",
        term_starts_on=add_months(today, -10),
        term_ends_on=add_months(today, 14) - dt.timedelta(days=1),
        midterm_on=add_months(today, 2) - dt.timedelta(days=1),
    )


#: where a line came from, as an import says it
SOURCE = {"job": "DR-2026-0001", "file": "试点名单.xlsx", "line": "2"}


def _import_case(step: str) -> Preparation:
    pilot: Pilot = yield (new_import,)
    return Case(pilot, people_of(pilot).handler, SOURCE)


def imported(step: str) -> Pilot:
    """A pilot that came in by that step."""
    pilot = new_import()
    perform(pilot, step, actor=people_of(pilot).handler, data=SOURCE)
    return pilot


def _imported_case(step: str, source: str) -> Preparation:
    pilot: Pilot = yield imported, ENTRIES[source][0]
    handler = people_of(pilot).handler
    if step == "undo_import":
        return Case(pilot, handler, {"job": SOURCE["job"]})
    pilot.gaps = ["立项文号"]
    Pilot.objects.filter(pk=pilot.pk).update(gaps=pilot.gaps)
    return Case(pilot, handler, {"approval_number": "沪市监标技〔2022〕9号"})


# --- task books and milestones --------------------------------------------------------------------
def _book_in(state: str) -> TaskBook:
    if state == "void":
        return TaskBook.objects.get(dossier=ended_from("approved", "terminate"))
    return sign_task_book(running_in("approved"), until=state)


def task_book_case(step: str, source: str) -> Preparation:
    if source == NEW:
        pilot = yield decided_pilot, "notice"
        return Case(TaskBook(dossier_id=pilot.pk, chain_id=pilot.chain_id), SYSTEM)
    book = yield _book_in, source
    people = people_of(book.running)
    person = {
        "give_up": SYSTEM,
        "take_up": SYSTEM,
        "sign_as_guarantor": people.recommender,
        "sign_as_bureau": people.handler,
        "send_back": people.recommender if source == "guarantor_signing" else people.handler,
    }.get(step, people.applicant)
    return Case(book, person, signature(person) if step.startswith("sign_as") else REASON)


def milestone_case(step: str, source: str) -> Preparation:
    pilot = yield running_in, "terminated" if source == "dropped" else "implementing"
    today = clock.today()
    if source == NEW:
        facts = {"row": "another", "position": 9, "name": "推广阶段", "starts_on": today, "ends_on": today}
        return Case(Milestone(dossier_id=pilot.pk, chain_id=pilot.chain_id, **facts), SYSTEM)
    milestone = Milestone.objects.filter(dossier=pilot)[0]
    arranged = {"name": "运行阶段", "position": "1", "starts_on": today.isoformat(), "ends_on": _soon()}
    data: dict[str, dict[str, Any]] = {
        "report_progress": {"report": "已完成调研。", "percent": "40"},
        "reach": {"report": "已完成。", "reached_on": today.isoformat()},
        "reschedule": arranged,
        "plan_again": arranged,
    }
    person = people_of(pilot).applicant if step in ("report_progress", "reach") else SYSTEM
    return Case(milestone, person, data.get(step, REASON))


# --- acts around it -------------------------------------------------------------------------------
def rectification_case(step: str, source: str) -> Preparation:
    """Every step follows one of the project, or time."""
    if source == NEW:
        pilot = yield running_in, "midterm_review"
        facts = {"kind": "midterm", "points": ["补齐实施记录"], "due_on": clock.today() + dt.timedelta(days=30)}
        return Case(Rectification(dossier_id=pilot.pk, chain_id=pilot.chain_id, **facts), SYSTEM)
    if source == "ended":
        pilot = yield ended_from, "midterm_rectify", "terminate"
        due = (last_day(pilot) + dt.timedelta(days=30)).isoformat()
        return Case(Rectification.objects.get(dossier=pilot), SYSTEM, {"due_on": due}, last_day(pilot))
    pilot = yield running_in, "midterm_rectify"
    if source == "overdue":
        _run_out(pilot)
    elif source == "reported":
        person = people_of(pilot).applicant
        perform(pilot, "report_midterm_rectification", actor=person, data=rectification_report(person))
    return Case(
        Rectification.objects.get(dossier=pilot), SYSTEM, {"summary": "已整改。", "answers": ["已补。"], **REASON}
    )


def statement_case(step: str, source: str) -> Preparation:
    pilot = yield running_in, "implementing"
    people = people_of(pilot)
    statement = Statement(dossier_id=pilot.pk, chain_id=pilot.chain_id, step="terminate")
    facts = {"facts": "逾期未签署任务书。", "grounds": "未在规定期限内完成。"}
    if source == NEW:
        return Case(statement, people.handler, facts)
    perform(statement, "draw_up", actor=people.handler, data=facts)
    served = {
        "served_on": clock.today().isoformat(),
        "method": "直接送达",
        "receipt": [upload_for(people.handler, "service_receipt")],
    }
    if source != "drawn_up":
        perform(statement, "serve", actor=people.handler, data=served)
    if source == "stated":
        perform(statement, "state_case", actor=people.applicant, data={"text": "请予宽限。"})
    person = {"state_case": people.applicant, "waive": people.applicant, "expire": SYSTEM}.get(step, people.handler)
    data = {"serve": served, "state_case": {"text": "请予宽限。"}, "consider": {"finding": "不予采纳。"}}
    return Case(statement, person, data.get(step, REASON))


def suspension_case(step: str, source: str) -> Preparation:
    pilot = yield running_in, "implementing"
    suspension = Suspension(dossier_id=pilot.pk, chain_id=pilot.chain_id, starts_on=clock.today())
    if source == NEW:
        return Case(suspension, SYSTEM)
    perform(suspension, "begin", actor=SYSTEM)
    return Case(suspension, SYSTEM, {"ends_on": (clock.today() + dt.timedelta(days=60)).isoformat()})


PREPARE = {
    "execution.milestone": milestone_case,
    "execution.taskbook": task_book_case,
    "supervision.rectification": rectification_case,
    "supervision.statement": statement_case,
    "supervision.suspension": suspension_case,
}
