"""Docx for the bureau's office system: the sheet of a docket, and the draft of a document with its list.

The wording is that of the papers' templates: one text, two forms.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from portal.accounts.actors import SYSTEM
from portal.base import clock
from portal.base.canonical import canonical_json
from portal.documents.templatetags.papers import cn_date
from portal.lifecycle.steps import Act
from portal.supervision.models import Docket, DocketItem
from portal.supervision.papers import DocketList, sheet_facts

#: as office systems know them; readers without them fall back on their own
FANGSONG, SONG, HEI, KAI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
_BODY, _TITLE, _TABLE = Pt(16), Pt(22), Pt(10.5)


def sheet(docket: Docket) -> bytes:
    """呈批件 as docx: title, columns of opinions, deliberation, items with their opinions and flags."""
    facts = json.loads(canonical_json(sheet_facts(docket)))
    document = _document(Mm(20))
    _paragraph(document, _("呈  批  件"), SONG, _TITLE, centred=True)
    head = facts["docket"]
    table = _grid(document, 0, 4)
    _cells(table, [_("编号"), head["serial"], _("拟办日期"), cn_date(head["drafted_on"])])
    _wide(table, _("标题"), head["title"])
    summary = "；".join(_("%(what)s %(n)s 项") % {"what": what, "n": n} for what, n in facts["decisions"])
    _wide(table, _("事项"), f"{head['matter']}（{summary}）" if summary else head["matter"])
    for opinion in facts["opinions"]:
        signed = "　".join(part for part in (opinion["name"] if opinion["on"] else "", cn_date(opinion["on"])) if part)
        _wide(table, opinion["head"], f"{opinion['text']}\n{signed}".strip(), lines=3)
    _deliberation(table, facts["deliberation"])
    registered = "　".join(part for part in (head["number"], cn_date(head["dated"])) if part)
    if registered and head["publish_on"]:
        registered += "\n" + _("定于%(day)s发布") % {"day": cn_date(head["publish_on"])}
    _wide(table, _("发文登记"), registered)
    _paragraph(document, _("附：项目清单"), HEI, Pt(14), before=12)
    heads = [_("序号"), _("项目编号、名称"), _("申报单位"), head["opinion_head"], _("拟处理意见和理由"), _("审批结果")]
    rows = [
        [
            str(row["position"]),
            f"{row['number']}\n{row['title']}",
            f"{row['unit']}\n{row['field']}",
            "\n".join([row["opinion"], *(f"※{flag}" for flag in row["flags"])]).strip(),
            "\n".join(part for part in (row["proposal"], row["grounds"]) if part),
            "\n".join(part for part in (row["result"], row["note"]) if part),
        ]
        for row in facts["rows"]
    ]
    _list(document, heads, [6, 25, 20, 20, 19, 10], rows)
    return _bytes(document)


def _deliberation(table: Any, facts: dict[str, Any]) -> None:
    if facts["legal"]:
        _wide(table, _("法制审核意见"), facts["legal"])
    if facts["meeting"]:
        parts = [facts["meeting"], cn_date(facts["meeting_on"]), facts["minutes"]]
        _wide(table, _("会议审议"), f"{'，'.join(p for p in parts if p)}\n{facts['conclusion']}".strip())


def draft(docket: Docket, paper_class: type[DocketList], items: Sequence[DocketItem]) -> bytes:
    """The draft of a paper with its list: number and date stay open, as the office system gives them."""
    act = Act(actor=SYSTEM, at=clock.now(), data={"items": list(items)}, step=None)  # type: ignore[arg-type]
    facts = json.loads(canonical_json(paper_class().snapshot(docket, act)))
    wording = render_to_string(paper_class.wording, {**facts, "draft": True})
    document = _document(Mm(28))
    paragraphs = _Paragraphs.read(wording)
    for kind, text in paragraphs:
        if kind == "title":
            _paragraph(document, text, SONG, _TITLE, centred=True, after=18)
        elif kind in ("addressee", "plain"):
            _paragraph(document, text, FANGSONG, _BODY)
        elif kind == "right":
            _paragraph(document, text, FANGSONG, _BODY).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        else:
            font = HEI if kind == "h1" else KAI if kind == "h2" else FANGSONG
            _paragraph(document, text, font, _BODY, indent=True)
    section = document.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    _paragraph(document, _("附件"), HEI, _BODY)
    _paragraph(document, _annex_title(paragraphs, str(paper_class.label)), SONG, Pt(18), centred=True, after=8)
    heads = [_("序号"), *(head for _name, head, _share in facts["columns"])]
    rows = [[str(number), *row] for number, row in enumerate(facts["rows"], 1)]
    _list(document, heads, [5, *(share for _name, _head, share in facts["columns"])], rows)
    return _bytes(document)


def _annex_title(paragraphs: Sequence[tuple[str, str]], label: str) -> str:
    """The list is called what the text calls it (附件：……); else as its paper."""
    mark = _("附件：")
    named = next((text.removeprefix(mark) for _kind, text in paragraphs if text.startswith(mark)), label)
    return named if named.endswith(_("清单")) else named + _("项目清单")


class _Paragraphs(HTMLParser):
    """The paragraphs of a wording: (class, text)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._kind: str | None = None
        self._text: list[str] = []

    @classmethod
    def read(cls, html: str) -> list[tuple[str, str]]:
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "h1"):
            self._kind, self._text = ("title" if tag == "h1" else dict(attrs).get("class") or ""), []

    def handle_data(self, data: str) -> None:
        if self._kind is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "h1") and self._kind is not None:
            text = "".join(self._text).strip()
            if text:
                self.found.append((self._kind, text))
            self._kind = None


