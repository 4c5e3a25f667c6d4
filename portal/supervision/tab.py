"""The tabs 征求意见 and 办理事项 of a dossier's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.deadlines.models import Deadline
from portal.dossiers.scopes import reserved_from
from portal.execution.running import Running
from portal.lifecycle.states import State, Text
from portal.supervision.behalf.kinds import kind as behalf_kind
from portal.supervision.models import (
    Contact,
    DocketItem,
    EndorsementQuerySet,
    Enquiry,
    OnBehalf,
    Rectification,
    Request,
    Statement,
    Suspension,
)
from portal.supervision.queries import of_dossier
from portal.supervision.requests.kinds import kind as kind_of
from portal.supervision.statements.kinds import intended
from portal.ui.counts import Counted
from portal.ui.tabs import Tab, register

#: who has the tab 办理事项: the parties of the dossier, not experts or bodies that were asked once
_PARTIES = frozenset(Role) - {Role.EXPERT, Role.SYSTEM_ADMIN}


def _context(dossier: Any, actor: Actor) -> dict[str, Any]:
    return {"endorsements": list(of_dossier(dossier, actor))}


def _count(dossier: Any, actor: Actor) -> EndorsementQuerySet:
    return of_dossier(dossier, actor)


@dataclass(frozen=True)
class Act:
    """An act around the dossier as one line of the tab."""

    label: Text
    text: str
    at: dt.datetime
    state: State
    url: str


@dataclass(frozen=True)
class Source:
    """How the acts of one class become lines: the columns for kind, text and time, the address, the words for a kind."""

    model: Any
    kind: Any
    text: Any
    at: str
    url: str
    label: Callable[[Any, str], Text]


def _entered(dossier: Any, kind: str) -> Text:
    declared = behalf_kind(kind)
    return _("代录：%(kind)s") % {"kind": declared.label if declared else kind}


_NONE = Value("", output_field=CharField())
_SOURCES = {
    source.model.__name__: source
    for source in (
        Source(Request, F("kind"), F("reason"), "filed_at", "request", lambda dossier, kind: kind_of(kind).label),
        Source(Enquiry, _NONE, F("question"), "asked_at", "enquiry", lambda dossier, kind: _("咨询沟通")),
        Source(
            Rectification,
            F("kind"),
            F("report"),
            "ordered_at",
            "rectification",
            lambda dossier, kind: Rectification.Kind(kind).label,
        ),
        Source(
            Statement,
            F("step"),
            F("facts"),
            "drawn_at",
            "statement",
            lambda dossier, step: _("陈述申辩（%(what)s）") % {"what": intended(dossier.programme, step).label},
        ),
        Source(OnBehalf, F("kind"), F("represented"), "entered_at", "on_behalf", _entered),
    )
}


def _lines(dossier: Any, actor: Actor) -> list[Act]:
    """Requests, rectifications, statements, enquiries and entries on behalf in one query, newest first."""
    parts = []
    for name, source in _SOURCES.items():
        rows: Any = source.model.objects.visible_to(actor).filter(dossier_id=dossier.pk).order_by()
        named = rows.annotate(
            _type=Value(name, output_field=CharField()), _kind=source.kind, _text=source.text, _at=F(source.at)
        )
        parts.append(named.values_list("_type", "_kind", "_text", "_at", "state", "pk"))
    found = []
    for type_, kind, words, moment, state, key in parts[0].union(*parts[1:], all=True):
        source = _SOURCES[type_]
        info = source.model.lifecycle.state(state)
        url = reverse(f"supervision:{source.url}", args=[key])
        found.append(Act(source.label(dossier, kind), words, moment, info, url))
    return sorted(found, key=lambda row: row.at, reverse=True)


def _suspensions(dossier: Any, actor: Actor) -> list[Suspension]:
    """The times in which a project stood still; no query for one that never did (days after the end of its term are not
    counted in its column)."""
    if not isinstance(dossier, Running) or dossier.term_ends_on is None:
        return []
    if not (dossier.suspended_on or dossier.paused_days or dossier.term_ends_on < clock.today()):
        return []
    return list(Suspension.objects.visible_to(actor).filter(dossier_id=dossier.pk))


def _acts(dossier: Any, actor: Actor) -> dict[str, Any]:
    """What was asked, ordered, said and entered, contacts; inside also dockets (four queries at most)."""
    contacts = Contact.objects.visible_to(actor).filter(dossier_id=dossier.pk)
    context: dict[str, Any] = {
        "acts": _lines(dossier, actor),
        "suspensions": _suspensions(dossier, actor),
        "contacts": list(contacts),
    }
    if actor.is_inside:
        items = DocketItem.objects.filter(dossier_id=dossier.pk).select_related("docket__responsible__user")
        context["items"] = list(items.order_by("-pk"))
    return context


def _open(dossier: Any, actor: Actor) -> Counted:
    """What waits for an answer, as far as this actor sees it: each has an open deadline."""
    types = {source.model.label_of_type() for source in _SOURCES.values()} - reserved_from(actor)
    return Deadline.objects.open().filter(dossier_id=dossier.pk, subject_type__in=types)


register(Tab("endorsements", _("征求意见"), 45, "supervision/tab.html", _context, _count))
register(
    Tab(
        "acts",
        _("办理事项"),
        60,
        "supervision/acts_tab.html",
        _acts,
        _open,
        shown=lambda dossier, actor: actor.role in _PARTIES and not dossier.private,
    )
)
