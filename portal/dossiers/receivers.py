"""Keeps the search index in step with what it was made of: titles and numbers of dossiers, names of units."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from portal.accounts.models import Unit
from portal.dossiers import search
from portal.dossiers.models import Dossier


@receiver(post_save, dispatch_uid="dossiers.search.dossier")
def index_dossier(sender: Any, instance: Any, raw: bool, **kwargs: Any) -> None:
    """A dossier of any programme was saved; most steps change nothing that it is found by."""
    if isinstance(instance, Dossier) and not raw and instance.indexed != instance.indexed_now:
        search.index([(instance.pk, search.text_of(instance.number, instance.title, instance.applicant.name))])


@receiver(post_save, sender=Unit, dispatch_uid="dossiers.search.unit")
def index_unit(sender: Any, instance: Unit, created: bool, **kwargs: Any) -> None:
    """A unit was saved: its dossiers are found under its present name."""
    if not created:
        rows = Dossier.objects.filter(applicant=instance).values_list("pk", "number", "title")
        search.index((key, search.text_of(number, title, instance.name)) for key, number, title in rows)
