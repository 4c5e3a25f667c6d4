"""What the papers of the front end say of a declaration, its parties and its call: plain values for snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.base import clock
from portal.documents.paper import Snapshot
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programme

if TYPE_CHECKING:
    from portal.accounts.models import Body
    from portal.calls.models import Call


def call_facts(call: Call) -> Snapshot:
    """What papers say of the call they rest on."""
    return {
        "title": call.title,
        "number": call.number,
        "year": call.year,
        "issued_on": call.issued_on,
        "address": call.postal_address,
    }


def programme_facts(programme_id: str) -> Snapshot:
    """What papers say of the programme."""
    found = programme(programme_id)
    return {"id": found.id, "label": str(found.label), "short_label": str(found.short_label)}


def dossier_facts(dossier: Dossier) -> Snapshot:
    """What every paper of a declaration may name: the project, the parties, the call and its desk."""
    desk = dossier.field.desk if dossier.field else None
    return {
        "programme": programme_facts(dossier.programme),
        "call": call_facts(dossier.call),
        "project": {
            "number": dossier.number or "",
            "title": dossier.title,
            "field": str(dossier.field or ""),
            "class": str(getattr(dossier, "class_label", "")),
            "submitted_on": clock.local(dossier.submitted_at).date() if dossier.submitted_at else None,
        },
        "applicant": {"name": dossier.applicant.name, "credit_code": dossier.applicant.credit_code},
        "recommender": full_name(dossier.recommender),
        "desk": {"name": desk.contact_name, "phone": desk.phone} if desk else None,
    }


def full_name(body: Body | None) -> str:
    """A body as official texts call it."""
    return (body.full_name or body.name) if body else ""


def row_of_list(dossier: Dossier) -> Snapshot:
    """A line of the recommender's list."""
    unit = dossier.applicant
    return {
        "rank": dossier.rank,
        "number": dossier.number or "",
        "title": dossier.title,
        "unit": unit.name,
        "credit_code": unit.credit_code,
        "field": str(dossier.field or ""),
        "class": str(getattr(dossier, "class_label", "")),
        "contact": unit.contact_name,
        "phone": unit.contact_mobile,
    }
