"""The pilots' application form: what it refuses, what it remarks on, which parts apply."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from pilots.form import FORM
from pilots.form_lookups import GOVERNMENT_LED
from pilots.models import Pilot
from portal.accounts.models import Body
from portal.base.workdays import term_end
from portal.declaration import actions
from portal.declaration.completeness import Problem, problems
from portal.declaration.document import document_of
from portal.declaration.filling import Filling
from portal.declaration.printing import sections_of
from tests.factories import BodyFactory, DistrictBureauFactory, DistrictFactory, PilotFactory, UnitFactory
from tests.pilot_data import people_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    return PilotFactory()


def _type(pilot: Pilot, section: str, **fields: Any) -> list[Problem]:
    """Types fields into a section and gives what is then said of it."""
    content = document_of(pilot).content(section)
    content["fields"].update(fields)
    actions.save_section(pilot, section, content, actor=people_of(pilot).applicant, seen=None)
    return [p for p in problems(Pilot.objects.get(pk=pilot.pk)) if p.section == section]


def _rows(pilot: Pilot, section: str, table: str, *rows: dict[str, Any]) -> list[Problem]:
    content = document_of(pilot).content(section)
    content["tables"][table] = [{"id": str(uuid.uuid4()), **row} for row in rows]
    actions.save_section(pilot, section, content, actor=people_of(pilot).applicant, seen=None)
    return [p for p in problems(Pilot.objects.get(pk=pilot.pk)) if p.section == section]


def _errors(found: list[Problem]) -> list[str]:
    return [f"{p.label}：{p.text}" for p in found if p.blocking]


def _hints(found: list[Problem]) -> list[str]:
    return [f"{p.label}：{p.text}" for p in found if not p.blocking]


def test_a_complete_form_has_nothing_to_mend(pilot: Pilot) -> None:
    assert _errors(problems(pilot)) == []
    assert _errors(problems(PilotFactory(key=True))) == []


@pytest.mark.parametrize(
    ("title", "refused"), [("四字试点", True), ("养老标准化试点", False), ("长" * 60, False), ("长" * 61, True)]
)
def test_length_of_the_title(pilot: Pilot, title: str, refused: bool) -> None:
    assert bool(_errors(_type(pilot, "basic", title=title))) is refused


def test_remarks_on_basic_facts(pilot: Pilot) -> None:
    assert any("一般以“标准化试点”结尾" in text for text in _hints(_type(pilot, "basic", title="养老服务标准研究")))
    found = _type(pilot, "basic", internal_only="yes")
    assert any("一般不予立项" in text for text in _hints(found))
    assert _errors(found) == []
    foreign = pilot.call.fields.order_by("position").last().directions.first().name
    found = _type(pilot, "basic", key_direction=foreign)
    assert any("不在“社会管理”领域所列之中" in text for text in _hints(found))
    assert _errors(found) == []
    other = DistrictBureauFactory(district=DistrictFactory(code="310104"))
    assert any("所在区" in text for text in _hints(_type(pilot, "basic", recommender=other.code)))


def test_the_term_is_at_most_two_years(pilot: Pilot) -> None:
    start = dt.date(2027, 3, 1)
    last = term_end(start, 24)
    assert _errors(_type(pilot, "basic", starts_on=start.isoformat(), ends_on=last.isoformat())) == []
    later = (last + dt.timedelta(days=1)).isoformat()
    assert any("不超过 24 个月" in text for text in _errors(_type(pilot, "basic", ends_on=later)))
    assert any("应晚于" in text for text in _errors(_type(pilot, "basic", ends_on=start.isoformat())))


def test_the_plan_lies_inside_the_term(pilot: Pilot) -> None:
    basic = document_of(pilot).fields("basic")
    start, end = basic["starts_on"], basic["ends_on"]
    row = {"stage": "全程", "starts_on": start, "ends_on": end, "content": "实施"}
    assert _errors(_rows(pilot, "plan", "plan", row)) == []
    early = (dt.date.fromisoformat(start) - dt.timedelta(days=1)).isoformat()
    assert any("应在试点期限" in text for text in _errors(_rows(pilot, "plan", "plan", {**row, "starts_on": early})))
    turned = {**row, "starts_on": end, "ends_on": start}
    assert any("不能早于开始日期" in text for text in _errors(_rows(pilot, "plan", "plan", turned)))
    short = {**row, "ends_on": start}
    assert any("未排到计划完成日期" in text for text in _hints(_rows(pilot, "plan", "plan", short)))


def test_at_least_one_standardization_person(pilot: Pilot) -> None:
    assert any("至少 1 人" in text for text in _errors(_type(pilot, "unit", full_time="0", part_time="0")))
    assert _errors(_type(pilot, "unit", full_time="0", part_time="1")) == []


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("unit", "leader_phone", "12345"),
        ("unit", "postcode", "20000"),
        ("unit", "contact_email", "没有邮箱"),
        ("unit", "employees", "许多"),
        ("unit", "registered_capital", "1.234"),
        ("basic", "industry", "养老"),
        ("basic", "field", "没有的领域"),
        ("basic", "recommender", "没有的单位"),
        ("foundation", "foundation", "长" * 2001),
        ("goals", "goals", "长" * 1501),
        ("statement", "no_penalty", False),
    ],
)
def test_what_is_refused(pilot: Pilot, section: str, field: str, value: Any) -> None:
    assert len(_errors(_type(pilot, section, **{field: value}))) == 1


def test_numbers_are_numbers(pilot: Pilot) -> None:
    row = {"name": "满意度", "unit": "%", "target": "很高"}
    assert any("成效指标第 1 行 · 目标值" in text for text in _errors(_rows(pilot, "results", "measures", row)))
    assert any(
        "金额" in text
        for text in _errors(_rows(pilot, "budget", "budget", {"item": "人员", "amount": "-1", "source": "own"}))
    )
    assert _errors(_rows(pilot, "budget", "budget")) == [], "a budget is not asked for"


def test_participants_have_valid_codes(pilot: Pilot) -> None:
    row = {"name": "上海某某有限公司", "share": "实施", "code": "91350211M0000XUF46"}
    assert any("第 18 位校验不正确" in text for text in _errors(_rows(pilot, "participants", "participants", row)))
    assert _errors(_rows(pilot, "participants", "participants", {**row, "code": "91350100m000100y43"})) == []


def test_a_key_project_is_asked_for_more(pilot: Pilot) -> None:
    _rows(pilot, "outputs", "outputs")
    assert _errors(problems(pilot)) == []
    _type(pilot, "basic", project_class="key", key_direction="")
    errors = _errors(problems(Pilot.objects.get(pk=pilot.pk)))
    assert any("须选择重点方向" in text for text in errors)
    assert any("拟输出标准：至少填写 1 行" in text for text in errors)
    assert any(p.section == "key" for p in problems(Pilot.objects.get(pk=pilot.pk)))
    found = _type(pilot, "basic", key_direction="other", key_direction_other="")
    assert any("请说明具体的重点方向" in text for text in _errors(found))
    _type(pilot, "basic", key_direction="other", key_direction_other="低空经济")
    assert Pilot.objects.get(pk=pilot.pk).key_direction == "低空经济"


def test_social_management_and_public_service_is_asked_for_its_functions(pilot: Pilot) -> None:
    pilot.call.fields.update(traits=[])
    assert "public" not in {s.id for s in Filling(Pilot.objects.get(pk=pilot.pk)).sections}
    pilot.call.fields.update(traits=[GOVERNMENT_LED])
    fresh = Pilot.objects.get(pk=pilot.pk)
    assert "public" in {s.id for s in Filling(fresh).sections}
    assert any("职能依据文件" in text for text in _errors(problems(fresh)))


def test_a_public_body_has_a_head_and_no_capital() -> None:
    pilot = PilotFactory(unit=UnitFactory(nature="agency", registered_capital=None))
    printed = {pair.name: pair.label for section in sections_of(Filling(pilot)) for pair in section.pairs}
    assert printed["legal_representative"] == "单位负责人"
    assert "registered_capital" not in printed


def test_a_code_of_another_region_is_remarked_on() -> None:
    pilot = PilotFactory(unit=UnitFactory(credit_code="91350100M000100Y43"))
    assert any("不是上海市" in p.text for p in problems(pilot) if not p.blocking)


def test_abolished_bodies_are_not_offered(pilot: Pilot) -> None:
    gone = BodyFactory(valid_to=dt.date(2018, 11, 1))
    government = BodyFactory(kind=Body.Kind.DISTRICT_GOVERNMENT)
    form = Filling(pilot).bound(FORM.section("basic"))
    assert form is not None
    offered = str(form["recommender"])
    assert pilot.recommender.code in offered  # type: ignore[union-attr]
    assert gone.code not in offered
    assert government.code not in offered


def test_every_label_and_help_is_there() -> None:
    for section in FORM.sections:
        assert section.title
        for form in [section.form, *(table.row_form for table in section.tables)]:
            for name, field in (form.base_fields if form else {}).items():
                assert field.label, f"{section.id}.{name}"
