"""The import of experts into the register."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.actors import Actor
from portal.accounts.models import AuditEvent
from portal.base import clock
from portal.base.errors import Unmet
from portal.exchange.models import ImportJob
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Chain
from portal.reviews import keeping
from portal.reviews.models import Appointment, Expert, Qualification
from tests.exchange.sheets import fresh, heads_of, imported, problems, take, upload
from tests.factories import CallFactory
from tests.reviews.rounds import expert, sitting

pytestmark = pytest.mark.django_db

SHEN: dict[str, Any] = {
    "姓名": "沈国梁",
    "现工作单位": "上海示例研究院",
    "联系电话": 13800000000,
    "电子邮箱": "shen@example.org",
}
LU: dict[str, Any] = {
    "姓名": "陆文静",
    "现工作单位": "华东示例大学",
    "联系电话": "021-64220000-2501",
    "电子邮箱": "lu@example.org",
}
FULL = {
    **SHEN,
    "单位统一社会信用代码": "91350100m000100y43",
    "职称": "正高级工程师",
    "研究方向": "养老服务标准化",
    "标准化专家": "是",
    "资格与业绩": "标委会委员；起草地方标准 3 项",
}


def send(*rows: dict[str, Any], actor: Actor, **data: Any) -> ImportJob:
    heads = heads_of("experts")
    return upload("experts", [[row.get(head) for head in heads] for row in rows], actor=actor, **data)


def test_experts_come_into_the_register(clerk: Actor) -> None:
    field = CallFactory().fields.order_by("position").first()
    assert field is not None
    job = send({**FULL, "专业领域": field.name}, actor=clerk)
    assert problems(job) == []
    assert Expert.objects.count() == 0
    job = take(job, "confirm", clerk)
    found = Expert.objects.get()
    assert (found.name, found.phone, found.email) == ("沈国梁", "13800000000", "shen@example.org")
    assert (found.employer_code, found.fields, found.standards_expert) == ("91350100M000100Y43", [field.code], True)
    assert (found.active, found.user, found.created_at) == (True, None, found.updated_at)
    assert [q.name for q in found.qualifications.order_by("pk")] == ["标委会委员", "起草地方标准 3 项"]
    assert [(row.line, row.object_id, row.label) for row in imported(job)] == [(2, found.pk, "沈国梁")]
    assert AuditEvent.objects.filter(label=f"批量导入专家 1 名（{job.serial}）", user=clerk.user).count() == 1


def test_what_is_missing_is_told_and_imported_all_the_same(clerk: Actor) -> None:
    job = send(LU, actor=clerk)
    assert problems(job) == [(2, "", "warning", "资料待补：单位统一社会信用代码、职称、专业领域、研究方向。")]
    assert take(job, "confirm", clerk).state == "imported"


@pytest.mark.parametrize(
    ("head", "value", "words"),
    [
        ("姓名", "", "必填"),
        ("姓名", "名" * 41, "最多 40 个字，现为 41 个字"),
        ("联系电话", "138", "请填写 11 位手机号码"),
        ("电子邮箱", "shen#example.org", "应如 name@example.org"),
        ("单位统一社会信用代码", "91350100M000100Y44", "第 18 位校验不正确"),
        ("专业领域", "天文", "“天文”不在可选范围内"),
        ("标准化专家", "对", "请填写：是、否"),
        ("资格与业绩", "标" * 101, "每项最多 100 个字"),
    ],
)
def test_each_error_says_what_would_be_right(clerk: Actor, head: str, value: str, words: str) -> None:
    job = send({**FULL, head: value}, actor=clerk)
    ((line, column, level, text),) = problems(job)
    assert (line, column, level) == (2, head, "error")
    assert words in text


def test_the_same_expert_twice(clerk: Actor) -> None:
    expert(1, account=False, name="陆文静", email="LU@example.org", employer="旧单位")
    job = send(FULL, {**FULL, "电子邮箱": "Shen@Example.org"}, {**FULL, **LU}, actor=clerk)
    errors = [(line, text[:9]) for line, _column, level, text in problems(job) if level == "error"]
    assert errors == [
        (3, "与第 2 行重复，"),
        (4, "系统中已有同名、同"),
    ]


def test_known_experts_can_be_skipped(clerk: Actor) -> None:
    expert(1, account=False, name="陆文静", email="lu@example.org")
    job = send(FULL, {**FULL, **LU}, actor=clerk, skip_known="on")
    assert (job.good_count, job.skip_count, job.error_count) == (1, 1, 0)
    take(job, "confirm", clerk)
    assert Expert.objects.filter(name="陆文静").count() == 1


def test_a_namesake_at_the_same_employer_is_told(clerk: Actor) -> None:
    expert(1, account=False, name="沈国梁", employer="上海示例研究院", email="old@example.org")
    ((line, _column, level, text),) = [found for found in problems(send(FULL, actor=clerk)) if found[1] == "姓名"]
    assert (line, level) == (2, "warning")
    assert "old@example.org" in text


# --- undo ---------------------------------------------------------------------------------------
def test_an_undo_takes_them_out_again_and_the_file_can_be_corrected(clerk: Actor) -> None:
    job = take(send(FULL, LU, actor=clerk), "confirm", clerk)
    job = take(job, "undo", clerk, reason="名单拿错了")
    assert (job.state, Expert.objects.count(), Qualification.objects.count()) == ("undone", 0, 0)
    assert len(imported(job)) == 2, "the import keeps what it made"
    assert AuditEvent.objects.filter(label=f"撤销批量导入的专家 2 名（{job.serial}）").count() == 1
    assert take(send(FULL, actor=clerk), "confirm", clerk).state == "imported"


def _edited(found: Expert, clerk: Actor) -> None:
    Expert.objects.filter(pk=found.pk).update(updated_at=clock.now())


def _account(found: Expert, clerk: Actor) -> None:
    keeping.give_account(found, actor=clerk)


def _left(found: Expert, clerk: Actor) -> None:
    keeping.set_active(found, False, actor=clerk, reason="本人要求")


def _seated(found: Expert, clerk: Actor) -> None:
    round_ = sitting(state="preparing").round
    round_.seats.create(expert=found)


def _appointed(found: Expert, clerk: Actor) -> None:
    day = clock.today()
    Appointment.objects.create(expert=found, office="评审专家", first=day, last=day, chain=Chain.objects.create())


def _gone(found: Expert, clerk: Actor) -> None:
    found.delete()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (_edited, "修改过"),
        (_account, "已开通账号"),
        (_left, "修改过"),
        (_seated, "专家组"),
        (_appointed, "已聘任"),
        (_gone, "不在专家库"),
    ],
)
def test_an_expert_that_was_touched_stays(clerk: Actor, act: Any, words: str) -> None:
    job = take(send(FULL, LU, actor=clerk), "confirm", clerk)
    act(Expert.objects.get(name="陆文静"), clerk)
    reasons = list(fresh(job).obstacles.values())
    assert len(reasons) == 1
    assert words in reasons[0]
    with pytest.raises(Unmet):
        perform(fresh(job), "undo", actor=clerk, data={"reason": "名单拿错了"})
    assert Expert.objects.filter(name="沈国梁").exists()
