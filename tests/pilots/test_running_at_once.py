"""Two people who act on one running pilot at the same moment, in real threads on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.base.errors import PortalError
from portal.deadlines.models import Deadline
from portal.deadlines.sweep import Report, sweep
from portal.execution import evaluations
from portal.execution.models import Evaluation, TaskBook
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from portal.supervision.models import Request, Statement
from tests.factories import actor_of
from tests.lifecycle.test_simultaneous import at_once, colleagues, sound
from tests.pilot_data import people_of, upload_for
from tests.running_data import ask_for, fresh, hear, ordered, running_in, sign_task_book, signature, upload_letter

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_the_bureau_signs_once_and_the_work_begins_once() -> None:
    pilot = running_in("approved")
    book = sign_task_book(pilot, until="bureau_signing")
    people = [people_of(pilot).handler, *(actor_of(member) for member in colleagues(pilot, 3))]
    given = [(person, signature(person)) for person in people]

    def sign(person: Any, data: Any) -> Any:
        return perform(TaskBook.objects.get(pk=book.pk), "sign_as_bureau", actor=person, data=data)

    results = at_once(*(lambda p=person, d=data: sign(p, d) for person, data in given))
    assert Counter(isinstance(result, Record) for result in results) == {True: 1, False: 3}
    assert all(isinstance(result, Record | PortalError) for result in results), results
    assert fresh(pilot).state == "implementing"
    assert Record.objects.filter(chain_id=pilot.chain_id, step="begin_work").count() == 1
    assert Record.objects.filter(chain_id=pilot.chain_id, step="plan").count() == 2
    assert sound()


def test_a_request_is_filed_once_and_an_evaluation_begun_once() -> None:
    pilot = running_in("midterm_due")
    applicant = people_of(pilot).applicant
    letters = [upload_letter(applicant) for _n in range(6)]

    def file(letter: Any) -> Any:
        request = Request(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind="pilots.extension")
        return perform(request, "file", actor=applicant, data={"reason": "特殊原因。", "months": "3", **letter})

    results = at_once(*(lambda letter=letter: file(letter) for letter in letters))
    assert Counter(isinstance(result, Record) for result in results) == {True: 1, False: 5}
    assert Request.objects.filter(dossier=pilot, state="filed").count() == 1
    begun = at_once(*(lambda: evaluations.begun(fresh(pilot), "midterm") for _n in range(6)))
    assert {found.pk for found in begun} == {Evaluation.objects.get(dossier=pilot).pk}
    assert sound()


def test_two_sweeps_and_a_handler_open_the_mid_term_once() -> None:
    pilot = running_in("implementing")
    assert pilot.midterm_on is not None
    day = pilot.midterm_on + dt.timedelta(days=1)
    handler = people_of(pilot).handler
    with clock.moved(clock.at(day, 9)):
        results = at_once(
            lambda: sweep(day),
            lambda: sweep(day),
            lambda: perform(fresh(pilot), "open_midterm", actor=handler),
        )
    assert all(isinstance(result, Report | Record | PortalError) for result in results), results
    assert Record.objects.filter(chain_id=pilot.chain_id, step="open_midterm").count() == 1
    assert Deadline.objects.filter(dossier=pilot, duty="midterm_report").count() == 1
    assert sound()


def test_a_statement_is_waived_or_expires() -> None:
    pilot = running_in("implementing")
    statement = hear(pilot, "terminate", end="")
    applicant = people_of(pilot).applicant
    results = at_once(
        lambda: perform(Statement.objects.get(pk=statement.pk), "waive", actor=applicant),
        lambda: perform(Statement.objects.get(pk=statement.pk), "expire", actor=SYSTEM),
    )
    assert Counter(isinstance(result, Record) for result in results) == {True: 1, False: 1}
    assert Statement.objects.get(pk=statement.pk).state in ("waived", "expired")
    assert sound()


def test_a_request_is_taken_back_or_granted_but_not_both() -> None:
    pilot = running_in("implementing")
    request, applicant = ask_for(pilot, "pilots.extension", months="6"), people_of(pilot).applicant
    end = pilot.term_ends_on
    results = at_once(
        lambda: ordered(pilot, "extend", months="6", request=request.pk),
        lambda: perform(Request.objects.get(pk=request.pk), "take_back", actor=applicant),
    )
    assert Counter(isinstance(result, Record) for result in results) == {True: 1, False: 1}, results
    state, pilot = Request.objects.get(pk=request.pk).state, fresh(pilot)
    assert (state == "granted") == (pilot.extended_months == 6) == (pilot.term_ends_on != end)
    assert sound()


def test_what_was_uploaded_counts_for_one_signature() -> None:
    """Two members of the unit sign with the same upload: it belongs to one record."""
    pilot = running_in("approved")
    book = sign_task_book(pilot, until="signing")
    applicant = people_of(pilot).applicant
    data = signature(applicant)
    data["scan"] = [upload_for(applicant, "task_book_scan")]

    def sign() -> Any:
        return perform(TaskBook.objects.get(pk=book.pk), "sign_as_undertaker", actor=applicant, data=data)

    results = at_once(sign, sign)
    assert Counter(isinstance(result, Record) for result in results) == {True: 1, False: 1}
    assert sound()
