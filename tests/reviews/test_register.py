"""What is kept of experts: their workload, their appointments and letters."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, Unmet
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.messaging.models import Message
from portal.reviews.appointing import appoint_all
from portal.reviews.models import Appointment, Assignment, Expert
from portal.reviews.workload import delays_of, with_workload
from tests.factories import MembershipFactory, actor, actor_of, sign_in
from tests.reviews.rounds import accepted, actor_for, expert, hand_in, sitting

pytestmark = pytest.mark.django_db


def as_(role: Role) -> Client:
    return sign_in(Client(), MembershipFactory(role=role))


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- workload -----------------------------------------------------------------------------------
def test_what_each_expert_did() -> None:
    found = sitting(accepted(2), state="scoring")
    diligent, recused = found.experts[0], found.experts[1]
    for assignment in found.of(diligent):
        hand_in(assignment, found.actors[0])
    perform(found.of(recused)[0], "recuse", actor=found.actors[1], data={"reason": "曾任顾问。"})
    year = clock.today().year
    rows = {row.pk: row for row in with_workload(Expert.objects.all(), year)}
    one: Any = rows[diligent.pk]
    assert (one.invited, one.accepted, one.submitted, one.open_now) == (2, 2, 2, 0)
    assert one.last_at is not None
    other: Any = rows[recused.pk]
    assert (other.invited, other.accepted, other.recused, other.submitted, other.open_now) == (2, 1, 1, 0, 1)
    before: Any = with_workload(Expert.objects.filter(pk=diligent.pk), year - 1).get()
    assert (before.invited, before.submitted) == (0, 0)


def test_delays_count_from_the_due_date_and_never_below_nought() -> None:
    found = sitting(accepted(2), state="scoring")
    late, early = found.experts[0], found.experts[1]
    from portal.deadlines.models import Deadline

    due = Deadline.objects.get(duty="review_score").due_on
    first, second = found.of(late)
    for assignment, days in ((first, 3), (second, 0)):
        with clock.moved(due + dt.timedelta(days=days)):
            hand_in(assignment, found.actors[0])
    hand_in(found.of(early)[0], found.actors[1])
    year = found.round.held_on.year
    assert delays_of([late.pk, early.pk, found.experts[2].pk], year) == {
        late.pk: Decimal("1.5"),
        early.pk: Decimal("0.0"),
    }
    assert delays_of([late.pk], year - 1) == {}


def test_the_workload_is_listed_filtered_and_exported() -> None:
    found = sitting(state="scored")
    Expert.objects.filter(pk=found.experts[0].pk).update(fields=["manufacturing"])
    client = as_(Role.HANDLER)
    page = client.get(reverse("reviews:workload") + "?field=manufacturing&sort=-employer")
    assert [row.pk for row in page.context["list"].page.rows] == [found.experts[0].pk]
    year = clock.today().year
    assert f"{year} 年专家工作量" in page.content.decode()
    response = client.get(reverse("reviews:workload_export") + "?field=manufacturing")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    cells = [cell.value for cell in list(sheet.rows)[2]]
    assert found.experts[0].name in cells
    for role in (Role.LEADER, Role.EXPERT, Role.RECOMMENDER):
        assert as_(role).get(reverse("reviews:workload")).status_code == 404
        assert as_(role).get(reverse("reviews:workload_export")).status_code == 404


def test_queries_of_the_workload() -> None:
    counted, client = [], as_(Role.HANDLER)
    pilots = accepted(2)
    sitting(pilots[:1], state="scored")
    counted.append(queries_of(client, reverse("reviews:workload")))
    sitting(pilots[1:], panel=7, state="scored")
    counted.append(queries_of(client, reverse("reviews:workload")))
    assert counted[0] == counted[1] <= 14
    assert Assignment.objects.filter(state="submitted").count() == 12


# --- appointments -------------------------------------------------------------------------------
def term(**change: str) -> dict[str, Any]:
    """An appointment as a browser sends it: from today, for three years."""
    today = clock.today()
    last = today.replace(year=today.year + 3) if (today.month, today.day) != (2, 29) else dt.date(today.year + 3, 2, 28)
    return {"office": "上海市标准化项目评审专家", "first": today.isoformat(), "last": last.isoformat(), **change}


def appointed(found: Expert | None = None) -> Appointment:
    """An expert's appointment."""
    appointment = Appointment(expert=found or expert(1))
    perform(appointment, "appoint", actor=actor(Role.HANDLER), data=term())
    return appointment


