"""Rendering of papers in a warm worker, beside bare WeasyPrint on the same page.

Run alone with `python -m benchmarks.papers`; `benchmarks/run` calls `rows`.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_TEXT = "围绕城市运行管理的发现、派单、处置、核查、结案全流程，建立覆盖通用基础、服务提供、服务保障、岗位工作的标准体系，制定并实施标准四十项。"


def rows(times: int = 30) -> Iterator[Row]:
    """One page, six pages and a certificate by the portal, the same pages by WeasyPrint alone, and the whole task where a dossier is
    in the database. CPU milliseconds are those of this process: the median of so many runs."""
    from pilots.running_papers import Certificate
    from portal.declaration.papers import AcceptanceNotice, ApplicationForm

    for name, paper, content in (
        ("paper_one_page", AcceptanceNotice(), _letter()),
        ("paper_six_pages", ApplicationForm(), _form()),
        ("paper_certificate", Certificate(), _certificate()),
    ):
        yield _measure(name, lambda paper=paper, content=content: _portal(paper, content), times)
        yield _measure(f"{name}_floor", _bare(paper, content), times)
    yield from _whole_task(times)


def _portal(paper: Any, content: Row) -> int:
    from portal.documents import rendering

    return len(rendering.render(paper, content))


def _bare(paper: Any, content: Row) -> Callable[[], int]:
    """WeasyPrint on the finished HTML with everything prepared: nothing of the portal's in the measured part."""
    from weasyprint import HTML

    from portal.documents import fonts, rendering

    html, style = rendering.to_html(paper, content), rendering._stylesheet(paper.style)
    return lambda: len(HTML(string=html).write_pdf(font_config=fonts.font_config(), stylesheets=[style]))


def _whole_task(times: int) -> Iterator[Row]:
    """Issue, make, store, mark as made; undone afterwards."""
    from django.conf import settings
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext, override_settings

    from portal.accounts.actors import SYSTEM
    from portal.base import clock
    from portal.declaration.papers import AcceptanceNotice
    from portal.documents import making
    from portal.documents.actions import issue
    from portal.dossiers.models import Dossier
    from portal.dossiers.programmes import concrete

    first = Dossier.objects.exclude(number=None).first()
    if first is None:
        return
    dossier = concrete(first)

    def task() -> int:
        with transaction.atomic():
            paper = issue(AcceptanceNotice, dossier, SYSTEM, clock.now())
            making.make({"paper": paper.pk})
            transaction.set_rollback(True)
        return 0

    with (
        tempfile.TemporaryDirectory(dir=Path(settings.MEDIA_ROOT).parent) as folder,
        override_settings(MEDIA_ROOT=folder),
    ):
        with CaptureQueriesContext(connection) as captured:
            task()
        yield {**_measure("paper_whole_task", task, times), "queries": len(captured)}


def _measure(name: str, run: Callable[[], int], times: int) -> Row:
    run()  # fonts, templates and modules are warm in a worker
    cpu, wall, size = [], [], 0
    for _ in range(times):
        started, spent = time.perf_counter(), time.process_time()
        size = run()
        cpu.append((time.process_time() - spent) * 1000)
        wall.append((time.perf_counter() - started) * 1000)
    return {
        "name": name,
        "size": size,
        "queries": 0,
        "cpu_ms": round(statistics.median(cpu), 1),
        "wall_ms": round(statistics.median(wall), 1),
    }


def _common(kind: str, number: str) -> Row:
    code = "7KQ2-M0VD-4XNA-8RTE"
    return {
        "programme": {"id": "pilots", "label": "市级标准化试点项目", "short_label": "标准化试点"},
        "call": {
            "title": "关于开展2023年度市级标准化试点工作的通知",
            "number": "沪市监标技〔2023〕139号",
            "year": 2023,
        },
        "project": {
            "number": "SD-2023-0017",
            "title": "城市数字治理“一网统管”基层应用场景标准化试点",
            "field": "社会管理",
        },
        "applicant": {"name": "上海市黄浦区城市运行管理中心"},
        "recommender": "上海市黄浦区市场监督管理局",
        "desk": {"name": "赵文", "phone": "021-64220000-2500"},
        "paper": {
            "kind": kind,
            "title": "受理通知书",
            "number": number,
            "code": code,
            "issued_on": "2023-05-18",
            "verify_at": "https://portal.invalid/verify/",
            "verify_url": f"https://portal.invalid/verify/{code}/",
        },
    }


def _letter() -> Row:
    return _common("acceptance_notice", "SL-2023-0012")


def _certificate() -> Row:
    return {
        **_common("certificate", "ZS-2025-0007"),
        "guarantor": "上海市黄浦区市场监督管理局",
        "term": {"starts_on": "2023-07-01", "ends_on": "2025-06-30", "extended_months": 0, "paused_days": 0},
        "result": {"number": "沪市监标技〔2025〕88号", "dated": "2025-06-20"},
    }


def _form() -> Row:
    pairs = [{"name": f"p{n}", "label": f"事项{n}", "text": "填写内容", "long": False} for n in range(10)]
    essay = {"name": "essay", "label": "标准化工作基础", "text": f"{_TEXT * 4}\n" * 6, "long": True}
    table = {
        "id": "t",
        "title": "主要任务",
        "columns": [["a", "任务", 1], ["b", "内容", 4], ["c", "责任单位", 1], ["d", "完成时间", 1]],
        "rows": [{"id": str(n), "cells": ["构建标准体系", _TEXT, "区城运中心", "2024-06"]} for n in range(28)],
    }
    return {
        **_common("application_form", "SB-2023-0031"),
        "version": {"number": 2, "check_code": "3F2A-91BC", "submitted_on": "2023-05-09"},
        "copies": 3,
        "sections": [
            {"title": "基本信息", "pairs": pairs, "tables": []},
            {"title": "标准化工作基础", "pairs": [essay], "tables": []},
            {"title": "主要任务", "pairs": [], "tables": [table]},
        ],
        "participants": [],
        "commitments": [_TEXT],
        "attachments": [],
    }


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
