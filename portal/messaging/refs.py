"""Finding a subject again from the reference that records, messages and deadlines keep: (type, id)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.urls import reverse

from portal.accounts.actors import Actor
from portal.dossiers import programmes
from portal.dossiers.models import Dossier
from portal.lifecycle.models import Subject

DOSSIER = Dossier.label_of_type()


def find(subject_type: str, subject_id: int) -> Subject | None:
    """The subject in its concrete class; None when it is not there any more."""
    model: Any = apps.get_model(subject_type)
    found = model._default_manager.filter(pk=subject_id).first()
    return programmes.concrete(found) if found and subject_type == DOSSIER else found


def find_all(references: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """As `find`, for many at once: the subjects by their references, a query or two per class."""
    by_type: dict[str, list[int]] = {}
    for subject_type, subject_id in references:
        by_type.setdefault(subject_type, []).append(subject_id)
    found: dict[tuple[str, int], Subject] = {}
    for subject_type, keys in by_type.items():
        for subject in _in_bulk(subject_type, keys):
            found[subject_type, subject.pk] = subject
    return found


def _in_bulk(subject_type: str, keys: list[int]) -> Iterator[Subject]:
    if subject_type != DOSSIER:
        model: Any = apps.get_model(subject_type)
        yield from model._default_manager.filter(pk__in=keys)
        return
    for programme in programmes.programmes():
        yield from programme.model.objects.filter(pk__in=keys).select_related(*programmes.RELATED)


def dossier_of(subject: Subject) -> Dossier | None:
    """The dossier that a subject is or belongs to."""
    if isinstance(subject, Dossier):
        return subject
    found = getattr(subject, "dossier", None)
    return found if isinstance(found, Dossier) else None


def url_for(subject_type: str, subject_id: int | None, actor: Actor) -> str:
    """Where this actor can look at the subject; empty when there is no such page or the actor may not see it."""
    if not subject_type or subject_id is None:
        return ""
    model: Any = apps.get_model(subject_type)
    if subject_type != DOSSIER and not hasattr(model, "get_absolute_url"):
        return ""
    seen = model._default_manager.visible_to(actor).filter(pk=subject_id).first()
    if seen is None:
        return ""
    return reverse("workbench:dossier", args=[subject_id]) if subject_type == DOSSIER else seen.get_absolute_url()
