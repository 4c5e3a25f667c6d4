"""Lists of dossiers: on the page, as xlsx, and one step for many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.base import clock
from portal.base.errors import NotVisible
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programmes
from portal.execution.watches import watched, watches
from portal.lifecycle.models import Subject
from portal.lifecycle.steps import Step
from portal.ui import bulk, stepping, xlsx
from portal.ui.counts import together
from portal.ui.extras import selected_for
from portal.ui.lists import List
from portal.workbench import lists
from portal.workbench.rows import SORTS, columns_for, filters_for, with_dockets
from portal.workbench.running_rows import running_columns, running_filters, with_progress

_CHUNK = 2000


def _list(request: HttpRequest, kind: str) -> List:
    actor: Actor = request.actor
    rows = lists.rows_of(kind, actor).for_rows()
    if kind == lists.GUARANTEED or kind.startswith(lists.WATCHED):
        rows = with_progress(rows, actor)
        return List(
            request,
            name="running",
            rows=with_dockets(rows) if actor.is_inside else rows,
            columns=running_columns(actor),
            sorts=SORTS,
            filters=running_filters(actor),
        )
    return List(
        request,
        name="dossiers",
        rows=with_dockets(rows) if actor.is_inside else rows,
        columns=columns_for(actor),
        sorts=SORTS,
        filters=filters_for(actor),
    )


@login_required
def worklist(request: HttpRequest, kind: str = lists.ALL) -> HttpResponse:
    """The dossiers this actor may see: all, those that wait for the actor, those recommended, or those guaranteed."""
    if not lists.is_list(kind, request.actor):
        raise Http404
    return _page(request, kind)


def _bulk_steps(shown: List, kind: str, actor: Actor) -> list[Step]:
    """The steps for many; in a list of running projects only those that lead on from what stands there."""
    steps = lists.bulk_steps(actor)
    if kind not in (lists.ALL, lists.WAITING, lists.RECOMMENDED):
        here = {row.state for row in shown.page.rows}
        steps = [step for step in steps if here.intersection(step.sources)]
    return steps


@login_required
def supervised(request: HttpRequest, watch: str = "") -> HttpResponse:
    """项目监管: the lists of running projects that the bureau keeps an eye on; without a name the first one with rows."""
    actor: Actor = request.actor
    if actor.role not in lists.WATCHING:
        raise NotVisible
    visible = Dossier.objects.visible_to(actor)
    counts = together({known.id: watched(visible, known) for known in watches()})
    chosen = watch or next((known.id for known in watches() if counts[known.id]), watches()[0].id)
    kind = lists.WATCHED + chosen
    if not lists.is_list(kind, actor):
        raise Http404
    tabs = [(known, counts[known.id], known.id == chosen) for known in watches()]
    return _page(request, kind, watches=tabs)


def _page(request: HttpRequest, kind: str, **more: Any) -> HttpResponse:
    shown = _list(request, kind)
    context = {
        **more,
        "list": shown,
        "kind": kind,
        "titles": lists.titles_of(kind, request.actor),
        "bulk_steps": _bulk_steps(shown, kind, request.actor),
        "selected": selected_for(request.actor),
        "export": reverse("workbench:export", args=(kind,)) + shown.filters.address(),
        "here": request.path + shown.filters.address(),
    }
    return shown.remember(render(request, "workbench/worklist.html", context))


@login_required
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The list with its filters, order and chosen columns as xlsx."""
    if not lists.is_list(kind, request.actor):
        raise Http404
    shown = _list(request, kind)
    columns, sort = shown.columns, shown.sort
    prefix = "-" if sort.descending else ""
    rows = shown.narrowed.order_by(prefix + sort.column, f"{prefix}pk")
    title = str(lists.titles_of(kind, request.actor).title)
    audit.note("export", actor=request.actor, label=title)

    def lines() -> Iterator[list[Any]]:
        for row in rows.iterator(chunk_size=_CHUNK):
            yield [column.value(row) for column in columns]

    heads = [(str(column.label), column.width) for column in columns]
    return xlsx.response(f"{title}-{clock.today():%Y%m%d}", heads, lines(), title=title)


@login_required
def bulk_step(request: HttpRequest, name: str) -> HttpResponse:
    """One step for the chosen dossiers: GET shows form and list, POST takes it on each and tells what became of it."""
    actor: Actor = request.actor
    back = _back(request)
    source = request.POST if request.method == "POST" else request.GET
    keys = [int(key) for key in source.getlist("id") if key.isdigit()][: bulk.MOST]
    seen = {key: int(source[f"seen-{key}"]) for key in keys if source.get(f"seen-{key}", "").isdigit()}
    items = bulk.items_of(_concrete(keys, actor), name, actor, seen)
    if not items or items[0].step is None:
        messages.warning(request, _("请先在列表中勾选要办理的项目。"))
        return redirect(back)
    ready = [item for item in items if not item.obstacle] or items
    step, form, status = items[0].step, bulk.form_of(ready[0], actor), 200
    if request.method == "POST":
        data, errors = stepping.take_uploads(request, form, actor)
        if "drop" in request.POST:
            stepping.drop_upload(data, form, request.POST["drop"])
            form = _retyped(ready[0], actor, form, data)
        else:
            bound = bulk.form_of(ready[0], actor, data)
            stepping.add_errors(bound, errors)
            if bound is None or bound.is_valid():
                return _outcomes(request, step, bulk.take_all(items, actor, data, form), back)
            form, status = bound, 422
    context = {"step": step, "items": items, "form": form, "back": back, "told": [p.label for p in step.tells]}
    return render(request, "ui/bulk.html", context, status=status)


def _outcomes(request: HttpRequest, step: Any, outcomes: list[bulk.Outcome], back: str) -> HttpResponse:
    context = {
        "step": step,
        "done": [outcome for outcome in outcomes if not outcome.reason],
        "failed": [outcome for outcome in outcomes if outcome.reason],
        "back": back,
    }
    return render(request, "ui/bulk_done.html", context)


def _retyped(item: bulk.Item, actor: Actor, form: Any, data: Any) -> Any:
    if form is not None:
        typed = {name: field.widget.value_from_datadict(data, {}, name) for name, field in form.fields.items()}
        form.initial = {**form.initial, **typed}
    return form


def _concrete(keys: list[int], actor: Actor) -> list[Subject]:
    """The chosen dossiers this actor may see, as instances of their programmes, in the order they were chosen."""
    found: dict[int, Subject] = {}
    for owner in programmes():
        rows = owner.model.objects.visible_to(actor).filter(pk__in=keys)
        found.update({row.pk: row for row in rows.select_related("call", "applicant", "recommender", "field")})
    return [found[key] for key in keys if key in found]


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if safe else reverse("workbench:worklist")


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """The search of the top bar: a number leads to its dossier, everything else to the list of what was found."""
    text = request.GET.get("q", "").strip()[:80]
    if text:
        exact = Dossier.objects.visible_to(request.actor).filter(number=text.upper()).first()
        if exact:
            return redirect("workbench:dossier", pk=exact.pk)
    shown = reverse("workbench:worklist")
    return redirect(f"{shown}?{request.GET.urlencode()}" if text else shown)
