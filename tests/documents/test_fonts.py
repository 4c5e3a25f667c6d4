"""The fonts of papers: made from what is installed, missed with a reason and a remedy."""

from pathlib import Path
from typing import Any

import pytest

from portal.documents import font_build, fonts


@pytest.fixture
def empty(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path / "fonts"


def test_characters_cover_gb2312_and_forms() -> None:
    chosen = font_build.characters()
    assert {ord(sign) for sign in "一龥啊齄" if sign.encode("gb2312", "ignore")} <= chosen
    assert {ord(sign) for sign in "□☑✓〔〕①⑳，。（）％─┼喆堃"} <= chosen
    assert 7000 < len(chosen) < 9000


def test_missing_fonts_are_named_with_the_remedy(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_build, "find", lambda name: None)
    problems = " ".join(fonts.paper_problems())
    assert "fonts-noto-cjk" in problems
    assert "fonts-lxgw-wenkai" in problems
    assert "build_fonts" in problems
    assert fonts.font_css() == ""
    assert all(reason for _, reason in font_build.build(empty))
    assert list(empty.iterdir()) == []


def test_library_that_cannot_be_opened_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fonts.LIBRARIES, "harfbuzz-subset", ("libabsent.so.0", "libharfbuzz-subset0"))
    assert "libharfbuzz-subset0" in fonts.missing_packages()


def test_a_damaged_source_leaves_no_file(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"not a font")
    monkeypatch.setattr(font_build, "find", lambda name: broken)
    assert all(reason for _, reason in font_build.build(empty))
    assert list(empty.iterdir()) == []


@pytest.mark.papers
def test_subsets_are_made_once_and_keep_their_outlines(empty: Path) -> None:
    assert {problem for _, problem in font_build.build(empty)} == {""}
    assert list(font_build.build(empty)) == []
    assert (empty / "song-regular.otf").read_bytes()[:4] == b"OTTO"
    assert fonts.font_css().count("@font-face") == len(fonts.FACES)
    assert fonts.paper_problems() == []
