"""The real path: issue → outbox → the embedded worker → WeasyPrint; killed in the middle, a paper is made once."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from portal.base.canonical import sha256
from portal.documents import store
from portal.documents.models import IssuedPaper
from portal.messaging.models import Outbox
from tests.documents.conftest import Office
from tests.worker import worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.papers]
SETTINGS = "tests.documents.worker_settings"


def _stored() -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / "papers").rglob("*") if path.is_file()]


def test_a_worker_killed_while_it_makes_a_paper_makes_it_once_after_its_restart(office: Office, tmp_path: Path) -> None:
    before = set(_stored())
    issued = office.issue()
    flag = tmp_path / "rendering"
    with worker(module=SETTINGS, SLOW_PAPERS=str(flag)) as running:
        running.wait_for(flag.exists)
        running.kill()
    halfway = IssuedPaper.objects.get(pk=issued.pk)
    assert (halfway.making, halfway.made_at) == ("making", None)
    assert set(_stored()) == before
    with worker(module=SETTINGS) as running:
        running.wait_for(lambda: Outbox.objects.get(kind="paper").done_at)
    paper = IssuedPaper.objects.get(pk=issued.pk)
    assert (paper.making, paper.number, paper.attempts) == ("made", issued.number, 2)
    assert IssuedPaper.objects.count() == 1
    content = store.locate(paper.path).read_bytes()
    assert content.startswith(b"%PDF-")
    assert sha256(content) == paper.sha256
    assert set(_stored()) - before == {store.locate(paper.path)}


def test_several_papers_at_a_time(office: Office) -> None:
    for _ in range(6):
        office.issue()
    with worker(module=SETTINGS) as running:
        running.wait_for(lambda: IssuedPaper.objects.filter(making="made").count() == 6, seconds=60)
        assert running.stop() == 0
    papers = IssuedPaper.objects.all()
    assert len({paper.sha256 for paper in papers}) == 6
    assert {paper.attempts for paper in papers} == {1}
    shown = subprocess.run(["pdftotext", store.locate(papers[0].path), "-"], capture_output=True, check=True)
    assert papers[0].number in shown.stdout.decode()
