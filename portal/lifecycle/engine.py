"""The one door. Only `perform` changes a state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition

from portal.accounts.actors import Actor
from portal.attachments.actions import claim
from portal.base import clock
from portal.base.errors import InvalidInput, NotPermitted, NotVisible, Stale, Unmet, WrongState
from portal.lifecycle import history
from portal.lifecycle.declared import step_of, steps_of
from portal.lifecycle.forms import StepForm
from portal.lifecycle.models import Chain, Record, Subject
from portal.lifecycle.registry import Bars, Done, run_effects
from portal.lifecycle.states import NEW, Text
from portal.lifecycle.steps import Act, Step
from portal.lifecycle.warrants import Warrant


def perform(
    subject: Subject,
    step: str,
    *,
    actor: Actor,
    data: dict[str, Any] | None = None,
    seen: int | None = None,
    warrant: Warrant | None = None,
) -> Record:
    """Takes a step on a subject, or raises and changes nothing.

    In one transaction: lock, freshness, edge, permission, bars and guards, form, transition, save, history, effects.
    On success `subject` is brought up to date.

    Args:
        subject: the subject as the caller read it; an unsaved one for a step that creates it.
        step: the step's name. actor: who takes it, in which role.
        data: the form's data as a browser sends it; uploads by the keys of pending attachments.
        seen: the revision the person saw; None when no page was involved (time, commands).
        warrant: the docket item that orders a step declared `by=BY_DOCKET`; the record keeps what it says of itself.

    Raises:
        NotVisible, Stale, WrongState, NotPermitted, Unmet, InvalidInput: see `portal.base.errors`.
    """
    declared = step_of(type(subject), step)
    with transaction.atomic():
        locked = _lock(subject, actor)
        check_fresh(locked, declared, actor, seen)
        _check_permission(locked, declared, actor, warrant)
        reasons = [*Bars(locked, actor).against(declared), *unmet_guards(locked, declared, actor)]
        if reasons:
            raise Unmet(reasons)
        form = bind(declared, locked, actor, data or {})
        if form is not None and not form.is_valid():
            raise InvalidInput(form)
        record = _carry_out(locked, declared, actor, form, warrant)
    _copy_back(subject, locked)
    return record


def _check_permission(subject: Subject, step: Step, actor: Actor, warrant: Warrant | None) -> None:
    if step.by.docket:
        if warrant is None or not warrant.orders(subject, step.name):
            raise NotPermitted(_("“%(step)s”由呈批件审批后发文登记办理。") % {"step": step.label})
    elif not step.by.admits(actor, subject):
        raise NotPermitted(_("您当前的身份不能办理“%(step)s”。") % {"step": step.label})


def bind(step: Step, subject: Subject, actor: Actor, data: dict[str, Any]) -> StepForm | None:
    """The step's form bound to data, or None for a step without a form."""
    return step.form(data=data, subject=subject, actor=actor) if step.form else None


def _lock(subject: Subject, actor: Actor) -> Subject:
    model = type(subject)
    if subject.pk is None:
        created = model.__new__(model)  # a copy: the caller's instance stays new when the step fails
        created.__dict__.update(subject.__getstate__())
        if not created.chain_id:
            created.chain = Chain.objects.create()
            created.chain.new = True
        return created
    subject.lock_before()
    rows = model._default_manager.all() if actor.system else model._default_manager.visible_to(actor)  # type: ignore[attr-defined]
    own = ("self", *(link.name for link in model._meta.parents.values() if link))  # neighbours are read, not locked
    held = rows.select_for_update(of=own).filter(pk=subject.pk).order_by()
    locked: Subject | None = (held.select_related(*model.neighbours) if model.neighbours else held).first()
    if locked is None:
        raise NotVisible(_("没有找到该事项。"))
    return locked


