"""The ends against an undertaker in Chromium: a failed acceptance, a revoked result; it is heard before either."""

from __future__ import annotations

import pytest

from portal.accounts.models import Membership
from portal.documents import making
from portal.documents.models import IssuedPaper
from portal.lifecycle import history
from tests.journeys.conftest import Open, Stage
from tests.journeys.lives import TITLE, passed, reviewed
from tests.journeys.office import DECIDE, ON, UP, Office
from tests.journeys.pages import Visitor
from tests.journeys.running import draft_docket, give_notice, open_pilot, state_case

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("leader")]
NUMBER = "沪市监标技〔2028〕77号"


def consider(visitor: Visitor, finding: str) -> None:
    """The handler considers the statement, from the line on the pilot's page that says that it waits."""
    open_pilot(visitor)
    visitor.follow("陈述申辩意见待复核")
    visitor.take("记录复核意见", finding=finding)
    visitor.sees("已复核", finding)


def test_a_failed_acceptance_is_decided_after_the_undertaker_was_heard(
    stage: Stage, unit: Membership, window: Open
) -> None:
    reviewed(stage, unit, "not_recommended")
    office = Office(window, phones=("shenbao",))

    # The handler proposes it and gives notice; a docket cannot be carried out before the undertaker was heard.
    handler = office("jingban")
    open_pilot(handler)
    handler.take("提请审批验收结果", conclusion="fail")
    assert handler.state() == "待审批（验收）"
    give_notice(handler, "标准实施记录不完整，指标没有完成。", stage.scan, "不予通过验收")
    undertaker = office("shenbao")
    undertaker.go("/messages/")
    undertaker.sees("事先告知")
    open_pilot(undertaker)
    assert undertaker.state() == "验收评审中"
    state_case(undertaker, "因标准报批延误，请予限期整改。", stage.scan)
    consider(handler, "延误不影响实施记录，意见不予采纳。")

    # The docket goes its way; the undertaker sees nothing of it before the document is registered.
    open_pilot(handler)
    handler.open_step("拟办呈批件：试点验收结果")
    docket = draft_docket(handler, "关于验收结果的请示", "未达到验收合格线。")
    handler.sees("未通过验收")
    office.sign(docket, UP, ON, DECIDE)
    for tab in ("", "办理历史", "办理意见", "文书", "期限", "办理事项"):
        open_pilot(undertaker, tab)
        assert undertaker.state() == "验收评审中"
        undertaker.sees_not("未通过验收", "待审批", "呈批件", docket.serial, "未达到验收合格线。")
    undertaker.go("/messages/")
    undertaker.sees_not("未通过验收", docket.serial)
    visitor = window(scripts=False)
    visitor.go("/registers/pilots/")
    visitor.sees(TITLE)
    visitor.sees_not("未通过验收")

    office.register(docket, NUMBER, stage.scan)
    open_pilot(undertaker, "办理历史")
    assert undertaker.state() == "未通过验收"
    undertaker.sees("未通过验收", "未达到验收合格线。", "提出陈述申辩")
    undertaker.go("/messages/")
    undertaker.sees("未通过验收")
    visitor.go("/registers/pilots_passed/")
    visitor.sees_not(TITLE)
    assert list(history.problems_of_all()) == []


@pytest.mark.papers
def test_a_revoked_result_takes_the_certificate_with_it(stage: Stage, unit: Membership, window: Open) -> None:
    pilot = passed(stage, unit)
    certificate = IssuedPaper.objects.get(dossier_id=pilot.pk, kind="certificate")
    making.make({"paper": certificate.pk})
    office, stranger = Office(window), window(width=390)

    # A stranger finds the result in the register and verifies its certificate from there.
    stranger.go("/registers/pilots_passed/")
    stranger.sees(TITLE)
    stranger.follow(certificate.number)
    stranger.sees("有效", TITLE, "沪市监标技〔2028〕66号")

    # Notice, statement, finding; the docket, the document.
    handler = office("jingban")
    open_pilot(handler)
    give_notice(handler, "经查实，满意度调查数据系编造。", stage.scan)
    undertaker = office("shenbao")
    open_pilot(undertaker)
    assert undertaker.state() == "通过验收"
    state_case(undertaker, "数据由第三方提供，本单位并不知情。", stage.scan)
    consider(handler, "承担单位对材料真实性负责，意见不予采纳。")
    open_pilot(handler)
    handler.open_step("拟办呈批件：撤销试点验收结论")
    docket = draft_docket(handler, "关于撤销验收结论的请示", "提供虚假材料。")
    office.sign(docket, UP, ON, DECIDE)
    open_pilot(undertaker)
    assert undertaker.state() == "通过验收"
    undertaker.sees_not("呈批件", docket.serial)
    stranger.verify(certificate.code)
    stranger.sees("有效")
    stranger.sees_not("已撤销")
    office.register(docket, NUMBER, stage.scan)

    # From now on the certificate is none, and the result stands among those that were revoked.
    open_pilot(undertaker, "文书")
    assert undertaker.state() == "撤销验收结论"
    undertaker.sees("已撤销", "撤销验收结论决定书")
    stranger.verify(certificate.code)
    stranger.sees("已撤销", TITLE)
    stranger.sees_not("提供虚假材料", "编造")
    stranger.go("/registers/pilots_passed/")
    stranger.sees_not(TITLE)
    stranger.go("/registers/pilots_ended/")
    stranger.sees(TITLE, "撤销验收结论", NUMBER)
    assert list(history.problems_of_all()) == []
