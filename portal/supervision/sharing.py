"""Papers that a docket issued for many dossiers are read with each of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from portal.documents.sharing import share
from portal.supervision.models import DocketItem


@share
def papers_of_dockets(dossiers: Any) -> Q:
    """What dockets issued for these dossiers."""
    linked = DocketItem.papers.through.objects.filter(docketitem__dossier__in=dossiers)
    return Q(pk__in=linked.values("issuedpaper"))
