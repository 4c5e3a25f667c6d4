"""What this room adds to the engine and to the rooms below: effects, people, who may see and read."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.attachments import access
from portal.attachments.models import Attachment
from portal.base import clock
from portal.deadlines import owing
from portal.deadlines.models import Deadline
from portal.documents.sharing import share
from portal.dossiers.models import Dossier
from portal.dossiers.scopes import scope
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.lifecycle.states import HANDLER
from portal.messaging.actions import tell
from portal.messaging.parties import people, people_of
from portal.reviews.commissions import people_of_body, withdraw_letter
from portal.reviews.duties import COMMISSION
from portal.reviews.models import Assignment, Entry, Round, Visit
from portal.reviews.registry import pass_line
from portal.reviews.states import COMMISSIONED, ENDED, EXPERT, OPEN, VALID

#: what an expert still has to do while the round is in that state, by the state of the assignment
_OWED = {"inviting": ("invited",), "scoring": ("invited", "accepted", "rating")}


@effect("projection")
def follow_round(done: Done) -> None:
    """A round's step reaches its assignments: invitations go out, results are written, sheets are locked or dropped."""
    round_ = done.subject
    if not isinstance(round_, Round):
        return
    if done.step.name == "invite":
        from portal.reviews.actions import invite_panel

        invite_panel(round_, done.act.actor)
    elif done.step.name == "conclude":
        _write_results(round_, done.act.data)
        _end_assignments(round_)
        _tell_of_the_conclusion(round_, done)
    elif done.step.name == "annul":
        _tell_of_the_end(round_, done)
        _end_assignments(round_, void=True)
    elif done.step.name == "withdraw_commission":
        withdraw_letter(round_, done)


@effect("deadlines")
def owe_the_commission(done: Done) -> None:
    """The duty that a commission has just opened is the body's own."""
    if isinstance(done.subject, Round) and done.step.name == "commission":
        mine = Deadline.objects.open().filter(subject_type=Round.label_of_type(), subject_id=done.subject.pk)
        mine.filter(duty=COMMISSION.id).update(body_id=done.subject.commissioned_to_id)


@effect("papers")
def print_sheets(done: Done) -> None:
    """With the conclusion each dossier gets the individual sheets on it as one paper."""
    if isinstance(done.subject, Round) and done.step.name == "conclude":
        from portal.reviews.papers_sheets import issue_sheets

        issue_sheets(done.subject, done.act, done.record)


@effect("projection")
def follow_dossier(done: Done) -> None:
    """A dossier that ended (withdrawn, for instance) leaves the rounds that have not ended."""
    dossier = done.subject
    if not isinstance(dossier, Dossier) or not dossier.state_info.terminal:
        return
    from portal.reviews.actions import let_go

    live = Entry.objects.filter(dossier_id=dossier.pk).exclude(round__state__in=ENDED).select_related("round")
    for entry in live.order_by("round_id"):
        reason = _("项目已%(state)s，自动移出。") % {"state": dossier.state_info.label}
        let_go(entry, actor=SYSTEM, reason=reason[:300])


@effect("projection")
def follow_class(done: Done) -> None:
    """A dossier that was put into another class (`regrades=True`) is held against the line of that class, as far as its
    round has not ended."""
    if not isinstance(done.subject, Dossier) or not done.step.extra.get("regrades"):
        return
    live = Entry.objects.filter(dossier_id=done.subject.pk).exclude(round__state__in=ENDED).select_related("round")
    for entry in live:
        entry.pass_line = pass_line(entry.round, done.subject)
        entry.save(update_fields=["pass_line"])


@effect("messages")
def tell_organiser(done: Done) -> None:
    """Whoever organises a round learns that an expert declined or stepped out: once a day and expert, not per dossier."""
    if not isinstance(done.subject, Assignment) or done.step.name not in ("decline", "recuse"):
        return
    if done.act.actor.role != Role.EXPERT:
        return
    round_, expert = done.subject.entry.round, done.subject.expert
    words = _("专家%(name)s谢绝了评审邀请") if done.step.name == "decline" else _("专家%(name)s申请回避")
    tell(
        people_of(HANDLER, round_),
        key=f"review:{round_.pk}:{expert.pk}:{done.step.name}:{clock.today()}",
        title=words % {"name": expert.name},
        text=_("评审“%(round)s”：原因：%(reason)s。请在评审页面核对涉及的项目，必要时另行选定专家。")
        % {"round": round_, "reason": done.subject.reason},
        subject=round_,
        at=done.record.at,
    )


def _write_results(round_: Round, data: dict[str, Any]) -> None:
    from portal.reviews.queries import standing

    changed = []
    for line in standing(round_):
        entry = line.entry
        entry.sheets, entry.mean, entry.spread, entry.rank = len(line.totals), line.mean, line.spread, line.rank
        entry.passed = line.passed
        entry.conclusion = data[f"conclusion-{entry.pk}"]
        entry.opinion = data[f"opinion-{entry.pk}"]
        entry.vetoes = data.get(f"vetoes-{entry.pk}", [])
        changed.append(entry)
    columns = ["sheets", "mean", "spread", "rank", "passed", "conclusion", "opinion", "vetoes"]
    Entry.objects.bulk_update(changed, columns, batch_size=100)


def _end_assignments(round_: Round, *, void: bool = False) -> None:
    for assignment in Assignment.objects.filter(entry__round=round_, state__in=OPEN).order_by("pk"):
        keep = assignment.state in VALID and not void
        perform(assignment, "lock" if keep else "cancel", actor=SYSTEM)


