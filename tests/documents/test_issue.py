"""Issuing: number, code and data are fixed in the step; a rollback leaves no gap."""

from __future__ import annotations

import pytest
from django.db import transaction

from portal.base import clock
from portal.base.errors import NotPermitted, StepRefused
from portal.declaration.papers import (
    AcceptanceNotice,
    CorrectionNotice,
    NotAcceptedNotice,
    RecommendationList,
    issue_recommendation_list,
)
from portal.documents import actions, codes
from portal.documents.effects import issue_papers
from portal.documents.models import IssuedPaper
from portal.documents.paper import Paper, kinds, register
from portal.dossiers.programmes import programmes
from portal.lifecycle.models import Record
from portal.lifecycle.registry import Done
from portal.lifecycle.steps import Act
from portal.messaging.models import Outbox
from tests.documents.conftest import AT, Office
from tests.factories import actor_of

POINT = {"target": "basic", "label": "基本信息", "text": "项目名称应以“标准化试点”结尾。", "content": False}


def test_number_code_and_snapshot_are_fixed(office: Office) -> None:
    paper = office.issue()
    assert paper.number == "SL-2023-0001"
    assert codes.normalise(paper.code) == paper.code
    assert paper.issued_on.isoformat() == "2023-05-18"
    assert paper.snapshot["project"]["title"] == "城市数字治理“一网统管”标准化试点"
    assert paper.snapshot["paper"]["verify_url"] == f"http://testserver/verify/{paper.code}/"
    assert (paper.making, paper.status) == ("waiting", "valid")
    assert Outbox.objects.get(kind="paper").payload == {"paper": paper.pk}
    office.pilot.__class__.objects.filter(pk=office.pilot.pk).update(title="改名")
    assert IssuedPaper.objects.get().snapshot["project"]["title"] == "城市数字治理“一网统管”标准化试点"


def test_numbers_run_per_kind_and_year(office: Office) -> None:
    first, second = office.issue(), office.issue()
    other = office.issue(CorrectionNotice, points=[POINT], due_on="2023-06-01")
    later = actions.issue(
        AcceptanceNotice, office.pilot, actor_of(office.handler), clock.at(AT.date().replace(year=2024))
    )
    assert [p.number for p in (first, second, other, later)] == [
        "SL-2023-0001",
        "SL-2023-0002",
        "BZT-2023-0001",
        "SL-2024-0001",
    ]
    assert len({p.code for p in (first, second, other, later)}) == 4


def test_the_date_is_that_of_shanghai(office: Office) -> None:
    late = clock.at(AT.date().replace(month=12, day=31), 23, 30)
    assert actions.issue(AcceptanceNotice, office.pilot, actor_of(office.handler), late).number == "SL-2023-0001"
    next_day = clock.at(AT.date().replace(year=2024, month=1, day=1), 0, 30)  # still 2023 in UTC
    assert actions.issue(AcceptanceNotice, office.pilot, actor_of(office.handler), next_day).number == "SL-2024-0001"


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_gap(office: Office) -> None:
    office.issue()
    with transaction.atomic():
        office.issue()
        transaction.set_rollback(True)
    assert office.issue().number == "SL-2023-0002"
    assert Outbox.objects.filter(kind="paper").count() == 2


def test_the_effect_issues_what_the_step_names(office: Office) -> None:
    step = office.pilot.accept.step
    act = Act(actor_of(office.handler), AT, {"remark": ""}, step)
    record = Record.objects.order_by("pk").last()
    issue_papers(Done(office.pilot, step, act, record))
    paper = IssuedPaper.objects.get()
    assert (paper.kind, paper.record, paper.dossier_id) == ("acceptance_notice", record, office.pilot.pk)
    assert Record.objects.order_by("pk").last() == record


def test_outside_a_step_the_issue_is_a_record_of_its_own(office: Office) -> None:
    paper = office.issue()
    assert paper.record.label == "出具受理通知书"
    assert paper.record.chain_id == office.pilot.chain_id


def test_a_list_belongs_to_its_body_and_replaces_the_one_before(office: Office) -> None:
    recommender = actor_of(office.recommender)
    lists = []
    for body in (office.recommender.body, office.other_recommender.body, office.recommender.body):
        lists.append(issue_recommendation_list(office.call, body, [office.pilot], actor=recommender))
    first, foreign, second = (IssuedPaper.objects.get(pk=paper.pk) for paper in lists)
    assert (first.status, first.replaced_by, foreign.status, second.status) == ("replaced", second, "valid", "valid")
    assert second.dossier is None
    assert second.kind == RecommendationList.kind
    assert second.snapshot["rows"][0]["title"] == office.pilot.title
    assert second.snapshot["rows"][0]["class"] == "一般项目"
    assert second.record.inside


def test_notices_do_not_replace_each_other(office: Office) -> None:
    for _ in range(2):
        office.issue(CorrectionNotice, points=[POINT], due_on="2023-06-01")
    assert set(IssuedPaper.objects.values_list("status", flat=True)) == {"valid"}


def test_remedies_come_from_the_step_or_from_the_parameter(office: Office) -> None:
    refusal = {"clause": "二（五）", "reason": "不符合"}
    assert "十个工作日" in office.issue(NotAcceptedNotice, **refusal).snapshot["remedies"]
    own = office.issue(NotAcceptedNotice, **refusal, remedies="可以依法申请行政复议。")
    assert own.snapshot["remedies"] == "可以依法申请行政复议。"


def test_revoking_is_the_bureaus_and_stands_in_the_history(office: Office) -> None:
    paper = office.issue()
    with pytest.raises(NotPermitted):
        actions.revoke(paper, actor=actor_of(office.recommender), reason="误发")
    actions.revoke(paper, actor=actor_of(office.handler), reason="误发")
    paper.refresh_from_db()
    assert (paper.status, paper.status_reason) == ("revoked", "误发")
    record = Record.objects.order_by("pk").last()
    assert (record.label, record.opinion) == ("撤销文书", "误发")
    with pytest.raises(StepRefused):
        actions.revoke(paper, actor=actor_of(office.handler), reason="再次")


def test_what_others_submit_is_not_the_bureaus_to_revoke(office: Office) -> None:
    body = office.recommender.body
    issued = issue_recommendation_list(office.call, body, [office.pilot], actor=actor_of(office.recommender))
    with pytest.raises(NotPermitted):
        actions.revoke(issued, actor=actor_of(office.handler), reason="误发")


def test_kinds_do_not_share_their_numbers() -> None:
    class Twin(Paper):
        kind = "twin"
        label = "孪生"
        prefix = AcceptanceNotice.prefix
        template = "acceptance_notice.html"

    with pytest.raises(ValueError, match="would share the numbers"):
        register(Twin)
    assert "twin" not in kinds()
    assert not {paper.prefix for paper in kinds().values()} & {owner.serial for owner in programmes()}
