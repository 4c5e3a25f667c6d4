"""Rendering: deterministic, from the snapshot alone, and nothing is fetched, whatever people typed."""

from __future__ import annotations

import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.template import engines

from portal.declaration import papers
from portal.documents import rendering
from portal.documents.paper import Paper, kinds

pytestmark = pytest.mark.papers
CODE = "7KQ2-M0VD-4XNA-8RTE"


def snapshot_of(paper: type[Paper], text: str = "城市数字治理“一网统管”标准化试点") -> dict[str, Any]:
    """A snapshot with the same text everywhere that a person could have typed it."""
    pairs = [{"name": "a", "label": text, "text": text, "long": False}]
    rows = [{"id": "1", "cells": [text, text]}]
    tables = [{"id": "t", "title": text, "columns": [["a", text, 1], ["b", text, 1]], "rows": rows}]
    return {
        "programme": {"id": "pilots", "label": "市级标准化试点", "short_label": "标准化试点"},
        "call": {
            "title": text,
            "number": "沪市监标技〔2023〕139号",
            "year": 2023,
            "issued_on": "2023-03-29",
            "address": text,
        },
        "project": {
            "number": "SD-2023-0001",
            "title": text,
            "field": text,
            "class": text,
            "submitted_on": "2023-05-09",
        },
        "applicant": {"name": text, "credit_code": text},
        "recommender": text,
        "desk": {"name": text, "phone": text},
        "version": {"number": 1, "check_code": "3F2A-91BC", "sha256": "0", "submitted_on": "2023-05-09"},
        "copies": 3,
        "sections": [{"id": "s", "title": text, "pairs": pairs, "tables": tables}],
        "participants": [text],
        "unit_opinion": text,
        "commitments": [text],
        "attachments": [{"slot": text, "name": text}],
        "opinion": text,
        "rank": 1,
        "points": [{"target": "s", "label": text, "text": text, "content": True}],
        "due_on": "2023-06-01",
        "content": True,
        "remark": text,
        "clause": text,
        "reason": text,
        "remedies": text,
        "classes": True,
        "rows": [
            {"rank": 1, "number": text, "title": text, "unit": text, "credit_code": text}
            | {"field": text, "class": text, "contact": text, "phone": text}
        ],
        "paper": {
            "kind": paper.kind,
            "title": str(paper.label),
            "number": "SL-2023-0001",
            "code": CODE,
            "issued_on": "2023-05-18",
            "verify_at": "http://testserver/verify/",
            "verify_url": f"http://testserver/verify/{CODE}/",
        },
    }


FRONT_END = [paper for paper in kinds().values() if paper.__module__ == papers.__name__]


