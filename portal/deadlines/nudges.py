"""催办: a logged reminder by a person, rate-limited, singly and in bulk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, NotVisible, PortalError, Unmet
from portal.deadlines import duties, keeping, reminders
from portal.deadlines.models import Deadline, Nudge
from portal.deadlines.queries import open_of
from portal.dossiers import programmes
from portal.dossiers.models import Dossier
from portal.dossiers.rules import is_its_handler, is_its_recommender, is_section_chief
from portal.lifecycle import history
from portal.lifecycle.states import APPLICANT, CHIEF, HANDLER, NOBODY, Party
from portal.messaging import refs
from portal.messaging.actions import tell
from portal.messaging.models import Category
from portal.messaging.parties import INSIDE, people_of


@dataclass(frozen=True)
class Target:
    """Who can be nudged about what: a party, and its open duty where there is one."""

    party: Party
    deadline: Deadline | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one dossier of a bulk nudge: the nudge, or the reason why there is none."""

    dossier: Dossier
    nudge: Nudge | None = None
    error: str = ""


def targets(dossier: Dossier, actor: Actor) -> list[Target]:
    """Whom this actor may nudge about a dossier now, first due first; none for those who may not nudge.

    Args:
        dossier: in its programme's class.
    """
    if not _nudges(actor, dossier):
        return []
    rows = open_of(dossier) if actor.is_inside else open_of(dossier).filter(inside=False)
    known = duties.declared()
    found = [
        Target(known[row.duty].owner if row.duty in known else Party(row.owner, row.owner_label), row) for row in rows
    ]
    if not found and (party := dossier.state_for(actor).waits_for) != NOBODY:
        found = [Target(party)]
    return [target for target in found if _may_nudge(actor, target.party)]


def nudge(dossier: Dossier, *, actor: Actor, note: str = "") -> Nudge:
    """Reminds the party that has to act on a dossier: a record on its history, a message and a mail.

    Args:
        note: a sentence of the nudging person, at most 300 characters.

    Raises:
        NotVisible, NotPermitted: the actor may not see the dossier, or may not nudge about it.
        Unmet: nobody has to act, was nudged within `nudge_hours`, or has no account.
    """
    (outcome,) = _nudge_all([dossier.pk], actor, note, strict=True)
    assert outcome.nudge is not None
    return outcome.nudge


def nudge_many(dossiers: Iterable[int], *, actor: Actor, note: str = "") -> list[Outcome]:
    """As `nudge` for the keys of several dossiers; each party gets one message that lists all of its own. A dossier that
    cannot be nudged is reported with the reason and does not stop the others."""
    return _nudge_all(sorted(set(dossiers)), actor, note, strict=False)


def _nudges(actor: Actor, dossier: Dossier) -> bool:
    return any(who.admits(actor, dossier) for who in (is_its_handler, is_section_chief, is_its_recommender))


def _may_nudge(actor: Actor, party: Party) -> bool:
    """A recommender nudges its applicant, a handler everybody outside, a section chief the handler too."""
    if actor.role == Role.RECOMMENDER:
        return party == APPLICANT
    if actor.role == Role.SECTION_CHIEF and party == HANDLER:
        return True
    return party.id not in INSIDE and party != CHIEF


@dataclass
class _Done:
    """A nudge that was written and has to be told."""

    nudge: Nudge
    dossier: Dossier
    target: Target


