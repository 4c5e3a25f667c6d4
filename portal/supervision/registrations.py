"""What this room adds to the engine: steps ask for endorsements, endorsements hold steps, the asked body may see."""

from __future__ import annotations

from collections.abc import Callable, Set

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments import access
from portal.attachments.models import Attachment
from portal.dossiers.models import Dossier
from portal.dossiers.scopes import reserve, scope
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Subject
from portal.lifecycle.registry import Done, bar, effect
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Step
from portal.messaging.parties import people
from portal.supervision.models import Endorsement, Enquiry, Statement
from portal.supervision.queries import latest_by_kind
from portal.supervision.states import AGREED, ASKED, ENDORSER


@effect("endorsements")
def ask_for_endorsements(done: Done) -> None:
    """Asks the bodies that the step wants asked; an answer that agreed already is not asked for again.

    An open question to a body that is no longer the right one is ended. Consent to corrected content is asked anew for
    each correction. Where the dossier ends, or goes back to its applicant's desk, nobody needs to answer any more.
    """
    dossier = done.subject
    if not isinstance(dossier, Dossier) or not hasattr(dossier, "asks_of"):
        return
    if _has_ended(dossier):
        _end_open(dossier)
    if kind := done.step.extra.get("ends_asking"):
        _end_open(dossier, kinds={kind})
    submits = done.step.extra.get("snapshots")
    if not submits and not done.step.extra.get("asks"):
        return
    wanted = [(ask, body) for ask in dossier.asks_of(done.act) if (body := ask.of(dossier)) is not None]
    if submits:
        _end_open(dossier, keep={(ask.id, body.pk) for ask, body in wanted})
    for ask, body in wanted:
        earlier = Endorsement.objects.filter(dossier=dossier, kind=ask.id, body=body)
        if earlier.filter(state=ASKED.id).exists() or (not ask.holds and earlier.filter(state=AGREED.id).exists()):
            continue
        asked = Endorsement(
            dossier_id=dossier.pk,
            chain_id=dossier.chain_id,
            kind=ask.id,
            label=str(ask.label),
            question=str(ask.question),
            body=body,
            holds=list(ask.holds),
            asked_at=done.act.at,
        )
        perform(asked, "ask", actor=SYSTEM)


def _has_ended(dossier: Dossier) -> bool:
    """Whether the dossier came to an end that was not intended, or is a draft again."""
    info = dossier.state_info
    return info.private or (info.terminal and not info.good)


def _end_open(dossier: Dossier, *, keep: Set[tuple[str, int]] = frozenset(), kinds: Set[str] = frozenset()) -> None:
    """Ends the open questions other than those (kind, body), or only those of some kinds."""
    reason = _("申报已终止或者撤回修改，不再需要答复。") if _has_ended(dossier) else _("申报内容已变更，不再需要答复。")
    for open_one in Endorsement.objects.filter(dossier=dossier, state=ASKED.id).order_by("pk"):
        if (open_one.kind, open_one.body_id) not in keep and (not kinds or open_one.kind in kinds):
            perform(open_one, "expire", actor=SYSTEM, data={"reason": reason})


@bar
def waits_for_consent(subject: Subject, actor: Actor) -> Callable[[Step], Text | None] | None:
    """A step that an endorsement holds waits until the latest one of its kind agreed."""
    if not isinstance(subject, Dossier) or subject.pk is None:
        return None
    latest = latest_by_kind(subject).values()
    held = {name: _reason(e) for e in latest if e.state != AGREED.id for name in e.holds}
    return lambda step: held.get(step.name)


def _reason(endorsement: Endorsement) -> Text:
    facts = {"body": endorsement.body, "label": endorsement.label, "state": endorsement.state_info.label}
    if endorsement.state == ASKED.id:
        return _("等待%(body)s答复“%(label)s”。") % facts
    return _("%(body)s对“%(label)s”未予同意（%(state)s）。") % facts


@people(ENDORSER, Endorsement)
def people_of_the_asked_body(endorsement: Endorsement) -> QuerySet[Membership]:
    """Whoever acts for the body that was asked."""
    return Membership.objects.filter(role=Role.RECOMMENDER, body_id=endorsement.body_id)


@scope
def asked_bodies(actor: Actor) -> Q | None:
    """A body that is asked about a dossier may read it."""
    if actor.role != Role.RECOMMENDER or not actor.body_id:
        return None
    asked = Endorsement.objects.filter(body_id=actor.body_id, inside=False)
    return Q(pk__in=asked.values("dossier_id"), private=False)


@reserve
def acts_between_bureau_and_applicant(actor: Actor) -> frozenset[str]:
    """Enquiries and statements: the guarantor and experts learn of the decision, not of what was said before it."""
    if actor.is_applicant:
        return frozenset()
    return frozenset({Enquiry.label_of_type(), Statement.label_of_type()})


def may_read_file(actor: Actor, endorsement_id: int, attachment: Attachment) -> bool:
    """The scan of an answer is read by whoever may see its endorsement."""
    return Endorsement.objects.visible_to(actor).filter(pk=endorsement_id).exists()


access.register(Endorsement._meta.label_lower, may_read_file)
