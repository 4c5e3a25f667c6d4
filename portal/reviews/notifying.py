"""会议通知: the undertakers of a round are told where and when it sits, each by a letter of its own."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.base.errors import StepRefused
from portal.documents.actions import issue
from portal.lifecycle.states import APPLICANT
from portal.messaging.actions import tell
from portal.messaging.parties import people_of
from portal.reviews.conflicts import dossiers_of
from portal.reviews.models import Entry, Round
from portal.reviews.panels import locked_round
from portal.reviews.papers_letters import MeetingNotice
from portal.reviews.registry import matter


def is_current(entry: Entry, round_: Round) -> bool:
    """Whether the undertaker was told of the date and place as they are now; the notice should be loaded."""
    if entry.notice is None:
        return False
    told = entry.notice.snapshot["round"]
    return bool(told["held_on"] == round_.held_on.isoformat() and told["place"] == round_.place)


def to_notify(round_: Round) -> int:
    """How many undertakers do not know of date and place as they are now; none as long as the place is not set."""
    if not round_.place:
        return 0
    told = round_.entries.filter(
        notice__snapshot__round__held_on=round_.held_on.isoformat(), notice__snapshot__round__place=round_.place
    )
    return round_.entries.exclude(pk__in=told.values("pk")).count()


@transaction.atomic
def notify_undertakers(round_: Round, *, actor: Actor) -> int:
    """Issues the notice for each dossier whose undertaker does not know of date and place yet; gives how many.

    Raises:
        NotPermitted, StepRefused: the round has ended, or has no place or no dossiers.
    """
    locked = locked_round(round_, actor, ("preparing", "inviting", "scoring"))
    if not locked.place:
        raise StepRefused(_("请先填写评审的地点或者方式。"))
    dossiers = {dossier.pk: dossier for dossier in dossiers_of(locked)}
    if not dossiers:
        raise StepRefused(_("请先列入需要评审的项目。"))
    done = 0
    for entry in locked.entries.select_related("notice").order_by("position"):
        if is_current(entry, locked):
            continue
        dossier, before = dossiers[entry.dossier_id], entry.notice
        entry.notice = issue(MeetingNotice, dossier, actor, clock.now(), {"round": locked}, replaces=before)
        entry.save(update_fields=["notice"])
        facts = {"matter": matter(locked.matter).label, "day": locked.held_on.isoformat(), "place": locked.place}
        tell(
            people_of(APPLICANT, dossier),
            key=f"review:notice:{entry.notice.pk}",
            title=_("%(matter)s会议通知") % facts if before is None else _("%(matter)s会议变更通知") % facts,
            text=_("定于 %(day)s 举行%(matter)s会议，地点或者方式：%(place)s。请查阅会议通知，做好准备。") % facts,
            subject=dossier,
            at=clock.now(),
        )
        done += 1
    return done
