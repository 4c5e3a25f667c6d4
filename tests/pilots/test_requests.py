"""What a running pilot may ask for, by when, and what a granted request does: extension, changes, suspension, termination."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pilots.models import Pilot
from portal.base import clock
from portal.base.errors import InvalidInput, PortalError, Unmet
from portal.deadlines.models import Deadline
from portal.documents.models import IssuedPaper
from portal.execution.models import Milestone, TaskBook
from portal.lifecycle.engine import perform
from portal.supervision.models import Endorsement, Request, Suspension
from portal.supervision.requests.kinds import kinds_of
from tests.pilot_data import people_of, upload_for
from tests.pilots.office import allow_suspensions, decided, drafted, filed, refusals
from tests.pilots.reckoning import ONE, Life, months_later
from tests.running_data import agree, ask_for, fresh, on, ordered, running_in

pytestmark = pytest.mark.django_db

EXTENSION, CHANGE, SUSPENSION, TERMINATION = (
    "pilots.extension",
    "pilots.change",
    "pilots.suspension",
    "pilots.termination",
)


def life_of(pilot: Pilot) -> Life:
    assert pilot.term_starts_on is not None
    return Life(pilot.term_starts_on)


def due(pilot: Pilot, duty: str) -> dt.date:
    return Deadline.objects.open().get(dossier=pilot, duty=duty).due_on


def why_not(pilot: Pilot, kind: str, **data: Any) -> str:
    """The reason for which a request cannot be filed."""
    with pytest.raises(PortalError) as refused:
        filed(pilot, kind, **data)
    assert not Request.objects.filter(dossier=pilot, kind=kind, state__in=("filed", "endorsed")).exists()
    return refused.value.message


# --- extension ------------------------------------------------------------------------------------
def test_an_extension_is_granted_once_and_moves_the_end_alone() -> None:
    pilot = running_in("implementing")
    life, midterm = life_of(pilot), pilot.midterm_on
    request = ask_for(pilot, EXTENSION, months="6")
    assert fresh(pilot).term_ends_on == life.term_end  # nothing moves before it is granted
    pilot = decided(pilot, EXTENSION)
    life.extended = 6
    assert (pilot.state, pilot.extended_months) == ("implementing", 6)
    assert (pilot.term_ends_on, pilot.midterm_on) == (life.term_end, midterm)
    assert (due(pilot, "term"), due(pilot, "midterm_opening")) == (life.term_end, midterm)
    request = Request.objects.get(pk=request.pk)
    answered = Deadline.objects.get(subject_type=request.label_of_type(), subject_id=request.pk)
    assert (request.state, answered.status) == ("granted", Deadline.Status.DONE)
    reply = IssuedPaper.objects.get(kind="request_reply", subject_id=request.pk, dossier=pilot)
    assert "函" in reply.title
    assert "批复" not in reply.title
    assert "一次" in why_not(pilot, EXTENSION, months="1")


@pytest.mark.parametrize("state", ["implementing", "overdue"])
def test_no_docket_extends_a_term_twice_unless_the_parameter_lets_it(state: str) -> None:
    pilot = running_in(state)
    step = "extend" if state == "implementing" else "extend_late"
    Pilot.objects.filter(pk=pilot.pk).update(extended_months=2)
    with on(pilot.overdue_since or clock.today()):
        with pytest.raises(Unmet, match="延期以一次为限，本项目已延期 2 个月"):
            ordered(pilot, step, months="4")
        Pilot.objects.filter(pk=pilot.pk).update(parameters={**pilot.parameters, "extension_once": 0})
        ordered(pilot, step, months="4")
    assert fresh(pilot).extended_months == 6


@pytest.mark.parametrize("months", ["0", "7", "-1", "12"])
def test_no_extension_beyond_six_months(months: str) -> None:
    pilot = running_in("implementing")
    with pytest.raises(InvalidInput) as refused:
        filed(pilot, EXTENSION, months=months)
    assert "months" in refused.value.form.errors


def test_an_extension_is_asked_for_thirty_days_before_the_end() -> None:
    pilot = running_in("after_midterm")
    last = life_of(pilot).term_end - dt.timedelta(days=30)
    with on(last + ONE):
        assert last.isoformat() in why_not(pilot, EXTENSION, months="1")
    with on(last):
        assert filed(pilot, EXTENSION, months="1").state == "filed"


def test_a_late_extension_goes_through_a_docket_and_takes_the_work_up_again() -> None:
    pilot = running_in("overdue")
    life = life_of(pilot)
    with on(life.term_end + dt.timedelta(days=10)):
        ask_for(pilot, EXTENSION, months="3")
        with pytest.raises(PortalError):
            ordered(pilot, "extend", months="3")  # only the late one leads on from here
        assert drafted(pilot, EXTENSION).items.get().step == "extend_late"
    with on(life.term_end + dt.timedelta(days=11)):
        docket = fresh(pilot).docket_items.get().docket
        perform(docket, "cancel", actor=people_of(pilot).handler, data={"remark": "", "reason": "重拟。"})
        pilot = decided(pilot, EXTENSION)
        life.extended = 3
        assert (pilot.state, pilot.term_ends_on, pilot.overdue_since) == ("implementing", life.term_end, None)
        assert due(pilot, "term") == life.term_end
        assert not Deadline.objects.open().filter(dossier=pilot, duty="grace").exists()
        # its mid-term is behind it
        assert not Deadline.objects.open().filter(dossier=pilot, duty="midterm_opening").exists()


def test_a_late_extension_leads_beyond_today_or_is_not_asked_for() -> None:
    pilot = running_in("overdue")
    end = life_of(pilot).term_end
    with on(months_later(end, 4)):
        with pytest.raises(InvalidInput):
            filed(pilot, EXTENSION, months="3")
        assert filed(pilot, EXTENSION, months="5").state == "filed"
        perform(Request.objects.get(), "take_back", actor=people_of(pilot).applicant)
    with on(months_later(end, 6) + ONE):
        assert "不能再申请延期" in why_not(pilot, EXTENSION, months="6")


def test_the_guarantors_silence_ends_nothing_and_is_waited_for_no_longer_than_its_term() -> None:
    pilot = running_in("implementing")
    request = filed(pilot, EXTENSION, months="2")
    asked = Endorsement.objects.get(request=request)
    until = Deadline.objects.open().get(subject_type=asked.label_of_type(), subject_id=asked.pk).due_on
    with on(until):
        assert until.isoformat() in refusals(pilot, EXTENSION)[0]
    with on(until + ONE):
        pilot = decided(pilot, EXTENSION)
    assert pilot.extended_months == 2
    assert (Request.objects.get(pk=request.pk).state, Endorsement.objects.get(pk=asked.pk).state) == (
        "granted",
        "expired",
    )


def test_a_guarantor_that_disagrees_is_shown_to_whoever_decides() -> None:
    pilot = running_in("implementing")
    request = filed(pilot, EXTENSION, months="2")
    guarantor, asked = people_of(pilot).recommender, Endorsement.objects.get(request=request)
    scan = [upload_for(guarantor, "endorsement")]
    perform(asked, "disagree", actor=guarantor, data={"opinion": "不宜延期。", "signer": "郑十", "scan": scan})
    assert Request.objects.get(pk=request.pk).state == "endorsed"
    docket = drafted(pilot, EXTENSION)
    flags = docket.matter_info.flags([fresh(pilot)])  # type: ignore[misc]
    assert any("不同意" in str(flag) for flag in flags[pilot.pk])


def test_a_refused_request_leaves_everything_as_it_was() -> None:
    pilot = running_in("implementing")
    end = pilot.term_ends_on
    request = ask_for(pilot, EXTENSION, months="6")
    pilot = decided(pilot, EXTENSION, "refuse_request")
    assert (pilot.state, pilot.term_ends_on, pilot.extended_months) == ("implementing", end, 0)
    assert Request.objects.get(pk=request.pk).state == "refused"
    assert not IssuedPaper.objects.filter(dossier=pilot, kind="request_reply").exists()
    assert filed(pilot, EXTENSION, months="1").state == "filed"  # it may be asked for again


# --- changes --------------------------------------------------------------------------------------
def plan(pilot: Pilot) -> dict[str, Any]:
    content: dict[str, Any] = TaskBook.objects.get(dossier=pilot).content
    return content


def rows_as_typed(pilot: Pilot, *parts: str) -> dict[str, str]:
    """The parts as the form shows them."""
    typed = {}
    for part in parts:
        value = plan(pilot)[part]
        if isinstance(value, str):
            typed[part] = value
        elif isinstance(value, dict):
            typed.update({f"{part}--{name}": text for name, text in value.items()})
        else:
            for row in value:
                typed.update({f"{part}--{row['id']}--{name}": text for name, text in row.items() if name != "id"})
    return typed


def changed(pilot: Pilot, kind: str, **typed: str) -> Pilot:
    """The pilot after a change was asked for, endorsed and granted."""
    ask_for(pilot, f"{CHANGE}_{kind}", **typed)
    before = TaskBook.objects.get(dossier=pilot)
    pilot = decided(pilot, CHANGE)
    book = TaskBook.objects.get(dossier=pilot)
    assert book.version == before.version + 1
    versions = {version.number: version.content for version in book.versions.all()}
    assert versions[before.version] == before.content
    assert versions[book.version] == book.content
    return pilot


def test_title_leader_and_class_are_changed() -> None:
    pilot = running_in("implementing")
    pilot = changed(pilot, "title", title="社区养老服务（变更）标准化试点")
    assert (pilot.title, plan(pilot)["title"]) == ("社区养老服务（变更）标准化试点",) * 2
    leader = {**rows_as_typed(pilot, "leader"), "leader--name": "孙七", "leader--post": "总经理"}
    pilot = changed(pilot, "leader", **leader)
    assert (plan(pilot)["leader"]["name"], plan(pilot)["leader"]["post"]) == ("孙七", "总经理")
    pilot = changed(pilot, "class", **{"class": "key"})
    assert (pilot.project_class, plan(pilot)["class"]) == ("key", "key")


def test_members_content_and_targets_are_changed() -> None:
    pilot = running_in("implementing")
    new = {"members--new1--name": "上海示例研究院", "members--new1--share": "标准宣贯"}
    pilot = changed(pilot, "members", **rows_as_typed(pilot, "members"), **new)
    assert [row["name"] for row in plan(pilot)["members"]][-1] == "上海示例研究院"
    typed, tasks = rows_as_typed(pilot, "scope", "tasks"), plan(pilot)["tasks"]
    typed = {**typed, "scope": "八家中心。", f"tasks--{tasks[0]['id']}--drop": "on"}
    pilot = changed(pilot, "content", **typed)
    assert (plan(pilot)["scope"], plan(pilot)["tasks"]) == ("八家中心。", tasks[1:])
    targets = plan(pilot)["targets"]
    pilot = changed(
        pilot, "targets", **rows_as_typed(pilot, "targets") | {f"targets--{targets[0]['id']}--target": "97"}
    )
    assert [row["target"] for row in plan(pilot)["targets"]] == ["97", targets[1]["target"]]


def test_a_new_schedule_reschedules_drops_and_plans_milestones() -> None:
    pilot = running_in("implementing")
    assert pilot.term_starts_on is not None
    first, second = Milestone.objects.filter(dossier=pilot).order_by("position")
    later = first.ends_on + dt.timedelta(days=20)
    typed = rows_as_typed(pilot, "milestones", "outputs") | {
        f"milestones--{first.row}--ends_on": later.isoformat(),
        f"milestones--{second.row}--drop": "on",
        "milestones--new1--stage": "总结阶段",
        "milestones--new1--starts_on": (later + ONE).isoformat(),
        "milestones--new1--ends_on": months_later(pilot.term_starts_on, 20).isoformat(),
        "milestones--new1--content": "总结推广",
    }
    pilot = changed(pilot, "schedule", **typed)
    rows = {m.name: (m.state, m.ends_on) for m in Milestone.objects.filter(dossier=pilot)}
    assert rows == {
        first.name: ("planned", later),
        second.name: ("dropped", second.ends_on),
        "总结阶段": ("planned", months_later(pilot.term_starts_on, 20)),
    }
    owed = Deadline.objects.open().filter(dossier=pilot, duty="milestone").values_list("due_on", flat=True)
    assert sorted(owed) == sorted([later, months_later(pilot.term_starts_on, 20)])


def test_a_schedule_stays_inside_the_term_and_something_must_change() -> None:
    pilot = running_in("implementing")
    first = Milestone.objects.filter(dossier=pilot).order_by("position")[0]
    typed = rows_as_typed(pilot, "milestones", "outputs")
    with pytest.raises(InvalidInput):
        filed(pilot, f"{CHANGE}_schedule", **typed)
    beyond = (life_of(pilot).term_end + ONE).isoformat()
    with pytest.raises(InvalidInput):
        filed(pilot, f"{CHANGE}_schedule", **typed | {f"milestones--{first.row}--ends_on": beyond})


def test_a_reached_milestone_stays_as_it_was_reported() -> None:
    pilot = running_in("implementing")
    first = Milestone.objects.filter(dossier=pilot).order_by("position")[0]
    reached = {"report": "已完成。", "reached_on": clock.today().isoformat()}
    perform(first, "reach", actor=people_of(pilot).applicant, data=reached)
    ends_on = first.ends_on
    later = (ends_on + dt.timedelta(days=20)).isoformat()
    typed = rows_as_typed(pilot, "milestones", "outputs") | {f"milestones--{first.row}--ends_on": later}
    changed(pilot, "schedule", **typed)
    first = Milestone.objects.get(pk=first.pk)
    assert (first.state, first.ends_on) == ("reached", ends_on)


@pytest.mark.parametrize("kind", [k.id for k in kinds_of("pilots") if k.id.startswith(CHANGE)])
def test_changes_are_asked_for_three_months_before_the_end(kind: str) -> None:
    pilot = running_in("after_midterm")
    last = months_later(life_of(pilot).term_end, -3)
    with on(last + ONE):
        request = Request(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind=kind)
        with pytest.raises(Unmet) as refused:
            perform(request, "file", actor=people_of(pilot).applicant, data={})
        assert last.isoformat() in refused.value.message
    with on(last), pytest.raises(InvalidInput):  # in time: what is wrong is that nothing was typed in
        perform(request, "file", actor=people_of(pilot).applicant, data={})


# --- suspension -----------------------------------------------------------------------------------
def test_pilots_are_suspended_only_where_the_parameter_allows_it() -> None:
    pilot = running_in("implementing")
    assert "不办理暂停" in why_not(pilot, SUSPENSION)
    assert "没有暂停" in why_not(pilot, "pilots.resumption")
    allow_suspensions()
    assert filed(pilot, SUSPENSION).state == "filed"


def test_a_suspended_pilot_waits_and_is_longer_by_the_days_it_stood_still() -> None:
    pilot = running_in("implementing")
    allow_suspensions()
    life, start = life_of(pilot), clock.today()
    milestones = dict(Milestone.objects.filter(dossier=pilot).values_list("name", "ends_on"))
    ask_for(pilot, SUSPENSION)
    pilot = decided(pilot, SUSPENSION)
    assert pilot.suspended_on == start
    assert Suspension.objects.get(dossier=pilot).reason == "特殊原因。"
    assert "已经暂停" in why_not(pilot, SUSPENSION)
    with pytest.raises(Unmet) as barred:
        perform(fresh(pilot), "open_midterm", actor=people_of(pilot).handler)
    assert start.isoformat() in barred.value.message
    back = start + dt.timedelta(days=75)
    with on(back):
        ask_for(pilot, "pilots.resumption")
        pilot = decided(pilot, SUSPENSION)
    life.pauses.append((start, back))
    assert (pilot.suspended_on, pilot.paused_days) == (None, 75)
    assert (pilot.term_ends_on, pilot.midterm_on) == (life.term_end, life.midterm_on)
    assert (due(pilot, "term"), due(pilot, "midterm_opening")) == (life.term_end, life.midterm_on)
    moved = dict(Milestone.objects.filter(dossier=pilot).values_list("name", "ends_on"))
    assert moved == {name: day + life.paused for name, day in milestones.items()}
    shown = {(before, after) for _label, before, after in Suspension.objects.get(dossier=pilot).shifts}
    days = [life.term_end, life.midterm_on, *moved.values()]
    assert shown == {((day - life.paused).isoformat(), day.isoformat()) for day in days}


def test_the_day_to_apply_again_stands_still_as_well() -> None:
    pilot = running_in("acceptance_applied")
    end = life_of(pilot).term_end
    with on(end - dt.timedelta(days=3)):
        perform(fresh(pilot), "return_acceptance", actor=people_of(pilot).handler, data={"reason": "材料不全。"})
        by = fresh(pilot).refile_by
        assert by is not None
        ordered(pilot, "suspend")
    with on(end + dt.timedelta(days=37)):
        ordered(pilot, "resume")
        pilot = fresh(pilot)
        assert (pilot.term_ends_on, pilot.refile_by) == (end + dt.timedelta(days=40), by + dt.timedelta(days=40))
        assert due(pilot, "refiling") == due(pilot, "term") == pilot.refile_by


# --- termination ----------------------------------------------------------------------------------
def test_an_undertaker_that_asks_to_terminate_need_not_be_heard() -> None:
    pilot = running_in("implementing")
    with pytest.raises(Unmet, match="陈述申辩"):
        ordered(pilot, "terminate")
    ask_for(pilot, TERMINATION)
    pilot = decided(pilot, TERMINATION)
    assert pilot.state == "terminated"
    assert not Deadline.objects.open().filter(dossier=pilot).exists()
    assert set(Milestone.objects.filter(dossier=pilot).values_list("state", flat=True)) == {"dropped"}
    named = IssuedPaper.objects.get(dossier=pilot, kind="termination_decision").snapshot
    assert (named["request"]["reason"], named["request"]["endorsed"]) == ("特殊原因。", "同意")
    assert named["heard"] is None


def test_an_end_ends_what_else_was_asked_for() -> None:
    pilot = running_in("implementing")
    other = filed(pilot, EXTENSION, months="1")
    ask_for(pilot, TERMINATION)
    decided(pilot, TERMINATION)
    assert Request.objects.get(pk=other.pk).state == "lapsed"
    assert not Endorsement.objects.filter(dossier=pilot, state="asked").exists()


def test_one_request_of_a_kind_at_a_time() -> None:
    pilot = running_in("implementing")
    ask_for(pilot, EXTENSION, months="1")
    with pytest.raises(Unmet, match="同类申请"):
        filed(pilot, EXTENSION, months="2")
    leader = rows_as_typed(pilot, "leader") | {"leader--name": "孙七"}
    assert filed(pilot, f"{CHANGE}_leader", **leader).state == "filed"
    agree(pilot, f"{CHANGE}_leader")