def _tell_of_the_conclusion(round_: Round, done: Done) -> None:
    """The organiser learns that the commissioned body has carried the round through."""
    if done.act.actor.role == Role.HANDLER:
        return
    tell(
        people_of(HANDLER, round_),
        key=f"review:{round_.pk}:concluded",
        title=_("受托评审已结束：%(round)s") % {"round": round_},
        text=_("%(body)s已结束“%(round)s”，请查阅汇总表和专家组意见，继续办理。")
        % {"body": round_.commissioned_to, "round": round_},
        subject=round_,
        at=done.record.at,
    )


def _tell_of_the_end(round_: Round, done: Done) -> None:
    """Before the assignments are cancelled: who was still to take part is told that there is no sitting."""
    asked = Assignment.objects.filter(entry__round=round_, state__in=OPEN).values("expert")
    tell(
        Membership.objects.filter(role=Role.EXPERT, active=True, user__expert__in=asked).select_related("user"),
        key=f"review:{round_.pk}:void",
        title=_("评审取消：%(round)s") % {"round": round_},
        text=_("原定于 %(day)s 的评审“%(round)s”取消，已填写的评审表不作依据。感谢您的支持。")
        % {"day": round_.held_on.isoformat(), "round": round_},
        subject=round_,
        at=done.record.at,
    )


# --- people -------------------------------------------------------------------------------------
@people(EXPERT, Assignment)
def the_expert(assignment: Assignment) -> QuerySet[Membership]:
    """The expert's own account."""
    return Membership.objects.filter(role=Role.EXPERT, user__expert=assignment.expert_id)


@people(EXPERT, Round)
def experts_who_owe(round_: Round) -> QuerySet[Membership]:
    """The experts who still have to answer, or to hand in a sheet: only they are told and reminded."""
    owing_now = Assignment.objects.filter(entry__round=round_, state__in=_OWED.get(round_.state, ()))
    return Membership.objects.filter(role=Role.EXPERT, user__expert__in=owing_now.values("expert"))


@people(COMMISSIONED, Round)
def the_commissioned_body(round_: Round) -> QuerySet[Membership]:
    """Who acts for the body that runs the round."""
    return people_of_body(round_.commissioned_to_id) if round_.commissioned_to_id else Membership.objects.none()


@people(HANDLER, Round)
def the_organiser(round_: Round) -> QuerySet[Membership]:
    """Who organises the round; all handlers where that role is held no more."""
    handlers = Membership.objects.filter(role=Role.HANDLER, active=True, user__is_active=True)
    own = handlers.filter(pk=round_.organiser_id)
    return own if own.exists() else handlers


@people(HANDLER, Assignment)
def the_organiser_of(assignment: Assignment) -> QuerySet[Membership]:
    """The same for a single assignment."""
    return the_organiser(assignment.entry.round)


# --- who may see --------------------------------------------------------------------------------
@scope
def assigned_dossiers(actor: Actor) -> Q | None:
    """An expert reads a dossier once the expert has declared to have no conflict, and as long as the sheet is open."""
    if actor.role != Role.EXPERT or actor.user is None:
        return None
    mine = Assignment.objects.filter(
        expert__user=actor.user, state__in=("rating", "submitted"), entry__round__state="scoring"
    )
    return Q(pk__in=mine.values("entry__dossier_id"))


@scope
def commissioned_dossiers(actor: Actor) -> Q | None:
    """A commissioned body reads the dossiers of its rounds, unless these are void."""
    if actor.role != Role.RECOMMENDER or actor.body_id is None:
        return None
    mine = Entry.objects.filter(round__commissioned_to=actor.body_id).exclude(round__state="void")
    return Q(pk__in=mine.values("dossier_id"), private=False)


@share
def sheets_of_dossiers(dossiers: Any) -> Q:
    """The individual sheets on a dossier and the records of visits to it stand among its papers."""
    sheets = Q(review_entries__dossier__in=dossiers, review_entries__left_at=None)
    return sheets | Q(review_visits__entry__dossier__in=dossiers)


@owing.owes
def owed_by_experts(actor: Actor) -> Q | None:
    """An expert owes an answer or sheets of the rounds in which some are missing."""
    if actor.role != Role.EXPERT or actor.user is None:
        return None
    mine = Assignment.objects.filter(expert__user=actor.user)
    wanted = Q(pk=None)
    for state, states in _OWED.items():
        wanted |= Q(entry__round__state=state, state__in=states)
    rounds = mine.filter(wanted).values("entry__round")
    return Q(owner=EXPERT.id, subject_type=Round.label_of_type(), subject_id__in=rounds)


def _may_read_scan(actor: Actor, key: int, attachment: Attachment) -> bool:
    """The scan of a sheet is read by whoever may see its scores."""
    return Assignment.objects.visible_to(actor).filter(pk=key).exists()


def _may_read_conclusion(actor: Actor, key: int, attachment: Attachment) -> bool:
    """What belongs to the round as a whole is read inside the bureau."""
    return actor.role != Role.EXPERT and Round.objects.visible_to(actor).filter(pk=key).exists()


def _may_read_visit(actor: Actor, key: int, attachment: Attachment) -> bool:
    """What was seen on a site visit is read by whoever reads the round."""
    seen = Round.objects.visible_to(actor).values("pk")
    return actor.role != Role.EXPERT and Visit.objects.filter(pk=key, entry__round__in=seen).exists()


access.register(Visit._meta.label_lower, _may_read_visit)
access.register(Assignment._meta.label_lower, _may_read_scan)
access.register(Round._meta.label_lower, _may_read_conclusion)
