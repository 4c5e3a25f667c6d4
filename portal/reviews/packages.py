"""The package for a review meeting: asked for by a handler, made by the worker, one zip with everything to print.

Sign-in sheet, list of the projects, an empty score sheet for each expert and project (with the declaration of recusal
and room for the signature), empty records of site visits where the matter knows them, and the compilation: the forms as
they were submitted, in the round's order.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.base.canonical import plain as to_plain
from portal.base.errors import StepRefused
from portal.documents import fonts, making, store
from portal.documents.actions import issue
from portal.documents.models import IssuedPaper
from portal.messaging import outbox
from portal.reviews import conflicts, papers, papers_sheets
from portal.reviews.models import Assignment, Package, Round
from portal.reviews.panels import locked_round
from portal.reviews.registry import matter
from portal.reviews.seats import members_of
from portal.reviews.states import GONE, VALID

logger = logging.getLogger(__name__)
_FOLDER = "packages"
#: packages that are kept of a round; older ones are cleared away
KEPT = 3


@transaction.atomic
def order_package(round_: Round, *, actor: Actor) -> Package:
    """Asks the worker for the package of a round as it is now; the sign-in sheet is issued with it.

    Raises:
        NotPermitted, StepRefused: nothing to print yet, or one is being made.
    """
    locked = locked_round(round_, actor, ("preparing", "inviting", "scoring"), by_body=True)
    assert actor.membership is not None
    if not locked.entries.exists() or not locked.seats.exists():
        raise StepRefused(_("请先列入评审项目并选定专家。"))
    if locked.packages.filter(making=Package.Making.WAITING).exists():
        raise StepRefused(_("会议材料包正在生成，请稍候。"))
    issue(papers.SignInSheet, locked, actor, clock.now())
    package = Package.objects.create(round=locked, asked_by=actor.membership, asked_at=clock.now())
    outbox.put("review_package", f"review_package:{package.pk}", {"package": package.pk})
    return package


def give_up(payload: dict[str, Any], reason: str) -> None:
    """The last try has failed: the handler is shown so."""
    Package.objects.filter(pk=payload["package"]).update(
        making=Package.Making.FAILED, error=_("生成未成功，请稍后重新生成；仍不成功的，请联系系统管理员。")
    )


@outbox.kind("review_package", lease=1800, tries=3, on_failed=give_up)
def make(payload: dict[str, Any]) -> None:
    """Makes one package, unless it is made already.

    Raises:
        outbox.NotYet: this machine lacks what papers need.
    """
    package = Package.objects.filter(pk=payload["package"], made_at=None).select_related("round").first()
    if package is None:
        return
    if problems := fonts.paper_problems():
        Package.objects.filter(pk=package.pk).update(error="；".join(map(str, problems))[:300])
        raise outbox.NotYet("; ".join(map(str, problems)))
    path, digest, size = _write(package.round)
    with transaction.atomic():
        Package.objects.filter(pk=package.pk, made_at=None).update(
            making=Package.Making.MADE, error="", made_at=clock.now(), path=path, sha256=digest, size=size
        )
    _clear_old(package.round)


def _write(round_: Round) -> tuple[str, str, int]:
    """The zip in the store: its path under MEDIA_ROOT, SHA-256 and size."""
    folder = locate(_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as book:
                _fill(book, round_)
            size = file.tell()
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        relative = f"{_FOLDER}/{digest}.zip"
        part.replace(locate(relative))
    finally:
        part.unlink(missing_ok=True)
    return relative, digest, size


def _fill(book: zipfile.ZipFile, round_: Round) -> None:
    dossiers = conflicts.dossiers_of(round_)
    facts = papers.round_facts(round_)
    rows = [{**papers.dossier_facts(dossier), "position": n} for n, dossier in enumerate(dossiers, 1)]
    _add(book, "01_签到表.pdf", _bytes_of(_sign_in(round_)))
    _add(
        book,
        "02_评审项目一览表.pdf",
        _plain_pdf("papers/review_list.html", {**facts, "rows": rows}, "list review_list"),
    )
    for number, (expert, context) in enumerate(_empty_sheets(round_, facts, rows, dossiers), 1):
        name = f"03_个人评审意见表/{number:02d}_{safe(expert)}.pdf"
        _add(book, name, _plain_pdf("papers/review_empty_sheets.html", context, "form review_form"))
    if matter(round_.matter).visits:
        pages = [{"project": row, "points": points} for row, points in zip(rows, _points(round_), strict=True)]
        context = {**facts, "pages": pages}
        _add(book, "05_现场检查记录表.pdf", _plain_pdf("papers/review_empty_visits.html", context, "form review_form"))
    compiled = _compiled(round_, dossiers)
    contents = [{**row, "files": [label for label, _paper in files]} for row, files in zip(rows, compiled, strict=True)]
    _add(
        book,
        "04_项目材料汇编/00_目录.pdf",
        _plain_pdf("papers/review_contents.html", {**facts, "rows": contents}, "list review_list"),
    )
    for row, files in zip(rows, compiled, strict=True):
        for label, paper in files:
            name = f"{row['position']:03d}_{row['number']}_{safe(row['title'])}_{safe(label)}.pdf"
            _add(book, f"04_项目材料汇编/{name}", _bytes_of(paper))


def _add(book: zipfile.ZipFile, name: str, content: bytes) -> None:
    """A file of the package; PDF is compressed already, dates are those of the portal's clock."""
    now = clock.local(clock.now())
    entry = zipfile.ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second // 2 * 2))
    entry.external_attr = 0o600 << 16
    book.writestr(entry, content)


