"""The tabs 征求意见 and 办理事项 of a dossier's page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.deadlines.models import Deadline
from portal.lifecycle.states import State
from portal.supervision.models import Contact, DocketItem, EndorsementQuerySet, Enquiry, OnBehalf, Request
from portal.supervision.queries import of_dossier
from portal.supervision.requests.kinds import kind as kind_of
from portal.ui.counts import Counted
from portal.ui.tabs import Tab, register

#: who has the tab 办理事项: the parties of the dossier, not experts or bodies that were asked once
_PARTIES = frozenset(Role) - {Role.EXPERT, Role.SYSTEM_ADMIN}


def _context(dossier: Any, actor: Actor) -> dict[str, Any]:
    return {"endorsements": list(of_dossier(dossier, actor))}


def _count(dossier: Any, actor: Actor) -> EndorsementQuerySet:
    return of_dossier(dossier, actor)


@dataclass(frozen=True)
class Asked:
    """A request or an enquiry as one line of the tab."""

    label: Any
    text: str
    at: dt.datetime
    state: State
    url: str


def _asked(dossier: Any, actor: Actor) -> list[Asked]:
    """Requests and enquiries in one query, newest first."""
    columns = ("_type", "_kind", "_text", "_at", "state", "pk")
    parts = []
    for model, kind, text, at in (
        (Request, F("kind"), F("reason"), F("filed_at")),
        (Enquiry, Value("", output_field=CharField()), F("question"), F("asked_at")),
    ):
        rows: Any = model.objects.visible_to(actor).filter(dossier_id=dossier.pk).order_by()
        named = rows.annotate(_type=Value(model.__name__, output_field=CharField()), _kind=kind, _text=text, _at=at)
        parts.append(named.values_list(*columns))
    found = []
    for type_, kind_id, words, moment, state, key in parts[0].union(parts[1], all=True):
        if type_ == Request.__name__:
            info, label = Request.lifecycle.state(state), kind_of(kind_id).label
            found.append(Asked(label, words, moment, info, reverse("supervision:request", args=[key])))
        else:
            info = Enquiry.lifecycle.state(state)
            found.append(Asked(_("咨询沟通"), words, moment, info, reverse("supervision:enquiry", args=[key])))
    return sorted(found, key=lambda row: row.at, reverse=True)


def _acts(dossier: Any, actor: Actor) -> dict[str, Any]:
    """Requests, enquiries, contacts; inside also dockets and entries on behalf (four queries at most)."""
    contacts = Contact.objects.visible_to(actor).filter(dossier_id=dossier.pk)
    context: dict[str, Any] = {"asked": _asked(dossier, actor), "contacts": list(contacts)}
    if actor.is_inside:
        items = DocketItem.objects.filter(dossier_id=dossier.pk).select_related("docket__responsible__user")
        context["items"] = list(items.order_by("-pk"))
        context["entries"] = list(OnBehalf.objects.visible_to(actor).filter(dossier_id=dossier.pk))
    return context


def _open(dossier: Any, actor: Actor) -> Counted:
    """Requests, and enquiries for those who see them, that wait for an answer: each has an open deadline."""
    types = (
        [Request.label_of_type()] if actor.role == Role.RECOMMENDER else [m.label_of_type() for m in (Request, Enquiry)]
    )
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
