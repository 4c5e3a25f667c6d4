"""The page of a self-evaluation: filled in piece by piece, nothing typed is lost, read by others once it is filed."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from pilots.models import Pilot
from portal.execution import evaluations
from portal.execution.models import Evaluation, Milestone
from portal.lifecycle.engine import perform
from tests.execution.conftest import page
from tests.pilot_data import people_of
from tests.running_data import evaluate, fresh, take
from tests.world_running import standard

pytestmark = pytest.mark.django_db


def url(pilot: Pilot, stage: str = "midterm") -> str:
    return reverse("execution:evaluation", args=[pilot.pk, stage])


def typed(pilot: Pilot, **more: str) -> dict[str, Any]:
    """Everything that is wanted, as a browser sends it."""
    targets = evaluations.blank(pilot, "midterm").content["targets"]
    data = {f"actual-{row['id']}": "90" for row in targets} | {f"note-{row['id']}": "" for row in targets}
    texts = {f"text-{name}": "按任务书完成。" for name, *_rest in evaluations.TEXTS["midterm"]}
    return {"seen": "0", **data, **texts, **more}


def test_asking_for_it_keeps_nothing(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    answer = as_actor(people_of(running).applicant).get(url(running))
    assert answer.status_code == 200
    assert "服务满意度" in page(answer)
    assert "尚未保存" in page(answer)
    assert not Evaluation.objects.exists()


def test_it_is_filled_in_piece_by_piece(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(people_of(running).applicant)
    first = evaluations.blank(running, "midterm").content["targets"][0]
    half = {"seen": "0", f"actual-{first['id']}": "九成", "text-progress": "已完成一半。"}
    assert client.post(url(running), half).status_code == 302
    answer = client.get(url(running))
    assert "九成" in page(answer)
    assert "已完成一半。" in page(answer)
    places = [place for place, _text in answer.context["problems"]]
    assert f"actual-{first['id']}" in places  # 九成 is no number
    assert "text-progress" not in places
    for place in places:
        assert f'href="#field-{place}"' in page(answer)
        assert f'id="field-{place}"' in page(answer)
    assert client.post(url(running), typed(running, seen="1")).status_code == 302
    assert client.get(url(running)).context["problems"] == []


def test_it_is_kept_while_somebody_types(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(people_of(running).applicant)
    shown = page(client.get(url(running)))
    assert f'data-declaration data-autosave="{url(running)}"' in shown
    by_script = {"headers": {"X-Requested-With": "fetch"}}
    answer = client.post(url(running), {"seen": "0", "text-progress": "已完成一半。"}, **by_script)
    assert answer.json()["revision"] == 1
    assert "自动保存" in answer.json()["message"]
    assert Evaluation.objects.get().content["texts"]["progress"] == "已完成一半。"
    stale = client.post(url(running), {"seen": "0", "text-progress": "另一份。"}, **by_script)
    assert (stale.status_code, Evaluation.objects.get().revision) == (409, 1)
    long = client.post(url(running), {"seen": "1", "text-progress": "长" * 5001}, **by_script)
    assert (long.status_code, Evaluation.objects.get().revision) == (422, 1)


def test_what_is_too_long_is_told_and_kept_on_the_page(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(people_of(running).applicant)
    answer = client.post(url(running), typed(running, **{"text-progress": "长" * 5001, "text-next": "继续实施。"}))
    assert answer.status_code == 422
    assert "#field-text-progress" in page(answer)
    assert "长" * 5001 in page(answer)
    assert "继续实施。" in page(answer)
    assert not Evaluation.objects.exists()


def test_who_comes_second_reads_both_and_loses_nothing(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(people_of(running).applicant)
    assert client.post(url(running), typed(running, **{"text-progress": "同事写的进展"})).status_code == 302
    answer = client.post(url(running), typed(running, **{"text-progress": "我写的进展"}))
    assert answer.status_code == 409
    assert "同事写的进展" in page(answer)
    assert "我写的进展" in page(answer)
    seen = str(answer.context["seen"])
    assert client.post(url(running), typed(running, seen=seen, **{"text-progress": "我写的进展"})).status_code == 302
    assert Evaluation.objects.get().content["texts"]["progress"] == "我写的进展"


def test_until_it_is_filed_it_is_the_undertakers_own(as_actor, running, readers, strangers) -> None:  # type: ignore[no-untyped-def]
    people = people_of(running)
    evaluate(running, "midterm")
    for person in (*readers, *strangers):
        assert as_actor(person).get(url(running)).status_code == 404, person
        assert as_actor(person).post(url(running), typed(running)).status_code == 404, person
        assert "填写中" not in page(
            as_actor(person).get(reverse("workbench:dossier", args=[running.pk]) + "?tab=execution")
        )
    take(running, "open_midterm", people.handler)
    take(running, "file_midterm", people.applicant, truthful="on", no_secrets="on")
    for person in (people.applicant, *readers):
        answer = as_actor(person).get(url(running))
        assert answer.status_code == 200, person
        assert "按任务书完成，情况良好。" in page(answer)
        assert "<textarea" not in page(answer)
    for person in strangers:
        assert as_actor(person).get(url(running)).status_code == 404, person


def test_the_filed_one_keeps_the_registers_as_they_were(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    people = people_of(running)
    standard(running, people)
    evaluate(running, "midterm")
    take(running, "open_midterm", people.handler)
    take(running, "file_midterm", people.applicant, truthful="on", no_secrets="on")
    standard(fresh(running), people, number="DB31/T 1600—2023", title="后来登记的标准")
    milestone = Milestone.objects.filter(dossier_id=running.pk)[0]
    perform(milestone, "report_progress", actor=people.applicant, data={"report": "后来报告的进展", "percent": "70"})
    text = page(as_actor(people.handler).get(url(running)))
    assert "DB31/T 1500—2023" in text
    assert "后来登记的标准" not in text
    assert "后来报告的进展" not in text


def test_the_page_of_the_project_leads_there(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    people = people_of(running)
    client, place = as_actor(people.applicant), reverse("workbench:dossier", args=[running.pk])
    assert "填写中期自我评价" in page(client.get(place))
    assert url(running) not in page(as_actor(people.handler).get(place))
    take(running, "open_midterm", people.handler)
    answer = client.get(place)
    assert f'<a href="{url(running)}">尚未填写自我评价。</a>' in page(answer)  # the reason against filing leads on
    step = reverse("workbench:step", args=[running.pk, "file_midterm"])
    assert url(running) in page(client.get(step))
    refused = client.post(step, {"truthful": "on", "no_secrets": "on"})
    assert refused.status_code == 409
    assert url(running) in page(refused)
    evaluate(running, "midterm")
    assert step in page(client.get(url(running)))


@pytest.mark.parametrize(
    ("state", "outcome", "midterm", "acceptance"),
    [
        ("approved", "", False, False),
        ("implementing", "", True, False),
        ("midterm_due", "", True, False),
        ("midterm_review", "", False, False),
        ("implementing", "passed", False, True),
        ("overdue", "", False, True),
        ("overdue", "passed", False, True),
        ("acceptance_applied", "passed", False, False),
        ("passed", "passed", False, False),
    ],
)
def test_when_it_is_open(running, state, outcome, midterm, acceptance) -> None:  # type: ignore[no-untyped-def]
    running.__dict__["state"], running.midterm_outcome = state, outcome
    if state == "overdue":
        running.term_ends_on = running.term_starts_on
    found = [running.may_evaluate(stage) for stage in ("midterm", "acceptance")]
    assert found == [midterm, acceptance]