def _sign_in(round_: Round) -> IssuedPaper:
    issued = IssuedPaper.objects.filter(subject_type=round_.label_of_type(), subject_id=round_.pk, status="valid")
    return issued.filter(kind=papers.SignInSheet.kind).latest("pk")


def _bytes_of(paper: IssuedPaper) -> bytes:
    """A paper's bytes, made now when the worker has not come to it yet."""
    if not paper.is_made:
        making.make({"paper": paper.pk})
        paper.refresh_from_db()
    return store.locate(paper.path).read_bytes()


def _plain_pdf(template: str, context: dict[str, Any], style: str) -> bytes:
    """A form to fill in by hand: no number, no code, nothing to verify."""
    from portal.documents.rendering import to_pdf

    return to_pdf(render_to_string(template, {**_texts(context), "paper": {"title": context["round"]["title"]}}), style)


def _texts(context: dict[str, Any]) -> dict[str, Any]:
    """Dates in ISO form, as issued papers hold them."""
    facts = {k: to_plain(v) if isinstance(v, dt.date) else v for k, v in context["round"].items()}
    return {**context, "round": facts}


def _empty_sheets(
    round_: Round, facts: dict[str, Any], rows: list[dict[str, Any]], dossiers: list[Any]
) -> list[tuple[str, dict[str, Any]]]:
    """For each member of the panel the projects to be scored, each with the lines of its sheet: none that a conflict bars,
    that was declined or stepped out of, or whose sheet is in already."""
    barred = conflicts.conflicts_in(round_)
    closed = Assignment.objects.filter(entry__round=round_, state__in=(*GONE, *VALID))
    done = set(closed.values_list("expert_id", "entry__dossier_id"))
    dropped = dict(round_.entries.values_list("dossier_id", "dropped"))
    sheets = {d.pk: papers_sheets.sheet_facts(round_.sheet, round_.sheet.without(dropped[d.pk])) for d in dossiers}
    found = []
    for expert in members_of(round_):
        mine = [
            {"project": row, "sheet": sheets[dossier.pk]}
            for row, dossier in zip(rows, dossiers, strict=True)
            if dossier.pk not in barred.get(expert.pk, {}) and (expert.pk, dossier.pk) not in done
        ]
        if mine:
            found.append((expert.name, {**facts, "expert": papers.expert_facts(expert), "pages": mine}))
    return found


def _points(round_: Round) -> list[list[str]]:
    """What is looked at on a visit to each dossier: the items of its sheet."""
    sheet = round_.sheet
    dropped = round_.entries.order_by("position").values_list("dropped", flat=True)
    return [[str(item.label) for item in sheet.without(items).base] for items in dropped]


def _compiled(round_: Round, dossiers: list[Any]) -> list[list[tuple[str, IssuedPaper]]]:
    """The papers of each dossier that the matter compiles: the valid ones, with their titles."""
    kinds = matter(round_.matter).compiles
    issued = IssuedPaper.objects.filter(dossier__in=[d.pk for d in dossiers], kind__in=kinds, status="valid")
    by_dossier: dict[int | None, list[tuple[str, IssuedPaper]]] = {}
    for paper in issued.defer("snapshot").order_by("pk"):
        by_dossier.setdefault(paper.dossier_id, []).append((paper.title, paper))
    return [by_dossier.get(dossier.pk, []) for dossier in dossiers]


def safe(name: str) -> str:
    """A name as part of a file name on any system."""
    return re.sub(r'[\\/:*?"<>|\s\x00-\x1f]+', "_", name)[:60].strip("._") or "_"


def locate(relative: str) -> Path:
    """Where a stored package lies."""
    return Path(settings.MEDIA_ROOT) / relative


def _clear_old(round_: Round) -> None:
    """Packages are made again at any time: only the latest ones are kept."""
    made = round_.packages.filter(making=Package.Making.MADE).order_by("-pk")
    keep = set(made.values_list("path", flat=True)[:KEPT])
    for old in made[KEPT:]:
        old.delete()
        if old.path not in keep:
            locate(old.path).unlink(missing_ok=True)
