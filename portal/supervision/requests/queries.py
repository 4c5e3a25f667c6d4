"""Named questions about requests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q

from portal.accounts.actors import Actor
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programmes
from portal.supervision.models import Endorsement, Request, RequestQuerySet
from portal.supervision.requests.kinds import kinds_decided_by, kinds_of
from portal.supervision.requests.states import LIVE, WAITING


def askable(actor: Actor) -> list[Dossier]:
    """The unit's own projects about which something can be asked for as they stand, newest first (one query)."""
    reach = Q(pk__in=())
    for owner in programmes():
        states = {state for kind in kinds_of(owner.id) for state in kind.sources}
        reach |= Q(programme=owner.id, state__in=states)
    own = Dossier.objects.visible_to(actor).filter(applicant_id=actor.unit_id)
    return list(own.filter(reach).select_related("call", "applicant").order_by("-pk"))


def live_by_kind(dossier: Dossier) -> dict[str, Request]:
    """What is under way on a dossier, drafts too, by kind (one query)."""
    return {row.kind: row for row in Request.objects.filter(dossier_id=dossier.pk, state__in=LIVE)}


def _waiting(matter: str) -> RequestQuerySet:
    """The requests that a matter of docket decides, as long as they wait."""
    kinds = [kind.id for kind in kinds_decided_by(matter)]
    return Request.objects.filter(kind__in=kinds, state__in=WAITING).order_by()


def asked_in(matter: str) -> Any:
    """Keys of the dossiers with a request that waits for that matter, as a subquery."""
    return _waiting(matter).values("dossier")


def waiting_in(matter: str, dossiers: Iterable[int]) -> dict[int, Request]:
    """The request that a matter would decide for each dossier, the oldest first, with its endorsements (two queries)."""
    rows = _waiting(matter).filter(dossier__in=list(dossiers))
    return {row.dossier_id: row for row in _with_opinions(rows).order_by("-pk")}


def named_in(keys: Iterable[int]) -> dict[int, Request]:
    """The requests of these keys by their dossiers, whatever became of them (two queries)."""
    return {row.dossier_id: row for row in _with_opinions(Request.objects.filter(pk__in=list(keys)))}


def _with_opinions(rows: RequestQuerySet) -> RequestQuerySet:
    return rows.prefetch_related(Prefetch("endorsements", Endorsement.objects.order_by("-pk")))


def opinion_on(request: Any) -> Endorsement | None:
    """The endorser's latest opinion on a request, or the question that still waits; None where nobody was asked."""
    return next(iter(request.endorsements.all()), None)
