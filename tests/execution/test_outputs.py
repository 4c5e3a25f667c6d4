"""The register of outputs: what is asked and checked by kind, who keeps it, what stays on record."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from pilots.models import Pilot
from portal.attachments.models import Attachment
from portal.base import clock
from portal.execution import standards
from portal.execution.models import Output
from portal.execution.output_forms import FORMS
from portal.lifecycle.history import problems_of
from portal.lifecycle.models import Record
from tests.execution.conftest import page
from tests.pilot_data import people_of, scan
from tests.running_data import fresh
from tests.world_running import approved, standard

LEVEL = Output.Level
TOMORROW = (clock.today() + dt.timedelta(days=1)).isoformat()
STANDARD = {
    "level": "local",
    "title": "社区嵌入式养老服务规范",
    "part": "lead",
    "standing": "published",
    "number": "db31/t1500-2023",
    "on": "2023-05-15",
    "note": "",
}


# --- numbers --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "level", "tidied"),
    [
        ("GB/T 35796-2017", LEVEL.NATIONAL, "GB/T 35796—2017"),
        ("gb/t35796－2017", LEVEL.NATIONAL, "GB/T 35796—2017"),
        ("GB 18466—2005", LEVEL.NATIONAL, "GB 18466—2005"),
        ("MZ/T 039-2013", LEVEL.INDUSTRY, "MZ/T 039—2013"),
        ("DB31/T1234—2020", LEVEL.LOCAL, "DB31/T 1234—2020"),
        ("DB31/T 310001-2020", LEVEL.DELTA, "DB31/T 310001—2020"),
        ("T/SHBX 001.2－2021", LEVEL.GROUP, "T/SHBX 001.2—2021"),
        ("Q/ABC 001-2023", LEVEL.ENTERPRISE, "Q/ABC 001—2023"),
        ("ISO 9001:2015", LEVEL.INTERNATIONAL, "ISO 9001:2015"),
        ("EN 15224-2016", LEVEL.REGIONAL, "EN 15224-2016"),
    ],
)
def test_numbers_are_made_uniform(typed: str, level: str, tidied: str) -> None:
    assert standards.tidy(typed, level) == tidied
    assert standards.is_number(tidied, level)


@pytest.mark.parametrize(
    ("number", "level"),
    [
        ("GB/T 35796", LEVEL.NATIONAL),
        ("GB/T 35796—2017", LEVEL.INDUSTRY),
        ("DB31/T 1234—2020", LEVEL.NATIONAL),
        ("DB31/T 1234—2020", LEVEL.INDUSTRY),
        ("DB11/T 1234—2020", LEVEL.DELTA),
        ("T/1—2020", LEVEL.GROUP),
        ("ABC 001—2023", LEVEL.ENTERPRISE),
        ("九零零一", LEVEL.INTERNATIONAL),
    ],
)
def test_numbers_of_another_form_are_none_of_the_level(number: str, level: str) -> None:
    assert not standards.is_number(number, level)


def test_every_level_has_an_example_of_its_own_form() -> None:
    for level in LEVEL:
        assert standards.is_number(standards.example(level), level), level


# --- forms ----------------------------------------------------------------------------------------
def checked(pilot: Pilot, kind: str, output: Output | None = None, **data: Any) -> Any:
    form = FORMS[kind](data, actor=people_of(pilot).applicant, output=output or Output(kind=kind), dossier=pilot)
    form.is_valid()
    return form


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "data", "wrong"),
    [
        ("standard", {**STANDARD, "number": ""}, "number"),
        ("standard", {**STANDARD, "number": "GB/T 1—2020"}, "number"),
        ("standard", {**STANDARD, "on": TOMORROW}, "on"),
        ("standard", {**STANDARD, "level": ""}, "level"),
        ("training", {"title": "培训", "on": "2023-05-15", "quantity": "0"}, "quantity"),
        ("training", {"title": "培训", "on": TOMORROW, "quantity": "20"}, "on"),
        ("effect", {"title": "满意度", "on": "2023-05-15", "quantity": "96.5", "note": "问卷"}, "unit"),
        ("effect", {"title": "满意度", "on": "2023-05-15"}, "note"),
        ("patent", {"title": "装置", "on": "2023-05-15", "number": "2023"}, "number"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(drafted, kind, data, wrong) -> None:  # type: ignore[no-untyped-def]
    assert list(checked(drafted, kind, **data).errors) == [wrong]


@pytest.mark.django_db
def test_what_is_right_becomes_the_columns(drafted) -> None:  # type: ignore[no-untyped-def]
    values = checked(drafted, "standard", **STANDARD).values
    assert (values["number"], values["kind"], values["quantity"]) == ("DB31/T 1500—2023", "standard", None)
    # what is not published needs no number, and its date may lie ahead
    planned = {**STANDARD, "standing": "drafting", "number": "", "on": TOMORROW}
    assert checked(drafted, "standard", **planned).errors == {}
    people = checked(drafted, "training", title="培训", on="2023-05-15", quantity="120").values
    assert (people["quantity"], people["unit"]) == (120, "人")


@pytest.mark.django_db
def test_a_number_is_registered_once(drafted) -> None:  # type: ignore[no-untyped-def]
    output = standard(drafted, people_of(drafted))
    assert "已经登记过" in str(checked(drafted, "standard", **STANDARD).errors["number"])
    assert checked(drafted, "standard", output, **STANDARD).errors == {}


# --- pages ----------------------------------------------------------------------------------------
def new(pilot: Pilot, kind: str = "standard") -> str:
    return reverse("execution:output_new", args=[pilot.pk, kind])


def tab(pilot: Pilot) -> str:
    return reverse("workbench:dossier", args=[pilot.pk]) + "?tab=outputs"


@pytest.mark.django_db
def test_an_output_is_entered_changed_and_taken_out_with_its_evidence(as_actor, drafted, readers) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(people_of(drafted).applicant)
    wrong = client.post(new(drafted), {**STANDARD, "number": "", "evidence__file": scan("标准文本.pdf")})
    assert wrong.status_code == 422
    for kept in ("社区嵌入式养老服务规范", "标准文本.pdf", "已发布的标准请填写标准编号。"):
        assert kept in page(wrong)
    (key,) = [str(file.key) for file in Attachment.objects.filter(slot="output_evidence", claimed_at=None)]
    assert client.post(new(drafted), {**STANDARD, "evidence": key}).url == tab(drafted)
    output = Output.objects.get()
    for reader in readers:
        text = page(as_actor(reader).get(tab(drafted)))
        assert "DB31/T 1500—2023" in text
        assert "标准文本.pdf" in text
        assert new(drafted) not in text
    edit = reverse("execution:output", args=[output.pk])
    assert client.post(edit, {**STANDARD, "title": "养老服务规范", "retire": key}).status_code == 302
    assert Output.objects.get().title == "养老服务规范"
    assert "标准文本.pdf" not in page(client.get(tab(drafted)))
    remove = reverse("execution:output_remove", args=[output.pk])
    assert client.post(remove, {"reason": ""}).status_code == 422
    assert client.post(remove, {"reason": "重复登记"}).url == tab(drafted)
    assert list(Output.objects.kept()) == []
    for url in (edit, remove):
        assert client.get(url).status_code == 404
    labels = Record.objects.filter(chain=drafted.chain, step="").order_by("seq").values_list("label", flat=True)
    assert list(labels) == ["登记成果", "修改成果", "移除成果"]
    assert list(problems_of(drafted.chain)) == []


@pytest.mark.django_db
def test_only_the_undertaker_keeps_the_register(as_actor, drafted, readers, strangers) -> None:  # type: ignore[no-untyped-def]
    output = standard(drafted, people_of(drafted))
    writing = [new(drafted), *(reverse(f"execution:{n}", args=[output.pk]) for n in ("output", "output_remove"))]
    for person in (*readers, *strangers):
        client = as_actor(person)
        for url in writing:
            assert client.get(url).status_code == 404, (person, url)
            assert client.post(url, {**STANDARD, "reason": "x"}).status_code == 404, (person, url)
    for person in strangers:
        assert as_actor(person).get(reverse("execution:outputs_export", args=[drafted.pk])).status_code == 404
    assert Output.objects.get().removed_at is None


@pytest.mark.django_db
def test_a_programme_offers_its_own_kinds(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(people_of(drafted).applicant)
    text = page(client.get(tab(drafted)))
    for kind in Output.Kind.values:
        offered = kind in ("standard", "training", "effect", "patent")
        assert (new(drafted, kind) in text) == offered
        assert client.get(new(drafted, kind)).status_code == (200 if offered else 404)


@pytest.mark.django_db
def test_published_standards_are_counted_by_level_and_year(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    people = people_of(drafted)
    standard(drafted, people)
    standard(drafted, people, number="DB31/T 1501—2024", on=dt.date(2024, 1, 2))
    standard(drafted, people, number="Q/ABC 1—2024", level="enterprise", on=dt.date(2024, 3, 2))
    standard(drafted, people, number="", standing="drafting")
    context = as_actor(people.chief).get(tab(drafted)).context
    assert context["years"] == [2023, 2024]
    assert context["by_year"] == [("地方标准", {2023: 1, 2024: 1}, 2), ("企业标准", {2024: 1}, 1)]


@pytest.mark.django_db
def test_the_register_as_a_sheet(as_actor, drafted) -> None:  # type: ignore[no-untyped-def]
    standard(drafted, people_of(drafted), title="=1+1 服务规范")
    response = as_actor(people_of(drafted).recommender).get(reverse("execution:outputs_export", args=[drafted.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = [[cell.value for cell in row] for row in book.active]
    assert rows[1][:5] == ["类别", "名称", "标准级别", "编号", "参与方式"]
    assert rows[2][:6] == ["标准", "=1+1 服务规范", "地方标准", "DB31/T 1500—2023", "主导", "已发布"]
    assert rows[2][6].date() == dt.date(2023, 5, 15)
    book.close()
    response.close()


@pytest.mark.django_db
def test_the_registers_of_a_unit_cost_as_much_for_three_as_for_one(as_actor, queries, desk, drafted) -> None:  # type: ignore[no-untyped-def]
    people = people_of(drafted)
    client, url = as_actor(people.applicant), reverse("execution:outputs")
    standard(drafted, people)
    assert queries(client, url, 7) == 7
    for title in ("二号标准化试点", "三号标准化试点"):
        standard(fresh(approved(desk, unit=drafted.applicant, title=title)), people)
    assert queries(client, url, 7) == 7
    rows = client.get(url).context["rows"]
    assert [dict(row["counts"])["标准"] for row in rows] == [1, 1, 1]
    assert as_actor(people.recommender).get(url).status_code == 404
