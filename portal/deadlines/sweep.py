"""What time does: closes calls, does chores, takes steps whose due date has passed, sends reminders.

It may run at any moment, late, twice at once or not for days: each reminder is sent once, a missed one is made up for
by the latest, and a step by time that cannot be taken says why on its deadline and is tried again the next day.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.base.errors import PortalError
from portal.calls.models import Call
from portal.deadlines import reminders, selectors
from portal.deadlines.chores import Chore, chores
from portal.deadlines.models import Deadline
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Subject
from portal.lifecycle.states import CHIEF, HANDLER
from portal.messaging import refs
from portal.messaging.actions import tell
from portal.messaging.models import Category
from portal.messaging.parties import people_of

logger = logging.getLogger(__name__)

#: rows read at once
CHUNK = 500
#: rows whose reminders go out in one transaction
BATCH = 25


@dataclass
class Report:
    """What a sweep did, or in a dry run would do: one English line per act."""

    looked_at: int = 0
    calls_closed: int = 0
    chores_done: int = 0
    steps_taken: int = 0
    reminders: int = 0
    problems: int = 0
    lines: list[str] = field(default_factory=list)


Say = Callable[[str], None]


def _silent(line: str) -> None:
    pass


def sweep(today: dt.date, *, dry_run: bool = False, keep_lines: bool = False) -> Report:
    """Does everything that is due on or before that date (Shanghai).

    Args:
        dry_run: only say what would be done. keep_lines: collect a line per act (memory grows with the number of acts).
    """
    report = Report()
    say: Say = report.lines.append if keep_lines else _silent
    for call in selectors.calls_to_close(Call.objects.all(), today):
        say(f"call {call.pk}: close ({call})")
        if dry_run or _close(call, report):
            report.calls_closed += 1
    for chore in chores():
        for thing in chore.due(today):
            say(f"{chore.id}: {thing}")
            if dry_run or _do(chore, thing, report):
                report.chores_done += 1
    for chunk in _due(today):
        report.looked_at += len(chunk)
        if dry_run:
            _foresee(chunk, today, report, say)
            continue
        _look_at(chunk, today, report, say)
    return report


def _due(today: dt.date) -> Iterator[list[Deadline]]:
    """The deadlines to look at, chunk by chunk: each row is given once, however many there are."""
    last: tuple[dt.date, int] | None = None
    while True:
        rows = selectors.to_look_at(Deadline.objects.all(), today)
        if last is not None:
            rows = rows.filter(next_on__gte=last[0]).filter(Q(next_on__gt=last[0]) | Q(pk__gt=last[1]))
        chunk = list(rows[:CHUNK])
        if not chunk:
            return
        end = chunk[-1].next_on, chunk[-1].pk  # before the row is changed
        yield chunk
        if len(chunk) < CHUNK or end[0] is None:
            return
        last = end[0], end[1]


def _close(call: Call, report: Report) -> bool:
    """Closes a call whose window is over; a failure is told to the section chiefs and tried again."""
    try:
        perform(call, "close", actor=SYSTEM)
    except Exception as error:
        reason = _reason(error)
        report.problems += 1
        tell(
            people_of(CHIEF, call),
            key=f"call:{call.pk}:close:{clock.today()}",
            title=_("申报通知未能自动截止：%(call)s") % {"call": call},
            text=reason,
            at=clock.now(),
            category=Category.DEADLINE,
        )
        return False
    return True


def _do(chore: Chore, thing: object, report: Report) -> bool:
    """One chore; a failure leaves the others alone and is tried again by the next sweep."""
    try:
        chore.act(thing)
    except Exception as error:
        _reason(error)
        report.problems += 1
        return False
    return True


def _foresee(chunk: list[Deadline], today: dt.date, report: Report, say: Say) -> None:
    """What `_look_at` would do."""
    offsets = reminders.foresee(chunk, today)
    for deadline in chunk:
        if selectors.step_is_due(deadline, today):
            report.steps_taken += 1
            say(f"{_name(deadline)}: step {deadline.then}")
        elif deadline.pk in offsets:
            report.reminders += 1
            say(f"{_name(deadline)}: reminder {offsets[deadline.pk]:+d}")


def _look_at(chunk: list[Deadline], today: dt.date, report: Report, say: Say) -> None:
    """Takes the steps of those whose due date has passed, sends the reminders of the others.

    Reminders go out in batches, each in one transaction; a batch that fails is done again row by row, so that only the
    row with the fault stays behind, with the reason.
    """
    found = refs.find_all((row.subject_type, row.subject_id) for row in chunk)
    pairs = []
    for deadline in chunk:
        subject = found.get((deadline.subject_type, deadline.subject_id))
        if subject is None:
            void = Deadline.objects.open().filter(pk=deadline.pk)
            void.update(status=Deadline.Status.VOID, closed_at=clock.now(), next_on=None)
        elif selectors.step_is_due(deadline, today) and _take_step(deadline, subject, today, report):
            report.steps_taken += 1
            say(f"{_name(deadline)}: step {deadline.then}")
        else:
            pairs.append((deadline, subject))
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        try:
            _remind(batch, today, report, say)
        except Exception:
            for pair in batch:
                try:
                    _remind([pair], today, report, say)
                except Exception as error:
                    _keep_problem(pair[0], _reason(error), today, report)


def _take_step(deadline: Deadline, subject: Subject, today: dt.date, report: Report) -> bool:
    """Takes the step of time; whether it was taken. What stands against it is kept on the deadline and told."""
    try:
        perform(subject, deadline.then, actor=SYSTEM)
    except Exception as error:
        if not Deadline.objects.open().filter(pk=deadline.pk).exists():
            return False  # somebody acted in the meantime
        reason = _reason(error)
        _keep_problem(deadline, reason, today, report)
        _tell_problem(deadline, subject, reason)
        return False
    return True


def _remind(batch: list[tuple[Deadline, Subject]], today: dt.date, report: Report, say: Say) -> None:
    """Sends what is due of these deadlines in one transaction, and notes when to look at them again."""
    subjects = {deadline.pk: subject for deadline, subject in batch}
    with transaction.atomic():
        rows = list(Deadline.objects.open().select_for_update().filter(pk__in=subjects).order_by("pk"))
        sent = reminders.remind([(row, subjects[row.pk]) for row in rows], today)
        by_date: dict[dt.date | None, list[int]] = {}
        for row in rows:
            by_date.setdefault(selectors.next_date(row, today), []).append(row.pk)
        for next_on, keys in by_date.items():
            Deadline.objects.filter(pk__in=keys).update(next_on=next_on)
        settled = [row.pk for row in rows if row.problem and not selectors.step_is_due(row, today)]
        if settled:
            Deadline.objects.filter(pk__in=settled).update(problem="", problem_at=None)
    report.reminders += len(sent)
    for row in rows:
        if row.pk in sent:
            say(f"{_name(row)}: reminder {sent[row.pk]:+d}")


def _keep_problem(deadline: Deadline, reason: str, today: dt.date, report: Report) -> None:
    report.problems += 1
    Deadline.objects.open().filter(pk=deadline.pk).update(
        problem=reason, problem_at=clock.now(), next_on=today + dt.timedelta(days=1)
    )


def _tell_problem(deadline: Deadline, subject: Subject, reason: str) -> None:
    """Tells the handlers once per due date; the tab of deadlines shows it until it is settled."""
    title, text = reminders.render(
        "deadlines/problem.txt", {"deadline": deadline, "matter": subject.describe(), "reason": reason}
    )
    tell(
        people_of(HANDLER, subject),
        key=f"deadline:{deadline.pk}:{deadline.due_on}:problem",
        title=title,
        text=text,
        subject=subject,
        category=Category.DEADLINE,
        at=clock.now(),
    )


def _reason(error: Exception) -> str:
    """The refusal in its own words; a fault of the program is logged with its trace and named as one."""
    if isinstance(error, PortalError):
        return error.message
    logger.error("the sweep met an error", exc_info=error)
    return _("系统处理出错（%(kind)s），已记录日志，次日重试。") % {"kind": type(error).__name__}


def _name(deadline: Deadline) -> str:
    return f"{deadline.subject_type} {deadline.subject_id} {deadline.duty} due {deadline.due_on}"
