"""现场检查: recording a visit to a dossier of a round, and withdrawing a mistaken record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base.errors import PortalError
from portal.reviews import visiting
from portal.reviews.forms_visits import VisitForm
from portal.reviews.models import Entry, Round, Visit
from portal.reviews.page_forms import ReasonForm
from portal.reviews.registry import matter
from portal.reviews.views.common import attempt, for_roles, run_by
from portal.reviews.views.rounds import home_of
from portal.ui.stepping import add_errors, drop_upload, take_uploads

_runners = for_roles(Role.HANDLER, Role.RECOMMENDER)


def _live_entry(request: HttpRequest, pk: int, key: int) -> tuple[Round, Entry]:
    """The round and one of its entries, as long as a visit can be recorded; else 404."""
    round_ = run_by(request, pk)
    if round_.ended or not matter(round_.matter).visits:
        raise Http404
    entry = get_object_or_404(Entry.objects.select_related("dossier__applicant"), round=round_, pk=key)
    entry.round = round_
    return round_, entry


def _page(round_: Round, entry: Entry) -> str:
    return reverse("reviews:entry", args=[round_.pk, entry.pk])


@_runners
def new(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Records a visit."""
    round_, found = _live_entry(request, pk, entry)
    form = VisitForm(subject=found, actor=request.actor)
    status = 200
    if request.method == "POST":
        data, errors = take_uploads(request, form, request.actor)
        if "drop" in data:
            drop_upload(data, form, request.POST["drop"])
            form = VisitForm(data, subject=found, actor=request.actor)
        else:
            form = VisitForm(data, subject=found, actor=request.actor)
            add_errors(form, errors)
            if not errors and form.is_valid():
                return _record(request, found, form)
            status = 422
    context = {"form": form, "round": round_, "entry": found, "home": home_of(request.actor)}
    return render(request, "reviews/visit_new.html", context, status=status)


def _record(request: HttpRequest, entry: Entry, form: Any) -> HttpResponseRedirect:
    try:
        visiting.record_visit(entry, form.facts(), form.cleaned_data["photos"], actor=request.actor)
    except PortalError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("现场检查已记录，记录表正在生成。"))
    return redirect(_page(entry.round, entry) + "#visits")


@_runners
def withdraw(request: HttpRequest, pk: int, entry: int, visit: int) -> HttpResponse:
    """Asks why a record is withdrawn, and withdraws it."""
    round_, found = _live_entry(request, pk, entry)
    record = get_object_or_404(Visit, entry=found, pk=visit, withdrawn_at=None)
    record.entry = found
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        act = lambda: visiting.withdraw_visit(record, actor=request.actor, reason=reason)  # noqa: E731
        attempt(request, act, _("现场检查记录已作废。"))
        return redirect(_page(round_, found) + "#visits")
    context = {
        "form": form,
        "title": _("作废现场检查记录：%(visit)s") % {"visit": record},
        "explain": _("记录保留可查，注明已作废；记录表随之撤销。可以重新记录。"),
        "button": _("作废"),
        "back": _page(round_, found),
        "crumbs": [home_of(request.actor), (round_.title, round_.get_absolute_url())],
        "danger": True,
    }
    return render(request, "reviews/ask.html", context, status=422 if form.errors else 200)
