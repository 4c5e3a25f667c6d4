"""转办: what one handler works on goes to another one, with a record on everything that moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, StepRefused
from portal.deadlines.models import Deadline
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete, programmes
from portal.lifecycle import history
from portal.messaging.actions import tell
from portal.notices.models import Notice
from portal.reviews.models import Round
from portal.supervision.models import Docket

#: who moves work: handlers their own, section chiefs everybody's
MOVERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF})


@dataclass(frozen=True)
class Work:
    """What a handler answers for beside dossiers: class, column, states in which there is still something to do."""

    model: type[Model]
    column: str
    ended: tuple[str, ...]

    def of(self, membership: Membership) -> QuerySet[Any]:
        rows = self.model._default_manager.filter(**{self.column: membership})
        return rows.exclude(state__in=self.ended)


WORK = (
    Work(Docket, "responsible", ("issued", "cancelled")),
    Work(Round, "organiser", ("concluded", "void")),
    Work(Notice, "responsible", ("closed",)),
)


def dossiers_of(membership: Membership) -> QuerySet[Dossier]:
    """The dossiers in that handler's hands that have not come to their end."""
    ended = {s.id for owner in programmes() for s in owner.model.lifecycle.states.values() if s.terminal and not s.good}
    rows = Dossier.objects.filter(handler=membership).exclude(state__in=ended)
    return rows.select_related("applicant", "field", "call").order_by("-updated_at", "-pk")


def hand_over(
    *, giver: Membership, taker: Membership, dossiers: Iterable[Dossier], also_work: bool, reason: str, actor: Actor
) -> int:
    """Gives dossiers, and on demand dockets, rounds and notices, to another handler; gives the number of all of it.

    Args:
        dossiers: those of the giver; others are left alone. also_work: whether open dockets, rounds and notices move too.

    Raises:
        NotPermitted: a handler moves the own work only. StepRefused: nothing to move.
    """
    own = actor.membership is not None and actor.membership.pk == giver.pk
    if actor.role not in MOVERS or not (own or actor.role == Role.SECTION_CHIEF):
        raise NotPermitted(_("只能转办本人经办的事项。"))
    if taker.role != Role.HANDLER or not taker.active or taker.pk == giver.pk:
        raise NotPermitted(_("请选择另一名在岗的经办人。"))
    with transaction.atomic():
        moved: list[Any] = []
        if also_work:
            moved += _move_work(giver, taker)
        wanted = [dossier.pk for dossier in dossiers]
        rows = Dossier.objects.select_for_update().filter(pk__in=wanted, handler=giver).order_by("pk")
        for dossier in rows:
            dossier.handler = taker
            dossier.save(update_fields=["handler"])
            moved.append(concrete(dossier))
        if not moved:
            raise StepRefused(_("没有可以转办的事项。"))
        for thing in moved:
            _record(thing, giver, taker, reason, actor)
        text = _("%(giver)s 将 %(number)s 件事项转由您经办，原因：%(reason)s。")
        facts = {"giver": giver.user.name, "number": len(moved), "reason": reason}
        now = clock.now()
        tell(
            [taker],
            key=f"handover:{giver.pk}:{taker.pk}:{now.isoformat()}",
            title=_("转办事项"),
            text=text % facts,
            at=now,
        )
    return len(moved)


def _move_work(giver: Membership, taker: Membership) -> list[Any]:
    found = []
    for work in WORK:
        for thing in work.of(giver).select_for_update().order_by("pk"):
            setattr(thing, work.column, taker)
            thing.save(update_fields=[work.column])
            found.append(thing)
    return found


def _record(thing: Any, giver: Membership, taker: Membership, reason: str, actor: Actor) -> None:
    history.write(
        thing,
        actor=actor,
        at=clock.now(),
        label=_("转办"),
        opinion=_("由 %(giver)s 转 %(taker)s 经办。%(reason)s")
        % {"giver": giver.user.name, "taker": taker.user.name, "reason": reason},
        data={"from": giver.pk, "to": taker.pk},
        inside=True,
    )


def open_duties(membership: Membership) -> int:
    """How many open duties lie on the dossiers of a handler, for the page."""
    return Deadline.objects.open().filter(dossier__handler=membership).count()
