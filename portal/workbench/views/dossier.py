"""The page of a dossier, its tabs, its steps, and the notes about it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.base.errors import PortalError
from portal.base.memo import reading
from portal.deadlines import queries as deadlines
from portal.deadlines.models import Deadline
from portal.declaration.states import DECLARATION, RECOMMENDATION
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import find, programme
from portal.lifecycle.engine import offers
from portal.lifecycle.states import APPLICANT
from portal.ui.extras import Deed, deeds_of, lines_of
from portal.ui.stepping import Place, step_page
from portal.ui.tabs import Tab, counted, tabs_of
from portal.workbench import actions
from portal.workbench.forms import CallRecordForm, NoteForm
from portal.workbench.lists import ALL, titles_of
from portal.workbench.reading import lifecycle_of, party_of, state_of, waiting_words
from portal.workbench.timeline import stage_steps

#: so many open duties stand in the box, see `_first_duties`; the rest in the tab of deadlines
_DUTIES = 4


def visible_dossier(request: HttpRequest, pk: int) -> Any:
    """The dossier as an instance of its programme; 404 when this actor may not see it."""
    found = find(Dossier.objects.visible_to(request.actor), pk)
    if found is None:
        raise Http404
    return found


@login_required
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, what is expected of whom by when, and the tabs; `?tab=` opens one of them."""
    found = visible_dossier(request, pk)
    chosen = _chosen(tabs_of(found, request.actor), request.GET.get("tab", ""))
    with reading():
        if request.htmx and not request.htmx.boosted:
            response = render(request, "workbench/tab.html", _tab_context(found, request.actor, chosen))
        else:
            response = _page(request, found, 200)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _page(request: HttpRequest, found: Any, status: int) -> HttpResponse:
    actor: Actor = request.actor
    tabs = tabs_of(found, actor)
    chosen = _chosen(tabs, request.GET.get("tab", ""))
    state = state_of(found, actor)
    offered = offers(found, actor)
    deeds = _deeds(found, actor, offered)
    leading = [deed for deed in deeds if deed.main]
    own, secondary = _split(offered, led=bool(leading))
    lines = lines_of(found, actor)
    held = any(line.holds for line in lines)
    duties = _duties(found, actor)
    shown = _first_duties(found, duties)
    context = {
        **_tab_context(found, actor, chosen),
        "tabs": counted(tabs, found, actor),
        "state": state,
        "lifecycle": lifecycle_of(found),
        "programme": programme(found.programme),
        "stages": stage_steps(found, actor, _expected(found)),
        "waits_for": "" if held else waiting_words(state, actor),
        "mine": not held and party_of(actor) == state.waits_for,
        "duties": shown,
        "later_duties": len(duties) - len(shown),
        "owes": any(owed for _duty, owed in duties),
        "primary": own,
        "secondary": secondary,
        "lines": lines,
        "leading": leading,
        "deeds": [deed for deed in deeds if not deed.main],
        # what is expected of the reader now is explained in the box, the rest in the menu
        "blocked": [offer for offer in offered if not offer.allowed and offer.step.tone == "primary"],
        "quiet": [offer for offer in offered if not offer.allowed and offer.step.tone != "primary"],
        "list_title": titles_of(ALL, actor).title,
        "is_applicant": party_of(actor) == APPLICANT,
    }
    return render(request, "workbench/dossier.html", context, status=status)


def _duties(found: Any, actor: Actor) -> list[tuple[Deadline, bool]]:
    """The open duties, the reader's own first, each with whether it is; the clocks that stand still come last."""
    rows = [(duty, deadlines.owes(duty, found, actor)) for duty in deadlines.open_shown(found, actor)]
    return sorted(rows, key=lambda row: (row[0].paused_on is not None, not row[1]))


