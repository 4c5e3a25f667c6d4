"""What is typed is kept, in one shape; and what differs between two states is told, no more and no less."""

from __future__ import annotations

import json
import uuid
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.base.canonical import canonical_json
from portal.declaration import rows
from portal.declaration.diff import ADDED, CHANGED, MOVED, REMOVED, compare
from portal.declaration.document import Document, is_blank_content, normalise, normalise_content
from portal.declaration.forms import content_from_post
from portal.declaration.printing import from_plain, sections_of, to_plain
from tests.declaration import sample

typed = st.text(max_size=40)
row = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "name": typed,
        "count": typed,
        "kind": st.sampled_from(["", "a", "b", "z"]),
        "since": typed,
    }
)
fields = st.fixed_dictionaries(
    {
        "title": typed,
        "note": st.text(max_size=80),
        "kind": st.sampled_from(["", "a", "b", "?"]),
        "aims": st.lists(st.sampled_from(["x", "y"]), unique=True),
        "agreed": st.booleans(),
        "since": typed,
    }
)
contents = st.builds(
    lambda f, r: {"fields": f, "tables": {"items": r}}, fields, st.lists(row, max_size=5, unique_by=lambda r: r["id"])
)


@given(st.text(max_size=200))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "\r" not in once
    assert "\0" not in once
    json.dumps(once).encode("utf-8")


@given(contents)
def test_any_content_survives_the_way_through_the_browser(content: dict[str, Any]) -> None:
    kept = normalise_content(content)
    sent = sample.post_of(kept)
    stored = sample.filling({"main": kept})
    assert content_from_post(sample.FORM.section("main"), stored, sent) == kept
    assert json.loads(canonical_json(kept)) == kept


@given(contents)
def test_invalid_input_is_kept_and_never_breaks_the_pages(content: dict[str, Any]) -> None:
    filling = sample.filling({"main": normalise_content(content)})
    printed = sections_of(filling)
    assert [from_plain(json.loads(json.dumps(to_plain(section)))) for section in printed] == printed
    assert compare(printed, printed) == []


@given(contents, contents)
@settings(max_examples=60)
def test_the_difference_names_every_change(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = sections_of(sample.filling({"main": normalise_content(old)}))
    after = sections_of(sample.filling({"main": normalise_content(new)}))
    found = compare(before, after)
    assert bool(found) == (before != after)
    for section in found:
        for change in section.changes:
            assert change.kind in (ADDED, REMOVED, CHANGED, MOVED)
            assert change.old != change.new
    back = compare(after, before)
    swap = {ADDED: REMOVED, REMOVED: ADDED, CHANGED: CHANGED, MOVED: MOVED}
    assert sorted(swap[c.kind] for s in found for c in s.changes) == sorted(c.kind for s in back for c in s.changes)


def test_a_row_is_followed_by_its_uuid() -> None:
    one, two, three = ({"id": str(uuid.uuid4()), "name": name} for name in ("甲", "乙", "丙"))
    before = sections_of(sample.filling(sample.main({}, one, two)))
    after = sections_of(sample.filling(sample.main({}, {**two, "name": "乙改"}, three)))
    (section,) = compare(before, after)
    told = [(change.kind, change.label, change.old, change.new) for change in section.changes]
    assert (CHANGED, "明细第 1 行 · 名称", "乙", "乙改") in told
    assert (ADDED, "明细第 2 行", "", "丙") in told
    assert (REMOVED, "明细原第 1 行", "甲", "") in told
    moved = compare(
        sections_of(sample.filling(sample.main({}, one, two))), sections_of(sample.filling(sample.main({}, two, one)))
    )
    assert [change.kind for change in moved[0].changes] == [MOVED]


def test_row_ids_are_made_sound() -> None:
    key = str(uuid.uuid4())
    content = normalise_content({"fields": {}, "tables": {"items": [{"id": key}, {"id": key}, {"id": "'><script>"}]}})
    ids = [row["id"] for row in content["tables"]["items"]]
    assert ids[0] == key
    assert len(set(ids)) == 3
    assert all(uuid.UUID(value) for value in ids)


def test_empty_rows_are_kept_while_typing_and_left_out_of_a_version() -> None:
    document = Document(sample.main({"title": "甲"}, {"id": "1", "name": ""}, {"id": "2", "name": "乙"}))
    assert len(document.rows("main", "items", filled=False)) == 2
    assert [row["id"] for row in document.trimmed()["main"]["tables"]["items"]] == ["2"]
    assert is_blank_content({"fields": {"a": "", "b": False, "c": []}, "tables": {"t": [{"id": "1", "n": ""}]}})


def test_what_was_not_on_the_page_is_not_emptied() -> None:
    stored = sample.filling(sample.main({"title": "甲", "note": "说明"}, {"id": str(uuid.uuid4()), "name": "乙"}))
    post = sample.post_of({"fields": {"title": "改"}, "tables": {}})
    del post["table-items"]
    content = content_from_post(sample.FORM.section("main"), stored, post)
    assert content["fields"]["title"] == "改"
    assert content["fields"]["note"] == "说明"
    assert len(content["tables"]["items"]) == 1


# --- rows ------------------------------------------------------------------------------------------
def _apply(command: str, *names: str, pasted: str = "") -> tuple[list[str], str]:
    content = {"fields": {}, "tables": {"items": [{"id": f"{n}", "name": name} for n, name in enumerate(names)]}}
    changed, shown = rows.apply(sample.FORM.section("main"), content, command, sample.filling(), pasted)
    return [row.get("name", "") for row in changed["tables"]["items"]], shown


def test_buttons_of_a_table() -> None:
    assert _apply("add:items", "甲")[0] == ["甲", ""]
    assert _apply("copy:items:0", "甲", "乙")[0] == ["甲", "甲", "乙"]
    assert _apply("up:items:1", "甲", "乙")[0] == ["乙", "甲"]
    assert _apply("down:items:0", "甲", "乙")[0] == ["乙", "甲"]
    assert _apply("up:items:0", "甲", "乙")[0] == ["甲", "乙"]
    assert _apply("remove:items:0", "甲", "乙")[0] == ["乙"]
    assert _apply("remove:items:77", "甲")[0] == ["甲"]
    assert _apply("explode:items:0", "甲")[0] == ["甲"]
    assert _apply("add:items", *"一二三四五六七八")[0] == list("一二三四五六七八"), "no more than the table takes"


def test_pasting_from_a_spreadsheet() -> None:
    text = '名称\t数量\t类别\t日期\r\n甲\t1,200\t乙类\t2023/5/3\r\n\r\n"多\n行"\t=1+1\t不认识\t2023年6月7日\r\n'
    content = {"fields": {}, "tables": {"items": [{"id": "0", "name": ""}]}}
    changed, _shown = rows.apply(sample.FORM.section("main"), content, "paste:items", sample.filling(), text)
    first, second = changed["tables"]["items"]
    assert (first["name"], first["count"], first["kind"], first["since"]) == ("甲", "1200", "b", "2023-05-03")
    assert (second["name"], second["count"], second["kind"], second["since"]) == (
        "多\n行",
        "=1+1",
        "不认识",
        "2023-06-07",
    )


@given(st.text(max_size=300))
def test_any_clipboard_is_survived(text: str) -> None:
    content = {"fields": {}, "tables": {"items": []}}
    changed, _shown = rows.apply(sample.FORM.section("main"), content, "paste:items", sample.filling(), text)
    assert len(changed["tables"]["items"]) <= 8
