"""From acceptance to the approval document in Chromium: a batch of thirty, and the ways back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.lifecycle import consistency, history
from portal.lifecycle.engine import perform
from portal.notices.actions import close_due_items
from portal.notices.models import Notice, Objection
from portal.reviews.models import Assignment
from portal.supervision.models import DocketItem
from tests.factories import UnitFactory, actor_of
from tests.journeys.conftest import Open, Stage
from tests.journeys.office import BACK_BY_CHIEF, BACK_BY_LEADER, DECIDE, ON, UP, Office, begin_docket, take
from tests.journeys.pages import Visitor
from tests.pilot_data import pilot_in
from tests.reviews.rounds import Sitting, hand_in, sitting
from tests.supervision.desk import Desk

pytestmark = pytest.mark.journey
NUMBER = "沪市监标技〔2026〕18号"


def declared(stage: Stage, unit: Membership, number: int) -> list[Pilot]:
    """Accepted declarations, each of which went through the door: filled in, sealed, recommended, accepted."""
    places = [unit.unit, *[UnitFactory(district=stage.district) for _n in range(4)]]
    facts = {"call": stage.call, "recommender": stage.bureau}
    with transaction.atomic():  # one commit for all
        return [
            pilot_in("accepted", unit=places[n % 5], title=f"第{n + 1}社区养老服务标准化试点", **facts)  # type: ignore[arg-type]
            for n in range(number)
        ]


def reviewed(found: Sitting, window: Open, in_browser: int = 2) -> None:
    """The first experts declare and hand in a sheet in the browser; the rest goes through the door."""
    with transaction.atomic():
        for number, (expert, actor) in enumerate(zip(found.experts, found.actors, strict=True)):
            for sheet in found.of(expert)[number < in_browser :]:
                perform(sheet, "declare", actor=actor, data={"no_conflict": "on"})
                share = Decimal("0.72") + Decimal("0.01") * (sheet.entry.position % 12) + Decimal("0.02") * number
                hand_in(sheet, actor, share)
    for expert in found.experts[:in_browser]:
        sheet = found.of(expert)[0]
        visitor = window(expert.user.username)  # type: ignore[union-attr]
        visitor.go(f"/desk/reviews/rounds/{found.round.pk}/declaration/")
        visitor.put(f"choice-{sheet.pk}", "free")
        visitor.put("no_conflict", True)
        visitor.press("提交声明")
        visitor.go(f"/desk/reviews/{sheet.pk}/")
        for item in sheet.sheet.items:
            visitor.put(f"score-{item.id}", str((item.highest * Decimal("0.9")).to_integral_value()))
        visitor.put("opinion", "目标明确，任务可行。")
        visitor.press("提交评审表")
        assert Assignment.objects.get(pk=sheet.pk).state == "submitted"
        visitor.context.close()


def test_a_batch_of_thirty(stage: Stage, leader: Membership, unit: Membership, window: Open) -> None:
    office = Office(window)
    pilots = declared(stage, unit, 30)
    first = pilots[0]
    with transaction.atomic():
        found = sitting(pilots, state="inviting")
        for expert, actor in zip(found.experts, found.actors, strict=True):
            for sheet in found.of(expert):
                perform(sheet, "accept", actor=actor)
    desk, base = office("jingban"), f"/desk/rounds/{found.round.pk}"
    take(desk, f"{base}/steps/open_scoring/", "开始评分")
    reviewed(found, window)
    desk.go(f"{base}/board/")
    desk.go(f"{base}/steps/conclude/")
    desk.put("conclusion", "总体质量较好。")
    last = found.round.entries.get(position=30)
    desk.put(f"conclusion-{last.pk}", "not_recommended")
    desk.put(f"opinion-{last.pk}", "任务不具体。")
    desk.press("确认结束评审")
    assert found.fresh().state == "concluded"

    applicant = office("shenbao")
    applicant.go(f"/desk/dossiers/{first.pk}/")
    applicant.sees("立项评审中")
    with transaction.atomic():
        for pilot in pilots:
            pilot.refresh_from_db()
            perform(pilot, "put_forward", actor=found.handler, data={"exclusions_checked": "on"})
    docket = begin_docket(desk, "pilots.intended", "关于拟立项的请示")
    assert docket.items.live().count() == 30
    office.sign(docket, UP, ON, DECIDE)
    applicant.go(f"/desk/dossiers/{first.pk}/")
    applicant.sees("立项评审中")
    applicant.sees_not("待审批", "呈批件", docket.serial)
    take(desk, f"/desk/dockets/{docket.pk}/steps/register/", "发文登记")
    applicant.go(f"/desk/dossiers/{first.pk}/")
    applicant.sees("立项公示")
    notice = Notice.objects.get()
    visitor = window(scripts=False)
    visitor.go(f"/notices/{notice.pk}/")
    visitor.sees("公示中", first.title)

    assert notice.closes_on is not None
    office.leap(notice.closes_on + dt.timedelta(days=1))
    assert close_due_items() == 29
    approval = begin_docket(office("jingban"), "pilots.approval", "关于立项的请示")
    office.sign(approval, UP, ON, DECIDE)
    document = {"number": NUMBER, "dated": clock.today().isoformat()}
    take(office("jingban"), f"/desk/dockets/{approval.pk}/steps/register/", "发文登记", stage.scan, **document)
    states = Pilot.objects.values_list("state", flat=True)
    assert sorted(states) == ["approved"] * 29 + ["not_approved"]
    paper = IssuedPaper.objects.get(kind="approval_notice")
    assert len(paper.snapshot["rows"]) == 29
    visitor.go("/registers/pilots/")
    visitor.sees(first.title)
    unit_again = window("shenbao", width=390)
    unit_again.go(f"/desk/dossiers/{first.pk}/")
    unit_again.sees("已立项", NUMBER, "试点期限")
    assert list(consistency.problems()) == []


def test_the_ways_back(stage: Stage, leader: Membership, unit: Membership, window: Open) -> None:
    chief: Actor = actor_of(stage.chief)
    prepared = Desk(call=stage.call, chief=chief, leader=actor_of(leader))
    pilots = [prepared.decided_on(unit=unit.unit, recommender=stage.bureau) for _ in range(4)]
    office = Office(window)
    desk = office("jingban")

    # returned by the chief, returned by the leader, then decided with one item disagreed
    docket = begin_docket(desk, "pilots.intended", "关于拟立项的请示")
    office.sign(docket, UP, BACK_BY_CHIEF)
    desk.go(f"/desk/dockets/{docket.pk}/")
    desk.sees("退回经办", "退回意见")
    office.sign(docket, UP, ON, BACK_BY_LEADER)
    office.sign(docket, UP, ON)
    item = docket.items.get(dossier=pilots[3].pk)
    office.sign(docket, DECIDE, **{f"disagree-{item.pk}": True, f"note-{item.pk}": "补充论证。"})
    take(desk, f"/desk/dockets/{docket.pk}/steps/register/", "发文登记")
    assert [states(p) for p in pilots] == ["notice", "notice", "notice", "project_review"]

    # somebody objects; the handler finds it right
    notice = Notice.objects.get()
    shown = notice.items.get(dossier=pilots[0].pk)
    visitor = window()
    visitor.go(f"/notices/{notice.pk}/items/{shown.pk}/objection/")
    grounds = "该项目申报书所列标准由他人先行制定，与事实不符，请予核实。"
    for name, value in {
        "name": "欧阳实名",
        "phone": "13912345678",
        "email": "a@example.net",
        "grounds": grounds,
    }.items():
        visitor.put(name, value)
    visitor.put("consent", True)
    visitor.press("提交异议")
    objection = Objection.objects.get()
    visitor.sees(objection.reference, objection.shown_code)
    base = f"/desk/objections/{objection.pk}"
    take(desk, f"{base}/steps/admit/", "受理异议")
    take(desk, f"{base}/steps/uphold/", "异议成立", finding="标准系他人先行制定。", answer="经核实，异议成立。")
    visitor.follow("查询办理情况")
    visitor.type_in(reference=objection.reference, code=objection.shown_code.lower())
    visitor.press("查询")
    visitor.sees("异议成立，已答复", "经核实，异议成立。")
    visitor.sees_not("标准系他人先行制定", "欧阳实名")

    # the term ends; a docket with all three, from which the applicant withdraws one
    assert notice.closes_on is not None
    office.leap(notice.closes_on + dt.timedelta(days=1))
    close_due_items()
    approval = begin_docket(office("jingban"), "pilots.approval", "关于立项的请示")
    items = {row.dossier_id: row for row in DocketItem.objects.filter(docket=approval)}
    assert set(items) == {pilot.pk for pilot in pilots[:3]}
    desk = office("jingban")
    desk.go(f"/desk/dockets/{approval.pk}/")
    desk.put(f"step-{items[pilots[0].pk].pk}", "reconsider")
    desk.put(f"grounds-{items[pilots[0].pk].pk}", "异议成立。")
    desk.press("保存")
    office.sign(approval, UP, ON)
    applicant = office("shenbao")
    path = f"/desk/requests/new/pilots.withdrawal/{pilots[1].pk}/"
    take_new(applicant, path, "提出申请", stage.scan, reason="不再实施。")
    asked = pilots[1].requests.get()
    take(desk, f"/desk/requests/{asked.pk}/steps/grant/", "同意", reason="同意撤回。")
    items[pilots[1].pk].refresh_from_db()
    assert (states(pilots[1]), items[pilots[1].pk].live) == ("withdrawn", False)
    office.sign(approval, DECIDE)
    document = {"number": NUMBER, "dated": clock.today().isoformat()}
    take(office("jingban"), f"/desk/dockets/{approval.pk}/steps/register/", "发文登记", stage.scan, **document)
    assert [states(p) for p in pilots] == ["approval_decision", "withdrawn", "approved", "project_review"]
    applicant = office("shenbao")
    applicant.go(f"/desk/dossiers/{pilots[0].pk}/")
    applicant.sees("立项评审中")
    applicant.sees_not("待审批", "重新审议", "呈批件")
    assert list(history.problems_of_all()) == []


def take_new(visitor: Visitor, path: str, label: str, file: Path, **typed: Any) -> None:
    """Takes a step that creates its subject."""
    visitor.go(path)
    for name, value in typed.items():
        visitor.put(name, value)
    visitor.page.locator('main input[type="file"]').first.set_input_files(file)
    visitor.press(f"确认{label}")


def states(pilot: Pilot) -> str:
    return Pilot.objects.values_list("state", flat=True).get(pk=pilot.pk)
