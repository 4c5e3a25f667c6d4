"""The tabs of a running project and what its page says: readers, buttons, suspension, experts, query counts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.base import clock
from portal.execution.models import Milestone
from portal.execution.task_books.actions import follow_plan
from portal.lifecycle.engine import perform
from tests.execution.conftest import page
from tests.factories import sign_in
from tests.pilot_data import people_of, upload_for
from tests.reviews.rounds import sitting
from tests.running_data import (
    agree,
    apply_for_acceptance,
    ask_for,
    before_the_end,
    concluded,
    evaluate,
    fresh,
    on,
    ordered,
    sign_task_book,
    take,
)
from tests.world_running import standard

pytestmark = pytest.mark.django_db
TABS = ("execution", "outputs", "deadlines")


def url(pilot: Pilot, tab: str = "") -> str:
    return reverse("workbench:dossier", args=[pilot.pk]) + (f"?tab={tab}" if tab else "")


def report(pilot: Pilot) -> Milestone:
    """A report with evidence on the first milestone."""
    people = people_of(pilot)
    milestone = Milestone.objects.filter(dossier_id=pilot.pk)[0]
    files = [upload_for(people.applicant, "milestone_evidence")]
    data = {"report": "体系框架已完成。", "percent": "60", "evidence": files}
    perform(milestone, "report_progress", actor=people.applicant, data=data)
    return milestone


def test_the_tabs_come_with_the_approval(as_actor, desk, drafted) -> None:  # type: ignore[no-untyped-def]
    before = desk.decided_on(unit=drafted.applicant)
    shown = page(as_actor(people_of(before).applicant).get(url(before)))
    assert "?tab=execution" not in shown
    assert "?tab=outputs" not in shown
    shown = page(as_actor(people_of(drafted).applicant).get(url(drafted, "execution")))
    assert "任务书编制中，等待承担单位办理。" in shown
    assert "编制任务书" in shown
    assert "还没有阶段任务" in shown


def test_reports_are_for_the_undertaker_and_read_by_everybody(as_actor, running, readers) -> None:  # type: ignore[no-untyped-def]
    milestone = report(running)
    step = reverse("execution:milestone_step", args=[milestone.pk, "report_progress"])
    own = page(as_actor(people_of(running).applicant).get(url(running, "execution")))
    assert step in own
    for reader in readers:
        shown = page(as_actor(reader).get(url(running, "execution")))
        assert step not in shown, reader
        for words in ("体系框架已完成。", "60%", "扫描件.pdf", "已完成 0 个，共 2 个"):
            assert words in shown, reader


def test_while_it_stands_still_nothing_is_reported_and_no_clock_runs(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    milestone = report(running)
    ordered(running, "suspend")
    client = as_actor(people_of(running).applicant)
    shown = page(client.get(url(running, "execution")))
    assert "已暂停计时" in shown
    assert reverse("execution:milestone_step", args=[milestone.pk, "report_progress"]) not in shown
    barred = page(client.get(milestone.get_absolute_url()))
    assert "暂不能办理“报告进展”" in barred
    box = page(client.get(url(running)))
    assert f"已暂停计时（自 {clock.today()} 起）" in box
    assert f"已暂停计时（自 {clock.today()} 起）" in page(client.get(url(running, "deadlines")))


def test_duties_name_their_milestones(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    shown = page(as_actor(people_of(running).applicant).get(url(running)))
    assert "完成阶段任务并报告进展（建设阶段）" in shown


def test_who_has_to_act_meets_a_button_and_nobody_else(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    """The task book, then what the guarantor is asked, then the taking into a round."""
    people = people_of(drafted)
    parties = {"applicant": people.applicant, "recommender": people.recommender, "handler": people.handler}

    def leading() -> dict[str, list[str]]:
        pages = {name: as_actor(who).get(url(drafted)) for name, who in parties.items()}
        return {name: [str(deed.label) for deed in got.context["leading"]] for name, got in pages.items()}

    assert leading() == {"applicant": ["编制任务书"], "recommender": [], "handler": []}
    sign_task_book(drafted, until="guarantor_signing")
    assert leading() == {"applicant": [], "recommender": ["签署任务书"], "handler": []}
    sign_task_book(drafted, until="bureau_signing")
    assert leading() == {"applicant": [], "recommender": [], "handler": ["签署任务书"]}
    sign_task_book(drafted)
    ask_for(drafted, "pilots.extension", endorsed=False, months="3")
    got = as_actor(people.recommender).get(url(drafted))
    assert [str(deed.label) for deed in got.context["leading"]] == ["答复征求意见"]
    assert "您无需操作" not in page(got)
    assert leading()["handler"] == ["办理申请事项"]


def test_a_mid_term_that_was_waived_has_its_day_among_the_stages(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    take(running, "waive_midterm", "handler", reason="任务已提前完成。")
    shown = as_actor(people_of(running).applicant).get(url(running))
    days = {str(stage.label): stage.date for stage in shown.context["stages"]}
    assert (days["实施"], days["中期"]) == (clock.today(), clock.today())


def test_a_suspended_project_says_so_beside_its_name(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(people_of(running).recommender)
    assert "暂停中" not in page(client.get(url(running)))
    ordered(running, "suspend")
    assert "暂停中" in page(client.get(url(running)))


def test_the_box_tells_what_became_of_the_term(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    people = people_of(running)
    take(running, "open_midterm", people.handler)
    evaluate(running, "midterm")
    take(running, "file_midterm", people.applicant, truthful="on", no_secrets="on")
    concluded(running, "pilots.midterm")
    take(running, "pass_midterm", people.handler, remark="")
    end = fresh(running).term_ends_on
    ordered(running, "extend", months=6)
    later = fresh(running)
    assert later.term_ends_on > end
    with on(later.term_ends_on + dt.timedelta(days=1)):
        take(running, "fall_overdue", "time")
        shown = page(as_actor(people.recommender).get(url(running)))
    assert f"原至 {end}，延期 6 个月。" in shown
    assert "中期评估：通过" in shown
    assert f"自 {later.term_ends_on + dt.timedelta(days=1)} 起逾期未验收。" in shown


def test_while_the_guarantor_is_asked_the_page_says_for_whom_it_waits(as_actor, queries, running) -> None:  # type: ignore[no-untyped-def]
    people = people_of(running)
    take(running, "waive_midterm", people.handler, reason="期限较短。")
    round_of = reverse("reviews:selected") + f"?id={running.pk}"
    with on(before_the_end(fresh(running))):
        apply_for_acceptance(running)
        shown = page(as_actor(people.handler).get(url(running)))
        assert f"等待{running.recommender}答复“保证单位意见（验收）”。" in shown
        assert "等待您办理" not in shown
        assert "暂不能办理“列入验收评审”" in shown
        assert round_of not in shown
        assert '<a class="btn btn-primary"' not in shown  # to give it back is not the next action
        assert "等待您办理" not in page(as_actor(people.applicant).get(url(running)))
        assert "请本单位答复“保证单位意见（验收）”。" in page(as_actor(people.recommender).get(url(running)))
        queries(as_actor(people.handler), url(running), 15)
        agree(running, "acceptance_consent")
        shown = page(as_actor(people.handler).get(url(running)))
    assert "等待您办理" in shown
    assert "暂不能办理“列入验收评审”" not in shown
    assert f'<a class="btn btn-primary" href="{round_of}">列入验收评审</a>' in shown


def test_overdue_milestones_leave_the_next_action_in_the_box(as_actor, running) -> None:  # type: ignore[no-untyped-def]
    take(running, "waive_midterm", people_of(running).handler, reason="期限较短。")
    pilot = fresh(running)
    (first, *_rest) = pilot.task_book.content["milestones"]
    more = [{**first, "id": f"more-{n}", "stage": f"第{n}阶段"} for n in range(6)]
    with transaction.atomic():
        follow_plan(pilot, {"milestones": more})
    with on(before_the_end(pilot)):
        box = page(as_actor(people_of(running).applicant).get(url(running))).split('class="p-tabs"')[0]
    assert f"<strong>本单位</strong>：申请验收，期限 {pilot.term_ends_on}" in box
    assert "完成阶段任务并报告进展（第0阶段）" in box
    assert "另有 3 项期限" in box


def test_experts_read_progress_and_outputs_with_their_files(running) -> None:  # type: ignore[no-untyped-def]
    people = people_of(running)
    report(running)
    standard(running, people)
    take(running, "open_midterm", people.handler)
    evaluate(running, "midterm")
    take(running, "file_midterm", people.applicant, truthful="on", no_secrets="on")
    found = sitting([fresh(running)], state="scoring", matter="pilots.midterm")
    assignment = found.of(found.experts[0])[0]
    membership = found.actors[0].membership
    assert membership is not None
    client = sign_in(Client(), membership)
    sheet = reverse("reviews:sheet", args=[assignment.pk])
    progress = client.get(sheet + "?tab=execution")
    for words in ("体系框架已完成。", "扫描件.pdf", "自我评价"):
        assert words in page(progress)
    (stage, _other) = progress.context["milestones"]
    answer = client.get(reverse("attachments:download", args=[stage.files[0].key]))
    assert answer.status_code == 200
    b"".join(answer.streaming_content)
    assert "DB31/T 1500—2023" in page(client.get(sheet + "?tab=outputs"))
    for address in (
        stage.milestone.get_absolute_url(),
        reverse("execution:evaluation", args=[running.pk, "midterm"]),
        fresh(running).task_book.get_absolute_url(),
    ):
        assert client.get(address).status_code == 200, address


def test_the_page_costs_at_most_15_queries_and_a_tab_8(as_actor, queries, running) -> None:  # type: ignore[no-untyped-def]
    people = people_of(running)
    report(running)
    standard(running, people)
    for step in ("", "open_midterm"):
        if step:
            take(running, step, people.handler)
        for who in (people.applicant, people.recommender, people.handler):
            client = as_actor(who)
            queries(client, url(running), 15)
            for tab in TABS:
                queries(client, url(running, tab), 8, **{"HX-Request": "true"})