def _nudge_all(keys: list[int], actor: Actor, note: str, *, strict: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    groups: dict[tuple[str, int | None, int | None], list[_Done]] = {}
    with transaction.atomic():
        for key in keys:
            try:
                with transaction.atomic():
                    done = _write(key, actor, note)
            except PortalError as error:
                if strict:
                    raise
                row = Dossier.objects.visible_to(actor).filter(pk=key).first()
                outcomes += [Outcome(row, error=error.message)] if row else []
                continue
            outcomes.append(Outcome(done.dossier, done.nudge))
            groups.setdefault(_group(done), []).append(done)
        for group in groups.values():
            _tell(group, actor, note)
    return outcomes


def _group(done: _Done) -> tuple[str, int | None, int | None]:
    deadline, party = done.target.deadline, done.target.party
    unit, body = (deadline.unit_id, deadline.body_id) if deadline else keeping.place_of(party, done.dossier)
    return (party.id, unit, body) if unit or body else (party.id, None, -done.dossier.pk)


def _write(key: int, actor: Actor, note: str) -> _Done:
    found = Dossier.objects.visible_to(actor).filter(pk=key).first()
    if found is None:
        raise NotVisible(_("没有找到该事项。"))
    dossier = programmes.concrete(Dossier.objects.select_for_update().get(pk=key))
    if not _nudges(actor, dossier):
        raise NotPermitted(_("您当前的身份不能催办该项目。"))
    choices = targets(dossier, actor)
    if not choices:
        raise Unmet([_("目前没有需要由您催办的事项。")])
    target, now = choices[0], clock.now()
    _check_rate(dossier, target, now)
    if not people_of(target.party, _subject(target, dossier)):
        raise Unmet([_("%(party)s没有可以登录的账号，请电话联系。") % {"party": target.party.label}])
    inside = target.party.id in INSIDE
    history.write(
        dossier,
        actor=actor,
        at=now,
        label=_("催办"),
        data={"party": target.party.id, "duty": target.deadline.duty if target.deadline else ""},
        opinion=_("催办%(party)s：%(what)s") % {"party": target.party.label, "what": _what(target, dossier, note)},
        inside=inside,
    )
    nudge = Nudge.objects.create(
        dossier_id=dossier.pk,
        deadline=target.deadline,
        party=target.party.id,
        party_label=str(target.party.label),
        at=now,
        user=actor.user,
        place=actor.place,
        note=note[:300],
        inside=inside,
    )
    return _Done(nudge, dossier, target)


def _what(target: Target, dossier: Dossier, note: str) -> str:
    what = target.deadline.label if target.deadline else str(dossier.state_info.label)
    return f"{what}。{note}" if note else what


def _check_rate(dossier: Dossier, target: Target, now: dt.datetime) -> None:
    hours = int(keeping.parameter(dossier, "nudge_hours"))
    last = Nudge.objects.filter(dossier=dossier.pk, party=target.party.id).order_by("-at").first()
    if last and last.at <= now < last.at + dt.timedelta(hours=hours):
        again = clock.local(last.at + dt.timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M")
        raise Unmet(
            [
                _("%(place)s已于 %(when)s 催办，%(again)s 后可以再次催办。")
                % {
                    "place": last.place,
                    "when": clock.local(last.at).strftime("%Y-%m-%d %H:%M"),
                    "again": again,
                }
            ]
        )


def _subject(target: Target, dossier: Dossier) -> Any:
    """The subject whose people are meant: the duty's own (an endorsement), else the dossier."""
    row = target.deadline
    if row is None or (row.subject_type, row.subject_id) == (dossier.label_of_type(), dossier.pk):
        return dossier
    return refs.find(row.subject_type, row.subject_id) or dossier


def _tell(group: list[_Done], actor: Actor, note: str) -> None:
    today = clock.today()
    rows = [
        {
            "matter": done.dossier.describe(),
            "deadline": done.target.deadline,
            "late": (today - done.target.deadline.due_on).days if done.target.deadline else 0,
            "state": done.dossier.shown_info.label,
        }
        for done in group
    ]
    title, text = reminders.render("deadlines/nudge.txt", {"rows": rows, "place": actor.place, "note": note})
    first = group[0]
    tell(
        people_of(first.target.party, _subject(first.target, first.dossier)),
        key=f"nudge:{first.nudge.pk}",
        title=title,
        text=text,
        subject=first.dossier if len(group) == 1 else None,
        category=Category.DEADLINE,
        at=first.nudge.at,
    )
