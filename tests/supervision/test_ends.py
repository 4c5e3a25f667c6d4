"""The ends of a pilot on lists and registers: archive in bulk, decisions that are corrected, corrected result documents."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.base import clock
from portal.calls.models import ParameterVersion
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle.engine import perform
from portal.supervision.models import Correction, Docket
from tests.pilot_data import people_of, pilot_in, upload_for
from tests.running_data import fresh, running_in
from tests.supervision.running import desk_of, signed
from tests.supervision.test_docket_pages import client_of, text
from tests.world_decisions import put_into_work

pytestmark = pytest.mark.django_db

APPROVED, PASSED, ENDED = (f"/registers/{name}/" for name in ("pilots", "pilots_passed", "pilots_ended"))


def page_of(pilot: Pilot) -> str:
    return reverse("workbench:dossier", args=[pilot.pk])


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"<[^>]+>", " ", text(answer))


def ended_in(state: str, shown: str = "", **columns: Any) -> Pilot:
    """A pilot in an end state; how it came there is proved elsewhere."""
    pilot = put_into_work(pilot_in("accepted", title=f"{state}标准化试点"))
    Dossier.objects.filter(pk=pilot.pk).update(state=state, shown_state=shown or state)
    Pilot.objects.filter(pk=pilot.pk).update(result_number="沪市监标技〔2026〕9号", ended_on=clock.today(), **columns)
    return Pilot.objects.get(pk=pilot.pk)


# --- registers ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("implementing", "实施中"),
        ("passed", "通过验收"),
        ("failed", "未通过验收"),
        ("terminated", "终止"),
        ("approval_revoked", "撤销立项"),
        ("result_revoked", "撤销验收结论"),
    ],
)
def test_the_register_of_approved_pilots_says_what_became_of_them(client: Client, state: str, word: str) -> None:
    pilot = ended_in(state)
    html = words(client.get(APPROVED))
    assert pilot.title in html
    assert word in html
    assert (pilot.title in words(client.get(PASSED))) == (state == "passed")
    assert (pilot.title in words(client.get(ENDED))) == (state in ("terminated", "approval_revoked", "result_revoked"))


def test_ends_are_published_by_parameter_only(client: Client) -> None:
    pilot, other = ended_in("terminated"), ended_in("failed")
    ParameterVersion.objects.create(
        key="endings_published", programme="pilots", value=0, effective_from=clock.today(), basis="default"
    )
    assert client.get(ENDED).status_code == 404
    assert "终止、撤销名单" not in words(client.get(reverse("notices:registers")))
    html = words(client.get(APPROVED))
    assert pilot.title not in html
    assert other.title in html


def test_a_result_that_is_being_decided_is_in_no_register(client: Client) -> None:
    pilot = ended_in("acceptance_decision", "acceptance_review")
    html = words(client.get(APPROVED))
    assert pilot.title in html
    assert "验收评审中" in html
    for telling in ("待审批", "沪市监标技〔2026〕9号"):
        assert telling not in html
    for register in (PASSED, ENDED):
        assert pilot.title not in words(client.get(register))


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_register_of_results(client: Client, number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        ended_in("passed")
    client.get(PASSED)
    with django_assert_num_queries(5):
        client.get(PASSED)


# --- archive, reopening ---------------------------------------------------------------------------
def test_files_are_archived_in_bulk_from_the_list() -> None:
    pilot = running_in("terminated")
    handler = client_of(people_of(pilot).handler)
    assert reverse("workbench:bulk", args=["archive"]) in text(handler.get(reverse("workbench:worklist")))
    url = reverse("workbench:bulk", args=["archive"])
    html = text(handler.get(url, {"id": pilot.pk}))
    assert "档案盒号" in html
    data = {"id": pilot.pk, "box": "2026-标-07", "retention": "永久", "on": clock.today().isoformat()}
    done = text(handler.post(url, data))
    assert pilot.title in done
    now = fresh(pilot)
    assert (now.archive_box, now.state) == ("2026-标-07", "terminated")
    assert IssuedPaper.objects.filter(kind="archive_index", subject_id=pilot.pk).exists()
    assert "已于" in text(handler.post(url, data)), "once only, and it says why"


def test_a_decision_that_was_wrong_is_corrected_by_docket() -> None:
    pilot = running_in("terminated")
    desk = desk_of(pilot)
    handler = client_of(desk.handler)
    home = text(handler.get(page_of(pilot)))
    assert "拟办呈批件：更正原决定" in home
    choice = reverse("supervision:docket_new")
    html = text(handler.get(choice, {"matter": "pilots.reopening", "id": pilot.pk}))
    assert pilot.title in html
    docket = desk.drafted("pilots.reopening", [pilot])
    html = text(handler.get(docket.get_absolute_url()))
    assert 'value="reopen"' in html
    assert 'value="reopen_acceptance"' not in html
    item = docket.items.get()
    item.grounds = "原决定依据有误。"
    item.save(update_fields=["grounds"])
    desk.issue(signed(desk, docket))
    assert fresh(pilot).state == "implementing"
    decision = IssuedPaper.objects.get(kind="termination_decision", subject_id=pilot.pk)
    assert decision.status == "revoked"


# --- corrections ----------------------------------------------------------------------------------
def test_a_corrected_result_document_and_its_certificate() -> None:
    pilot = running_in("acceptance_decision")
    with clock.moved(pilot.term_ends_on):
        desk = desk_of(pilot)
        docket = desk.drafted("pilots.acceptance", [pilot])
        desk.issue(signed(desk, docket))
        pilot = fresh(pilot)
        assert pilot.state == "passed"
        before = (pilot.approval_number, pilot.approved_on, pilot.term_starts_on, pilot.term_ends_on)
        certificate = IssuedPaper.objects.get(kind="certificate", subject_id=pilot.pk)
        paper = IssuedPaper.objects.get(kind="result_notice", subject_type=docket.label_of_type())
        corrected(docket, paper, desk, title="社区养老服务标准化试点", number="沪市监标技〔2026〕66号")
        pilot = fresh(pilot)
    assert (pilot.approval_number, pilot.approved_on, pilot.term_starts_on, pilot.term_ends_on) == before
    assert (pilot.title, pilot.result_number) == ("社区养老服务标准化试点", "沪市监标技〔2026〕66号")
    paper.refresh_from_db()
    certificate.refresh_from_db()
    assert (paper.status, certificate.status) == ("replaced", "replaced")
    newer = IssuedPaper.objects.get(kind="certificate", subject_id=pilot.pk, status="valid")
    assert certificate.replaced_by == newer
    assert newer.snapshot["project"]["title"] == "社区养老服务标准化试点"
    assert newer.snapshot["result"]["number"] == "沪市监标技〔2026〕66号"
    listed = text(Client().get(PASSED))
    assert newer.number in listed
    assert reverse("verify_code", args=[newer.code]) in listed
    assert certificate.number not in listed


def test_a_correction_that_the_certificate_does_not_repeat_leaves_it_valid() -> None:
    pilot = running_in("acceptance_decision")
    with clock.moved(pilot.term_ends_on):
        desk = desk_of(pilot)
        docket = desk.drafted("pilots.acceptance", [pilot])
        desk.issue(signed(desk, docket))
        paper = IssuedPaper.objects.get(kind="result_notice", subject_type=docket.label_of_type())
        corrected(docket, paper, desk, field="养老服务")
    certificate = IssuedPaper.objects.get(kind="certificate", subject_id=pilot.pk)
    assert certificate.status == "valid"


def corrected(docket: Docket, paper: IssuedPaper, desk: Any, *, number: str = "", **cells: str) -> Correction:
    """Proposes and confirms what is right in the only row of a result document."""
    correction = Correction(docket=docket, paper=paper, chain_id=docket.chain_id)
    snapshot = paper.snapshot
    data: dict[str, Any] = {
        f"cell-0-{column}": cells.get(name, snapshot["rows"][0][column])
        for column, (name, _head, _share) in enumerate(snapshot["columns"])
        if name not in ("no", "number")
    }
    data |= {
        "number": number or snapshot["docket"]["number"],
        "dated": snapshot["docket"]["dated"],
        "reason": "清单有误。",
        "original": [upload_for(desk.handler, "correction")],
    }
    perform(correction, "propose", actor=desk.handler, data=data)
    perform(correction, "confirm", actor=desk.chief, data={"remark": "同意更正。"})
    return correction
