"""What the pilots' form means outside itself: conditions of its parts, columns of the dossier, what is filled in beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pilots.form_lookups import GOVERNMENT_LED, OTHER
from pilots.models import Pilot
from portal.accounts.models import Body
from portal.declaration.filling import call_fields_of

if TYPE_CHECKING:
    from portal.declaration.document import Document
    from portal.dossiers.models import Dossier


def is_key(document: Document, dossier: Dossier) -> bool:
    """Whether a key project is declared."""
    return bool(document.value("basic", "project_class") == Pilot.ProjectClass.KEY)


def asks_government_led(document: Document, dossier: Dossier) -> bool:
    """Whether the chosen field is one of social management or public service."""
    code = document.value("basic", "field")
    return any(f.code == code and GOVERNMENT_LED in f.traits for f in call_fields_of(dossier)) if code else False


def project(document: Document, dossier: Pilot) -> None:
    """The facts that lists and statistics of pilots need."""
    basic = document.fields("basic")
    dossier.title = str(basic.get("title", ""))[:120]
    dossier.field = next((f for f in call_fields_of(dossier) if f.code == basic.get("field")), None)
    codes = {str(basic.get("recommender", "")), str(document.value("key", "industry_department"))} - {""}
    kinds = (Body.Kind.DEPARTMENT, Body.Kind.DISTRICT_BUREAU)
    bodies = {body.code: body for body in Body.objects.filter(code__in=codes, kind__in=kinds)} if codes else {}
    dossier.recommender = bodies.get(str(basic.get("recommender", "")))
    key = is_key(document, dossier)
    dossier.project_class = Pilot.ProjectClass.KEY if key else Pilot.ProjectClass.GENERAL
    direction = str(basic.get("key_direction", ""))
    dossier.key_direction = (str(basic.get("key_direction_other", "")) if direction == OTHER else direction)[:80]
    dossier.industry_department = bodies.get(str(document.value("key", "industry_department"))) if key else None
    dossier.internal_only = basic.get("internal_only") == "yes"


def prefill(dossier: Pilot) -> dict[str, Any]:
    """What the portal knows of the unit, and the usual opinion."""
    unit = dossier.applicant
    return {
        "basic": {"fields": {"project_class": str(Pilot.ProjectClass.GENERAL.value)}, "tables": {}},
        "unit": {
            "fields": {
                "nature": unit.nature,
                "registered_address": unit.registered_address,
                "district": unit.district_id,
                "legal_representative": unit.legal_representative,
                "registered_capital": "" if unit.registered_capital is None else f"{unit.registered_capital:.2f}",
                "founded_on": unit.founded_on.isoformat() if unit.founded_on else "",
                "employees": "" if unit.employees is None else str(unit.employees),
                "business": unit.business,
                "contact_name": unit.contact_name,
                "contact_post": unit.contact_post,
                "contact_mobile": unit.contact_mobile,
                "contact_phone": unit.contact_phone,
                "contact_email": unit.contact_email,
                "postal_address": unit.postal_address,
                "postcode": unit.postcode,
                "has_office": "yes" if unit.has_standards_office else "no",
                "full_time": str(unit.full_time_staff),
                "part_time": str(unit.part_time_staff),
                "credit": unit.credit_statement,
            },
            "tables": {},
        },
    }
