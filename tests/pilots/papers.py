"""Issued papers for tests: made as the worker makes them, read as words, asked for by strangers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.base.workdays import add_months
from portal.documents import making
from portal.documents.models import IssuedPaper
from portal.documents.paper import paper_of
from portal.documents.rendering import to_html
from portal.documents.store import locate
from tests.documents.test_rendering import text_of
from tests.running_data import on


def paper(kind: str) -> IssuedPaper:
    """The last paper of a kind."""
    return IssuedPaper.objects.filter(kind=kind).latest("pk")


def made(kind: str) -> IssuedPaper:
    """The last paper of a kind, made."""
    making.make({"paper": paper(kind).pk})
    found = paper(kind)
    assert found.is_made, found.error
    return found


def pages(kind: str, folder: Path) -> list[str]:
    """The words of its pages, without spaces."""
    text = text_of(locate(made(kind).path).read_bytes(), folder)
    return [re.sub(r"\s", "", page) for page in text.rstrip("\f\n").split("\f")]


def words(kind: str, folder: Path) -> str:
    """The words of the whole, without spaces."""
    return "".join(pages(kind, folder))


def facts(kind: str) -> dict[str, Any]:
    """What a stranger may compare with the sheet at hand."""
    declared = paper_of(kind)
    assert declared is not None
    return {str(label): value for label, value in declared.verify_facts(paper(kind).snapshot)}


def verdict(found: IssuedPaper) -> tuple[str, str]:
    """The word on the public page of verification, and the page."""
    response = Client().get(reverse("verify_code", args=[found.code]))
    return str(response.context["verdict"].label), response.content.decode()


def near_the_end(pilot: Pilot) -> AbstractContextManager[None]:
    """The clock two months before the end of the term."""
    assert pilot.term_ends_on is not None
    return on(add_months(pilot.term_ends_on, -2))


def reads(who: Actor, kind: str) -> bool:
    """Whether this actor reads the last paper of a kind."""
    return IssuedPaper.objects.visible_to(who).filter(pk=paper(kind).pk).exists()


def escaped(papers: Iterable[IssuedPaper]) -> set[str]:
    """Checks that the templates of these papers print markup in their facts as text; the kinds that were checked."""
    checked = set()
    for found in papers:
        declared = paper_of(found.kind)
        assert declared is not None
        clean, dirty = to_html(declared, found.snapshot), to_html(declared, _hostile(found.snapshot))
        assert dirty.count("<b>") == clean.count("<b>"), found.kind
        assert "&lt;b&gt;&amp;" in dirty, found.kind
        checked.add(found.kind)
    return checked


def _hostile(value: Any) -> Any:
    """The same facts, with markup in every text that is no date and steers nothing."""
    if isinstance(value, dict):
        kept = ("paper", "programme", "wording", "kind", "step")
        return {name: part if name in kept else _hostile(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_hostile(part) for part in value]
    if isinstance(value, str) and value and not value[:4].isdigit():
        return f"{value}<b>&"
    return value
