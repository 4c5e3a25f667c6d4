"""Entries on behalf: nothing happens before the second person's check, and the record names everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, PortalError, StepRefused, Unmet
from portal.lifecycle.engine import perform
from portal.lifecycle.history import content, problems_of_all
from portal.lifecycle.models import Record
from portal.messaging.models import Message
from portal.supervision.behalf import actions
from portal.supervision.behalf.kinds import Kind, kind
from portal.supervision.models import Endorsement, OnBehalf
from tests.factories import BodyFactory, MembershipFactory, actor_of, sign_in
from tests.pilot_data import pilot_in, take, upload_for
from tests.supervision.desk import INTENDED, Desk
from tests.supervision.test_docket_pages import client_of, text
from tests.supervision.test_requests import pdf

pytestmark = pytest.mark.django_db


def sent(**fields: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def known(name: str) -> Kind:
    found = kind(name)
    assert found is not None
    return found


def colleague(desk: Desk) -> Actor:
    """A second handler at the same desk."""
    membership = MembershipFactory(role=Role.HANDLER)
    desk.call.desks.get().handlers.add(membership)
    return actor_of(membership)


def by_letter(desk: Desk, pilot: Pilot, **more: Any) -> OnBehalf:
    data = sent(
        signed_by="市民政局",
        signed_on=clock.today().isoformat(),
        opinion="同意推荐。",
        rank="2",
        opinion_scan=upload_for(desk.handler, "recommendation_opinion"),
        **more,
    )
    return actions.enter(known("recommend"), pilot, actor=desk.handler, data=data)


def test_a_recommendation_by_letter(desk: Desk) -> None:
    pilot = pilot_in("submitted", call=desk.call, opinion=False)
    entry = by_letter(desk, pilot)
    pilot.refresh_from_db()
    assert (entry.state, pilot.state) == ("entered", "submitted")
    assert Message.objects.filter(recipient=desk.chief.user, title__contains="代录").exists()
    second = colleague(desk)
    with pytest.raises(NotPermitted):
        perform(entry, "confirm", actor=desk.handler, data={"compared": "on"})
    with pytest.raises(InvalidInput):
        perform(entry, "confirm", actor=second, data={})
    perform(entry, "confirm", actor=second, data={"compared": "on"})
    pilot = Pilot.objects.get(pk=pilot.pk)
    assert (entry.state, pilot.state, pilot.opinion, pilot.rank) == ("done", "recommended", "同意推荐。", 2)
    record = Record.objects.select_related("person").get(chain_id=pilot.chain_id, step="recommend")
    assert record.body_id == pilot.recommender_id
    assert record.role == Role.RECOMMENDER
    assert record.person.name == f"市民政局（代录人：{desk.handler.name}，复核人：{second.name}）"
    warrant = content(record)["warrant"]
    assert (warrant["entered_by"], warrant["checked_by"]) == (desk.handler.user.pk, second.user.pk)  # type: ignore[union-attr]
    scans = Attachment.objects.filter(holder_type="dossiers.dossier", slot="recommendation_opinion")
    assert scans.filter(claimed_at__isnull=False).count() == 1
    assert [*problems_of_all()] == []


def test_the_guards_hold_on_paper_too(desk: Desk) -> None:
    unsealed = pilot_in("submitted", call=desk.call, opinion=False, sealed=False)
    entry = by_letter(desk, unsealed)
    with pytest.raises(StepRefused, match="盖章扫描件"):
        perform(entry, "confirm", actor=desk.chief, data={"compared": "on"})
    unsealed.refresh_from_db()
    assert (unsealed.state, unsealed.opinion) == ("submitted", "")
    assert OnBehalf.objects.get(pk=entry.pk).state == "entered"


def test_one_entry_waits_at_a_time_and_can_be_taken_back(desk: Desk) -> None:
    pilot = pilot_in("submitted", call=desk.call, opinion=False)
    entry = by_letter(desk, pilot)
    with pytest.raises(Unmet, match="已有代录待复核"):
        by_letter(desk, pilot)
    with pytest.raises(NotPermitted):
        perform(entry, "take_back", actor=colleague(desk))
    perform(entry, "take_back", actor=desk.handler)
    again = by_letter(desk, pilot)
    perform(again, "send_back", actor=desk.chief, data={"reason": "印章不清。"})
    assert (entry.state, again.state) == ("taken_back", "sent_back")
    pilot.refresh_from_db()
    assert pilot.state == "submitted"


def test_what_was_overtaken_is_not_carried_out(desk: Desk) -> None:
    pilot = pilot_in("submitted", call=desk.call, opinion=False)
    entry = by_letter(desk, pilot)
    from tests.pilot_data import people_of

    take(pilot, "send_back", people_of(pilot).recommender)
    with pytest.raises(Unmet, match="不能办理"):
        perform(entry, "confirm", actor=desk.chief, data={"compared": "on"})


def test_only_the_handler_of_the_dossier_enters(desk: Desk) -> None:
    pilot = pilot_in("submitted", call=desk.call, opinion=False)
    for who in (desk.chief, Desk().handler):
        with pytest.raises(PortalError):
            actions.enter(known("recommend"), pilot, actor=who, data=sent(signed_by="x"))
    with pytest.raises(InvalidInput):
        actions.enter(known("recommend"), pilot, actor=desk.handler, data=sent(signed_by="市民政局"))


def test_an_endorsement_on_paper(desk: Desk) -> None:
    department = BodyFactory(name="市民政局")
    pilot = pilot_in("recommended", call=desk.call, key=True, industry_department=department)
    asked = Endorsement.objects.get(dossier=pilot, kind="key_consent")
    data = sent(
        signed_by="市民政局",
        signed_on=clock.today().isoformat(),
        opinion="同意。",
        signer="郑十",
        scan=upload_for(desk.handler, "endorsement"),
    )
    entry = actions.enter(known("endorse_agree"), asked, actor=desk.handler, data=data)
    perform(entry, "confirm", actor=desk.chief, data={"compared": "on"})
    asked.refresh_from_db()
    assert (asked.state, asked.signer) == ("agreed", "郑十")
    record = Record.objects.get(chain_id=pilot.chain_id, step="agree")
    assert record.body_id == department.pk


def test_a_leaders_signature_on_paper(desk: Desk) -> None:
    first, second = desk.decided_on(), desk.decided_on()
    docket = desk.passed_on(INTENDED, [first, second])
    item = docket.items.get(dossier=second.pk)
    data = sent(
        signed_by="李四",
        signed_on=clock.today().isoformat(),
        signed_paper=upload_for(desk.handler, "on_behalf"),
        remark="同意，第二项不同意。",
        **{f"disagree-{item.pk}": "on", f"note-{item.pk}": "重新论证。"},
    )
    with pytest.raises(NotPermitted, match="签署人"):
        actions.enter(known("docket_decide"), docket, actor=desk.handler, data=data)
    wrong = MembershipFactory(role=Role.SECTION_CHIEF)
    with pytest.raises(NotPermitted):
        actions.enter(known("docket_decide"), docket, actor=desk.handler, data=data, membership=wrong)
    leader = desk.leader.membership
    entry = actions.enter(known("docket_decide"), docket, actor=desk.handler, data=data, membership=leader)
    docket.refresh_from_db()
    assert docket.state == "leader_review"
    perform(entry, "confirm", actor=desk.chief, data={"compared": "on"})
    docket.refresh_from_db()
    assert (docket.state, docket.leader, docket.leader_remark) == ("decided", leader, "同意，第二项不同意。")
    item.refresh_from_db()
    assert (item.decision, item.note) == ("disagreed", "重新论证。")
    record = Record.objects.select_related("person").get(chain_id=docket.chain_id, step="decide")
    assert "代录人" in record.person.name


def test_the_pages_of_an_entry(desk: Desk) -> None:
    pilot = pilot_in("submitted", call=desk.call, opinion=False)
    handler, chief = client_of(desk.handler), client_of(desk.chief)
    url = reverse("supervision:enter", args=["recommend", pilot.pk])
    assert url in text(handler.get(reverse("workbench:dossier", args=[pilot.pk])))
    assert "对照原件复核" in text(handler.get(url))
    wrong = handler.post(url, {"signed_by": "市民政局", "opinion": "同意推荐。"})
    assert wrong.status_code == 422
    html = text(wrong)
    assert "同意推荐。" in html  # what was typed is kept
    data = {
        "signed_by": "市民政局",
        "signed_on": clock.today().isoformat(),
        "opinion": "同意推荐。",
        "rank": "1",
        "opinion_scan__file": pdf("推荐函.pdf"),
    }
    html = text(handler.post(url, data, follow=True))
    assert "推荐函.pdf" in html
    entry = OnBehalf.objects.get()
    assert "复核并办理" not in html
    page = text(chief.get(entry.get_absolute_url()))
    assert "推荐部门意见" in page
    assert "同意推荐。" in page
    assert "代录复核" in text(chief.get(reverse("supervision:on_behalf_list")))
    step = reverse("supervision:on_behalf_step", args=[entry.pk, "confirm"])
    text(chief.get(step))
    html = text(chief.post(step, {"compared": "on"}, follow=True))
    assert "已复核办理" in html
    for role in (Role.UNIT_ADMIN, Role.RECOMMENDER, Role.EXPERT):
        client = sign_in(Client(), MembershipFactory(role=role))
        assert client.get(entry.get_absolute_url()).status_code == 404
        assert client.get(reverse("supervision:on_behalf_list")).status_code == 404
        assert client.get(url).status_code == 404


def test_a_docket_offers_entries_to_its_drafter(desk: Desk) -> None:
    docket = desk.passed_on(INTENDED, [desk.decided_on()])
    client = client_of(desk.handler)
    html = text(client.get(docket.get_absolute_url()))
    url = reverse("supervision:enter", args=["docket_decide", docket.pk])
    assert url in html
    form = text(client.get(url))
    assert desk.leader.user.name in form  # type: ignore[union-attr]
    assert "不同意" in form
    assert url not in text(client_of(desk.chief).get(docket.get_absolute_url()))
    data = {
        "membership": desk.leader.membership.pk,  # type: ignore[union-attr]
        "signed_by": "李四",
        "signed_on": clock.today().isoformat(),
        "remark": "同意。",
        "signed_paper__file": pdf("签批.pdf"),
    }
    html = text(client.post(url, data, follow=True))
    assert "待复核" in html
    assert "签批.pdf" in html


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_a_fixed_number_of_queries(desk: Desk, number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        by_letter(desk, pilot_in("submitted", call=desk.call, opinion=False))
    client = client_of(desk.chief)
    client.get(reverse("supervision:on_behalf_list"))
    with django_assert_num_queries(6):
        html = text(client.get(reverse("supervision:on_behalf_list")))
    assert html.count("data-open") == number