def _split(offered: list[Any], *, led: bool) -> tuple[list[Any], list[Any]]:
    """The main steps (the first allowed one with the tone of a main one, or the first) and the others that can be taken.
    Where the main step is taken elsewhere (`led`), or waits for something, none of the others takes its place."""
    allowed = [offer for offer in offered if offer.allowed]
    main = [offer for offer in allowed if offer.step.tone == "primary"][:1]
    taken = led or any(offer.step.tone == "primary" or not offer.step.listed for offer in offered)
    main = main or [offer for offer in allowed if offer.step.tone != "danger" and not taken][:1]
    return main, [offer for offer in allowed if offer not in main]


def _deeds(found: Any, actor: Actor, offered: list[Any]) -> list[Deed]:
    """What can be done beside the steps; not what leads to a step that something stands against."""
    barred = {offer.step.name for offer in offered if not offer.allowed}
    return [deed for deed in deeds_of(found, actor) if deed.leads_to not in barred]


def _first_duties(found: Any, duties: list[tuple[Deadline, bool]]) -> list[tuple[Deadline, bool]]:
    """The duties that the box shows: the reader's own before others', those of the project as a whole before those of its
    parts, and of many parts that owe the same (milestones that are overdue) each in its turn, so that none hides the next
    action."""
    nth: dict[str, int] = defaultdict(int)
    rank: dict[int, tuple[bool, bool, bool, int]] = {}
    for duty, owed in duties:
        nth[duty.duty] += 1
        part = duty.subject_type != found.label_of_type()
        rank[duty.pk] = (duty.paused_on is not None, not owed, part, nth[duty.duty])
    first = set(sorted(rank, key=lambda pk: rank[pk])[:_DUTIES])
    return [(duty, owed) for duty, owed in duties if duty.pk in first]


def _expected(found: Any) -> dict[str, dt.date]:
    """The dates that the call sets for stages to come."""
    return {DECLARATION.id: found.call.closes_on, RECOMMENDATION.id: found.call.reporting_closes_on}


def _chosen(tabs: list[Tab], wanted: str) -> Tab | None:
    return next((tab for tab in tabs if tab.id == wanted), tabs[0] if tabs else None)


def _tab_context(found: Any, actor: Actor, tab: Tab | None) -> dict[str, Any]:
    own = tab.context(found, actor) if tab else {}
    return {**own, "dossier": found, "tab": tab}


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step."""
    found = visible_dossier(request, pk)
    back = reverse("workbench:dossier", args=(pk,))

    def fresh(status: int) -> HttpResponse:
        return _page(request, visible_dossier(request, pk), status)

    crumbs = ((titles_of(ALL, request.actor).title, reverse("workbench:worklist")),)
    return step_page(request, found, name, Place(found.describe(), back, crumbs, fresh))


@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds an internal note."""
    found = _notable(request, pk)
    form = NoteForm(request.POST, prefix="note")
    if form.is_valid():
        return _noted(request, found, lambda: actions.note(found, actor=request.actor, text=form.cleaned_data["text"]))
    return _notes_again(request, found, {"note_form": form})


@login_required
@require_POST
def call_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds a call record."""
    found = _notable(request, pk)
    form = CallRecordForm(request.POST, prefix="call")
    if form.is_valid():
        return _noted(request, found, lambda: actions.call_record(found, actor=request.actor, **form.cleaned_data))
    return _notes_again(request, found, {"call_form": form})


def _notable(request: HttpRequest, pk: int) -> Any:
    """The dossier, for those who keep notes on it; to others the address does not exist."""
    if not actions.may_note(request.actor):
        raise Http404
    return visible_dossier(request, pk)


def _noted(request: HttpRequest, found: Any, write: Any) -> HttpResponse:
    try:
        write()
    except PortalError as error:
        messages.error(request, error.message)
        return _page(request, found, error.status)
    messages.success(request, _("已保存。"))
    return redirect(reverse("workbench:dossier", args=(found.pk,)) + "?tab=notes")


def _notes_again(request: HttpRequest, found: Any, forms: dict[str, Any]) -> HttpResponse:
    tab = next(tab for tab in tabs_of(found, request.actor) if tab.id == "notes")
    context = {**_tab_context(found, request.actor, tab), **forms, "state": state_of(found, request.actor)}
    return render(request, "workbench/notes_page.html", context, status=422)
