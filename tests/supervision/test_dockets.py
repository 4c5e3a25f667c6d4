"""Dockets through the door: collecting, signing by levels, carrying out, items that leave, the set date."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, PortalError, Stale, StepRefused, Unmet, WrongState
from portal.base.workdays import term_end
from portal.calls.models import ParameterVersion
from portal.deadlines.sweep import sweep
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import offers, perform
from portal.lifecycle.history import content
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.notices.models import Notice, NoticeItem
from portal.supervision.dockets import actions
from portal.supervision.dockets.queries import board, obstacles
from portal.supervision.models import Docket, DocketItem
from portal.supervision.papers import sheet_facts
from portal.supervision.views.common import files_of
from tests.factories import MembershipFactory, actor, actor_of, handler_of
from tests.pilot_data import people_of, upload_for
from tests.supervision.desk import APPROVAL, INTENDED, NUMBER, Desk, after_notice, close_notice, fresh, review

pytestmark = pytest.mark.django_db


def item_of(docket: Docket, pilot: Pilot) -> DocketItem:
    return DocketItem.objects.select_related("docket").get(docket=docket, dossier=pilot.pk)


# --- collecting ---------------------------------------------------------------------------------


def test_what_is_proposed_follows_from_the_conclusion(desk: Desk) -> None:
    good = desk.decided_on()
    reserve = desk.decided_on(conclusion="reserve", mean="61.00", opinion="排名靠后。\n第二段。")
    docket = desk.drafted(INTENDED, [good, reserve])
    assert [(i.step, i.grounds) for i in docket.items.order_by("position")] == [
        ("intend", "目标明确，任务可行。"),
        ("reject", "排名靠后。"),
    ]
    assert docket.serial.startswith("CP-")
    assert docket.responsible == desk.handler.membership


def test_only_what_waits_for_the_matter_is_collected_once(desk: Desk) -> None:
    waiting, accepted = desk.decided_on(), desk.accepted()
    first, refused = actions.begin_docket(
        actor=desk.handler, matter_id=INTENDED, title="请示", dossiers=[waiting, accepted]
    )
    assert [(d.pk, "不能列入" in reason) for d, reason in refused] == [(accepted.pk, True)]
    _second, refused = actions.begin_docket(actor=desk.handler, matter_id=INTENDED, title="再请示", dossiers=[waiting])
    assert "已列入其他呈批件" in refused[0][1]
    assert first.items.count() == 1


def test_others_dossiers_are_not_collected(desk: Desk) -> None:
    other = Desk()
    strange = other.decided_on()
    docket, _refused = actions.begin_docket(actor=desk.handler, matter_id=INTENDED, title="请示", dossiers=[strange])
    assert docket.items.count() == 0


@pytest.mark.parametrize("role", [r for r in Role if r != Role.HANDLER])
def test_only_handlers_begin_dockets(role: Role) -> None:
    with pytest.raises(NotPermitted):
        actions.begin_docket(actor=actor(role), matter_id=INTENDED, title="请示", dossiers=[])


def test_places_proposals_and_grounds_are_saved_together(desk: Desk) -> None:
    first, second = desk.decided_on(), desk.decided_on()
    docket = desk.drafted(INTENDED, [first, second])
    a, b = item_of(docket, first), item_of(docket, second)
    seen = docket.revision
    rows = {
        a.pk: actions.Proposal(5, "reject", " 组织内部 \n 建设 "),
        b.pk: actions.Proposal(1, "intend", ""),
    }
    actions.save_items(docket, rows, actor=desk.handler, seen=seen)
    assert [(i.dossier_id, i.position) for i in docket.items.all()] == [(second.pk, 1), (first.pk, 2)]
    assert item_of(docket, first).grounds == "组织内部 建设"
    with pytest.raises(Stale):
        actions.save_items(docket, rows, actor=desk.handler, seen=seen)
    with pytest.raises(StepRefused):
        actions.save_items(docket, {a.pk: actions.Proposal(1, "approve", "")}, actor=desk.handler)
    with pytest.raises(NotPermitted):
        actions.save_items(docket, rows, actor=desk.chief)


@pytest.mark.parametrize("key", ["field", "rank", "number", "class", "proposal"])
def test_items_are_put_in_order(desk: Desk, key: str) -> None:
    pilots = [desk.decided_on(conclusion=c) for c in ("not_recommended", "recommended", "recommended")]
    docket = desk.drafted(INTENDED, list(reversed(pilots)))
    actions.sort_items(docket, key, actor=desk.handler)
    order = [i.dossier_id for i in docket.items.order_by("position")]
    first = pilots[1] if key == "proposal" else pilots[0]
    assert order[0] == first.pk
    assert sorted(i.position for i in docket.items.all()) == [1, 2, 3]
    with pytest.raises(StepRefused):
        actions.sort_items(docket, "colour", actor=desk.handler)


def test_a_refusal_wants_reasons_before_it_is_sent_up(desk: Desk) -> None:
    pilot = desk.decided_on(conclusion="not_recommended", opinion="")
    docket = desk.drafted(INTENDED, [pilot])
    with pytest.raises(Unmet, match="须写明理由"):
        perform(docket, "send_up", actor=desk.handler, data={"remark": "拟同意。"})
    actions.save_items(
        docket, {item_of(docket, pilot).pk: actions.Proposal(1, "reject", "任务不具体。")}, actor=desk.handler
    )
    perform(docket, "send_up", actor=desk.handler, data={"remark": "拟同意。"})
    assert docket.state == "chief_review"


def test_an_empty_docket_is_not_sent_up(desk: Desk) -> None:
    with pytest.raises(Unmet, match="请先列入项目"):
        perform(desk.drafted(INTENDED, []), "send_up", actor=desk.handler, data={"remark": "拟同意。"})


# --- opinions and risks -------------------------------------------------------------------------


def test_the_board_shows_opinion_and_risks(desk: Desk) -> None:
    low = desk.decided_on(mean="55.50", spread="30.00")
    (row,) = board(desk.drafted(INTENDED, [low]))
    assert row.opinion == "平均 55.50 分，第 1 名（共 1 项），建议立项"
    flags = " ".join(str(flag) for flag in row.flags)
    assert "低于合格线 60.00" in flags
    assert "分差 30.00" in flags


def test_internal_and_key_without_consent_are_flagged(desk: Desk) -> None:
    pilot = desk.decided_on()
    Pilot.objects.filter(pk=pilot.pk).update(internal_only=True, project_class="key")
    Pilot.objects.filter(pk=pilot.pk).update(industry_department=people_of(Desk().accepted()).recommender.body_id)
    (row,) = board(desk.drafted(INTENDED, [pilot]))
    flags = " ".join(str(flag) for flag in row.flags)
    assert "组织内部" in flags
    assert "尚未认可" in flags


def test_a_proposal_against_the_panel_is_flagged(desk: Desk) -> None:
    pilot = desk.decided_on(conclusion="not_recommended")
    docket = desk.drafted(INTENDED, [pilot])
    rows = {item_of(docket, pilot).pk: actions.Proposal(1, "intend", "")}
    actions.save_items(docket, rows, actor=desk.handler)
    (row,) = board(docket)
    assert any("与专家组结论不一致" in str(flag) for flag in row.flags)


def test_an_upheld_objection_is_flagged(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    NoticeItem.objects.filter(dossier=pilot.pk).update(outcome=NoticeItem.Outcome.UPHELD)
    (row,) = board(desk.drafted(APPROVAL, [pilot]))
    assert any("异议成立" in str(flag) for flag in row.flags)


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_takes_a_fixed_number_of_queries(desk: Desk, number: int, django_assert_num_queries: Any) -> None:
    docket = desk.drafted(INTENDED, [desk.decided_on() for _ in range(number)])
    with django_assert_num_queries(4):  # items, dossiers, reviews, parameters
        board(docket)


# --- signing ------------------------------------------------------------------------------------


def test_each_level_signs_its_own(desk: Desk) -> None:
    docket = desk.sent_up(INTENDED, [desk.decided_on()])
    for who in (desk.handler, desk.leader, actor(Role.AUDITOR), actor(Role.SYSTEM_ADMIN)):
        with pytest.raises(PortalError):
            perform(docket, "pass_on", actor=who, data={"remark": "同意。"})
    perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意。"})
    for who in (desk.handler, desk.chief, actor(Role.AUDITOR)):
        with pytest.raises(PortalError):
            desk.decide(docket, who=who)
    desk.decide(docket)
    assert (docket.state, docket.leader, docket.leader_name) == (
        "decided",
        desk.leader.membership,
        desk.leader.user.name,  # type: ignore[union-attr]
    )


@pytest.mark.parametrize("at", ["chief_review", "leader_review"])
def test_a_returned_docket_is_changed_and_sent_up_again(desk: Desk, at: str) -> None:
    first, second = desk.decided_on(), desk.decided_on()
    docket = desk.sent_up(INTENDED, [first]) if at == "chief_review" else desk.passed_on(INTENDED, [first])
    with pytest.raises(StepRefused):
        actions.collect(docket, [second], actor=desk.handler)
    who = desk.chief if at == "chief_review" else desk.leader
    with pytest.raises(InvalidInput):
        perform(docket, "send_back", actor=who, data={"remark": ""})
    perform(docket, "send_back", actor=who, data={"remark": "请补充第二项。"})
    assert docket.state == "returned"
    told = Message.objects.filter(recipient=desk.handler.user, title__contains="退回经办").latest("pk")
    assert "请补充第二项。" in told.text
    assert actions.collect(docket, [second], actor=desk.handler) == []
    perform(docket, "send_up", actor=desk.handler, data={"remark": "已补充。"})
    perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意。"})
    desk.decide(docket)
    assert docket.items.agreed().count() == 2


def test_a_chief_cannot_return_what_lies_before_the_leader(desk: Desk) -> None:
    docket = desk.passed_on(INTENDED, [desk.decided_on()])
    with pytest.raises(NotPermitted):
        perform(docket, "send_back", actor=desk.chief, data={"remark": "等一等。"})


def test_two_levels_by_parameter(desk: Desk) -> None:
    ParameterVersion.objects.create(
        key="docket_levels", programme="pilots", value={INTENDED: 2}, effective_from=clock.today(), basis="default"
    )
    docket = desk.sent_up(INTENDED, [desk.decided_on()])
    assert docket.levels == 2
    with pytest.raises(Unmet, match="由处室负责人审批"):
        perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意。"})
    perform(docket, "decide_as_chief", actor=desk.chief, data={"remark": "同意。"})
    assert docket.state == "decided"
    desk.issue(docket, document=False)
    assert docket.items.get().facts()["decided_by"] == desk.chief.membership.pk  # type: ignore[union-attr]


def test_three_levels_do_not_end_with_the_chief(desk: Desk) -> None:
    docket = desk.sent_up(INTENDED, [desk.decided_on()])
    with pytest.raises(Unmet, match="须报局领导"):
        perform(docket, "decide_as_chief", actor=desk.chief, data={"remark": "同意。"})


def test_a_disagreed_item_leaves_by_its_returned_step(desk: Desk) -> None:
    good, bad = desk.decided_on(), desk.decided_on()
    docket = desk.passed_on(INTENDED, [good, bad])
    with pytest.raises(InvalidInput, match="写明理由"):
        desk.decide(docket, {bad.pk: " "})
    desk.decide(docket, {bad.pk: "再论证。"})
    assert (fresh(good).state, fresh(bad).state) == ("approval_decision", "project_review")
    item = item_of(docket, bad)
    assert (item.live, item.decision, item.note, item.left_at is not None) == (False, "disagreed", "再论证。", True)
    record = Record.objects.filter(chain_id=bad.chain_id, step="send_to_review").get()
    assert record.inside
    desk.issue(docket, document=False)
    assert (fresh(good).state, fresh(bad).state) == ("notice", "project_review")
    assert [i.dossier_id for i in NoticeItem.objects.all()] == [good.pk]


def test_when_all_are_disagreed_the_docket_can_only_be_cancelled(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.signed(INTENDED, [pilot], {pilot.pk: "不成熟。"})
    with pytest.raises(Unmet, match="没有同意办理的项目"):
        desk.issue(docket, document=False)
    perform(docket, "cancel", actor=desk.handler, data={"reason": "全部不同意。"})
    assert docket.state == "cancelled"


def test_a_cancelled_docket_frees_its_items(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.drafted(INTENDED, [pilot])
    perform(docket, "cancel", actor=desk.handler, data={"reason": "另行呈批。"})
    assert not DocketItem.objects.live().exists()
    assert desk.drafted(INTENDED, [pilot]).items.live().count() == 1


# --- what is decided takes effect at the registration -------------------------------------------


def test_nothing_changes_before_the_registration(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.signed(INTENDED, [pilot])
    assert fresh(pilot).state == "approval_decision"
    assert not Notice.objects.exists()
    desk.issue(docket, document=False)
    assert fresh(pilot).state == "notice"
    record = Record.objects.get(chain_id=pilot.chain_id, step="intend")
    warrant = content(record)["warrant"]
    assert warrant["docket"] == docket.serial
    assert warrant["decided_by"] == desk.leader.membership.pk  # type: ignore[union-attr]


def test_nobody_takes_an_ordered_step_directly(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.sent_up(INTENDED, [pilot])
    item = item_of(docket, pilot)
    for who in (desk.handler, desk.chief, desk.leader):
        for warrant in (None, item):
            with pytest.raises(NotPermitted, match="呈批件"):
                perform(fresh(pilot), "intend", actor=who, data={}, warrant=warrant)


def test_the_document_sets_number_term_and_guarantor(desk: Desk) -> None:
    pilots = desk.on_notice(2)
    with clock.moved(after_notice(pilots[0])):
        close_notice()
        docket = desk.signed(APPROVAL, pilots)
        desk.issue(docket)
        for pilot in pilots:
            now = fresh(pilot)
            assert (now.state, now.approval_number, now.approved_on) == ("approved", NUMBER, clock.today())
            assert now.term_ends_on == term_end(clock.today(), 24)
            assert now.guarantor == now.recommender
    papers = IssuedPaper.objects.filter(kind="approval_notice")
    assert papers.count() == 1
    assert set(papers.get().docket_items.values_list("dossier", flat=True)) == {p.pk for p in pilots}


def test_a_document_passes_all_or_none(desk: Desk) -> None:
    pilots = desk.on_notice(2)
    with clock.moved(after_notice(pilots[0])):
        close_notice()
        docket = desk.signed(APPROVAL, pilots)
        NoticeItem.objects.filter(dossier=pilots[1].pk).update(outcome=NoticeItem.Outcome.UPHELD)
        before = (Record.objects.count(), IssuedPaper.objects.count(), Message.objects.count())
        with pytest.raises(Unmet, match="异议成立"):
            desk.issue(docket)
        assert [fresh(p).state for p in pilots] == ["notice", "notice"]
        assert (Record.objects.count(), IssuedPaper.objects.count(), Message.objects.count()) == before
        assert Docket.objects.get(pk=docket.pk).state == "decided"
        ((bad, reasons),) = obstacles(docket, desk.handler)
        assert bad.dossier_id == pilots[1].pk
        assert "异议成立" in reasons[0]
        actions.take_out(item_of(docket, pilots[1]), actor=desk.handler, reason="异议成立，另行审议。")
        desk.issue(docket)
    assert [fresh(p).state for p in pilots] == ["approved", "notice"]


def test_without_a_document_what_cannot_pass_leaves(desk: Desk) -> None:
    good, bad = desk.decided_on(), desk.decided_on()
    docket = desk.signed(INTENDED, [good, bad])
    DocketItem.objects.filter(docket=docket, dossier=bad.pk).update(state_seen="project_review")
    desk.issue(docket, document=False)
    assert (fresh(good).state, fresh(bad).state) == ("notice", "approval_decision")
    item = item_of(docket, bad)
    assert (item.live, item.decision) == (False, "left")
    assert "已变更" in item.note


def test_when_nothing_can_pass_nothing_is_issued(desk: Desk) -> None:
    docket = desk.signed(INTENDED, [desk.decided_on()])
    DocketItem.objects.filter(docket=docket).update(state_seen="project_review")
    with pytest.raises(Unmet):
        desk.issue(docket, document=False)
    assert Docket.objects.get(pk=docket.pk).state == "decided"
    assert docket.items.live().count() == 1


def test_number_date_and_original_are_wanted_and_checked(desk: Desk) -> None:
    pilots = desk.on_notice(2)
    with clock.moved(after_notice(pilots[0])):
        close_notice()
        first, second = desk.signed(APPROVAL, pilots[:1]), desk.signed(APPROVAL, pilots[1:])
        tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
        for wrong in (
            {"number": ""},
            {"number": "沪市监标技[2026]1号"},
            {"number": "沪市监标技〔2026〕01号"},
            {"number": "第沪市监标技〔2026〕1号x"},
            {"dated": ""},
            {"dated": tomorrow},
            {"original": []},
        ):
            with pytest.raises(InvalidInput):
                perform(first, "register", actor=desk.handler, data={**desk.document(), **wrong})
        desk.issue(first)
        with pytest.raises(InvalidInput, match="已登记"):
            desk.issue(second)


def test_refusals_alone_need_no_document(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    docket = desk.drafted(APPROVAL, [pilot])
    rows = {item_of(docket, pilot).pk: actions.Proposal(1, "reject", "公示期间反映的问题属实。")}
    actions.save_items(docket, rows, actor=desk.handler)
    perform(docket, "send_up", actor=desk.handler, data={"remark": "拟同意。"})
    perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意。"})
    desk.decide(docket)
    desk.issue(docket, document=False)
    assert fresh(pilot).state == "not_approved"
    paper = IssuedPaper.objects.get(kind="refusal_list")
    assert "公示期间反映的问题属实。" in str(paper.snapshot["rows"])
    assert Message.objects.filter(text__contains="公示期间反映的问题属实。").exists()


def test_the_upheld_objection_goes_back_to_decision(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    NoticeItem.objects.filter(dossier=pilot.pk).update(outcome=NoticeItem.Outcome.UPHELD)
    docket = desk.drafted(APPROVAL, [pilot])
    rows = {item_of(docket, pilot).pk: actions.Proposal(1, "reconsider", "异议成立。")}
    actions.save_items(docket, rows, actor=desk.handler)
    perform(docket, "send_up", actor=desk.handler, data={"remark": "拟同意。"})
    perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意。"})
    desk.decide(docket)
    desk.issue(docket, document=False)
    assert fresh(pilot).state == "approval_decision"
    assert desk.drafted(INTENDED, [fresh(pilot)]).items.live().count() == 1


def test_an_upheld_objection_is_proposed_to_be_decided_anew_and_no_longer_after_a_clean_notice(desk: Desk) -> None:
    upheld, clean = desk.on_notice(2)
    NoticeItem.objects.filter(dossier=upheld.pk).update(outcome=NoticeItem.Outcome.UPHELD)
    with clock.moved(after_notice(clean)):
        close_notice()
        docket = desk.drafted(APPROVAL, [upheld, clean])
        assert (item_of(docket, upheld).step, item_of(docket, clean).step) == ("reconsider", "approve")
        assert "异议成立" in item_of(docket, upheld).grounds
        assert docket.needs_document, "one of them is approved by a document"
        actions.take_out(item_of(docket, clean), actor=desk.handler, reason="另行呈批。")
        assert not docket.needs_document, "what is only decided anew needs no number"
        perform(docket, "send_up", actor=desk.handler, data={"remark": "拟重新审议。"})
        perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意。"})
        desk.decide(docket)
        register = next(o.step for o in offers(docket, desk.handler) if o.step.name == "register")
        assert register.form is not None
        assert set(register.form(subject=docket, actor=desk.handler).fields) == {"remark"}
        desk.issue(docket, document=False)
        desk.issue(desk.signed(INTENDED, [fresh(upheld)]), document=False)
        again = fresh(upheld)
        (row,) = board(desk.drafted(APPROVAL, [again]))
        assert row.item.step == "approve", "the latest notice counts"
        assert [str(flag) for flag in row.flags] == ["公示尚未结束"]


# --- the set date -------------------------------------------------------------------------------


def scheduled(desk: Desk, pilots: list[Pilot], days: int = 3) -> Docket:
    docket = desk.signed(APPROVAL, pilots)
    day = clock.today() + dt.timedelta(days=days)
    perform(docket, "schedule", actor=desk.handler, data=desk.document(publish_on=day.isoformat()))
    return docket


def test_decide_now_publish_later(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    with clock.moved(after_notice(pilot)):
        close_notice()
        docket = scheduled(desk, [pilot])
        assert (docket.state, fresh(pilot).state) == ("scheduled", "notice")
        day = docket.publish_on
    assert day is not None
    for days, state in ((-1, "notice"), (0, "approved"), (4, "approved")):
        with clock.moved(day + dt.timedelta(days=days)):
            sweep(clock.today())
            assert fresh(pilot).state == state
    assert IssuedPaper.objects.filter(kind="approval_notice").count() == 1
    assert fresh(pilot).approved_on == docket.dated


def test_a_missed_day_is_made_up_for(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    with clock.moved(after_notice(pilot)):
        close_notice()
        docket = scheduled(desk, [pilot])
        day = docket.publish_on
    assert day is not None
    with clock.moved(day + dt.timedelta(days=9)):
        report = sweep(clock.today(), dry_run=True)
        assert (report.chores_done >= 1, fresh(pilot).state) == (True, "notice")
        assert sweep(clock.today()).chores_done >= 1
        assert fresh(pilot).state == "approved"


def test_a_failure_at_the_set_time_goes_back_to_the_handler(desk: Desk) -> None:
    pilots = desk.on_notice(2)
    with clock.moved(after_notice(pilots[0])):
        close_notice()
        docket = scheduled(desk, pilots)
        day = docket.publish_on
    assert day is not None
    NoticeItem.objects.filter(dossier=pilots[1].pk).update(outcome=NoticeItem.Outcome.UPHELD)
    with clock.moved(day):
        sweep(clock.today())
        sweep(clock.today())
    docket = Docket.objects.get(pk=docket.pk)
    assert (docket.state, docket.number, docket.publish_on) == ("decided", None, None)
    assert not files_of(docket), "the original of the registration that failed is on file in the history alone"
    assert [fresh(p).state for p in pilots] == ["notice", "notice"]
    told = Message.objects.filter(recipient=desk.handler.user, title__contains="退回登记")
    assert told.count() == 1
    assert "异议成立" in told.get().text
    with clock.moved(day):
        actions.take_out(item_of(docket, pilots[1]), actor=desk.handler, reason="异议成立。")
        desk.issue(docket)  # the same number is free again
    assert fresh(pilots[0]).approval_number == NUMBER


def test_the_date_lies_ahead_and_only_time_keeps_it(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    with clock.moved(after_notice(pilot)):
        close_notice()
        docket = desk.signed(APPROVAL, [pilot])
        with pytest.raises(InvalidInput, match="晚于今天"):
            perform(
                docket,
                "schedule",
                actor=desk.handler,
                data=desk.document(publish_on=clock.today().isoformat()),
            )
        perform(
            docket,
            "schedule",
            actor=desk.handler,
            data=desk.document(publish_on=(clock.today() + dt.timedelta(days=2)).isoformat()),
        )
        for who in (desk.handler, desk.chief, desk.leader):
            with pytest.raises(NotPermitted):
                perform(docket, "issue_on_date", actor=who)
        perform(docket, "unschedule", actor=desk.handler, data={"reason": "改期。"})
        assert docket.state == "decided"


# --- the bar ------------------------------------------------------------------------------------


def test_a_live_item_bars_other_steps_and_says_where_it_lies(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    docket = desk.drafted(APPROVAL, [pilot])
    accepted = desk.accepted()
    assert desk.handler.membership is not None
    DocketItem.objects.create(docket=docket, dossier=accepted, position=9, step="approve", state_seen="accepted")
    with pytest.raises(Unmet, match=docket.serial):
        perform(accepted, "open_review", actor=desk.handler)
    perform(
        accepted,
        "receive_copies",
        actor=desk.handler,
        data={"copies": "3", "received_on": clock.today().isoformat(), "receiver": "吴九"},
    )
    assert accepted.copies == 3


def test_taking_out_wants_a_reason_and_the_right_time(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.drafted(INTENDED, [pilot])
    with pytest.raises(StepRefused, match="原因"):
        actions.take_out(item_of(docket, pilot), actor=desk.handler, reason=" ")
    with pytest.raises(NotPermitted):
        actions.take_out(item_of(docket, pilot), actor=desk.chief, reason="不合适。")
    perform(docket, "send_up", actor=desk.handler, data={"remark": "拟同意。"})
    with pytest.raises(StepRefused, match="不能修改"):
        actions.take_out(item_of(docket, pilot), actor=desk.handler, reason="不合适。")


def test_who_signed_stays_named_after_a_handover(desk: Desk) -> None:
    docket = desk.sent_up(INTENDED, [desk.decided_on()])
    other = MembershipFactory(role=Role.HANDLER)
    Docket.objects.filter(pk=docket.pk).update(responsible=other)
    assert desk.handler.user is not None
    docket = Docket.objects.get(pk=docket.pk)
    assert docket.sender_name == desk.handler.user.name
    assert sheet_facts(docket)["opinions"][0]["name"] == desk.handler.user.name


def test_deliberation_is_recorded_until_the_decision(desk: Desk) -> None:
    docket = desk.passed_on(INTENDED, [desk.decided_on()])
    facts = {"meeting": "局长办公会", "meeting_on": clock.today(), "meeting_conclusion": "同意。"}
    with pytest.raises(NotPermitted):
        actions.record_deliberation(docket, actor=desk.chief, **facts)
    actions.record_deliberation(docket, actor=desk.handler, **facts, legal_opinion="合法。")
    docket = Docket.objects.get(pk=docket.pk)
    assert (docket.meeting, docket.legal_opinion) == ("局长办公会", "合法。")
    assert Record.objects.filter(chain_id=docket.chain_id, label="登记法制审核和会议审议", inside=True).exists()
    desk.decide(docket)
    with pytest.raises(StepRefused):
        actions.record_deliberation(docket, actor=desk.handler, **facts)


# --- papers -------------------------------------------------------------------------------------


def test_the_sheet_is_issued_anew_with_each_signature(desk: Desk) -> None:
    docket = desk.passed_on(INTENDED, [desk.decided_on()])
    desk.decide(docket)
    sheets = IssuedPaper.objects.filter(kind="docket_sheet", subject_id=docket.pk).order_by("pk")
    assert [s.status for s in sheets] == ["replaced", "replaced", "valid"]
    opinions = sheets.last().snapshot["opinions"]  # type: ignore[union-attr]
    assert [o["text"] for o in opinions] == ["拟同意。", "同意报批。", "同意。"]
    assert opinions[2]["name"] == desk.leader.user.name  # type: ignore[union-attr]


def test_the_list_says_what_the_document_must(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    with clock.moved(after_notice(pilot)):
        close_notice()
        desk.issue(desk.signed(APPROVAL, [pilot]))
        today = clock.today()
    paper = IssuedPaper.objects.get(kind="approval_notice")
    names = [name for name, _head, _share in paper.snapshot["columns"]]
    assert names == ["number", "title", "unit", "guarantor", "class", "field", "term"]
    row = dict(zip(names, paper.snapshot["rows"][0], strict=True))
    assert row["number"] == pilot.number
    assert row["guarantor"] == pilot.recommender.full_name  # type: ignore[union-attr]
    assert row["term"] == f"{today} 至 {term_end(today, 24)}"
    assert paper.snapshot["docket"]["number"] == NUMBER


def test_upload_of_another_slot_is_no_original(desk: Desk) -> None:
    (pilot,) = desk.on_notice()
    with clock.moved(after_notice(pilot)):
        close_notice()
        docket = desk.signed(APPROVAL, [pilot])
        data = desk.document(original=[upload_for(desk.handler, "request_letter")])
        with pytest.raises(InvalidInput):
            perform(docket, "register", actor=desk.handler, data=data)


def test_another_desk_neither_edits_nor_registers(desk: Desk) -> None:
    docket = desk.signed(INTENDED, [desk.decided_on()])
    stranger = handler_of(Desk().call)
    assert not [o for o in offers(docket, stranger) if o.step.name in ("register", "cancel", "schedule")]
    with pytest.raises(NotPermitted):
        perform(docket, "register", actor=stranger, data={})
    with pytest.raises(WrongState):
        perform(docket, "send_up", actor=desk.handler, data={"remark": "再报。"})


def test_a_leader_sees_no_draft(desk: Desk) -> None:
    docket = desk.drafted(INTENDED, [desk.decided_on()])
    assert not Docket.objects.visible_to(desk.leader).filter(pk=docket.pk).exists()
    for role in (Role.UNIT_ADMIN, Role.RECOMMENDER, Role.EXPERT, Role.SYSTEM_ADMIN):
        assert not Docket.objects.visible_to(actor(role)).exists()


def test_the_review_of_a_pilot_is_its_latest(desk: Desk) -> None:
    pilot = desk.decided_on(mean="50.00")
    review(desk.handler, pilot, conclusion="recommended", mean="90.00")
    (row,) = board(desk.drafted(INTENDED, [pilot]))
    assert "90.00" in row.opinion


def test_people_who_stopped_are_not_asked(desk: Desk) -> None:
    former = MembershipFactory(role=Role.LEADER, active=False)
    docket = desk.sent_up(INTENDED, [desk.decided_on()])
    perform(docket, "pass_on", actor=desk.chief, data={"remark": "同意。"})
    assert Message.objects.filter(recipient=desk.leader.user, title__contains="同意报批").exists()
    assert not Message.objects.filter(recipient=former.user).exists()
    assert actor_of(former).membership == former
