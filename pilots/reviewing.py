"""Who stands around a pilot besides its applicant and its recommender: nobody of them reviews it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.declaration.models import FormVersion
from portal.reviews.registry import Around


def around(dossiers: Sequence[Any]) -> dict[int, Around]:
    """Participants, supporting bodies, the project's head, contact and team as they stand in the latest submitted version, and the
    industry department of a key project; one query for all of them."""
    latest: dict[int, FormVersion] = {}
    for version in FormVersion.objects.filter(dossier__in=[d.pk for d in dossiers]).order_by("dossier", "number"):
        latest[version.dossier_id] = version
    return {dossier.pk: _around(dossier, latest.get(dossier.pk)) for dossier in dossiers}


def _around(dossier: Any, version: FormVersion | None) -> Around:
    names: set[str] = set()
    codes: set[str] = set()
    people: set[str] = set()
    participants: list[str] = []
    if dossier.industry_department_id and dossier.industry_department_id != dossier.recommender_id:
        names |= {dossier.industry_department.name, dossier.industry_department.full_name}
    if version is not None:
        document = version.document
        for row in document.rows("participants", "participants"):
            names.add(row.get("name", ""))
            codes.add(row.get("code", ""))
            participants.append(row.get("name", ""))
        for row in document.rows("participants", "support"):
            names.add(row.get("name", ""))
            participants.append(row.get("name", ""))
        people |= {document.value("unit", "leader_name"), document.value("unit", "contact_name")}
        for row in document.rows("team", "members"):
            people.add(row.get("name", ""))
            names.add(row.get("unit", ""))
    kept_codes, kept_names, kept_people = (frozenset(words - {""}) for words in (codes, names, people))
    return Around(kept_codes, kept_names, kept_people, tuple(filter(None, participants)))
