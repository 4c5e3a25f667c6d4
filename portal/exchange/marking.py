"""The uploaded lines as a file again, with what the check found beside each."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from portal.exchange.models import ImportJob, ImportProblem
from portal.exchange.reading import RESULT, SHEET
from portal.exchange.working import resource_for, sheet_of

_TONES = {"error": "#FBD5D1", "warning": "#FDF1CF", "note": "#E8ECF2"}


def make(job: ImportJob) -> IO[bytes]:
    """The marked file as an open temporary file: the sheet 数据 can be corrected and uploaded as it is."""
    sheet = sheet_of(job, resource_for(job, job.owner))
    found: dict[int, list[ImportProblem]] = defaultdict(list)
    for problem in ImportProblem.objects.filter(job=job).iterator(chunk_size=2000):
        found[problem.line].append(problem)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False, "strings_to_urls": False})
    page = book.add_worksheet(SHEET)
    bold = book.add_format({"bold": True, "border": 1, "bg_color": "#EEF2F8", "text_wrap": True})
    plain = book.add_format({"border": 1, "valign": "top", "num_format": "@"})
    tones = {
        level: book.add_format({"border": 1, "valign": "top", "num_format": "@", "bg_color": color, "text_wrap": True})
        for level, color in _TONES.items()
    }
    heads = list(sheet.dataset.headers or [])
    page.set_column(0, len(heads) - 1, 18)
    page.set_column(len(heads), len(heads), 70)
    page.freeze_panes(1, 1)
    for place, head in enumerate([*heads, RESULT]):
        page.write_string(0, place, str(head), bold)
    for line, (number, cells) in enumerate(zip(sheet.lines, sheet.dataset, strict=True), 1):
        problems = found.get(number, [])
        marked = {problem.column: problem.level for problem in reversed(problems)}
        for place, text in enumerate(cells):
            page.write_string(line, place, text, tones.get(marked.get(heads[place], ""), plain))
        worst = next((level for level in _TONES if any(p.level == level for p in problems)), "")
        page.write_string(line, len(heads), _words(number, problems), tones.get(worst, plain))
    book.close()
    file.seek(0)
    return file


def _words(number: int, problems: list[ImportProblem]) -> str:
    """What was found about a line; the number is that of the line in the uploaded file."""
    if not problems:
        return ""
    found = (f"{p.get_level_display()}：{p.column + '：' if p.column else ''}{p.text}" for p in problems)
    return _("原第 %(line)s 行 ") % {"line": number} + "\n".join(found)
