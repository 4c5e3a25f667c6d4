"""A small form for tests of the machinery, and a dossier that is nothing but the call's form version."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import QueryDict

from portal.declaration.document import Content, Document
from portal.declaration.filling import FIELDS_PREFIX, Filling, row_prefix
from portal.declaration.forms import RowForm, SectionForm, choice, date, number, paragraph, text, tick
from portal.declaration.sections import DeclarationForm, Section, Slot, Table, register

VERSION = "sample-form"


class MainForm(SectionForm):
    title = text("名称", 20)
    note = paragraph("说明", 50, required=False)
    kind = choice("类别", [("a", "甲类"), ("b", "乙类")], required=False)
    aims = forms.MultipleChoiceField(
        label="目标", choices=[("x", "其一"), ("y", "其二")], required=False, widget=forms.CheckboxSelectMultiple
    )
    agreed = tick("同意", required=False)
    since = date("日期", required=False)


class ItemRow(RowForm):
    name = text("名称", 20)
    count = number("数量", required=False)
    kind = choice("类别", [("a", "甲类"), ("b", "乙类")], required=False)
    since = date("日期", required=False)


class ExtraForm(SectionForm):
    why = text("理由", 20)


FORM = DeclarationForm(
    version=VERSION,
    sections=(
        Section("main", "概况", MainForm, (Table("items", "明细", ItemRow, advised=2, required=1, max_rows=8),)),
        Section("extra", "补充", ExtraForm, when=lambda document, dossier: document.value("main", "kind") == "b"),
    ),
    slots=(Slot("plan", "方案", required=True), Slot("others", "其他", multiple=True)),
)
register(FORM)


def dossier() -> Any:
    """Enough of a dossier for a filling; nothing of it is in the database."""
    return SimpleNamespace(pk=1, call=SimpleNamespace(form_version=VERSION), state="draft", parameters={})


def filling(data: dict[str, Any] | None = None) -> Filling:
    made = Filling(dossier(), Document(data))
    made.cache["slots"] = {}
    return made


def main(fields: dict[str, Any] | None = None, *rows: dict[str, Any]) -> dict[str, Any]:
    """The data of a document with that section."""
    return {"main": {"fields": fields or {}, "tables": {"items": list(rows)}}}


def post_of(content: Content, **further: str) -> QueryDict:
    """What a browser sends for that content of the main section."""
    post = QueryDict(mutable=True)
    for name, value in content["fields"].items():
        _put(post, f"{FIELDS_PREFIX}-{name}", value)
    post["table-items"] = "1"
    for row in content["tables"].get("items", []):
        post.appendlist("rows-items", row["id"])
        for name, value in row.items():
            if name != "id":
                _put(post, f"{row_prefix('items', row['id'])}-{name}", value)
    post.update(further)
    return post


def _put(post: QueryDict, name: str, value: Any) -> None:
    if value is True:
        post[name] = "on"
    elif isinstance(value, list):
        post.setlist(name, value)
    elif value is not False:
        post[name] = value