def test_many_are_appointed_at_once_each_with_a_letter() -> None:
    people = [expert(n) for n in range(3)]
    out = expert(9, active=False)
    client = as_(Role.HANDLER)
    assert "聘任并出具聘书" in client.get(reverse("reviews:experts")).content.decode()
    query = "&".join(f"id={one.pk}" for one in [*people, out])
    assert client.get(reverse("reviews:appoint") + "?" + query).context["experts"] == sorted(
        people, key=lambda one: (one.name, one.pk)
    )
    response = client.post(reverse("reviews:appoint"), {**term(), "id": [one.pk for one in [*people, out]]})
    assert response.status_code == 302
    assert {a.expert_id for a in Appointment.objects.all()} == {one.pk for one in people}
    letters = IssuedPaper.objects.filter(kind="review_appointment")
    assert letters.count() == 3
    assert len({letter.number for letter in letters}) == 3
    assert Message.objects.filter(recipient=people[0].user).exists()


@pytest.mark.parametrize(
    ("change", "field"), [({"last": "2000-01-01"}, "last"), ({"first": ""}, "first"), ({"office": " "}, "office")]
)
def test_a_term_is_checked(change: dict[str, str], field: str) -> None:
    one = expert(1)
    response = as_(Role.HANDLER).post(reverse("reviews:appoint"), {**term(**change), "id": one.pk})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Appointment.objects.exists()


def test_nobody_is_appointed_twice_for_the_same_time() -> None:
    first = appointed()
    with pytest.raises(InvalidInput):
        perform(Appointment(expert=first.expert), "appoint", actor=actor(Role.HANDLER), data=term())
    done, refused = appoint_all([first.expert, expert(2)], term(), actor=actor(Role.HANDLER))
    assert len(done) == 1
    assert [(one, "已有有效的聘书" in why) for one, why in refused] == [(first.expert, True)]
    perform(first, "dismiss", actor=actor(Role.HANDLER), data={"reason": "本人申请。"})
    assert appointed(first.expert).state == "appointed"
    assert list(
        Appointment.objects.in_force(clock.today()).filter(expert=first.expert).values_list("state", flat=True)
    ) == ["appointed"]


def test_only_handlers_appoint_and_only_active_experts() -> None:
    with pytest.raises(NotPermitted):
        perform(Appointment(expert=expert(1)), "appoint", actor=actor(Role.SECTION_CHIEF), data=term())
    with pytest.raises(Unmet):
        perform(Appointment(expert=expert(2, active=False)), "appoint", actor=actor(Role.HANDLER), data=term())


def test_a_dismissal_revokes_the_letter() -> None:
    found = appointed()
    client = as_(Role.HANDLER)
    assert "解聘" in client.get(found.get_absolute_url()).content.decode()
    step = reverse("reviews:appointment_step", args=[found.pk, "dismiss"])
    assert client.post(step, {"reason": "连续两次无故缺席。"}).status_code == 302
    letter = IssuedPaper.objects.get(kind="review_appointment")
    assert (letter.status, Appointment.objects.get().reason) == ("revoked", "连续两次无故缺席。")
    page = Client().get(reverse("verify_code", args=[letter.code])).content.decode()
    assert "已撤销" in page
    assert "无故缺席" not in page


def test_the_expert_downloads_the_own_letters_alone(tmp_path: Any, settings: Any) -> None:
    found = appointed()
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")
    address = reverse("reviews:appointment_letter", args=[found.pk])
    own = sign_in(Client(), actor_for(found.expert).membership)  # type: ignore[arg-type]
    assert own.get(address).status_code == 404, "not made yet"
    IssuedPaper.objects.update(making="made", path="x.pdf")
    assert b"".join(own.get(address).streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    page = own.get(reverse("reviews:own_letters")).content.decode()
    assert address in page
    assert reverse("reviews:own_letters") in own.get(reverse("reviews:mine")).content.decode(), "the menu leads there"
    other = sign_in(Client(), actor_for(expert(2)).membership)  # type: ignore[arg-type]
    assert other.get(address).status_code == 404
    assert address not in other.get(reverse("reviews:own_letters")).content.decode()
    stranger = actor_of(MembershipFactory(role=Role.RECOMMENDER))
    assert not Appointment.objects.visible_to(stranger).exists()
    assert not IssuedPaper.objects.visible_to(stranger).exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_own_letters(rows: int) -> None:
    one = expert(1)
    for n in range(rows):
        year = clock.today().year + 4 * n
        data = term(first=f"{year}-12-01", last=f"{year + 1}-11-30")
        perform(Appointment(expert=one), "appoint", actor=actor(Role.HANDLER), data=data)
    client = sign_in(Client(), actor_for(one).membership)  # type: ignore[arg-type]
    assert queries_of(client, reverse("reviews:own_letters")) <= 9
