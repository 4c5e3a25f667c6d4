"""The bureau's pages of notices and objections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.attachments.models import Attachment
from portal.base import clock
from portal.deadlines.models import Deadline
from portal.documents import store
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle.engine import offers
from portal.lifecycle.models import Record
from portal.notices.models import READERS, Notice, NoticeItem, NoticeQuerySet, Objection
from portal.notices.queries import letter_items, letter_of
from portal.notices.registrations import FILES
from portal.notices.states import CLOSED, DRAFT
from portal.ui.extras import selected_for
from portal.ui.stepping import Place, step_page

PAGE = 20


def _inside(request: HttpRequest) -> None:
    if request.actor.role not in READERS:
        raise Http404


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The notices of the bureau by where they stand, with what waits in each."""
    _inside(request)
    today = clock.today()
    every: NoticeQuerySet = Notice.objects.visible_to(request.actor)
    rows = {
        "running": every.filter(Q(pk__in=every.running_on(today).values("pk")) | Q(state=DRAFT.id)),
        "due": every.due_on(today),
        "closed": every.filter(state=CLOSED.id),
    }
    section = request.GET.get("section", "")
    if section not in rows:
        section = "running"
    chosen = rows[section].for_handling().select_related("responsible__user").order_by("-pk")
    context = {
        "sections": [
            ("running", _("公示中"), rows["running"].count()),
            ("due", _("公示期满待结束"), rows["due"].count()),
            ("closed", _("已结束"), rows["closed"].count()),
        ],
        "section": section,
        "page": Paginator(chosen, PAGE).get_page(request.GET.get("page")),
        "waiting": Objection.objects.visible_to(request.actor).unanswered().count(),
    }
    return render(request, "notices/handling_list.html", context)


def _notice(request: HttpRequest, pk: int) -> Notice:
    _inside(request)
    return get_object_or_404(Notice.objects.visible_to(request.actor).select_related("responsible__user"), pk=pk)


@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice: term, items with their outcome, objections, papers, history."""
    return _notice_page(request, _notice(request, pk))


def _notice_page(request: HttpRequest, found: Notice, status: int = 200) -> HttpResponse:
    actor = request.actor
    items: list[NoticeItem] = list(found.items.for_handling().order_by("position"))
    visible = Objection.objects.visible_to(actor).filter(item__notice=found)
    objections = list(visible.for_rows().order_by("pk"))
    records = Record.objects.filter(chain_id=found.chain_id).select_related("person").order_by("-seq")
    papers = IssuedPaper.objects.readable_by(actor).filter(subject_type=found.label_of_type(), subject_id=found.pk)
    readable = Dossier.objects.visible_to(actor).filter(pk__in=[item.dossier_id for item in items])
    context = {
        **_steps(found, actor),
        "notice": found,
        "items": items,
        "readable": set(readable.order_by().values_list("pk", flat=True)),  # a handler reads those of the own fields
        "classes": any(item.facts.get("class") for item in items),
        "objections": objections,
        "records": list(records),
        "papers": list(papers.for_rows().order_by("-pk")),
        "selected": selected_for(actor),
        "here": found.get_absolute_url(),
        "deadline": _deadline(found),
        "due": _due_dates(objections),
        "letters": letter_items(found, actor),
    }
    return render(request, "notices/handling_notice.html", context, status=status)


def _deadline(found: Notice | Objection) -> Deadline | None:
    """What is owed on it."""
    return Deadline.objects.open().filter(subject_type=found.label_of_type(), subject_id=found.pk).first()


def _due_dates(rows: Iterable[Objection]) -> dict[int, dt.date]:
    """Until when the objections of a list have to be answered, by key."""
    open_ones = Deadline.objects.open().filter(subject_type=Objection.label_of_type())
    return dict(open_ones.filter(subject_id__in=[row.pk for row in rows]).values_list("subject_id", "due_on"))


def _steps(found: Any, actor: Any) -> dict[str, Any]:
    """The steps that are offered: the main one, the others, those that have to wait."""
    offered = offers(found, actor)
    allowed = [offer for offer in offered if offer.allowed]
    primary = [offer for offer in allowed if offer.step.tone == "primary"]
    return {
        "primary": primary,
        "secondary": [offer for offer in allowed if offer not in primary],
        "blocked": [offer for offer in offered if not offer.allowed],
    }


@login_required
def notice_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of a notice."""
    found = _notice(request, pk)
    crumbs = ((_("公示"), reverse("notices:handling_list")),)
    place = Place(
        found.describe(),
        found.get_absolute_url(),
        crumbs,
        lambda status: _notice_page(request, _notice(request, pk), status),
    )
    return step_page(request, found, name, place)


@login_required
@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """The objections this person may read: those that wait for an answer, or all."""
    _inside(request)
    every = Objection.objects.visible_to(request.actor)
    shown = "all" if request.GET.get("show") == "all" else "waiting"
    rows = every if shown == "all" else every.unanswered()
    page = Paginator(rows.for_rows().order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "due": _due_dates(page), "show": shown}
    return render(request, "notices/handling_objections.html", context)


def _objection(request: HttpRequest, pk: int) -> Objection:
    rows = Objection.objects.visible_to(request.actor).select_related(
        "item__notice", "item__dossier__field__desk", "item__dossier__call", "entered_by__user", "checked_by__user"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection: what it is about, what was found, the answer; who objects only for the dossier's handler."""
    return _objection_page(request, _objection(request, pk))


def _objection_page(request: HttpRequest, found: Objection, status: int = 200) -> HttpResponse:
    actor = request.actor
    open_to_me = found.shows_identity_to(actor)
    files = list(Attachment.objects.filter(holder_type=found._meta.label_lower, holder_id=found.pk, removed_at=None))
    context = {
        **_steps(found, actor),
        "objection": found,
        "notice": found.item.notice,
        "identity": open_to_me,
        "files": [f for f in files if f.slot == FILES] if open_to_me else [],
        "files_kept": sum(f.slot == FILES for f in files),
        "evidence": [f for f in files if f.slot != FILES],
        "letter": letter_of(found) if open_to_me else None,
        "records": Record.objects.filter(chain_id=found.chain_id).select_related("person").order_by("-seq"),
        "deadline": _deadline(found),
    }
    return render(request, "notices/handling_objection.html", context, status=status)


@login_required
@require_safe
@never_cache
def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The answer as PDF, for a handler of the dossier alone: it names the objector."""
    found = _objection(request, pk)
    paper = letter_of(found) if found.shows_identity_to(request.actor) else None
    if paper is None or not paper.is_made:
        raise Http404
    try:
        content = store.locate(paper.path).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    audit.note("download", actor=request.actor, label=str(paper))
    response = FileResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, paper.file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
def objection_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of an objection."""
    found = _objection(request, pk)
    crumbs = ((_("公示异议"), reverse("notices:objections")),)
    place = Place(
        found.describe(),
        found.get_absolute_url(),
        crumbs,
        lambda status: _objection_page(request, _objection(request, pk), status),
    )
    return step_page(request, found, name, place)
