"""Corrections, deputies, handover, units renamed and merged, contacts replaced."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import AuditEvent, Membership, Unit
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, StepRefused, Unmet
from portal.base.workdays import term_end
from portal.documents.models import IssuedPaper
from portal.dossiers import search
from portal.dossiers.models import Dossier
from portal.lifecycle.engine import offers, perform
from portal.lifecycle.history import problems_of_all
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.supervision.acts import contacts, deputies, handover, units
from portal.supervision.models import Contact, Correction, Deputy, Docket, UnitChange
from tests.factories import MembershipFactory, UnitFactory, actor_of, handler_of, sign_in
from tests.pilot_data import people_of, upload_for
from tests.supervision.desk import APPROVAL, INTENDED, Desk, after_notice, close_notice, fresh, member
from tests.supervision.test_docket_pages import client_of, text
from tests.supervision.test_requests import pdf

pytestmark = pytest.mark.django_db


# --- corrections --------------------------------------------------------------------------------


@pytest.fixture
def issued(desk: Desk) -> Docket:
    pilots = desk.on_notice(2)
    with clock.moved(after_notice(pilots[0])):
        close_notice()
        docket = desk.signed(APPROVAL, pilots)
        desk.issue(docket)
    return docket


def cells(paper: IssuedPaper) -> dict[str, str]:
    """The whole list as the form shows it."""
    columns = paper.snapshot["columns"]
    return {
        f"cell-{r}-{c}": text_
        for r, row in enumerate(paper.snapshot["rows"])
        for c, text_ in enumerate(row)
        if columns[c][0] != "number"
    }


def propose(desk: Desk, docket: Docket, **changes: Any) -> Correction:
    paper = IssuedPaper.objects.get(kind="approval_notice", status="valid")
    correction = Correction(docket=docket, paper=paper, chain_id=docket.chain_id)
    document = paper.snapshot["docket"]
    data = {
        **cells(paper),
        "number": document["number"],
        "dated": document["dated"],
        "reason": "清单录入有误。",
        "original": [upload_for(desk.handler, "correction")],
        **changes,
    }
    perform(correction, "propose", actor=desk.handler, data=data)
    return correction


def test_a_correction_replaces_the_paper_and_edits_nothing(desk: Desk, issued: Docket) -> None:
    with clock.moved(dt.date(2027, 3, 1)):
        first, second = (item.dossier_id for item in issued.items.order_by("position"))
        before = Record.objects.filter(chain_id=issued.chain_id).count()
        correction = propose(desk, issued, **{"cell-0-1": "更正后的项目名称试点"})
        assert [line["new"] for line in correction.lines()] == ["更正后的项目名称试点"]
        old = correction.paper
        for who in (desk.handler, desk.leader):
            with pytest.raises(NotPermitted):
                perform(correction, "confirm", actor=who, data={"remark": "同意。"})
        perform(correction, "confirm", actor=desk.chief, data={"remark": "同意更正。"})
        old.refresh_from_db()
        new = IssuedPaper.objects.get(kind="approval_notice", status="valid")
        assert (old.status, old.replaced_by, correction.state) == ("replaced", new, "confirmed")
        assert new.snapshot["corrects"]["number"] == old.number
        assert new.snapshot["rows"][0][1] == "更正后的项目名称试点"
        assert new.snapshot["rows"][1] == old.snapshot["rows"][1]
        assert Dossier.objects.get(pk=first).title == "更正后的项目名称试点"
        steps = Record.objects.filter(step="correct").values_list("subject_id", flat=True)
        assert list(steps) == [first]
        assert Record.objects.filter(chain_id=issued.chain_id).count() > before
        told = Message.objects.filter(title__contains="更正", text__contains="更正后的项目名称试点")
        assert told.filter(recipient=member(Dossier.objects.get(pk=first).applicant).user).exists()
        unit = Dossier.objects.get(pk=second).applicant
        assert not told.filter(recipient__memberships__unit=unit).exists()
        assert [*problems_of_all()] == []


def test_a_wrong_date_moves_the_term(desk: Desk, issued: Docket) -> None:
    day = issued.dated - dt.timedelta(days=3)
    with clock.moved(issued.dated + dt.timedelta(days=1)):
        correction = propose(desk, issued, dated=day.isoformat(), number="沪市监标技〔2026〕2号")
        perform(correction, "confirm", actor=desk.chief, data={"remark": "同意更正。"})
    for item in issued.items.all():
        pilot = fresh(item.dossier)  # type: ignore[arg-type]
        assert (pilot.approval_number, pilot.approved_on) == ("沪市监标技〔2026〕2号", day)
        assert pilot.term_ends_on == term_end(day, 24)
    issued.refresh_from_db()
    assert issued.number == "沪市监标技〔2026〕2号"


def test_what_a_correction_wants(desk: Desk, issued: Docket) -> None:
    with clock.moved(issued.dated):
        with pytest.raises(InvalidInput, match="没有改动"):
            propose(desk, issued)
        with pytest.raises(InvalidInput):
            propose(desk, issued, number="一号", **{"cell-0-1": "另一个名称"})
        correction = propose(desk, issued, **{"cell-0-1": "另一个名称"})
        with pytest.raises(Unmet, match="已有更正"):
            propose(desk, issued, **{"cell-0-1": "再一个名称"})
        perform(correction, "refuse", actor=desk.chief, data={"reason": "无误。"})
        assert IssuedPaper.objects.filter(kind="approval_notice").count() == 1
        stranger = handler_of(Desk().call)
        again = Correction(docket=issued, paper=correction.paper, chain_id=issued.chain_id)
        with pytest.raises(NotPermitted):
            perform(again, "propose", actor=stranger, data={})


def test_the_pages_of_a_correction(desk: Desk, issued: Docket) -> None:
    with clock.moved(issued.dated):
        paper = IssuedPaper.objects.get(kind="approval_notice")
        handler, chief = client_of(desk.handler), client_of(desk.chief)
        url = reverse("supervision:correction_new", args=[issued.pk, paper.pk])
        assert url in text(handler.get(issued.get_absolute_url()))
        assert url not in text(chief.get(issued.get_absolute_url()))
        assert "只修改有差错之处" in text(handler.get(url))
        data = {**cells(paper), "number": issued.number, "dated": issued.dated.isoformat(), "reason": "录入有误。"}
        wrong = handler.post(url, {**data, "cell-1-2": "另一单位"})
        assert wrong.status_code == 422
        assert "另一单位" in text(wrong)
        html = text(handler.post(url, {**data, "cell-1-2": "另一单位", "original__file": pdf()}, follow=True))
        assert "第 2 项 承担单位" in html
        found = Correction.objects.get()
        step = reverse("supervision:correction_step", args=[found.pk, "confirm"])
        html = text(chief.post(step, {"remark": "同意。"}, follow=True))
        assert "已更正" in html
        outside = sign_in(Client(), member(issued.items.first().dossier.applicant))  # type: ignore[union-attr]
        assert outside.get(found.get_absolute_url()).status_code == 404


# --- deputies -----------------------------------------------------------------------------------


def appoint(desk: Desk, absent: Membership, deputy: Membership, days: int = 5) -> Deputy:
    today = clock.today()
    last = today + dt.timedelta(days=days)
    return deputies.appoint(actor=desk.chief, absent=absent, deputy=deputy, first=today, last=last, reason="年休假")


def test_a_deputy_handler_sees_and_does_what_the_absent_one_does(desk: Desk) -> None:
    pilot = desk.decided_on()
    docket = desk.drafted(INTENDED, [pilot])
    other = MembershipFactory(role=Role.HANDLER)
    stand_in = actor_of(other)
    assert not Dossier.objects.visible_to(stand_in).filter(pk=pilot.pk).exists()
    appoint(desk, desk.handler.membership, other)  # type: ignore[arg-type]
    assert Dossier.objects.visible_to(stand_in).filter(pk=pilot.pk).exists()
    assert [o.step.name for o in offers(fresh(pilot), stand_in)] == [
        o.step.name for o in offers(fresh(pilot), desk.handler)
    ]
    perform(docket, "send_up", actor=stand_in, data={"remark": "代为报审。"})
    perform(docket, "send_back", actor=desk.chief, data={"remark": "请核。"})
    assert Message.objects.filter(recipient=other.user, title__contains="退回经办").exists()
    with clock.moved(clock.today() + dt.timedelta(days=6)):
        assert not Dossier.objects.visible_to(stand_in).filter(pk=pilot.pk).exists()
        with pytest.raises(NotPermitted):
            perform(docket, "send_up", actor=stand_in, data={"remark": "x"})


def test_a_deputy_signs_as_one_but_never_the_own_docket(desk: Desk) -> None:
    other = MembershipFactory(role=Role.HANDLER)
    appoint(desk, desk.chief.membership, other)  # type: ignore[arg-type]
    docket = desk.sent_up(INTENDED, [desk.decided_on()])
    perform(docket, "pass_on", actor=actor_of(other), data={"remark": "同意。"})
    assert docket.chief_name == f"{other.user.name}（代理）"
    own = Deputy.objects.create(
        absent=MembershipFactory(role=Role.SECTION_CHIEF),
        deputy=desk.handler.membership,
        first=clock.today(),
        last=clock.today(),
        reason="出差",
        created_by=desk.chief.membership,
    )
    assert own.pk
    second = desk.sent_up(INTENDED, [desk.decided_on()])
    with pytest.raises(NotPermitted):
        perform(second, "pass_on", actor=desk.handler, data={"remark": "同意。"})


def test_a_chief_who_stands_in_for_the_leader_does_not_sign_twice(desk: Desk) -> None:
    appoint(desk, desk.leader.membership, desk.chief.membership)  # type: ignore[arg-type]
    docket = desk.passed_on(INTENDED, [desk.decided_on()])
    with pytest.raises(Unmet, match="其他人审批"):
        desk.decide(docket, who=desk.chief)
    second = MembershipFactory(role=Role.SECTION_CHIEF)
    Deputy.objects.all().delete()
    appoint(desk, desk.leader.membership, second)  # type: ignore[arg-type]
    desk.decide(docket, who=actor_of(second))
    assert docket.leader_name == f"{second.user.name}（代理）"


def test_deputies_on_their_page(desk: Desk) -> None:
    other = MembershipFactory(role=Role.HANDLER)
    url, today = reverse("supervision:deputies"), clock.today()
    chief, handler = client_of(desk.chief), client_of(desk.handler)
    assert "没有安排代理" in text(chief.get(url))
    data = {
        "absent": desk.handler.membership.pk,  # type: ignore[union-attr]
        "deputy": other.pk,
        "first": today.isoformat(),
        "last": (today + dt.timedelta(days=3)).isoformat(),
        "reason": "出差",
    }
    for wrong, words in (
        ({"deputy": desk.leader.membership.pk}, "可由以下角色代理"),  # type: ignore[union-attr]
        ({"deputy": data["absent"]}, "不能是本人"),
        ({"last": (today - dt.timedelta(days=1)).isoformat()}, "不能早于"),
        (
            {"first": (today - dt.timedelta(days=9)).isoformat(), "last": (today - dt.timedelta(days=1)).isoformat()},
            "已过",
        ),
    ):
        response = chief.post(url, {**data, **wrong})
        assert response.status_code == 422
        assert words in text(response)
    html = text(chief.post(url, data, follow=True))
    assert "代理中" in html
    assert chief.post(url, data).status_code == 422  # the same term again
    assert Message.objects.filter(recipient=other.user, title__contains="代理").exists()
    assert AuditEvent.objects.filter(label__contains="代理").exists()
    found = Deputy.objects.get()
    end = reverse("supervision:deputy_end", args=[found.pk])
    sign_in(Client(), other).post(end)
    assert Deputy.objects.get(pk=found.pk).last == found.last  # not the deputy's to end
    handler.post(end)
    assert not Deputy.objects.on(today).exists()
    for role in (Role.AUDITOR, Role.UNIT_ADMIN, Role.RECOMMENDER, Role.EXPERT, Role.SYSTEM_ADMIN):
        assert sign_in(Client(), MembershipFactory(role=role)).get(url).status_code == 404


def test_handlers_arrange_for_themselves_only(desk: Desk) -> None:
    other = MembershipFactory(role=Role.HANDLER)
    with pytest.raises(NotPermitted, match="本人"):
        deputies.appoint(
            actor=desk.handler,
            absent=other,
            deputy=desk.handler.membership,
            first=clock.today(),
            last=clock.today(),
            reason="x",
        )


def test_another_persons_deputy_is_not_there_to_be_ended(desk: Desk) -> None:
    absent, deputy = MembershipFactory(role=Role.HANDLER), MembershipFactory(role=Role.HANDLER)
    appoint(desk, absent, deputy)
    found = Deputy.objects.get()
    url = reverse("supervision:deputy_end", args=[found.pk])
    for who in (desk.handler, desk.leader):
        assert client_of(who).post(url).status_code == 404
    assert sign_in(Client(), deputy).post(url).status_code == 404
    assert Deputy.objects.get().last == found.last
    assert sign_in(Client(), absent).post(url).status_code == 302
    assert not Deputy.objects.on(clock.today()).exists()


# --- handover -----------------------------------------------------------------------------------


def test_a_handover_moves_dossiers_and_work_with_records(desk: Desk) -> None:
    pilot, other = desk.decided_on(), desk.accepted()
    docket = desk.drafted(INTENDED, [pilot])
    giver, taker = desk.handler.membership, MembershipFactory(role=Role.HANDLER)
    assert giver is not None
    assert fresh(pilot).handler == giver
    number = handover.hand_over(
        giver=giver, taker=taker, dossiers=[pilot], also_work=True, reason="岗位调整", actor=desk.chief
    )
    assert number >= 2
    assert (fresh(pilot).handler, fresh(other).handler) == (taker, giver)
    docket.refresh_from_db()
    assert (docket.responsible, docket.drafter) == (taker, giver)
    record = Record.objects.filter(chain_id=pilot.chain_id, label="转办").get()
    assert record.inside
    assert Record.objects.filter(chain_id=docket.chain_id, label="转办").exists()
    assert Dossier.objects.visible_to(actor_of(taker)).filter(pk=pilot.pk).exists()
    perform(docket, "send_up", actor=actor_of(taker), data={"remark": "拟同意。"})
    assert Message.objects.filter(recipient=taker.user, title="转办事项").exists()
    assert [*problems_of_all()] == []


def test_who_may_hand_over_what(desk: Desk) -> None:
    pilot, taker = desk.accepted(), MembershipFactory(role=Role.HANDLER)
    giver = desk.handler.membership
    assert giver is not None
    facts: dict[str, Any] = {"dossiers": [pilot], "also_work": False, "reason": "x"}
    for who in (actor_of(taker), desk.leader):
        with pytest.raises(NotPermitted):
            handover.hand_over(giver=giver, taker=taker, actor=who, **facts)
    for wrong in (giver, desk.chief.membership, MembershipFactory(role=Role.HANDLER, active=False)):
        with pytest.raises(NotPermitted):
            handover.hand_over(giver=giver, taker=wrong, actor=desk.handler, **facts)  # type: ignore[arg-type]
    with pytest.raises(StepRefused):
        handover.hand_over(giver=taker, taker=giver, actor=desk.chief, **facts)


def test_the_handover_page(desk: Desk) -> None:
    pilot, taker = desk.accepted(), MembershipFactory(role=Role.HANDLER)
    client, url = client_of(desk.handler), reverse("supervision:handover")
    html = text(client.get(url, {"id": [pilot.pk]}))
    assert pilot.title in html
    assert f'value="{pilot.pk}" checked' in html
    data = {"move": "1", "giver": desk.handler.membership.pk, "taker": taker.pk, "id": [pilot.pk], "reason": ""}  # type: ignore[union-attr]
    assert client.post(url, data).status_code == 422
    html = text(client.post(url, {**data, "reason": "岗位调整"}, follow=True))
    assert "1 件事项转由" in html
    assert fresh(pilot).handler == taker
    assert client_of(desk.leader).get(url).status_code == 404


# --- units --------------------------------------------------------------------------------------


def evidence(desk: Desk) -> list[Any]:
    from portal.attachments.models import Attachment

    return list(Attachment.objects.filter(key=upload_for(desk.handler, "unit_change")))


def test_a_renamed_unit_takes_its_dossiers_along(desk: Desk) -> None:
    pilot = desk.accepted()
    unit, old = pilot.applicant, pilot.applicant.name
    paper = IssuedPaper.objects.filter(dossier=pilot.pk, kind="acceptance_notice").get()
    change = units.rename(
        unit,
        "上海新名科技有限公司",
        reason="更名",
        effective_on=clock.today(),
        evidence=evidence(desk),
        actor=desk.handler,
    )
    assert (change.old_name, change.dossiers) == (old, 1)
    now = Dossier.objects.get(pk=pilot.pk)
    assert now.applicant.name == "上海新名科技有限公司"
    record = Record.objects.get(chain_id=pilot.chain_id, label="单位更名")
    assert old in record.opinion
    assert not record.inside
    assert search.matching(Dossier.objects.all(), "新名科技").filter(pk=pilot.pk).exists()
    paper.refresh_from_db()
    assert paper.snapshot["applicant"]["name"] == old
    assert Message.objects.filter(recipient=member(unit).user, title="单位信息变更").exists()
    with pytest.raises(StepRefused, match="相同"):
        units.rename(
            unit, unit.name, reason="x", effective_on=clock.today(), evidence=evidence(desk), actor=desk.handler
        )
    with pytest.raises(StepRefused, match="证明材料"):
        units.rename(unit, "另一名称", reason="x", effective_on=clock.today(), evidence=[], actor=desk.handler)
    with pytest.raises(NotPermitted):
        units.rename(
            unit, "另一名称", reason="x", effective_on=clock.today(), evidence=evidence(desk), actor=desk.chief
        )


def test_a_merged_unit_leaves_dossiers_and_people_to_its_successor(desk: Desk) -> None:
    pilot, into = desk.accepted(), UnitFactory()
    unit, person = pilot.applicant, member(pilot.applicant)
    units.merge(unit, into, reason="吸收合并", effective_on=clock.today(), evidence=evidence(desk), actor=desk.handler)
    now = fresh(pilot)
    assert now.applicant == into
    person.refresh_from_db()
    assert not person.active
    follows = Membership.objects.get(user=person.user, unit=into)
    assert (follows.role, follows.active) == (Role.UNIT_EDITOR, True)
    assert Dossier.objects.visible_to(actor_of(follows)).filter(pk=pilot.pk).exists()
    assert unit.name in Record.objects.get(chain_id=pilot.chain_id, label="单位合并").opinion
    assert UnitChange.objects.get().into == into
    with pytest.raises(StepRefused):
        units.merge(into, into, reason="x", effective_on=clock.today(), evidence=evidence(desk), actor=desk.handler)
    assert [*problems_of_all()] == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_changes_takes_a_fixed_number_of_queries(
    desk: Desk, number: int, django_assert_num_queries: Any
) -> None:
    for n in range(number):
        units.rename(
            UnitFactory(),
            f"新名{n}",
            reason="x",
            effective_on=clock.today(),
            evidence=evidence(desk),
            actor=desk.handler,
        )
    client, url = client_of(desk.handler), reverse("supervision:unit_changes")
    client.get(url)
    with django_assert_num_queries(7):
        html = text(client.get(url))
    assert html.count("新名") == number


@pytest.mark.parametrize("number", [1, 3])
def test_the_deputies_take_a_fixed_number_of_queries(desk: Desk, number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        appoint(desk, MembershipFactory(role=Role.HANDLER), MembershipFactory(role=Role.HANDLER))
    client, url = client_of(desk.leader), reverse("supervision:deputies")
    client.get(url)
    with django_assert_num_queries(8):
        html = text(client.get(url))
    assert html.count("代理中") == number


def test_the_pages_of_unit_changes(desk: Desk) -> None:
    pilot, client = desk.accepted(), client_of(desk.handler)
    url = reverse("supervision:unit_change", args=["renamed"])
    text(client.get(url))
    data = {
        "unit": "91310101MA0000000X",
        "new_name": "上海新名有限公司",
        "effective_on": clock.today().isoformat(),
        "reason": "更名",
    }
    wrong = client.post(url, data)
    assert wrong.status_code == 422
    assert "没有登记该统一社会信用代码的单位" in text(wrong)
    assert "请上传文件" in text(wrong)
    code, old = pilot.applicant.credit_code, pilot.applicant.name
    looked = client.post(url, {**data, "unit": code, "evidence__file": pdf("通知书.pdf")})
    html = text(looked)
    assert f"“{old}”更名为“上海新名有限公司”，涉及 1 个项目。" in html
    assert Unit.objects.get(pk=pilot.applicant_id).name == old
    shown = looked.context["look"]["meant"]
    kept = {"unit": code, "evidence": looked.context["form"].data.getlist("evidence"), "looked_at": shown}
    other = text(client.post(url, {**data, **kept, "new_name": "上海别名有限公司"}))
    assert "更名为“上海别名有限公司”" in other, "what was not looked at is not done"
    html = text(client.post(url, {**data, **kept}, follow=True))
    assert "上海新名有限公司" in html
    assert "通知书.pdf" in html
    assert Unit.objects.get(pk=pilot.applicant_id).name == "上海新名有限公司"
    text(client.get(reverse("supervision:unit_change", args=["merged"])))
    assert client.get(reverse("supervision:unit_change", args=["split"])).status_code == 404
    for who in (desk.leader,):
        assert client_of(who).get(url).status_code == 404


# --- contacts -----------------------------------------------------------------------------------

NEW = {"name": "陈新", "post": "主任", "mobile": "13611112222", "email": "chen@example.org", "reason": "原联系人离职"}


def test_a_replaced_contact_names_no_phone_in_the_history(desk: Desk) -> None:
    pilot = desk.accepted()
    contacts.replace_contact(pilot, actor=actor_of(member(pilot.applicant)), **NEW)
    found = contacts.contact_of(pilot)
    assert found is not None
    assert found.mobile == "13611112222"
    record = Record.objects.get(chain_id=pilot.chain_id, label="更换项目联系人")
    assert "13611112222" not in record.payload
    assert "chen@example.org" not in record.payload
    assert Message.objects.filter(recipient=desk.handler.user, title="更换项目联系人").exists()
    for who in (people_of(pilot).recommender, desk.chief, handler_of(Desk().call)):
        with pytest.raises(NotPermitted):
            contacts.replace_contact(pilot, actor=who, **NEW)


def test_the_contact_page(desk: Desk) -> None:
    pilot = desk.accepted()
    client, url = sign_in(Client(), member(pilot.applicant)), reverse("supervision:contact", args=[pilot.pk])
    assert pilot.applicant.contact_name in text(client.get(url))
    assert client.post(url, {**NEW, "mobile": "12"}).status_code == 422
    html = text(client.post(url, NEW, follow=True))
    assert "13611112222" in html
    assert Contact.objects.count() == 1
    assert client_of(people_of(pilot).recommender).get(url).status_code == 404
    assert sign_in(Client(), MembershipFactory(role=Role.UNIT_ADMIN)).get(url).status_code == 404
