"""The tabs that the workbench itself contributes: opinions, history, internal notes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.lifecycle.history import content
from portal.lifecycle.models import Record
from portal.ui.tabs import Tab, register
from portal.workbench.actions import may_note
from portal.workbench.forms import CallRecordForm, NoteForm
from portal.workbench.timeline import entries_of, who_of


def _opinions(dossier: Any, actor: Actor) -> dict[str, Any]:
    entries = entries_of(dossier, actor, only="opinions")
    return {"entries": [entry for entry in entries if entry.record.step]}


def _history(dossier: Any, actor: Actor) -> dict[str, Any]:
    return {"entries": entries_of(dossier, actor)}


def _notes(dossier: Any, actor: Actor) -> dict[str, Any]:
    rows = _inside(dossier).select_related("person").order_by("-seq")
    notes = [{"record": row, "who": who_of(row, actor), "data": content(row)["data"]} for row in rows]
    context: dict[str, Any] = {"notes": notes}
    if may_note(actor):
        context |= {"note_form": NoteForm(prefix="note"), "call_form": CallRecordForm(prefix="call")}
    return context


def _inside(dossier: Any) -> Any:
    return Record.objects.filter(chain_id=dossier.chain_id, inside=True, step="")


register(Tab("opinions", _("办理意见"), 40, "workbench/tabs/opinions.html", _opinions))
register(Tab("history", _("办理历史"), 80, "workbench/tabs/history.html", _history))
register(
    Tab(
        "notes",
        _("内部备注"),
        90,
        "workbench/tabs/notes.html",
        _notes,
        count=lambda dossier, actor: _inside(dossier),
        shown=lambda dossier, actor: actor.is_inside,
    )
)
