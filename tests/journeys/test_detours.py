"""The side ways: return and resubmission, correction with confirmation, refusals, two people at once, locked out."""

from __future__ import annotations

import pytest

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.declaration.models import FormVersion
from portal.documents.models import IssuedPaper
from portal.supervision.models import Endorsement
from tests.factories import MembershipFactory, UnitFactory, UserFactory
from tests.journeys.conftest import Open, Stage
from tests.pilot_data import TITLE, pilot_in

pytestmark = pytest.mark.journey


@pytest.fixture
def applicant(stage: Stage) -> Membership:
    """The administrator of a registered unit, login `shenbao`."""
    unit = UnitFactory(name="上海浦江养老服务有限公司", district=stage.district)
    return MembershipFactory(user=UserFactory(username="shenbao", name="申报甲"), role=Role.UNIT_ADMIN, unit=unit)


def declared(stage: Stage, applicant: Membership, state: str, **details: object) -> Pilot:
    """A pilot of that unit under the stage's call, in that state."""
    return pilot_in(state, call=stage.call, unit=applicant.unit, recommender=stage.bureau, **details)  # type: ignore[arg-type]


def test_return_and_resubmission_with_the_differences(stage: Stage, applicant: Membership, window: Open) -> None:
    pilot = declared(stage, applicant, "submitted", opinion=False)
    recommender = window("quju")
    recommender.open_dossier(TITLE, "/desk/dossiers/waiting/")
    recommender.take("退回修改", reason="一、试点目标请量化；\n二、补充实施范围。")
    assert recommender.state() == "退回修改"

    unit = window("shenbao", width=390)
    unit.go("/messages/")
    unit.sees("退回修改")
    unit.open_dossier(TITLE)
    unit.go(f"/desk/dossiers/{pilot.pk}/form/")
    unit.sees("一、试点目标请量化；")
    unit.go(f"/desk/dossiers/{pilot.pk}/form/goals/")
    unit.put("f-goals", "两年内服务满意度由百分之八十八提高到百分之九十六。")
    unit.press("保存草稿")
    unit.go(f"/desk/dossiers/{pilot.pk}/form/review/")
    number = unit.submit()
    assert number == pilot.number
    unit.sees("尚未上传")  # the earlier scan does not count for the new version

    recommender.open_dossier(TITLE, "/desk/dossiers/waiting/")
    recommender.sees("申报单位尚未上传本版本申请表的盖章扫描件")
    recommender.go(f"/desk/dossiers/{pilot.pk}/versions/1/2/")
    recommender.sees("试点目标与范围", "两年内服务满意度由百分之八十八提高到百分之九十六。", "修改")
    assert FormVersion.objects.filter(dossier=pilot).count() == 2


def test_correction_of_content_needs_the_recommenders_confirmation(
    stage: Stage, applicant: Membership, window: Open
) -> None:
    pilot = declared(stage, applicant, "recommended")
    handler = window("jingban")
    handler.open_dossier(TITLE)
    handler.open_step("要求补正")
    handler.put("text-section-goals", "试点目标未量化，请补充可考核的指标。")
    handler.put("content-section-goals", True)
    handler.put("text-slot-credit", "信用状况证明已过期，请更换。")
    handler.press("确认要求补正")
    assert handler.state() == "待补正"

    unit = window("shenbao")
    unit.go(f"/desk/dossiers/{pilot.pk}/form/review/")
    unit.sees("试点目标未量化，请补充可考核的指标。", "信用状况证明已过期，请更换。")
    unit.go(f"/desk/dossiers/{pilot.pk}/form/basic/")
    unit.sees("本部分目前不能修改")
    unit.go(f"/desk/dossiers/{pilot.pk}/form/goals/")
    unit.put("f-goals", "服务满意度达到百分之九十六，制定标准二十项。")
    unit.press("保存草稿")
    unit.go(f"/desk/dossiers/{pilot.pk}/form/materials/")
    unit.page.locator("#slot-credit").get_by_role("button").filter(has_text="移除").first.click()
    unit.upload_into("credit", stage.scan)
    unit.go(f"/desk/dossiers/{pilot.pk}/form/review/")
    unit.put("note", "已逐条补正。")
    unit.put("no_secrets", True)
    unit.press("提交补正")

    handler.open_dossier(TITLE)
    assert handler.state() == "已推荐，待受理"
    handler.sees("等待浦东新区市场监管局答复")
    recommender = window("quju")
    recommender.go("/desk/endorsements/")
    recommender.follow("补正内容确认")
    recommender.take("同意", scan=stage.scan, opinion="同意补正后的内容。", signer="郑十")
    recommender.sees("同意补正后的内容。")
    handler.open_dossier(TITLE)
    handler.take("受理")
    assert handler.state() == "已受理"
    assert Endorsement.objects.get(dossier=pilot).state == "agreed"


