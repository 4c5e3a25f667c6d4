"""Pages of papers: lists, downloads, another try, revocation."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts import audit
from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.base.errors import PortalError
from portal.documents import actions, rules, store
from portal.documents.models import IssuedPaper
from portal.documents.paper import kinds
from portal.documents.tabs import papers_context
from portal.dossiers.models import Dossier
from portal.ui.paging import Sort, page

PAGE = 20
_NEWEST = Sort("newest", "", "id", descending=True)


class RevokeForm(forms.Form):
    """Why a paper is revoked."""

    reason = forms.CharField(
        label=_("撤销理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入办理历史，不在公开的核验页面显示。"),
    )


def _actor(request: HttpRequest) -> Actor:
    return request.actor


def _visible(request: HttpRequest, pk: int) -> IssuedPaper:
    return get_object_or_404(IssuedPaper.objects.visible_to(_actor(request)).for_rows(), pk=pk)


@login_required
@require_GET
def papers(request: HttpRequest) -> HttpResponse:
    """All papers that the actor may read, the newest first; by kind, by the beginning of the number."""
    actor = _actor(request)
    rows = IssuedPaper.objects.visible_to(actor).for_rows()
    kind, number = request.GET.get("kind", ""), request.GET.get("number", "").strip()
    if kind:
        rows = rows.filter(kind=kind)
    if number:
        rows = rows.filter(number__istartswith=number[:30])
    shown = page(rows, _NEWEST, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=PAGE)
    query = request.GET.copy()
    for mark in ("after", "before"):
        query.pop(mark, None)
    context = {
        **papers_context(shown.rows, actor, request.get_full_path()),
        "page": shown,
        "kinds": [(name, paper.label) for name, paper in kinds().items() if rules.may_meet(actor, paper)],
        "kind": kind,
        "number": number,
        "query": query.urlencode(),
        "list": True,
    }
    partial = request.htmx and not request.htmx.boosted
    return render(request, "documents/_papers.html" if partial else "documents/list.html", context)


@login_required
@require_GET
def of_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of one dossier as a part of its page, asked for again while some are being made."""
    dossier = get_object_or_404(Dossier.objects.visible_to(_actor(request)), pk=pk)
    if not request.htmx:
        return redirect(_page_of(dossier.pk))
    from portal.documents.tabs import context

    return render(request, "documents/_papers.html", context(dossier, _actor(request)))


@login_required
@require_GET
@never_cache
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF, to its readers; `?inline=1` shows it in place."""
    paper = _visible(request, pk)
    if not paper.is_made:
        raise Http404
    try:
        file = store.locate(paper.path).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    audit.note("download", actor=_actor(request), label=str(paper))
    inline = "inline" in request.GET
    response = FileResponse(file, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(not inline, paper.file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
    return response


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the worker once more."""
    paper = _visible(request, pk)
    try:
        actions.retry(paper, actor=_actor(request))
        messages.success(request, _("已重新安排生成，稍后刷新即可看到结果。"))
    except PortalError as error:
        messages.error(request, error.message)
    return redirect(_home_of(paper))


@login_required
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what a revocation does, asks for the reason, and revokes."""
    paper = _visible(request, pk)
    if not rules.may_revoke(_actor(request), paper):
        raise Http404
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke(paper, actor=_actor(request), reason=form.cleaned_data["reason"])
            messages.success(request, _("文书已撤销，核验页面已同步更新。"))
        except PortalError as error:
            messages.error(request, error.message)
        return redirect(_home_of(paper))
    status = 422 if form.errors else 200
    context = {"paper": paper, "form": form, "back": _home_of(paper)}
    return render(request, "documents/revoke.html", context, status=status)


def _home_of(paper: IssuedPaper) -> str:
    """Where a person comes back to: the dossier's papers, or the list."""
    return _page_of(paper.dossier_id) if paper.dossier_id else reverse("documents:list")


def _page_of(dossier_pk: int) -> str:
    return reverse("workbench:dossier", args=[dossier_pk]) + "?tab=papers"
