"""Recommenders' progress under a call: what lies with each body, on one screen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from portal.accounts.actors import Actor
from portal.accounts.models import Body, Membership
from portal.accounts.roles import Role
from portal.calls.models import Call
from portal.declaration.states import NOT_RECOMMENDED, RETURNED
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programme
from portal.lifecycle.states import RECOMMENDER


@dataclass(frozen=True)
class Line:
    """One body: how many declarations it got, how they stand, when somebody of it was last here.

    `copies` counts declarations whose paper copies have come in; `list_at` is when its sealed list came in.
    """

    body: Body
    total: int
    waiting: int
    recommended: int
    returned: int
    declined: int
    seen_at: dt.datetime | None
    closes_on: dt.date
    prolonged: bool
    people: int
    copies: int
    list_at: dt.datetime | None


def lines_of(call: Call, actor: Actor) -> list[Line]:
    """The bodies with declarations under a call, those with work waiting first (four queries)."""
    model = programme(call.programme).model
    waiting = [s.id for s in model.lifecycle.states.values() if s.waits_for == RECOMMENDER]
    rows = (
        model.objects.visible_to(actor)
        .filter(call=call, recommender__isnull=False, submitted_at__isnull=False)
        .order_by()
        .values("recommender")
        .annotate(
            total=Count("pk"),
            waiting=Count("pk", filter=Q(state__in=waiting)),
            recommended=Count("pk", filter=Q(recommended_at__isnull=False)),
            returned=Count("pk", filter=Q(state=RETURNED.id)),
            declined=Count("pk", filter=Q(state=NOT_RECOMMENDED.id)),
            copies=Count("pk", filter=Q(copies__isnull=False)),
        )
    )
    counts = {row["recommender"]: row for row in rows}
    bodies = Body.objects.filter(pk__in=counts)
    people = Membership.objects.filter(body__in=counts, role=Role.RECOMMENDER, active=True).order_by()
    seen = {
        row["body"]: row
        for row in people.values("body").annotate(last=Max("user__last_seen_at"), login=Max("user__last_login"), n=Count("pk"))
    }  # fmt: skip
    terms = {row.body_id: row for row in call.recommenders.all()}
    lines = []
    for body in bodies:
        row, term, person = counts[body.pk], terms.get(body.pk), seen.get(body.pk)
        prolonged = term.reporting_closes_on if term else None
        last = max(filter(None, (person["last"], person["login"])), default=None) if person else None
        lines.append(
            Line(
                body,
                row["total"],
                row["waiting"],
                row["recommended"],
                row["returned"],
                row["declined"],
                last,
                prolonged or call.reporting_closes_on,
                prolonged is not None,
                person["n"] if person else 0,
                row["copies"],
                term.list_received_at if term else None,
            )
        )
    return sorted(lines, key=lambda line: (-line.waiting, line.body.position, line.body.pk))


def waiting_at(call: Call, bodies: list[int], actor: Actor) -> list[int]:
    """The keys of the declarations that wait for these bodies."""
    model = programme(call.programme).model
    waiting = [s.id for s in model.lifecycle.states.values() if s.waits_for == RECOMMENDER]
    rows = Dossier.objects.visible_to(actor).filter(call=call, recommender__in=bodies, state__in=waiting)
    return list(rows.order_by("pk").values_list("pk", flat=True))