def test_a_declaration_that_is_not_recommended_goes_to_another_body(
    stage: Stage, applicant: Membership, window: Open
) -> None:
    pilot = declared(stage, applicant, "submitted", opinion=False)
    recommender = window("quju")
    recommender.open_dossier(TITLE, "/desk/dossiers/waiting/")
    recommender.take("不予推荐", reason="不属于本局推荐范围，请向行业主管部门申报。")
    assert recommender.state() == "不予推荐"

    unit = window("shenbao")
    unit.open_dossier(TITLE)
    assert unit.state() == "不予推荐"
    unit.tab("办理意见")
    unit.sees("不属于本局推荐范围")
    unit.go(f"/declare/copy/{pilot.pk}/")
    unit.press("复制")
    copy = Pilot.objects.exclude(pk=pilot.pk).get()
    unit.go(f"/desk/dossiers/{copy.pk}/form/basic/")
    unit.put("f-recommender", stage.department.code)
    unit.press("保存草稿")
    unit.go(f"/desk/dossiers/{copy.pk}/form/review/")
    number = unit.submit()
    assert number != pilot.number

    other = window("minzheng")
    other.open_dossier(TITLE, "/desk/dossiers/waiting/")
    assert other.state() == "已提交，待初审"
    answer = recommender.page.goto(f"/desk/dossiers/{copy.pk}/")
    assert answer is not None
    assert answer.status == 404


def test_refusal_of_acceptance_names_the_clause(stage: Stage, applicant: Membership, window: Open) -> None:
    pilot = declared(stage, applicant, "recommended")
    handler = window("jingban")
    handler.open_dossier(TITLE)
    handler.open_step("不予受理")
    handler.press("确认不予受理")  # nothing was typed: both fields complain, the page stays
    handler.sees("有内容需要更正")
    handler.put("clause", "沪市监标技〔2023〕139号 二（五）")
    handler.put("reason", "近三年受到过通报批评，不符合申报条件。")
    handler.press("确认不予受理")
    assert handler.state() == "不予受理"
    unit = window("shenbao", width=390)
    unit.open_dossier(TITLE)
    assert unit.state() == "不予受理"
    unit.tab("文书")
    unit.sees("不予受理告知书")
    snapshot = IssuedPaper.objects.get(dossier=pilot, kind="not_accepted_notice").snapshot
    assert (snapshot["clause"], snapshot["reason"]) == (
        "沪市监标技〔2023〕139号 二（五）",
        "近三年受到过通报批评，不符合申报条件。",
    )


def test_of_two_who_act_at_once_the_second_is_told(stage: Stage, applicant: Membership, window: Open) -> None:
    declared(stage, applicant, "recommended")
    first, second = window("jingban"), window("shenbao")
    second.open_dossier(TITLE)
    second.open_step("撤回申报（终止）")
    second.put("reason", "暂不申报。")
    first.open_dossier(TITLE)
    first.take("受理")
    second.press("确认撤回申报（终止）")
    second.sees("办理“受理”", "已受理")
    assert Pilot.objects.get().state == "accepted"


def test_typing_at_two_desks_keeps_both(stage: Stage, applicant: Membership, window: Open) -> None:
    MembershipFactory(user=UserFactory(username="tongshi", name="同事乙"), role=Role.UNIT_EDITOR, unit=applicant.unit)
    pilot = declared(stage, applicant, "draft")
    one, other = window("shenbao", scripts=False), window("tongshi", scripts=False)
    for who in (one, other):
        who.go(f"/desk/dossiers/{pilot.pk}/form/goals/")
    one.put("f-goals", "甲写的目标。")
    one.press("保存草稿")
    other.put("f-goals", "乙写的目标。")
    other.page.get_by_role("button", name="保存草稿", exact=True).click()
    other.sees("甲写的目标。", "乙写的目标。", "申报甲")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_wrong_passwords_lock_the_account(stage: Stage, window: Open, scripts: bool) -> None:
    visitor = window(scripts=scripts)
    for number in range(6):
        visitor.try_to_sign_in("jingban", f"wrong-password-{number}")
    visitor.sees("暂时锁定", "分钟后再试")
    visitor.try_to_sign_in("jingban")
    visitor.sees("暂时锁定")
    window("quju").sees("工作台")  # others sign in
