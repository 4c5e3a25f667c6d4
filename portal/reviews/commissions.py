"""委托验收: a round that the bureau has a district bureau or a technical institute run. The bureau chooses the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body, Membership
from portal.accounts.roles import Role
from portal.base import clock

if TYPE_CHECKING:
    from portal.documents.models import IssuedPaper
    from portal.lifecycle.registry import Done
    from portal.reviews.models import Round

#: what may be commissioned
KINDS = (Body.Kind.DISTRICT_BUREAU, Body.Kind.INSTITUTE)


def is_commissioned(actor: Actor, round_: Round) -> bool:
    """Whether the actor belongs to the body that runs this round for the bureau."""
    return actor.role == Role.RECOMMENDER and actor.body_id is not None and actor.body_id == round_.commissioned_to_id


def may_run(actor: Actor, round_: Round) -> bool:
    """Who carries a sitting through: the handlers, and the commissioned body."""
    return actor.role == Role.HANDLER or is_commissioned(actor, round_)


def bodies() -> QuerySet[Body]:
    """The bodies that a round can be commissioned to."""
    return Body.objects.filter(kind__in=KINDS, valid_to=None)


def people_of_body(body: Body | int | None) -> QuerySet[Membership]:
    """Who acts for a body."""
    return Membership.objects.filter(role=Role.RECOMMENDER, body=body).select_related("user")


def letters_of(round_: Round) -> QuerySet[IssuedPaper]:
    """The letters by which the round was commissioned, the newest first."""
    from portal.documents.models import IssuedPaper

    mine = IssuedPaper.objects.filter(subject_type=round_.label_of_type(), subject_id=round_.pk)
    return mine.filter(kind="review_commission").order_by("-pk")


def renew_letter(round_: Round, actor: Actor) -> None:
    """The dossiers of a commissioned round changed: the body gets a letter with the present list instead of the former."""
    from portal.documents.actions import issue
    from portal.messaging.actions import tell
    from portal.reviews.papers_letters import CommissionLetter

    if round_.commissioned_to_id is None:
        return
    letter = letters_of(round_).filter(status="valid").first()
    if letter is None or not round_.entries.exists():
        return
    facts = {"body": round_.commissioned_to, "until": round_.commissioned_until, "reason": letter.snapshot["reason"]}
    new = issue(CommissionLetter, round_, actor, clock.now(), facts)
    tell(
        people_of_body(round_.commissioned_to).filter(active=True),
        key=f"review:{round_.pk}:commission:{new.pk}:renewed",
        title=_("委托评审项目有调整：%(round)s") % {"round": round_},
        text=_("“%(round)s”的项目有增减，已重新出具委托函（%(number)s），原委托函不再使用。")
        % {"round": round_, "number": new.number},
        at=new.issued_at,
    )


def under_way(actor: Actor) -> QuerySet[Round]:
    """The commissioned rounds that this actor has to carry through."""
    from portal.reviews.models import Round

    return Round.objects.visible_to(actor).filter(state__in=("inviting", "scoring"))


def withdraw_letter(round_: Round, done: Done) -> None:
    """The commission was withdrawn: its letter is revoked, and the body learns why."""
    from portal.documents.actions import invalidate
    from portal.messaging.actions import tell

    letter = letters_of(round_).filter(status="valid").select_related("body").first()
    if letter is None:
        return
    reason = done.act.data["reason"]
    invalidate(letter, reason=reason, at=done.record.at)
    tell(
        people_of_body(letter.body).filter(active=True),
        key=f"review:{round_.pk}:commission:{letter.pk}:withdrawn",
        title=_("撤回委托：%(round)s") % {"round": round_},
        text=_("“%(round)s”的委托已撤回，原因：%(reason)s") % {"round": round_, "reason": reason},
        at=done.record.at,
    )