def text_of(pdf: bytes, folder: Path) -> str:
    """The text layer of a PDF."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("paper", FRONT_END, ids=lambda paper: paper.kind)
def test_the_same_snapshot_gives_the_same_bytes(paper: type[Paper]) -> None:
    first = rendering.render(paper(), snapshot_of(paper))
    assert first.startswith(b"%PDF-")
    assert rendering.render(paper(), snapshot_of(paper)) == first
    assert rendering.render(paper(), snapshot_of(paper, "另一个")) != first


@pytest.mark.parametrize("paper", FRONT_END, ids=lambda paper: paper.kind)
def test_every_paper_carries_number_code_and_its_words(paper: type[Paper], tmp_path: Path) -> None:
    text = text_of(rendering.render(paper(), snapshot_of(paper)), tmp_path)
    assert CODE in text
    assert "SL-2023-0001" in text
    assert "http://testserver/verify/" in text
    assert "文件完整性校验" in text
    assert "电子签章" not in text


@pytest.mark.parametrize("paragraphs", range(7, 12))
def test_a_letter_that_just_fills_a_page_does_not_leave_its_foot_alone(paragraphs: int, tmp_path: Path) -> None:
    letter = engines["django"].from_string(
        '{% extends "papers/letter.html" %}{% block text %}'
        "{% for n in lines %}<p>按照规定办理有关事项，请在规定期限之内予以配合。</p>{% endfor %}"
        '<p class="closing">特此告知。</p>{% endblock %}'
    )
    address = "https://portal.invalid/verify/"
    facts = {
        "paper": {"title": "关于有关事项的通知", "number": "TZ-2026-0001", "code": "ABCD", "issued_on": "2026-05-15"},
        "applicant": {"name": "上海示例服务有限公司"},
        "recommender": "示例委员会",
        "desk": {"name": "钱六", "phone": "021-00000000"},
        "qr": rendering.qr(address),
        "lines": range(paragraphs),
    }
    pages = text_of(rendering.to_pdf(letter.render(facts), "letter"), tmp_path).rstrip("\f\n").split("\f")
    last = re.sub(r"\s", "", pages[-1])
    for part in ("特此告知。", "2026年5月15日", "联系人：钱六", "抄送：示例委员会", "扫描二维码"):
        assert part in last, part


def test_the_form_says_its_version_on_each_page(tmp_path: Path) -> None:
    form = papers.ApplicationForm
    snapshot = snapshot_of(form)
    snapshot["sections"] *= 30
    text = text_of(rendering.render(form(), snapshot), tmp_path)
    pages = text.rstrip("\f\n").split("\f")
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert re.search(
            rf"SD-2023-0001\s*第1版\s*版本校验码 ?3F2A-91BC\s*第 ?{number} ?页\s*共 ?{len(pages)} ?页", page
        )
    assert "一式三份" in pages[0]
    assert "推荐部门（盖章）" in text


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and the requests that came to it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


_opened: list[str] | None = None


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _opened is not None and event == "open" and args:
        _opened.append(str(args[0]))


sys.addaudithook(_audit)


def _hostile(address: str, secret: Path) -> str:
    file = secret.as_uri()
    return f"""</p></td></tr></table><img src="{address}/img"><img src="{file}"><link rel="stylesheet" href="{address}/css">
<link rel="attachment" href="{file}"><a rel="attachment" href="{file}">x</a><style>@import url("{address}/import");
@font-face {{ font-family: "x"; src: url("{address}/font") }} body {{ background: url("{address}/background") }}</style>
<svg><image href="{address}/svg"/></svg><object data="{file}"></object><embed src="{address}/embed">
<iframe src="{file}"></iframe>{{% include "{secret}" %}}{{{{ qr }}}}{{% debug %}}"""


@pytest.mark.parametrize("paper", FRONT_END, ids=lambda paper: paper.kind)
def test_hostile_text_is_printed_as_text(paper: type[Paper], listener: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET-CONTENT")
    rendering.render(paper(), snapshot_of(paper))  # fonts, templates and modules are read at the first time
    opened = _listen()
    try:
        pdf = rendering.render(paper(), snapshot_of(paper, _hostile(address, secret)))
    finally:
        _stop()
    assert asked == []
    assert [path for path in opened if "secret" in path] == []
    assert b"EmbeddedFile" not in pdf
    text = re.sub(r"\s", "", text_of(pdf, tmp_path))
    assert "TOP-SECRET-CONTENT" not in text
    assert "<imgsrc=" in text


def test_even_unescaped_nothing_is_fetched(listener: tuple[str, list[str]], tmp_path: Path) -> None:
    """The second line of defence: a template that forgot to escape still reaches nothing."""
    address, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET-CONTENT")
    rendering.to_pdf("<p>warm</p>", "letter")
    opened = _listen()
    try:
        pdf = rendering.to_pdf(f"<body>{_hostile(address, secret)}</body>", "letter")
    finally:
        _stop()
    assert asked == []
    assert [path for path in opened if "secret" in path] == []
    assert b"EmbeddedFile" not in pdf
    assert "TOP-SECRET-CONTENT" not in text_of(pdf, tmp_path)


def _listen() -> list[str]:
    global _opened
    _opened = []
    return _opened


def _stop() -> None:
    global _opened
    _opened = None


def test_no_template_trusts_what_it_prints() -> None:
    folder = Path(django_settings.ROOT) / "templates" / "papers"
    for path in folder.rglob("*.html"):
        assert not re.search(r"\|\s*safe|autoescape off|mark_safe", path.read_text()), path.name


def test_the_web_process_does_not_load_weasyprint() -> None:
    code = "import django, sys; django.setup(); import portal.urls; sys.exit('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=_environment(), check=False)
    assert done.returncode == 0


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
