"""A unit's claim: filing, deciding, who sees it, the credit code."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.actors import Actor
from portal.accounts.models import AuditEvent, Body, Membership, Unit
from portal.accounts.roles import Role
from portal.base.errors import InvalidInput, NotPermitted, NotVisible, Unmet
from portal.lifecycle import history
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Chain, Record
from portal.messaging.models import Message
from portal.registration.models import Claim
from tests.factories import (
    DistrictBureauFactory,
    DistrictFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
    actor_of,
    make_credit_code,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_core]
ODD_CODE = "91350211M0000XUF46"  # cited as really issued, fails its check


def bureau_of(code: str) -> Membership:
    """A recommender of the bureau of that district."""
    return MembershipFactory(
        role=Role.RECOMMENDER, body=DistrictBureauFactory(district=DistrictFactory(code=code), code=f"amr-{code}")
    )


def filed(record: dict[str, Any], **changes: Any) -> Claim:
    claim = Claim(user=UserFactory())
    perform(claim, "submit", actor=Actor(claim.user), data={**record, **changes})
    return claim


def test_a_person_without_a_role_files_a_claim(record: dict[str, Any]) -> None:
    district = bureau_of("310115")
    claim = filed(record, credit_code=f" {record['credit_code'].lower()} ")
    assert (claim.state, claim.credit_code) == ("submitted", record["credit_code"])
    assert Unit.objects.count() == 0
    assert Message.objects.get().recipient == district.user
    payload = Record.objects.get().payload
    assert "13900000001" not in payload, "the chain must not hold personal data"


def test_confirmation_makes_the_unit_and_its_administrator(record: dict[str, Any]) -> None:
    claim = filed(record)
    perform(claim, "confirm", actor=actor_of(bureau_of("310115")), data={})
    unit = Unit.objects.get()
    assert (unit.name, unit.confirmed_at is not None, claim.unit) == (record["name"], True, unit)
    membership = Membership.objects.get(unit=unit)
    assert (membership.user, membership.role) == (claim.user, Role.UNIT_ADMIN)
    assert Message.objects.filter(recipient=claim.user).count() == 1
    assert AuditEvent.objects.filter(kind=AuditEvent.Kind.MEMBERSHIP).count() == 1
    assert list(history.problems_of(Chain.objects.get(pk=claim.chain_id))) == []


def test_return_mend_and_refuse(record: dict[str, Any]) -> None:
    claim, district = filed(record), actor_of(bureau_of("310115"))
    with pytest.raises(InvalidInput):
        perform(claim, "send_back", actor=district, data={})
    perform(claim, "send_back", actor=district, data={"reasons": "单位名称与营业执照不一致"})
    assert claim.state == "returned"
    perform(claim, "resubmit", actor=Actor(claim.user), data={**record, "name": "上海浦江智造有限公司"})
    assert (claim.state, claim.name) == ("submitted", "上海浦江智造有限公司")
    perform(claim, "refuse", actor=district, data={"reasons": "信息不属实"})
    assert claim.state == "refused"
    told = Message.objects.filter(recipient=claim.user).order_by("pk")
    assert [message.title.split("：")[0] for message in told] == ["请修改单位登记信息", "单位登记申请不予确认"]
    assert "理由：信息不属实" in told[1].text
    asked = Message.objects.filter(recipient=district.user).order_by("pk")
    assert "修改后重新提交，请核对" in asked[0].text
    assert not Unit.objects.exists()


def test_the_person_takes_it_back(record: dict[str, Any]) -> None:
    claim = filed(record)
    perform(claim, "withdraw", actor=Actor(claim.user))
    assert claim.state == "withdrawn"


def test_one_claim_at_a_time(record: dict[str, Any]) -> None:
    claim = filed(record)
    with pytest.raises(Unmet, match="已有一份单位登记申请"):
        perform(Claim(user=claim.user), "submit", actor=Actor(claim.user), data=record)


def test_a_registered_code_leads_to_joining(record: dict[str, Any]) -> None:
    claim = filed(record)
    UnitFactory(credit_code=record["credit_code"])
    with pytest.raises(InvalidInput, match="申请加入该单位"):
        filed(record)
    with pytest.raises(Unmet, match="改为申请加入"):
        perform(claim, "confirm", actor=actor_of(MembershipFactory(role=Role.HANDLER)), data={})


# --- the credit code ----------------------------------------------------------------------------
@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000101623741K", "911101066976941872"])
def test_samples_of_the_standard_pass(record: dict[str, Any], code: str) -> None:
    assert filed(record, credit_code=code).credit_code == code


def test_a_failing_code_is_an_error_unless_a_manual_check_is_asked_for(record: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        filed(record, credit_code=ODD_CODE)
    assert refused.value.form.errors["credit_code"] == ["统一社会信用代码第 18 位校验不正确，请核对营业执照。"]
    with pytest.raises(InvalidInput) as unexplained:
        filed(record, credit_code=ODD_CODE, manual_check="on")
    assert "manual_reason" in unexplained.value.form.errors


def test_a_failing_code_is_accepted_by_a_handler_with_a_reason(record: dict[str, Any]) -> None:
    handler = MembershipFactory(role=Role.HANDLER)
    claim = filed(record, credit_code=ODD_CODE, manual_check="on", manual_reason="营业执照上即为此代码")
    assert Message.objects.get().recipient == handler.user
    with pytest.raises(Unmet, match="须由市局经办人核验"):
        perform(claim, "confirm", actor=actor_of(bureau_of("310115")), data={})
    with pytest.raises(InvalidInput):
        perform(claim, "confirm", actor=actor_of(handler), data={})
    perform(claim, "confirm", actor=actor_of(handler), data={"code_override_reason": "已核对营业执照原件"})
    unit = Unit.objects.get()
    assert (unit.credit_code, unit.code_override_reason) == (ODD_CODE, "已核对营业执照原件")
    unit.full_clean()


def test_a_needless_manual_check_is_dropped(record: dict[str, Any]) -> None:
    claim = filed(record, manual_check="on", manual_reason="误勾")
    assert (claim.manual_check, claim.manual_reason) == (False, "")


@pytest.mark.parametrize(
    ("code", "words"), [("9131", "应为 18 位，现为 4 位"), ("9131O115MA1K000428", "不含 I、O、S、V、Z")]
)
def test_a_code_without_the_pattern_is_never_taken(record: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        filed(record, credit_code=code, manual_check="on", manual_reason="证照如此")


# --- who sees and decides -----------------------------------------------------------------------
def test_who_may_decide(record: dict[str, Any]) -> None:
    claim = filed(record)
    for stranger in (bureau_of("310104"), MembershipFactory(role=Role.RECOMMENDER), MembershipFactory()):
        with pytest.raises(NotVisible):
            perform(Claim.objects.get(pk=claim.pk), "confirm", actor=actor_of(stranger), data={})
    for reader in (Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN):
        with pytest.raises(NotPermitted):
            perform(Claim.objects.get(pk=claim.pk), "confirm", actor=actor_of(MembershipFactory(role=reader)), data={})
    with pytest.raises(NotPermitted):
        perform(Claim.objects.get(pk=claim.pk), "confirm", actor=Actor(claim.user), data={})
    perform(claim, "confirm", actor=actor_of(MembershipFactory(role=Role.HANDLER)), data={})


def test_a_department_in_the_district_decides_nothing(record: dict[str, Any]) -> None:
    claim = filed(record)
    department = MembershipFactory(role=Role.RECOMMENDER)
    Body.objects.filter(pk=department.body_id).update(district="310115")
    department.refresh_from_db()
    with pytest.raises(NotVisible):
        perform(claim, "confirm", actor=actor_of(department), data={})


# --- pages --------------------------------------------------------------------------------------
def test_the_way_in_works_as_plain_pages(client: Client, record: dict[str, Any]) -> None:
    user = UserFactory()
    client.force_login(user)
    answer = client.get("/registration/", {"code": record["credit_code"]})
    assert answer.url == f"/registration/claim/?code={record['credit_code']}"
    page = client.get(answer.url).content.decode()
    assert record["credit_code"] in page
    assert user.name in page
    bad = client.post("/registration/claim/", {**record, "postcode": "12"})
    assert bad.status_code == 422
    assert "邮政编码应为 6 位数字" in bad.content.decode()
    assert record["registered_address"] in bad.content.decode(), "what was typed is kept"
    done = client.post("/registration/claim/", record, follow=True)
    text = done.content.decode()
    assert "等待确认" in text
    assert "由浦东新区市场监管局或市市场监督管理局经办人核对后确认" in text


def test_warnings_are_shown_and_do_not_block(client: Client, record: dict[str, Any]) -> None:
    client.force_login(UserFactory())
    page = client.get("/registration/claim/", {"code": "91110000101623741K"}).content.decode()
    assert "不是上海市" in page


def test_a_failing_code_is_explained_before_the_form(client: Client, db: None) -> None:
    client.force_login(UserFactory())
    page = client.get("/registration/", {"code": ODD_CODE}).content.decode()
    assert "第 18 位校验不正确" in page
    assert f"/registration/claim/?code={ODD_CODE}" in page
    assert "应为 18 位" in client.get("/registration/", {"code": "123"}).content.decode()


def test_a_strangers_claim_is_a_404(client: Client, record: dict[str, Any]) -> None:
    claim = filed(record)
    address = claim.get_absolute_url()
    assert client.get(address).status_code == 302
    for stranger in (MembershipFactory(), bureau_of("310104"), MembershipFactory(role=Role.EXPERT)):
        sign_in(client, stranger)
        assert client.get(address).status_code == 404
        assert client.post(f"{address}confirm/").status_code == 404
    sign_in(client, bureau_of("310115"))
    assert client.get(address).status_code == 200
    assert client.post(f"{address}unknown/").status_code == 404


def test_the_decision_is_taken_on_the_page(client: Client, record: dict[str, Any]) -> None:
    claim = filed(record)
    sign_in(client, bureau_of("310115"))
    address = claim.get_absolute_url()
    empty = client.post(f"{address}send_back/", {"seen": "1"})
    assert empty.status_code == 422
    stale = client.post(f"{address}confirm/", {"seen": "0"})
    assert stale.status_code == 409
    done = client.post(f"{address}confirm/", {"seen": "1"}, follow=True)
    assert "已办理：确认" in done.content.decode()
    assert Unit.objects.count() == 1


def test_reasons_reach_the_claimant(client: Client, record: dict[str, Any]) -> None:
    claim = filed(record)
    handler = MembershipFactory(role=Role.HANDLER)
    perform(claim, "send_back", actor=actor_of(handler), data={"reasons": "请补充注册资本"})
    client.force_login(claim.user)
    page = client.get(claim.get_absolute_url()).content.decode()
    assert "请补充注册资本" in page
    assert "修改后重新提交" in page
    assert handler.user.name not in page, "the handler's name stays inside"
    assert client.post(f"{claim.get_absolute_url()}resubmit/", {**record, "seen": "2"}).status_code == 302


def test_the_list_takes_the_same_queries_at_one_and_three_rows(client: Client, record: dict[str, Any]) -> None:
    sign_in(client, bureau_of("310115"))
    counts = []
    for rows in (1, 3):
        while Claim.objects.count() < rows:
            filed(record, credit_code=make_credit_code(500 + Claim.objects.count(), "310115"))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/registration/claims/")
        assert answer.content.decode().count(record["name"]) == rows
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_who_has_the_list(client: Client, record: dict[str, Any]) -> None:
    filed(record)
    for role, status in ((Role.HANDLER, 200), (Role.AUDITOR, 200), (Role.UNIT_ADMIN, 404), (Role.EXPERT, 404)):
        assert client.get("/registration/claims/").status_code in (302, 404, 200)
        sign_in(client, MembershipFactory(role=role))
        assert client.get("/registration/claims/").status_code == status
    sign_in(client, MembershipFactory(role=Role.RECOMMENDER))
    assert client.get("/registration/claims/").status_code == 404, "a department decides on no claims"


def test_rivals_are_shown_to_those_who_decide(client: Client, record: dict[str, Any]) -> None:
    claim = filed(record)
    filed(record, name="上海浦江冒名有限公司")
    sign_in(client, bureau_of("310115"))
    assert "上海浦江冒名有限公司" in client.get(claim.get_absolute_url()).content.decode()
    assert client.get("/registration/claims/").content.decode().count("重复申请") == 2


# --- at once ------------------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_claims_of_one_code_confirmed_at_once_make_one_unit(record: dict[str, Any]) -> None:
    claims = [filed(record), filed(record)]
    deciders = [actor_of(MembershipFactory(role=Role.HANDLER)) for _claim in claims]
    start = threading.Barrier(2)

    def confirm(claim: Claim, decider: Actor) -> str:
        start.wait()
        try:
            perform(Claim.objects.get(pk=claim.pk), "confirm", actor=decider, data={})
        except Unmet:
            return "unmet"
        finally:
            connection.close()
        return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(confirm, claims, deciders))
    assert sorted(outcomes) == ["confirmed", "unmet"]
    assert Unit.objects.count() == 1
    assert Membership.objects.filter(role=Role.UNIT_ADMIN).count() == 1
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["confirmed", "submitted"]
