"""The demonstration loads on an empty database: every state, sound histories, nobody real, something to do for everybody."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError

from pilots.demo import loader, people, projects, units
from pilots.models import Pilot
from pilots.states import APPROVAL_STATES
from portal.accounts import credit_code
from portal.accounts.demo import accounts
from portal.accounts.models import Membership, Unit, User
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base import clock
from portal.calls.lifecycle import CLOSED, PUBLISHED
from portal.calls.models import Call, CallField, Desk
from portal.deadlines.models import Deadline
from portal.declaration.completeness import problems
from portal.declaration.models import FormVersion
from portal.declaration.states import FRONT_END
from portal.declaration.versions import sealed_form_of
from portal.lifecycle.models import Chain, Record
from portal.messaging.models import Outbox
from portal.registration.models import Claim, Join
from portal.supervision.models import Endorsement
from tests.commands import run
from tests.factories import actor_of

#: the contacts that the real call names, as the beginnings of their hashes
_REAL = frozenset({"79b09a6dad9c", "b554f8ddb5bf", "6e67894347eb", "915ba2387c85", "a46225a6b28e", "e66ab48e101c"})
pytestmark = pytest.mark.usefixtures("demonstration")


def live() -> Call:
    """The call that is open now."""
    return Call.objects.get(state=PUBLISHED.id)


def past() -> Call:
    """That of 2023."""
    return Call.objects.get(state=CLOSED.id, year=2023)


def reviewed() -> Call:
    """That whose declarations are being reviewed and decided."""
    return Call.objects.get(number__startswith=loader.REVIEW_NUMBER)


# --- what is there --------------------------------------------------------------------------------
def test_every_declared_state_is_there() -> None:
    assert set(Pilot.objects.values_list("state", flat=True)) == set(Pilot.lifecycle.states)


def test_the_open_call_shows_every_state() -> None:
    there = set(Pilot.objects.filter(call=live()).values_list("state", flat=True))
    assert there == {state.id for state in FRONT_END}


def test_the_call_under_review_shows_every_state_from_acceptance_on() -> None:
    there = set(Pilot.objects.filter(call=reviewed()).values_list("state", flat=True))
    assert there == {"accepted", "withdrawn", *(state.id for state in APPROVAL_STATES)}


def test_the_call_of_2023_has_come_to_its_ends() -> None:
    states = {
        Pilot.lifecycle.state(state) for state in Pilot.objects.filter(call=past()).values_list("state", flat=True)
    }
    assert all(state.terminal for state in states)
    ends = {"passed", "failed", "terminated", "not_approved", "not_accepted", "withdrawn", "lapsed", "not_recommended"}
    assert {state.id for state in states} == ends


def test_drafts_are_empty_half_and_complete() -> None:
    drafts = Pilot.objects.filter(state="draft", call=live())
    missing = sorted(sum(problem.blocking for problem in problems(draft)) for draft in drafts)
    assert missing[0] == 0
    assert missing[-1] > 20
    assert any(0 < count <= 20 for count in missing)
    assert drafts.filter(late_until__isnull=False).count() == 1
    assert drafts.filter(title="").count() == 1


def test_submitted_ones_differ_in_what_the_recommender_has() -> None:
    waiting = list(Pilot.objects.filter(state="submitted", call=live()))
    sealed = [sealed_form_of(pilot) for pilot in waiting]
    assert None in sealed
    assert {scan.kind for scan in sealed if scan} == {"pdf", "png"}
    assert any(pilot.opinion_noted_at for pilot in waiting)
    assert any(pilot.copied_from_id for pilot in waiting)
    assert FormVersion.objects.filter(dossier__in=[p.pk for p in waiting], number=2).exists()


def test_the_bureau_has_every_kind_of_case() -> None:
    waiting = Pilot.objects.filter(state="recommended", call=live())
    assert waiting.filter(second_correction_asked_at__isnull=False, second_correction_agreed_at=None).count() == 1
    assert waiting.filter(endorsements__kind="content_correction", endorsements__state="asked").count() == 1
    assert waiting.filter(endorsements__kind="content_correction", endorsements__state="agreed").count() == 1
    for state in ("asked", "agreed", "disagreed"):
        assert waiting.filter(endorsements__kind="key_consent", endorsements__state=state).exists(), state
    assert Pilot.objects.filter(state="accepted", copies=3).exists()
    assert Pilot.objects.filter(corrections=2).exists()
    assert Pilot.objects.filter(state="withdrawn", state_note="逾期未补正，视为撤回申报").count() == 2
    assert Pilot.objects.filter(state="lapsed", state_note="推荐单位逾期未推荐").exists()


def test_all_nine_fields_and_many_different_texts() -> None:
    used = set(Pilot.objects.exclude(field=None).values_list("field__code", flat=True))
    assert used == set(CallField.objects.values_list("code", flat=True))
    told = projects.all_projects()
    assert len({project["goal"] for project in told.values()}) == len(told) >= 25
    assert len({project["basis"] for project in told.values()}) == len(told)
    assert all(len(project["goal"]) > 60 and len(project["tasks"]) == 5 for project in told.values())


def test_registrations_are_there_in_every_state() -> None:
    assert set(Claim.objects.values_list("state", flat=True)) == set(Claim.lifecycle.states)
    assert set(Join.objects.values_list("state", flat=True)) == set(Join.lifecycle.states)
    assert Claim.objects.filter(state="submitted", manual_check=True).count() == 1


def test_the_call_is_that_of_2023() -> None:
    call = past()
    assert (call.number, str(call.opens_on), str(call.closes_on)) == (
        "沪市监标技〔2023〕139号",
        "2023-03-29",
        "2023-05-15",
    )
    assert call.reporting_closes_on == call.closes_on
    assert call.form_version == "pilot-2023"
    assert call.fairness_review
    assert call.legality_review
    names = [
        "社会管理",
        "公共服务",
        "科技创新",
        "制造业",
        "现代服务业",
        "生态绿色",
        "长三角一体化",
        "农业农村",
        "国际标准化",
    ]
    assert list(call.fields.values_list("name", flat=True)) == names
    counted = [field.directions.count() for field in call.fields.all()]
    assert counted == [8, 4, 12, 12, 3, 3, 3, 4, 4]
    led = {field.name for field in call.fields.all() if "government_led" in field.traits}
    assert led == {"社会管理", "公共服务"}
    assert call.desks.count() == 6
    assert {download.attachment.kind for download in call.downloads.all()} == {"docx"}
    assert call.downloads.count() == 2


# --- sound -----------------------------------------------------------------------------------------
def test_histories_are_in_order() -> None:
    assert "in order" in run("check_history")


def test_nothing_lies_in_the_future() -> None:
    assert not Record.objects.filter(at__gt=clock.now()).exists()


def test_open_deadlines_belong_to_those_who_can_act() -> None:
    open_ones = Deadline.objects.open()
    assert not open_ones.filter(problem__gt="").exists()
    assert not open_ones.filter(dossier__call=past()).exists()
    assert open_ones.filter(due_on__lt=clock.today()).exists(), "something should be overdue"


def test_mails_of_the_past_are_never_sent() -> None:
    assert Outbox.objects.filter(kind="mail").exists()
    assert not Outbox.objects.filter(kind="mail", suppressed=False).exists()


def test_a_second_run_changes_nothing() -> None:
    before = (
        Pilot.objects.count(),
        Chain.objects.count(),
        Record.objects.count(),
        User.objects.count(),
        Unit.objects.count(),
    )
    said = run("demo")
    after = (
        Pilot.objects.count(),
        Chain.objects.count(),
        Record.objects.count(),
        User.objects.count(),
        Unit.objects.count(),
    )
    assert before == after
    assert said.count("there already") == 5


def test_again_adds_a_set_under_the_open_call() -> None:
    before = Counter(Pilot.objects.filter(call=live()).values_list("state", flat=True))
    run("demo", "--again")
    after = Counter(Pilot.objects.filter(call=live()).values_list("state", flat=True))
    assert after == Counter({state: 2 * count for state, count in before.items()})
    assert "in order" in run("check_history")


# --- nobody real -----------------------------------------------------------------------------------
def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def test_nobody_of_the_real_call_is_named() -> None:
    names = {*User.objects.values_list("name", flat=True), *Desk.objects.values_list("contact_name", flat=True)}
    names |= {*Unit.objects.values_list("contact_name", flat=True)}
    names |= {*Unit.objects.values_list("legal_representative", flat=True)}
    names |= {member[0] for project in projects.all_projects().values() for member in project["team"]}
    assert not {_digest(name) for name in names} & _REAL


def test_all_numbers_are_out_of_use() -> None:
    phones = {*User.objects.values_list("phone", flat=True), *Desk.objects.values_list("phone", flat=True)}
    for column in ("contact_mobile", "contact_phone"):
        phones |= {*Unit.objects.values_list(column, flat=True)}
    assert all(re.match(r"^(100\d{8}|021-0\d{7}(-\d{4})?)$", phone) for phone in phones), phones
    told = json.dumps([version.content for version in FormVersion.objects.all()], ensure_ascii=False)
    assert "64220000" not in told


def test_credit_codes_are_valid_and_invented() -> None:
    for code in Unit.objects.values_list("credit_code", flat=True):
        credit_code.validate(code)
        assert credit_code.warnings(code) == []
        assert code[8:10] == "00", "the subject part of a real code does not begin with zeros"
    codes = {units.invented_code("enterprise", "310101", number) for number in range(500)}
    assert len(codes) == 500
    assert all(credit_code.is_valid(code) for code in codes)


# --- accounts --------------------------------------------------------------------------------------
def test_listed_accounts_can_sign_in(settings: Any) -> None:
    validate_password(people.PASSWORD, user=User(username="qiye1", name="演示"))
    listed = accounts()
    assert {role for person in people.everybody() if person.listed for role, _place in person.roles} == set(Role)
    assert all(authenticate(username=account.login, password=account.password) for account in listed)
    settings.DEMO = False
    assert accounts() == []


def test_accounts_are_listed_as_json_and_as_a_table() -> None:
    rows = json.loads(run("demo", "--accounts", "--format", "json"))
    assert len(rows) == len(accounts()) >= 15
    assert all({"role", "login", "password"} <= set(row) and row["password"] == people.PASSWORD for row in rows)
    table = run("demo", "--accounts")
    assert all(row["login"] in table for row in rows)


@pytest.mark.parametrize("login", [f"jingban{n}" for n in range(1, 7)])
def test_every_desk_has_live_work(login: str) -> None:
    handler = Membership.objects.select_related("user", "body").get(user__username=login)
    mine = Pilot.objects.filter(call=live(), field__desk__handlers=handler, private=False)
    assert mine.count() >= 1


def test_recommenders_and_applicants_have_duties() -> None:
    for role, least in ((Role.RECOMMENDER, 5), (Role.UNIT_ADMIN, 5)):
        held = Membership.objects.filter(role=role).select_related("user", "unit", "body")
        busy = [m for m in held if Deadline.objects.owed_by(actor_of(m)).exists()]
        assert len(busy) >= least, role


@pytest.mark.parametrize("login", ["quju1", "quju2", "quju3", "quju4", "bumen2", "bumen3", "qiye1", "tianbao2"])
def test_listed_people_find_something_to_do(login: str) -> None:
    held = Membership.objects.select_related("user", "unit", "body").get(user__username=login)
    claims = Claim.objects.visible_to(actor_of(held)).waiting() if held.body else Claim.objects.none()
    assert Deadline.objects.owed_by(actor_of(held)).exists() or claims.exists()


def test_one_person_has_several_roles() -> None:
    roles = Membership.objects.filter(user__username="duojiao1").values_list("role", flat=True)
    assert len(set(roles)) == 3


def test_scans_pass_as_real_files() -> None:
    assert set(Attachment.objects.values_list("kind", flat=True)) == {"pdf", "png", "docx", "xlsx"}
    assert not Attachment.objects.filter(claimed_at=None).exists()


def test_endorsements_have_signers_and_scans() -> None:
    answered = Endorsement.objects.filter(state__in=["agreed", "disagreed"])
    assert answered.exists()
    assert all(endorsement.signer and endorsement.opinion for endorsement in answered)


def test_it_does_not_go_among_real_data(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=0"):
        run("demo")
    with pytest.raises(CommandError, match="people in this database"):
        run("demo", "--force-demo")