# --- pieces of a document -----------------------------------------------------------------------
def _document(margin: Any) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = margin
    section.top_margin, section.bottom_margin = Mm(30), Mm(28)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FANGSONG, _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FANGSONG)
    document.core_properties.author = _("上海市标准化项目全生命周期管理平台")
    document.core_properties.created = document.core_properties.modified = clock.now().replace(tzinfo=None)
    return document


def _run(paragraph: Any, text: str, font: str, size: Any) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = size, font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _paragraph(
    holder: Any,
    text: str,
    font: str,
    size: Any,
    *,
    centred: bool = False,
    indent: bool = False,
    before: int = 0,
    after: int = 0,
) -> Any:
    paragraph = holder.add_paragraph()
    style = paragraph.paragraph_format
    style.space_before, style.space_after = Pt(before), Pt(after)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        style.first_line_indent = Pt(2 * size.pt)
    _run(paragraph, text, font, size)
    return paragraph


def _grid(document: Any, rows: int, columns: int) -> Any:
    table = document.add_table(rows=rows, cols=columns)
    table.style = "Table Grid"
    return table


def _write(cell: Any, text: str, font: str, size: Any, *, centred: bool = False) -> None:
    for number, line in enumerate(text.split("\n") or [""]):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, line, font, size)


def _cells(table: Any, texts: list[str]) -> None:
    row = table.add_row()
    for number, text in enumerate(texts):
        _write(row.cells[number], text, HEI if number % 2 == 0 else FANGSONG, Pt(12), centred=number % 2 == 0)


def _wide(table: Any, head: str, text: str, *, lines: int = 0) -> None:
    row = table.add_row()
    body = row.cells[1].merge(row.cells[3])
    _write(row.cells[0], head, HEI, Pt(12), centred=True)
    _write(body, text + "\n" * max(0, lines - text.count("\n")), FANGSONG, Pt(12))


def _list(document: Any, heads: list[str], shares: list[int], rows: list[list[str]]) -> None:
    """A table whose head is repeated on every page."""
    section = document.sections[-1]
    width = section.page_width - section.left_margin - section.right_margin
    table = _grid(document, 1, len(heads))
    table.autofit = False
    mark = table.rows[0]._tr.get_or_add_trPr()
    mark.append(mark.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _write(cell, head, HEI, _TABLE, centred=True)
    for texts in rows:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            _write(cell, text, FANGSONG, _TABLE)
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = int(width * share / sum(shares))


def _bytes(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