def check_fresh(subject: Subject, step: Step, actor: Actor, seen: int | None) -> None:
    """Whether the step leads on from where the subject is now, and the page that was seen is not out of date.

    Raises: Stale, saying what happened meanwhile; WrongState.
    """
    stale = seen is not None and seen != subject.revision
    if not stale and step.leads_from(subject.state):
        return
    if stale:
        raise Stale(_what_happened(subject, actor))
    state = subject.state_for(actor).label if subject.state != NEW else _("新建")
    raise WrongState(_("当前状态为“%(state)s”，不能办理“%(step)s”。") % {"state": state, "step": step.label})


def _what_happened(subject: Subject, actor: Actor) -> str:
    """The latest step on this subject, as far as the actor may know of it."""
    records = Record.objects.filter(subject_type=subject.label_of_type(), subject_id=subject.pk).exclude(step="")
    last = records.order_by("-seq").first()
    if last is None or (last.inside and not actor.is_inside):
        return _("该事项有新的办理情况，页面已更新，请核对后再办理。")
    return _("该事项已由%(who)s于 %(when)s 办理“%(what)s”，页面已更新，请核对后再办理。") % {
        "who": last.place or _("系统"),
        "when": clock.local(last.at).strftime("%Y-%m-%d %H:%M"),
        "what": last.label,
    }


def unmet_guards(subject: Subject, step: Step, actor: Actor) -> list[Text]:
    """The reasons of all guards that are not met."""
    return [reason for guard in step.guards if (reason := guard(subject, actor))]


def _carry_out(
    subject: Subject, step: Step, actor: Actor, form: StepForm | None, warrant: Warrant | None = None
) -> Record:
    from_state = subject.state
    act = Act(actor=actor, at=clock.now(), data=form.cleaned_data if form else {}, step=step)
    getattr(subject, step.name)(act)
    subject.settle(act)
    subject.revision += 1
    try:
        subject.save()
    except ConcurrentTransition as error:  # another writer outside the door; the door itself holds the lock
        raise Stale(_("该事项刚刚被他人办理，页面已更新，请核对后再办理。")) from error
    files = claim(form.attachments(), holder=subject, at=act.at) if form else []
    record = history.write(
        subject,
        actor=actor,
        at=act.at,
        step=step.name,
        label=str(step.label),
        from_state=from_state,
        data=form.record_data() if form else {},
        opinion=form.opinion_text() if form else "",
        basis=str(step.basis),
        inside=bool(step.extra.get("inside")),
        warrant=warrant.facts() if warrant else None,
        attachments=[{"key": str(f.key), "slot": f.slot, "name": f.name, "sha256": f.sha256} for f in files],
    )
    run_effects(Done(subject, step, act, record))
    return record


def _copy_back(subject: Subject, locked: Subject) -> None:
    """Lets the caller's instance show what was done, without a query and without touching the protection."""
    for field in locked._meta.concrete_fields:
        if field.attname not in locked.__dict__:
            continue
        if (
            isinstance(field, models.ForeignKey)
            and field.is_cached(subject)
            and subject.__dict__.get(field.attname) != getattr(locked, field.attname)
        ):
            field.delete_cached_value(subject)
        subject.__dict__[field.attname] = locked.__dict__[field.attname]
    subject._state.adding, subject._state.db = False, locked._state.db
    subject._update_initial_state()


@dataclass(frozen=True)
class Offer:
    """A step as one person meets it on a page: whether it can be taken now, and if not, why."""

    step: Step
    reasons: tuple[Text, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons


def offers(subject: Subject, actor: Actor) -> list[Offer]:
    """The steps that lead on from the present state and belong to this actor, with the reasons against each.

    Steps that create a subject, and those of other people, are not among them; a main step that is taken on a page of its
    own is there as long as something stands against it.
    """
    found, bars = [], Bars(subject, actor)
    for step in steps_of(type(subject)).values():
        if actor.system or not step.leads_from(subject.state) or not (step.listed or step.tone == "primary"):
            continue
        if not step.by.admits(actor, subject):
            continue
        offer = Offer(step, (*bars.against(step), *unmet_guards(subject, step, actor)))
        if step.listed or not offer.allowed:
            found.append(offer)
    return found
