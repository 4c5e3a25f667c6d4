"""What a matter declares: words of conclusions, no ranks, the size of a panel, vetoes, bonus."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.base.errors import InvalidInput, Unmet
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.reviews import actions
from portal.reviews.models import Assignment, Entry, Round
from portal.reviews.queries import concluded_entry, holds, latest_entry, standing
from portal.reviews.registry import Matter, matter, panel_size
from portal.supervision.dockets.queries import in_one_line
from tests.factories import sign_in
from tests.reviews.matters import INSPECTION, declare, line
from tests.reviews.rounds import MATTER, Sitting, accepted, sheet_data, sitting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)


def scored(*, vetoing: int = 0, share: Decimal = Decimal("0.8")) -> Sitting:
    """An inspection of one pilot by three experts; the first ones raise a veto."""
    found = sitting(matter=INSPECTION, panel=3, state="scoring")
    for number, (one, person) in enumerate(zip(found.experts, found.actors, strict=True)):
        assignment = found.of(one)[0]
        data = sheet_data(assignment, share)
        if number < vetoing:
            data |= {"veto-forged": "on", "ground-forged": f"第{number}份记录日期不符。"}
        perform(assignment, "submit", actor=person, data=data)
    return found


def ending(found: Sitting, conclusion: str, **more: Any) -> dict[str, Any]:
    """What ends the round with that conclusion for its only dossier."""
    key = found.round.entries.get().pk
    typed = {f"{name}-{key}": value for name, value in more.items()}
    return {"conclusion": "总体符合要求。", f"conclusion-{key}": conclusion, f"opinion-{key}": "", **typed}


# --- declaration --------------------------------------------------------------------------------
def test_the_project_review_is_as_it_was() -> None:
    found = matter(MATTER)
    assert [str(words) for words in found.conclusions.values()] == ["建议立项", "备选", "不建议立项"]
    assert (found.comparative, found.vetoes, found.visits, found.commission) == (True, "", False, False)


@pytest.mark.parametrize("words", [{"recommended": "通过"}, {"recommended": "通过", "not_recommended": "否", "x": "?"}])
def test_conclusions_have_known_codes(words: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=INSPECTION):
        Matter(INSPECTION, "x", "pilots", sheet="s", line=line, sources=(), conclusions=words)


def test_a_matter_may_leave_the_reserve_out() -> None:
    words = {"recommended": "通过", "not_recommended": "限期整改"}
    assert list(Matter("m", "x", "pilots", sheet="s", line=line, sources=(), conclusions=words).conclusions) == list(
        words
    )


# --- panels -------------------------------------------------------------------------------------
def test_the_least_panel_follows_from_the_dossiers() -> None:
    found = sitting(matter=INSPECTION, panel=3)
    assert panel_size(found.round) == 3
    perform(found.round, "invite", actor=found.handler)
    assert found.fresh().state == "inviting"


def test_a_key_project_asks_for_the_larger_panel() -> None:
    found = sitting(accepted(2), matter=INSPECTION, panel=3)
    Pilot.objects.filter(pk=found.round.entries.get(position=2).dossier_id).update(project_class="key")
    assert panel_size(found.round) == 5
    with pytest.raises(Unmet) as error:
        perform(found.round, "invite", actor=found.handler)
    assert "不少于 5 人" in "；".join(error.value.reasons)


def test_the_size_is_pinned_with_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sitting(matter=INSPECTION, panel=3)
    from portal.calls import parameters
    from portal.calls.parameters import Definition

    key = ("pilots", "inspection_panel")
    monkeypatch.setitem(parameters._definitions, key, Definition(key[1], "", "", 9, programme="pilots"))
    assert panel_size(found.fresh()) == 3


# --- no ranks -----------------------------------------------------------------------------------
def test_dossiers_that_are_not_compared_have_no_place() -> None:
    found = sitting(accepted(2), matter=INSPECTION, panel=3, state="scored", intended=1)
    lines = standing(found.round)
    assert [(row.rank, row.suggested) for row in lines] == [(None, "recommended")] * 2
    page = sign_in(Client(), found.handler_membership).get(reverse("reviews:summary", args=[found.round.pk]))
    text = page.content.decode()
    assert "名次" not in text
    assert "通过评估" in text
    assert "建议立项" not in text


def test_the_intended_number_is_asked_where_dossiers_are_compared() -> None:
    found = sitting(matter=INSPECTION, panel=3)
    client = sign_in(Client(), found.handler_membership)
    assert "intended" not in client.get(reverse("reviews:round_edit", args=[found.round.pk])).context["form"].fields
    data = {"matter": INSPECTION, "title": "评估", "held_on": found.round.held_on.isoformat(), "intended": "3"}
    response = client.post(reverse("reviews:round_new"), data)
    assert response.status_code == 422
    assert "不填拟立项数量" in response.content.decode()
    assert client.post(reverse("reviews:round_new"), {**data, "intended": ""}).status_code == 302


# --- bonus --------------------------------------------------------------------------------------
def test_a_bonus_is_added_after_scaling_and_capped() -> None:
    found = sitting(matter=INSPECTION, panel=3, state="inviting")
    entry = found.round.entries.get()
    actions.drop_items(entry, ["training", "copy"], actor=found.handler)
    entry.refresh_from_db()
    assert entry.dropped == ["training"], "a bonus line is never left out"
    for one, person in zip(found.experts, found.actors, strict=True):
        perform(found.of(one)[0], "accept", actor=person)
    perform(found.round, "open_scoring", actor=found.handler)
    assignment, person = found.of(found.experts[0])[0], found.actors[0]
    perform(assignment, "declare", actor=person, data={"no_conflict": "on"})
    data = {"score-system": "48", "comment-system": "", "score-export": "8", "score-copy": "6", "opinion": "好。"}
    with pytest.raises(InvalidInput) as error:
        perform(assignment, "submit", actor=person, data=data)
    assert set(error.value.form.errors) == {"comment-export", "comment-copy"}
    data |= {"comment-export": "国际标准一项。", "comment-copy": "已在三个区推广。"}
    perform(assignment, "submit", actor=person, data=data)
    assert assignment.total == Decimal("90.00"), "48 of 60 are 80 of 100, and the bonus counts 10 of 14"


# --- vetoes -------------------------------------------------------------------------------------
def test_a_veto_wants_its_ground_and_is_kept_with_the_sheet() -> None:
    found = sitting(matter=INSPECTION, panel=3, state="scoring")
    assignment, person = found.of(found.experts[0])[0], found.actors[0]
    data = {**sheet_data(assignment), "veto-forged": "on"}
    with pytest.raises(InvalidInput) as error:
        perform(assignment, "submit", actor=person, data=data)
    assert list(error.value.form.errors) == ["ground-forged"]
    actions.save_draft(assignment, {**data, "ground-forged": "草"}, actor=person)
    own = sign_in(Client(), person.membership)  # type: ignore[arg-type]
    address = reverse("reviews:sheet", args=[assignment.pk])
    draft = own.get(address).context["form"]
    assert (draft["veto-forged"].value(), draft["ground-forged"].value()) == ("on", "草")
    assert own.post(address, {**data, "ground-forged": "检测报告编号不存在。"}).status_code == 302
    assert Assignment.objects.get(pk=assignment.pk).vetoes == {"forged": "检测报告编号不存在。"}
    assert "检测报告编号不存在。" in own.get(address).content.decode()
    again = Assignment.objects.get(pk=assignment.pk)
    perform(again, "return_sheet", actor=found.handler, data={"asked_by": "专家本人", "reason": "漏填。"})
    assert (again.vetoes, again.draft["ground-forged"]) == ({}, "检测报告编号不存在。")


def test_pages_show_who_raised_vetoes() -> None:
    found = scored(vetoing=2)
    client = sign_in(Client(), found.handler_membership)
    for name in ("board", "summary"):
        page = client.get(reverse(f"reviews:{name}", args=[found.round.pk])).content.decode()
        assert "提供虚假材料（2 人提出）" in page, name
    entry = found.round.entries.get()
    page = client.get(reverse("reviews:entry", args=[found.round.pk, entry.pk])).content.decode()
    assert "第1份记录日期不符。" in page
    assert (
        "2 位专家提出“提供虚假材料”"
        in client.get(reverse("reviews:step", args=[found.round.pk, "conclude"])).content.decode()
    )


def test_what_a_veto_bars() -> None:
    found = scored(vetoing=1)
    held = ending(found, "recommended", vetoes=["forged"], opinion="记录系补造。")
    with pytest.raises(InvalidInput) as error:
        perform(found.fresh(), "conclude", actor=found.handler, data=held)
    assert "结论不能为“通过评估”" in str(error.value.form.errors)
    with pytest.raises(InvalidInput) as error:
        perform(found.fresh(), "conclude", actor=found.handler, data=ending(found, "recommended"))
    assert "未认定成立" in str(error.value.form.errors), "what is not found to hold needs its reasons"
    perform(
        found.fresh(), "conclude", actor=found.handler, data=ending(found, "recommended", opinion="已核实，不成立。")
    )
    assert holds(concluded_entry(found.round.entries.get().dossier, INSPECTION))


def test_a_held_veto_is_written_and_printed() -> None:
    found = scored(vetoing=1)
    entry = found.round.entries.get()
    actions.note_conclusions(
        found.round, {entry.pk: ("", "")}, actor=found.handler, opinion="", minutes="", vetoes={entry.pk: ["forged"]}
    )
    assert standing(found.fresh())[0].proposal == "not_recommended"
    data = ending(found, "reserve", vetoes=["forged"], opinion="三个月内重新提交。")
    perform(found.fresh(), "conclude", actor=found.handler, data=data)
    entry = Entry.objects.get()
    assert (entry.vetoes, entry.conclusion, entry.conclusion_label) == (["forged"], "reserve", "建议限期整改")
    assert not holds(entry)
    assert in_one_line(entry) == f"平均 {entry.mean} 分，建议限期整改"
    summary = IssuedPaper.objects.get(kind="review_summary").snapshot["rows"][0]
    assert summary["vetoes"] == [{"label": "提供虚假材料", "n": 1, "held": True}]
    opinion = IssuedPaper.objects.get(kind="review_opinion")
    assert opinion.title == "评估意见"
    assert [group["label"] for group in opinion.snapshot["groups"] if group["rows"]] == ["建议限期整改"]
    sheet = IssuedPaper.objects.get(kind="review_sheets").snapshot
    assert [veto["raised"] for veto in sheet["sheets"][0]["vetoes"]] == [True, False]


def test_below_the_line_rectification_can_be_advised() -> None:
    found = scored(share=Decimal("0.5"))
    with pytest.raises(InvalidInput) as error:
        perform(found.fresh(), "conclude", actor=found.handler, data=ending(found, "recommended"))
    assert "未达到合格线" in str(error.value.form.errors)
    with pytest.raises(InvalidInput):
        perform(found.fresh(), "conclude", actor=found.handler, data=ending(found, "reserve"))
    perform(found.fresh(), "conclude", actor=found.handler, data=ending(found, "reserve", opinion="补充实施记录。"))
    assert Entry.objects.get().conclusion == "reserve"


# --- queries ------------------------------------------------------------------------------------
def test_the_latest_entry_is_of_a_round_that_counts() -> None:
    found = scored()
    dossier = found.round.entries.get().dossier
    assert latest_entry(dossier, INSPECTION) == found.round.entries.get()
    assert latest_entry(dossier, MATTER) is None
    assert not holds(found.round.entries.get())
    perform(found.fresh(), "annul", actor=found.handler, data={"reason": "程序有误。"})
    assert latest_entry(dossier, INSPECTION) is None
    assert not holds(None)
    again = actions.repeat_round(
        Round.objects.get(), actor=found.handler, title="再评", held_on=found.round.held_on, keep_panel=False
    )
    assert latest_entry(dossier, INSPECTION) == again.entries.get()
