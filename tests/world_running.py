"""The part of the world that runs: one pilot being carried out with everything in its pages, one whose task book is drafted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.base import clock
from portal.execution.models import Milestone, Output, TaskBook
from portal.execution.outputs import save_output
from tests.factories import actor_of
from tests.matrix.decisions import after, approval, order, show
from tests.pilot_data import People
from tests.running_data import evaluate, fresh, sign_task_book
from tests.supervision.desk import Desk


@dataclass
class Running:
    """`pilot` is being carried out, `book` is its task book; `draft` is the task book of another one."""

    pilot: Pilot
    book: TaskBook
    draft: TaskBook
    milestone: Milestone
    output: Output


def make_running(pilot: Pilot, around: People, leader: Membership) -> Running:
    """On the call, for the unit and before the recommender of that pilot."""
    desk = Desk(call=pilot.call, chief=around.chief, leader=actor_of(leader))
    own: dict[str, Any] = {"unit": pilot.applicant, "recommender": pilot.recommender}
    runs = approved(desk, title="实施中的<b>标准化</b>试点", **own)
    waits = approved(desk, title="待签任务书的标准化试点", **own)
    book = sign_task_book(runs)
    output = standard(fresh(runs), around)
    evaluate(runs, "midterm")
    return Running(
        pilot=fresh(runs),
        book=book,
        draft=TaskBook.objects.get(dossier_id=waits.pk),
        milestone=Milestone.objects.filter(dossier_id=runs.pk)[0],
        output=output,
    )


def approved(desk: Desk, **details: Any) -> Pilot:
    """A pilot that the document approves."""
    pilot = desk.decided_on(**details)
    order(pilot, "intend")
    notice = show(pilot, desk.handler)
    with clock.moved(after(notice)):
        notice.items.update(outcome="clear")
        order(pilot, "approve", **approval())
    return pilot


def standard(pilot: Pilot, around: People, **values: Any) -> Output:
    """A published standard in the register of that pilot."""
    facts = {
        "kind": Output.Kind.STANDARD,
        "title": "社区嵌入式养老服务规范",
        "level": Output.Level.LOCAL,
        "number": "DB31/T 1500—2023",
        "part": Output.Part.LEAD,
        "standing": Output.Standing.PUBLISHED,
        "on": dt.date(2023, 5, 15),
        **values,
    }
    return save_output(Output(), facts, dossier=pilot, actor=around.applicant)
