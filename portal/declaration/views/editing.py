"""Filling in: one section at a time, saved as a draft whatever it says; a stale save shows both versions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.http import HttpRequest
from portal.base import clock
from portal.base.errors import NotPermitted
from portal.declaration import actions, rows
from portal.declaration.access import points_at
from portal.declaration.actions import SectionConflict
from portal.declaration.completeness import (
    COMPLETE,
    MATERIALS,
    OPTIONAL,
    Problem,
    section_link,
    section_problems,
    states,
)
from portal.declaration.diff import compare
from portal.declaration.document import Content
from portal.declaration.filling import Filling
from portal.declaration.forms import content_from_post
from portal.declaration.models import FormDocument
from portal.declaration.printing import sections_of
from portal.declaration.sections import Section
from portal.declaration.views import materials
from portal.declaration.views.common import REVIEW, Overview, own_dossier_or_404

MINE, THEIRS = "mine", "theirs"


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the first section that is open and not complete, or to the check."""
    dossier = own_dossier_or_404(request, pk)
    overview = Overview(Filling(dossier), request.actor, "")
    for entry in overview.entries:
        if entry.id != REVIEW and entry.open and entry.state not in (COMPLETE, OPTIONAL):
            return redirect(entry.url)
    return redirect("declaration:review", pk=pk)


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """Shows a section, or saves it. What is incomplete is saved too; errors stand beside what was typed."""
    dossier = own_dossier_or_404(request, pk)
    if section == MATERIALS:
        return materials.show(request, dossier)
    stored = _stored(dossier)
    filling = Filling(dossier, stored.document)
    declared = _section(filling, section)
    if request.method == "POST":
        return _save(request, dossier, filling, declared, stored)
    return _show(request, filling, declared, stored)


def _save(
    request: HttpRequest, dossier: Any, filling: Filling, declared: Section, stored: FormDocument
) -> HttpResponse:
    command = request.POST.get("do", "save")
    content = _chosen(request, declared, content_from_post(declared, filling, request.POST), stored)
    content, row = rows.apply(declared, content, command, filling, request.POST.get(f"text-{command}", ""))
    try:
        saved = actions.save_section(dossier, declared.id, content, actor=request.actor, seen=_seen(request))
    except SectionConflict as conflict:
        return _show_conflict(request, filling, declared, content, conflict)
    except NotPermitted as refused:
        messages.warning(request, refused.message)
        return redirect(section_link(dossier, declared.id))
    if command == "next":
        overview = Overview(Filling(dossier, saved.document), request.actor, declared.id)
        return redirect(overview.next_url())
    if command == "save":
        messages.success(request, _("已保存。未填完的内容可以以后继续填写。"))
    target = section_link(dossier, declared.id, **({"row": row} if row else {}))
    return HttpResponseRedirect(target + (f"#row-{row}" if row else ""), status=303)


def _show(request: HttpRequest, filling: Filling, declared: Section, stored: FormDocument) -> HttpResponse:
    overview = Overview(filling, request.actor, declared.id)
    form, tables = filling.bound(declared), filling.tables(declared)
    is_open = declared.id in overview.open_sections
    if "check" not in request.GET:
        for bound in [*([form] if form else []), *(row for table in tables for row in table.rows)]:
            bound.hide_missing()
    for table in tables:
        for row in table.rows:
            if row.is_blank():
                row.errors.clear()
    problems = overview.found[declared.id]
    context = {
        "dossier": filling.dossier,
        "overview": overview,
        "section": declared,
        "form": form,
        "tables": tables,
        "is_open": is_open,
        "locked": [] if is_open else [s for s in sections_of(filling) if s.id == declared.id],
        "revision": stored.revision(declared.id),
        "saved": _saved(stored, declared.id),
        "hints": [problem for problem in problems if not problem.blocking],
        "counts": [p for p in problems if p.blocking and p.label in {t.table.title for t in tables}]
        if "check" in request.GET
        else [],
        "shown_row": request.GET.get("row", ""),
        "points": points_at(filling.dossier, f"section-{declared.id}"),
    }
    return render(request, "declaration/section.html", context)


