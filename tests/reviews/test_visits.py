"""Site visits and notices of the meeting."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotPermitted, StepRefused
from portal.documents import making
from portal.documents.models import IssuedPaper
from portal.documents.store import locate
from portal.dossiers.models import Dossier
from portal.lifecycle.engine import perform
from portal.messaging.models import Message
from portal.reviews import actions, packages, visiting
from portal.reviews.models import Expert, Package, Visit
from portal.reviews.notifying import notify_undertakers, to_notify
from tests.documents.test_rendering import text_of
from tests.factories import MembershipFactory, actor_of, sign_in
from tests.pilot_data import people_of, scan
from tests.reviews.matters import INSPECTION, declare
from tests.reviews.rounds import Sitting, accepted, sitting
from tests.reviews.test_commissions import commissioned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    declare(monkeypatch)
    settings.MEDIA_ROOT = tmp_path / "files"


def typed(**change: Any) -> dict[str, Any]:
    """A visit as a browser sends it: the two items of the sheet, and one more point."""
    return {
        "visited_on": clock.today().isoformat(),
        "place": "浦东新区示例路 1 号",
        "people": "检查人员二人；项目负责人。",
        "conclusion": "现场与申报材料基本一致。",
        "label-0": "标准体系构建",
        "found-0": "yes",
        "note-0": "",
        "label-1": "宣贯培训",
        "found-1": "no",
        "note-1": "未见夜班培训记录。",
        "label-2": "标准文本上墙",
        "found-2": "yes",
        **change,
    }


def page_of(found: Sitting, name: str = "visit_new") -> str:
    return reverse(f"reviews:{name}", args=[found.round.pk, found.round.entries.get().pk])


def test_a_visit_is_recorded_with_its_points_and_files() -> None:
    found = sitting(matter=INSPECTION, panel=3, state="inviting")
    client = sign_in(Client(), found.handler_membership)
    assert 'value="标准体系构建"' in client.get(page_of(found)).content.decode(), "the items are offered as points"
    response = client.post(page_of(found), {**typed(), "photos__file": [scan()]})
    assert response.status_code == 302
    visit = Visit.objects.get()
    assert [(point["label"], point["found"]) for point in visit.points] == [
        ("标准体系构建", True),
        ("宣贯培训", False),
        ("标准文本上墙", True),
    ]
    assert visit.paper is not None
    assert visit.paper.kind == "review_visit"
    file = Attachment.objects.get(holder_type="reviews.visit", holder_id=visit.pk)
    page = client.get(page_of(found, "entry")).content.decode()
    assert "未见夜班培训记录。" in page
    assert "1 项未见到" in page
    address = reverse("attachments:download", args=[file.key])
    assert b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
    for stranger in (found.actors[0].membership, MembershipFactory(role="recommender"), MembershipFactory()):
        assert sign_in(Client(), stranger).get(address).status_code == 404  # type: ignore[arg-type]
    log = client.get(reverse("reviews:log", args=[found.round.pk])).content.decode()
    assert "记录现场检查" in log
    dossier = found.round.entries.get().dossier
    assert IssuedPaper.objects.visible_to(found.handler).filter(pk=visit.paper_id).exists()
    assert not IssuedPaper.objects.visible_to(people_of(dossier).applicant).filter(pk=visit.paper_id).exists()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"visited_on": "2999-01-01"}, "visited_on"),
        ({"note-1": ""}, "note-1"),
        ({"label-2": ""}, "label-2"),
        ({"found-2": "", "note-2": "有"}, "found-2"),
        ({"people": ""}, "people"),
        ({"found-0": "", "found-1": "", "found-2": "", "note-1": ""}, "__all__"),
    ],
)
def test_a_visit_is_checked(change: dict[str, str], field: str) -> None:
    found = sitting(matter=INSPECTION, panel=3)
    response = sign_in(Client(), found.handler_membership).post(page_of(found), typed(**change))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Visit.objects.exists()


def test_a_mistaken_visit_is_withdrawn_and_stays_readable() -> None:
    found, clerk = commissioned("scored")
    client = sign_in(Client(), clerk.membership)  # type: ignore[arg-type]
    client.post(page_of(found), typed())
    visit = Visit.objects.get()
    address = reverse("reviews:visit_withdraw", args=[found.round.pk, visit.entry_id, visit.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "日期录错。"}).status_code == 302
    visit.refresh_from_db()
    assert visit.withdrawn_reason == "日期录错。"
    assert visit.paper is not None
    assert visit.paper.status == "revoked"
    assert "日期录错。" in client.get(page_of(found, "entry")).content.decode()
    assert client.post(address, {"reason": "再来。"}).status_code == 404
    with pytest.raises(StepRefused):
        visiting.withdraw_visit(visit, actor=clerk, reason="再来。")


def test_a_matter_without_visits_knows_none() -> None:
    found = sitting()
    client = sign_in(Client(), found.handler_membership)
    assert client.get(page_of(found)).status_code == 404
    assert "现场检查" not in client.get(page_of(found, "entry")).content.decode()
    facts = {"visited_on": clock.today(), "place": "x", "people": "x", "points": [], "conclusion": "x"}
    with pytest.raises(StepRefused):
        visiting.record_visit(found.round.entries.get(), facts, actor=found.handler)


@pytest.mark.papers
def test_the_record_before_and_after_the_visit(tmp_path: Path) -> None:
    found = sitting(matter=INSPECTION, panel=3, state="inviting")
    client = sign_in(Client(), found.handler_membership)
    client.post(page_of(found), typed())
    paper = Visit.objects.get().paper
    assert paper is not None
    making.make({"paper": paper.pk})
    paper.refresh_from_db()
    text = re.sub(r"\s", "", text_of(locate(paper.path).read_bytes(), tmp_path))
    for part in ("现场检查记录表", "未见夜班培训记录。", "检查人员签名", paper.number):
        assert part in text, part
    packages.order_package(found.round, actor=found.handler)
    packages.make({"package": Package.objects.get().pk})
    import zipfile

    book = zipfile.ZipFile(packages.locate(Package.objects.get().path))
    empty = re.sub(r"\s", "", text_of(book.read("05_现场检查记录表.pdf"), tmp_path))
    assert "宣贯培训" in empty
    assert "未见夜班培训记录" not in empty


# --- notices ------------------------------------------------------------------------------------
def test_undertakers_are_told_of_date_and_place_once() -> None:
    found = sitting(accepted(2), matter=INSPECTION, panel=3)
    Expert.objects.update(name="不宜告知")
    assert to_notify(found.round) == 2
    client = sign_in(Client(), found.handler_membership)
    address = reverse("reviews:notices", args=[found.round.pk])
    assert "发会议通知" in client.get(found.round.get_absolute_url()).content.decode()
    assert client.post(address).status_code == 302
    papers = IssuedPaper.objects.filter(kind="review_notice")
    assert papers.count() == 2
    assert {paper.title for paper in papers} == {"现场评估会议通知"}
    assert not any("不宜告知" in str(paper.snapshot) for paper in papers), "no expert is named"
    assert notify_undertakers(found.fresh(), actor=found.handler) == 0
    dossier = found.round.entries.all()[0].dossier
    applicant = people_of(Dossier.objects.get(pk=dossier.pk)).applicant  # type: ignore[arg-type]
    assert IssuedPaper.objects.visible_to(applicant).filter(kind="review_notice").count() == 2
    assert Message.objects.filter(recipient=applicant.user, title="现场评估会议通知").count() == 2


def test_a_change_of_date_is_told_anew_and_replaces_the_notice() -> None:
    found = sitting(matter=INSPECTION, panel=3)
    notify_undertakers(found.round, actor=found.handler)
    later = found.round.held_on + dt.timedelta(days=7)
    actions.edit_round(found.round, actor=found.handler, held_on=later)
    assert to_notify(found.fresh()) == 1
    assert notify_undertakers(found.fresh(), actor=found.handler) == 1
    first, second = IssuedPaper.objects.filter(kind="review_notice").order_by("pk")
    assert (first.status, first.replaced_by, second.status) == ("replaced", second, "valid")
    assert Message.objects.filter(title="现场评估会议变更通知").exists()


def test_a_notice_wants_a_place_and_a_handler() -> None:
    found = sitting(matter=INSPECTION, panel=3, place="")
    assert to_notify(found.round) == 0
    with pytest.raises(StepRefused):
        notify_undertakers(found.round, actor=found.handler)
    with pytest.raises(NotPermitted):
        notify_undertakers(found.round, actor=actor_of(MembershipFactory(role="section_chief")))
    perform(found.round, "annul", actor=found.handler, data={"reason": "改期。"})
    with pytest.raises(StepRefused):
        notify_undertakers(found.fresh(), actor=found.handler)
