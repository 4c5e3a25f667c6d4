"""The pages as handlers, experts and the others use them."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from openpyxl import load_workbook

from portal.accounts.roles import Role
from portal.base import clock
from portal.messaging.models import Outbox
from portal.reviews import urls
from portal.reviews.models import Assignment, Expert, Round
from portal.reviews.states import ASSIGNMENT, ROUND, VALID
from tests.factories import MembershipFactory, actor_of, sign_in
from tests.reviews.rounds import MATTER, accepted, enter, expert, sheet_data, sitting

pytestmark = pytest.mark.django_db
READERS = {Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR}


def as_(role: Role) -> Client:
    return sign_in(Client(), MembershipFactory(role=role))


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_each_address_names_its_roles() -> None:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        roles = getattr(pattern.callback, "roles", None)
        assert roles, pattern.name
        assert roles <= READERS | {Role.EXPERT, Role.RECOMMENDER}, pattern.name


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS and role != Role.EXPERT])
def test_the_others_find_nothing(role: Role) -> None:
    found = sitting(state="inviting")
    assignment = Assignment.objects.first()
    entry = found.round.entries.get()
    assert assignment is not None
    client = as_(role)
    keys = {"pk": found.round.pk, "entry": entry.pk, "package": 1, "visit": 1, "name": "invite"}
    own_lists = ("commissions", "checks") if role == Role.RECOMMENDER else ()
    for pattern in urls.urlpatterns:
        if pattern.name in own_lists:
            continue
        wanted = {name: keys[name] for name in pattern.pattern.converters}
        address = reverse(f"reviews:{pattern.name}", kwargs=wanted)
        # a body may be commissioned: its people learn which method an address takes, and nothing else
        hidden = (404, 405) if role in pattern.callback.roles else (404,)  # type: ignore[attr-defined]
        assert client.get(address).status_code in hidden, address
        assert client.post(address).status_code in hidden, address


# --- the register -------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_register(rows: int) -> None:
    for number in range(rows):
        expert(number)
    assert queries_of(as_(Role.HANDLER), reverse("reviews:experts")) <= 12


def test_the_register_is_searched_and_filtered() -> None:
    expert(1, name="沈国梁", fields=["governance"], standards_expert=True)
    expert(2, name="陆文静", fields=["manufacturing"], employer="华东示例大学")
    accepted()  # a call gives the fields their names
    client = as_(Role.HANDLER)
    for query, name in (
        ("q=沈", "沈国梁"),
        ("q=华东", "陆文静"),
        ("field=manufacturing", "陆文静"),
        ("standards=yes", "沈国梁"),
    ):
        rows = client.get(reverse("reviews:experts") + "?" + query).context["list"].page.rows
        assert [row.name for row in rows] == [name], query


def test_the_register_as_xlsx_holds_no_formula() -> None:
    expert(1, name="=HYPERLINK(1)")
    response = as_(Role.HANDLER).get(reverse("reviews:experts_export"))
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    assert str(sheet["A3"].value).lstrip("'") == "=HYPERLINK(1)"
    assert sheet["A3"].data_type == "s"


def form_of(**values: str) -> dict[str, str]:
    """The form of an expert with empty tables."""
    data = {"name": "沈国梁", "employer": "上海示例研究院", "phone": "13800000000", "email": "shen@example.org"}
    for table in ("employments", "qualifications", "unavailabilities"):
        data |= {f"{table}-TOTAL_FORMS": "1", f"{table}-INITIAL_FORMS": "0"}
    return {**data, **values}


def test_an_expert_is_entered_with_tables() -> None:
    accepted()
    client = as_(Role.HANDLER)
    data = form_of(
        chosen="governance",
        **{
            "employments-0-employer": "上海另一研究院",
            "employments-0-last": "2025-06-30",
            "qualifications-0-name": "全国专业标准化技术委员会委员",
            "unavailabilities-0-first": "2027-01-01",
            "unavailabilities-0-last": "2027-01-31",
        },
    )
    assert client.post(reverse("reviews:expert_new"), data).status_code == 302
    found = Expert.objects.get()
    assert found.fields == ["governance"]
    assert found.employments.get().last == dt.date(2025, 6, 30)
    assert found.unavailabilities.count() == found.qualifications.count() == 1
    page = client.get(reverse("reviews:expert", args=[found.pk])).content.decode()
    assert "上海另一研究院" in page
    assert client.post(reverse("reviews:expert_account", args=[found.pk])).status_code == 302
    assert "shen@example.org" in json.dumps([row.payload for row in Outbox.objects.all()])
    found.refresh_from_db()
    assert found.user is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"employer_code": "123"}, "统一社会信用代码"),
        ({"phone": "12"}, "手机号码"),
        (
            {"employments-0-employer": "甲", "employments-0-first": "2025-01-02", "employments-0-last": "2025-01-01"},
            "不能早于",
        ),
        ({"unavailabilities-0-first": "2027-01-02"}, "必填"),
    ],
)
def test_what_is_wrong_is_said_beside_it(change: dict[str, str], words: str) -> None:
    response = as_(Role.HANDLER).post(reverse("reviews:expert_new"), form_of(**change))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Expert.objects.exists()


def test_experts_keep_their_own_entry_alone() -> None:
    own, other = expert(1), expert(2)
    client = sign_in(Client(), own.user.memberships.get())  # type: ignore[union-attr]
    assert client.get(reverse("reviews:me")).status_code == 200
    data = form_of(employer="新单位", name="改名", email="new@example.org")
    assert client.post(reverse("reviews:me"), data).status_code == 302
    own.refresh_from_db()
    assert (own.employer, own.name == "改名", own.email == "new@example.org") == ("新单位", False, False)
    assert client.get(reverse("reviews:expert", args=[other.pk])).status_code == 404
    assert client.get(reverse("reviews:expert_edit", args=[own.pk])).status_code == 404


def test_the_chief_reads_the_register_and_changes_nothing() -> None:
    found, client = expert(1), as_(Role.SECTION_CHIEF)
    page = client.get(reverse("reviews:experts")).content.decode()
    assert reverse("reviews:expert_new") not in page
    assert client.get(reverse("reviews:expert", args=[found.pk])).status_code == 200
    for name in ("expert_edit", "expert_active", "expert_account"):
        assert client.post(reverse(f"reviews:{name}", args=[found.pk])).status_code == 404


# --- rounds -------------------------------------------------------------------------------------
def test_queries_of_the_list_of_rounds() -> None:
    counted = []
    pilots = accepted(4)
    first = sitting(pilots[:1])
    client = sign_in(Client(), first.handler_membership)
    counted.append(queries_of(client, reverse("reviews:rounds")))
    for pilot in pilots[1:3]:
        sitting([pilot])
    counted.append(queries_of(client, reverse("reviews:rounds")))
    assert counted[0] == counted[1] <= 14


def test_a_round_is_set_up_from_chosen_dossiers() -> None:
    pilots = accepted(2)
    from tests.factories import handler_of

    client = sign_in(Client(), handler_of(pilots[0].call).membership)  # type: ignore[arg-type]
    query = "&".join(f"id={pilot.pk}" for pilot in pilots)
    page = client.get(reverse("reviews:selected") + "?" + query).content.decode()
    assert "筹备新的立项评审" in page
    data = {"matter": MATTER, "title": "第一批", "held_on": clock.today().isoformat(), "id": [p.pk for p in pilots]}
    response = client.post(reverse("reviews:round_new"), data)
    round_ = Round.objects.get()
    assert response["Location"] == round_.get_absolute_url()
    assert round_.entries.count() == 2
    yesterday = (clock.today() - dt.timedelta(days=1)).isoformat()
    assert client.post(reverse("reviews:round_new"), {**data, "held_on": yesterday}).status_code == 422


def test_the_whole_way_in_pages() -> None:
    found = sitting(panel=1)
    round_, entry = found.round, found.round.entries.get()
    client = sign_in(Client(), found.handler_membership)
    more = [expert(n + 50) for n in range(4)]
    panel = reverse("reviews:panel", args=[round_.pk])
    client.post(reverse("reviews:panel_change", args=[round_.pk]), {"id": [e.pk for e in more]})
    assert round_.seats.count() == 5
    client.post(reverse("reviews:panel_chair", args=[round_.pk]), {"expert": more[0].pk})
    page = client.get(panel).content.decode()
    assert "组长" in page
    assert client.post(reverse("reviews:step", args=[round_.pk, "invite"]), {}).status_code == 302
    everybody = [found.experts[0], *more]
    for person in everybody:
        own = sign_in(Client(), person.user.memberships.get())  # type: ignore[union-attr]
        assignment = Assignment.objects.get(expert=person)
        assert "待接受" in own.get(reverse("reviews:mine")).content.decode()
        own.post(reverse("reviews:answer"), {"id": assignment.pk, "do": "accept"})
        assert Assignment.objects.get(pk=assignment.pk).state == "accepted"
    assert client.post(reverse("reviews:step", args=[round_.pk, "open_scoring"]), {}).status_code == 302
    for person in everybody:
        own = sign_in(Client(), person.user.memberships.get())  # type: ignore[union-attr]
        assignment = Assignment.objects.get(expert=person)
        address = reverse("reviews:declare", args=[round_.pk])
        assert own.post(address, {f"choice-{assignment.pk}": "free"}).status_code == 422
        assert own.post(address, {f"choice-{assignment.pk}": "recuse", "no_conflict": "on"}).status_code == 422
        assert own.post(address, {f"choice-{assignment.pk}": "free", "no_conflict": "on"}).status_code == 302
        sheet = reverse("reviews:sheet", args=[assignment.pk])
        page = own.get(sheet).content.decode()
        assert "社区嵌入式养老服务标准化试点" in page
        assert "满分 25 分" in page
        kept = own.post(reverse("reviews:draft", args=[assignment.pk]), {"score-need": "21"})
        assert "暂存" in json.loads(kept.content)["text"]
        assert 'value="21"' in own.get(sheet).content.decode()
        assert own.post(sheet, {"keep": "1", "score-need": "22"}).status_code == 302
        response = own.post(sheet, {**sheet_data(assignment), "score-need": "30"})
        assert response.status_code == 422
        assert "不能高于该项满分" in response.content.decode()
        assert own.post(sheet, sheet_data(assignment)).status_code == 302
        assert "已提交" in own.get(sheet).content.decode()
        assert own.post(reverse("reviews:draft", args=[assignment.pk]), {"score-need": "1"}).status_code == 409
    assert "建议立项" in client.get(reverse("reviews:summary", args=[round_.pk])).content.decode()
    for name in ("panel", "board", "log"):
        assert as_(Role.AUDITOR).get(reverse(f"reviews:{name}", args=[round_.pk])).status_code == 404
    conclude = reverse("reviews:step", args=[round_.pk, "conclude"])
    data = {
        "conclusion": "总体较好。",
        "minutes": "",
        f"conclusion-{entry.pk}": "recommended",
        f"opinion-{entry.pk}": "好。",
    }
    assert client.post(conclude, {**data, "keep": "1"}).status_code == 302
    assert Round.objects.get().state == "scoring"
    assert "好。" in client.get(conclude).content.decode()
    assert client.post(conclude, data)["Location"] == reverse("reviews:summary", args=[round_.pk])
    assert Round.objects.get().state == "concluded"
    for role in (Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR):
        reader = as_(role)
        assert reader.get(reverse("reviews:rounds")).status_code == 200
        assert "总体较好" in reader.get(reverse("reviews:summary", args=[round_.pk])).content.decode()
        tab = reader.get(reverse("workbench:dossier", args=[entry.dossier_id]) + "?tab=review").content.decode()
        assert "建议立项" in tab
        for name in ("panel", "board", "log"):
            assert reader.get(reverse(f"reviews:{name}", args=[round_.pk])).status_code == 200
        for name in ("round_edit", "take_in"):
            assert reader.get(reverse(f"reviews:{name}", args=[round_.pk])).status_code == 404


def test_answers_outside_the_portal_are_noted_for_all_dossiers() -> None:
    found = sitting(accepted(3), paper_experts=1, state="inviting")
    client = sign_in(Client(), found.handler_membership)
    address = reverse("reviews:panel_note", args=[found.round.pk])
    paper = found.experts[4]
    client.post(address, {"expert": paper.pk, "do": "accept", "how": ""})
    assert {a.state for a in found.of(paper)} == {"invited"}
    client.post(address, {"expert": paper.pk, "do": "accept", "how": "10 月 8 日电话确认"})
    assert {a.state for a in found.of(paper)} == {"accepted"}


def test_a_second_person_checks_in_pages() -> None:
    found = sitting(paper_experts=1, state="scoring")
    paper = found.of(found.experts[4])[0]
    enter(paper, found.handler)
    own = sign_in(Client(), found.handler_membership)
    assert own.get(reverse("reviews:checks")).context["rows"] == []
    chief = as_(Role.SECTION_CHIEF)
    assert [row.pk for row in chief.get(reverse("reviews:checks")).context["rows"]] == [paper.pk]
    page = chief.get(reverse("reviews:assignment", args=[paper.pk])).content.decode()
    assert "复核无误" in page
    other = found.of(found.experts[0])[0]
    assert chief.get(reverse("reviews:assignment", args=[other.pk])).status_code == 404
    step = reverse("reviews:assignment_step", args=[paper.pk, "confirm_entry"])
    assert chief.post(step, {"compared": "on"}).status_code == 302
    assert Assignment.objects.get(pk=paper.pk).state == "submitted"
    assert chief.get(reverse("reviews:assignment", args=[paper.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_an_experts_pages(rows: int) -> None:
    found = sitting(accepted(rows), state="scoring")
    client = sign_in(Client(), found.actors[0].membership)  # type: ignore[arg-type]
    sheet = reverse("reviews:sheet", args=[found.of(found.experts[0])[0].pk])
    assert queries_of(client, reverse("reviews:mine")) <= 8
    assert queries_of(client, sheet) <= 18


def test_a_void_round_is_repeated_in_pages() -> None:
    found = sitting(state="inviting")
    client = sign_in(Client(), found.handler_membership)
    annul = reverse("reviews:step", args=[found.round.pk, "annul"])
    assert client.post(annul, {"reason": "专家冲突。"}).status_code == 302
    address = reverse("reviews:repeat", args=[found.round.pk])
    data = {"title": "再次", "held_on": clock.today().isoformat(), "keep_panel": "on"}
    assert client.get(address).status_code == 200
    assert client.post(address, data).status_code == 302
    assert Round.objects.get(repeats=found.round).entries.count() == 1


def test_an_experts_pages_answer_in_every_state() -> None:
    """Whatever became of the invitation and of the round, the expert's own pages open or lead on; nobody else's do."""
    states = list(ASSIGNMENT.states)
    found = sitting(accepted(len(states)), state="scoring")
    person, stranger = found.experts[0], as_(Role.EXPERT)
    client = sign_in(Client(), found.actors[0].membership)  # type: ignore[arg-type]
    for assignment, state in zip(found.of(person), states, strict=True):
        Assignment._base_manager.filter(pk=assignment.pk).update(
            state=state, draft={"score-need": "21"}, scores={"need": "21.00"} if state in VALID else {}, reason="出差。"
        )
    sheets = {a.state: reverse("reviews:sheet", args=[a.pk]) for a in found.of(person)}
    declaration = reverse("reviews:declare", args=[found.round.pk])
    for round_state in ROUND.states:
        Round._base_manager.filter(pk=found.round.pk).update(state=round_state)
        for state, address in sheets.items():
            response = client.get(address)
            leads_on = state == "accepted" and round_state == "scoring"
            assert response.status_code == (302 if leads_on else 200), (round_state, state)
            assert ("data-draft" in response.content.decode()) == (state == "rating" and round_state == "scoring")
        for show in ("invited", "scoring", "done", "gone"):
            assert client.get(reverse("reviews:mine"), {"show": show}).status_code == 200
        assert client.get(declaration).status_code == (200 if round_state == "scoring" else 302)
        assert stranger.get(declaration).status_code == 404
        assert stranger.get(sheets["rating"]).status_code == 404
        assert stranger.post(declaration, {"no_conflict": "on"}).status_code == 404


def test_a_message_leads_an_expert_to_the_own_list() -> None:
    found = sitting(state="inviting")
    client = sign_in(Client(), found.actors[0].membership)  # type: ignore[arg-type]
    assert client.get(found.round.get_absolute_url())["Location"] == reverse("reviews:mine")
    assert client.get(reverse("reviews:board", args=[found.round.pk])).status_code == 404


def test_the_handler_sees_what_can_be_taken_in() -> None:
    pilots = accepted(3)
    found = sitting(pilots[:1])
    client = sign_in(Client(), found.handler_membership)
    address = reverse("reviews:take_in", args=[found.round.pk])
    rows: Any = client.get(address).context["rows"]
    assert {row.pk for row in rows} == {pilot.pk for pilot in pilots[1:]}
    client.post(address, {"id": [pilot.pk for pilot in pilots[1:]]})
    assert found.round.entries.count() == 3
    stranger = sign_in(Client(), MembershipFactory(role=Role.HANDLER))
    assert stranger.get(address).context["rows"] == []
    assert actor_of(found.handler_membership).role == Role.HANDLER