@require_POST
def autosave(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """Saves what was typed so far, for the script of the page. Answers JSON; 409 when somebody saved meanwhile."""
    dossier = own_dossier_or_404(request, pk)
    stored = _stored(dossier)
    filling = Filling(dossier, stored.document)
    declared = _section(filling, section)
    content = content_from_post(declared, filling, request.POST)
    try:
        saved = actions.save_section(dossier, section, content, actor=request.actor, seen=_seen(request))
    except SectionConflict as conflict:
        return JsonResponse({"message": conflict.message}, status=409)
    except NotPermitted as refused:
        return JsonResponse({"message": refused.message}, status=403)
    after = Filling(dossier, saved.document)
    found: dict[str, list[Problem]] = {entry.id: [] for entry in after.sections}
    found[declared.id] = section_problems(after, declared)
    state = states(after, {**found, MATERIALS: []})[declared.id] if declared in after.sections else COMPLETE
    return JsonResponse(
        {
            "revision": saved.revision(section),
            "message": _("已于 %(time)s 自动保存") % {"time": clock.local(clock.now()).strftime("%H:%M")},
            "state": state,
        }
    )


# --- two people, one section ----------------------------------------------------------------------
def _show_conflict(
    request: HttpRequest, filling: Filling, declared: Section, mine: Content, conflict: SectionConflict
) -> HttpResponse:
    theirs = Filling(filling.dossier, filling.document.with_content(declared.id, conflict.theirs))
    own = Filling(filling.dossier, filling.document.with_content(declared.id, mine))
    context = {
        "dossier": filling.dossier,
        "section": declared,
        "message": conflict.message,
        "revision": conflict.revision,
        "choices": _differences(declared, theirs, own),
        "sent": [(k, v) for k, values in request.POST.lists() for v in values if _is_content(k)],
        "back": section_link(filling.dossier, declared.id),
    }
    return render(request, "declaration/conflict.html", context, status=409)


def _is_content(name: str) -> bool:
    return name.startswith(("f-", "t-", "rows-", "table-"))


def _differences(declared: Section, theirs: Filling, own: Filling) -> list[dict[str, Any]]:
    """What differs, as choices: one for each field, one for each table."""
    left = {s.id: s for s in sections_of(theirs)}.get(declared.id)
    right = {s.id: s for s in sections_of(own)}.get(declared.id)
    if left is None or right is None:
        return []
    before = {pair.name: pair.text for pair in left.pairs}
    choices: list[dict[str, Any]] = [
        {"name": f"choose-f-{pair.name}", "label": pair.label, "theirs": before.get(pair.name, ""), "mine": pair.text}
        for pair in right.pairs
        if before.get(pair.name, "") != pair.text
    ]
    for table in right.tables:
        other = next((t for t in left.tables if t.id == table.id), None)
        if other is not None and other != table:
            changes = compare(
                [type(left)(left.id, left.title, (), (other,))], [type(right)(right.id, right.title, (), (table,))]
            )
            choices.append(
                {
                    "name": f"choose-t-{table.id}",
                    "label": table.title,
                    "theirs_table": other,
                    "mine_table": table,
                    "changes": changes[0].changes if changes else (),
                }
            )
    return choices


def _chosen(request: HttpRequest, declared: Section, content: Content, stored: FormDocument) -> Content:
    """The content after the choices of the conflict page: theirs where the person said so."""
    theirs = stored.document.content(declared.id)
    for key, value in request.POST.items():
        if value != THEIRS:
            continue
        if key.startswith("choose-f-"):
            name = key.removeprefix("choose-f-")
            content["fields"][name] = theirs["fields"].get(name, "")
        elif key.startswith("choose-t-"):
            name = key.removeprefix("choose-t-")
            content["tables"][name] = theirs["tables"].get(name, [])
    return content


# --- small things ---------------------------------------------------------------------------------
def _stored(dossier: Any) -> FormDocument:
    found = FormDocument.objects.filter(dossier_id=dossier.pk).select_related("updated_by").first()
    if found is None:
        raise Http404
    return found


def _section(filling: Filling, section_id: str) -> Section:
    found = next((s for s in filling.sections if s.id == section_id), None)
    if found is None:
        raise Http404
    return found


def _seen(request: HttpRequest) -> int | None:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdigit() else 0


def _saved(stored: FormDocument, section_id: str) -> dict[str, Any] | None:
    saved = stored.saved.get(section_id)
    return {"by": saved["by"], "at": dt.datetime.fromisoformat(saved["at"])} if saved else None
