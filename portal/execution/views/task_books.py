"""Pages of a task book: what was agreed, who signed, its versions; and its arrangement before it is fixed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.base.errors import Stale, StepRefused
from portal.documents.models import IssuedPaper
from portal.execution.history import Entry, entries_of
from portal.execution.models import TaskBook
from portal.execution.rules import is_its_undertaker
from portal.execution.states import DRAFTING
from portal.execution.task_books import actions, arranging
from portal.execution.task_books.checks import found_in
from portal.execution.task_books.reading import differences, printed
from portal.execution.views.common import crumbs_of, due_of, row_or_404
from portal.ui.stepping import Place, parted, step_page

_SIGNING = {"sign_as_undertaker": "undertaker", "sign_as_guarantor": "guarantor", "sign_as_bureau": "bureau"}


@dataclass(frozen=True)
class Signature:
    """One of the three signatures: whose it is, who signed when, the scans."""

    party: str
    place: Any
    signer: str
    on: Any
    files: list[dict[str, Any]]


@login_required
def task_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan by parts, the signatures, the versions, and what is expected of whom."""
    return _page(request, row_or_404(request, TaskBook.objects.all(), pk))


def _page(request: HttpRequest, book: TaskBook, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor
    entries = entries_of(book, actor)
    arranges = book.state == DRAFTING.id and is_its_undertaker.admits(actor, book)
    context = {
        "book": book,
        "dossier": book.dossier,
        "parts": _parts(book),
        "signatures": _signatures(book, entries),
        "versions": _versions(book),
        "entries": entries,
        "due": due_of(book),
        "paper": _paper(book, actor),
        "arranges": arranges,
        "problems": _problems(book) if arranges else [],
        **parted(book, actor),
    }
    return render(request, "execution/task_book.html", context, status=status)


def _parts(book: TaskBook) -> list[dict[str, Any]]:
    """The plan as it is read; the cells of tables with their heads, which a phone shows beside them."""
    parts = printed(book.plan, book.content)
    for part in parts:
        if part["kind"] == "table":
            part["rows"] = [list(zip(part["head"], row, strict=True)) for row in part["rows"]]
    return parts


def _signatures(book: TaskBook, entries: list[Entry]) -> list[Signature]:
    """The three signatures that count now; the scans are those of the steps after the last return."""
    files: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry.record.step == "send_back":
            break
        if entry.record.step in _SIGNING:
            files.setdefault(_SIGNING[entry.record.step], entry.files)
    dossier: Any = book.dossier
    parties = (
        ("undertaker", _("承担单位"), dossier.applicant),
        ("guarantor", _("项目保证单位"), dossier.guarantor or dossier.recommender),
        ("bureau", _("主管部门"), _("市市场监督管理局")),
    )
    return [
        Signature(label, place, getattr(book, f"{name}_signer"), getattr(book, f"{name}_on"), files.get(name, []))
        for name, label, place in parties
    ]


def _versions(book: TaskBook) -> list[dict[str, Any]]:
    """The versions, newest first, each with what differs from the one before."""
    rows = list(book.versions.all())
    return [
        {"version": row, "changes": differences(book.plan, old.content, row.content) if old else None}
        for row, old in zip_longest(rows, rows[1:])
    ]


def _paper(book: TaskBook, actor: Actor) -> IssuedPaper | None:
    """The printed task book that counts now."""
    papers = IssuedPaper.objects.readable_by(actor).filter(
        subject_type=book.label_of_type(), subject_id=book.pk, kind="task_book", status=IssuedPaper.Status.VALID
    )
    return papers.defer("snapshot").order_by("-pk").first()


def _problems(book: TaskBook) -> list[tuple[str, str]]:
    return found_in(book.content, book.running.term_starts_on, book.running.term_ends_on)


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of a task book."""
    book = row_or_404(request, TaskBook.objects.all(), pk)
    fresh = lambda status: _page(request, row_or_404(request, TaskBook.objects.all(), pk), status)  # noqa: E731
    return step_page(request, book, name, Place(_("任务书"), book.get_absolute_url(), crumbs_of(book.dossier), fresh))


# --- arranging --------------------------------------------------------------------------------------
@login_required
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """The undertaker arranges milestones and outputs. The buttons of rows alter the page only; 保存 keeps it."""
    book = row_or_404(request, TaskBook.objects.all(), pk)
    if not is_its_undertaker.admits(request.actor, book):
        raise Http404
    if book.state != DRAFTING.id:
        words = _("任务书当前状态为“%(state)s”，不能修改。") % {"state": book.state_info.label}
        messages.warning(request, words)
        return redirect(book)
    if request.method != "POST":
        return _arranging(request, book, arranging.tables_of(book.content), seen=book.revision)
    tables = arranging.typed_in(book.plan, book.content, request.POST)
    command, seen = request.POST.get("do", "save"), request.POST.get("seen", "")
    if command.startswith("paste:"):
        text = request.POST.get(f"text-{command}", "")
        tables = arranging.pasted(book.plan, tables, command.removeprefix("paste:"), text)
        return _arranging(request, book, tables, seen=seen, changed=True)
    if command not in ("save", "done"):
        tables = arranging.altered(tables, command)
        return _arranging(request, book, tables, seen=seen, changed=True)
    return _keep(request, book, tables, command, seen)


def _keep(request: HttpRequest, book: TaskBook, tables: arranging.Tables, command: str, seen: str) -> HttpResponse:
    arranged = arranging.forms_of(book.plan, tables, request.POST)
    if not arranging.are_valid(arranged):
        return _arranging(request, book, tables, seen=seen, changed=True, arranged=arranged, status=422)
    kept = arranging.filled(book.plan, tables)
    try:
        actions.arrange(book, kept, actor=request.actor, seen=int(seen) if seen.isdecimal() else None)
    except Stale as error:
        theirs = differences(book.plan, book.content, {**book.content, **kept})
        conflict = {"message": error.message, "changes": theirs}
        return _arranging(request, book, tables, seen=book.revision, changed=True, conflict=conflict, status=409)
    except StepRefused as error:
        messages.warning(request, error.message)
        return redirect(book)
    messages.success(request, _("已保存。"))
    return redirect(book if command == "done" else reverse("execution:arrange", args=[book.pk]))


def _arranging(
    request: HttpRequest,
    book: TaskBook,
    tables: arranging.Tables,
    *,
    seen: Any,
    changed: bool = False,
    arranged: list[arranging.ArrangedTable] | None = None,
    conflict: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    dossier = book.running
    context = {
        "book": book,
        "dossier": dossier,
        "tables": arranging.forms_of(book.plan, tables) if arranged is None else arranged,
        "seen": seen,
        "changed": changed,
        "conflict": conflict,
        "failed": arranged is not None,
        "problems": [] if changed else found_in(book.content, dossier.term_starts_on, dossier.term_ends_on),
    }
    return render(request, "execution/arrange.html", context, status=status)
