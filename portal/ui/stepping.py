"""The page of a step: what will happen, the form, and the answer to everything the door may refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.attachments import actions as attachments
from portal.attachments.fields import AttachmentField
from portal.base.errors import InvalidInput, NotPermitted, NotVisible, StepRefused, Unmet
from portal.lifecycle.declared import steps_of
from portal.lifecycle.engine import Offer, check_fresh, offers, perform
from portal.lifecycle.forms import StepForm
from portal.lifecycle.models import Subject
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Step

#: what a file input is called beside the hidden keys of its field
FILE_SUFFIX = "__file"


@dataclass(frozen=True)
class Place:
    """Where a step's page stands.

    Args:
        title: of the subject, for the head. back: address of the subject's page.
        crumbs: (label, address) of the pages above. fresh: renders the subject's page anew with a status;
        it shows the message when somebody else was faster.
        done: where to go after the step; `back` when empty.
    """

    title: Text
    back: str
    crumbs: tuple[tuple[Text, str], ...]
    fresh: Callable[[int], HttpResponse]
    done: str = ""


def step_page(request: HttpRequest, subject: Subject, name: str, place: Place) -> HttpResponse:
    """GET shows the step's consequences and form; POST takes it.

    Answers: 302 when it is done, 422 with the errors beside the fields, 409 with the fresh page or the reasons, 404 for a
    step that does not exist or belongs to other people.
    """
    step = steps_of(type(subject)).get(name)
    actor: Actor = request.actor
    if step is None or not step.listed or not step.by.admits(actor, subject):
        raise Http404
    try:
        check_fresh(subject, step, actor, _seen(request.POST))
    except StepRefused as error:
        messages.warning(request, error.message)
        return place.fresh(409)
    if request.method != "POST":
        reasons = next((offer.reasons for offer in offers(subject, actor) if offer.step.name == name), ())
        return _show(request, subject, step, place, form=unbound(step, subject, actor), reasons=reasons)
    blank = unbound(step, subject, actor)
    data, errors = take_uploads(request, blank, actor)
    if "drop" in request.POST:
        drop_upload(data, blank, request.POST["drop"])
        return _show(request, subject, step, place, form=retyped(step, subject, actor, data))
    if errors:
        return _show(request, subject, step, place, form=with_errors(step, subject, actor, data, errors), status=422)
    return _perform(request, subject, step, place, data)


def _perform(request: HttpRequest, subject: Subject, step: Step, place: Place, data: QueryDict) -> HttpResponse:
    try:
        perform(subject, step.name, actor=request.actor, data=data, seen=_seen(data))
    except InvalidInput as error:
        return _show(request, subject, step, place, form=error.form, status=422)
    except NotVisible:
        raise Http404 from None
    except Unmet as error:
        form = retyped(step, subject, request.actor, data)
        return _show(request, subject, step, place, form=form, reasons=error.reasons, status=409)
    except NotPermitted as error:
        messages.error(request, error.message)
        return place.fresh(403)
    except StepRefused as error:
        messages.warning(request, error.message)
        return place.fresh(409)
    messages.success(request, done_words(subject, step, request.actor))
    return redirect(place.done or place.back)


def _seen(data: QueryDict) -> int | None:
    """The revision that the page was made of."""
    seen = data.get("seen", "")
    return int(seen) if seen.isdecimal() else None


def _show(
    request: HttpRequest,
    subject: Subject,
    step: Step,
    place: Place,
    *,
    form: StepForm | None,
    reasons: Any = (),
    status: int = 200,
) -> HttpResponse:
    seen = request.POST.get("seen") or str(subject.revision)
    context = {"subject": subject, "step": step, "place": place, "form": form, "reasons": reasons, "seen": seen}
    context["asks"] = form is not None and not (reasons and request.method == "GET")
    context["told"] = [party.label for party in step.tells]
    return render(request, "ui/step.html", context, status=status)


def parted(subject: Subject, actor: Actor) -> dict[str, list[Offer]]:
    """The steps of a subject's page: main ones, others, and those that cannot be taken yet with the reasons."""
    offered = offers(subject, actor)
    allowed = [offer for offer in offered if offer.allowed]
    primary = [offer for offer in allowed if offer.step.tone == "primary"]
    return {
        "primary": primary,
        "secondary": [offer for offer in allowed if offer not in primary],
        "blocked": [offer for offer in offered if not offer.allowed],
    }


# --- forms and uploads --------------------------------------------------------------------------
def unbound(step: Step, subject: Subject, actor: Actor, initial: dict[str, Any] | None = None) -> StepForm | None:
    """The step's form before anything was sent; None for a step that asks for nothing."""
    return step.form(subject=subject, actor=actor, initial=initial or {}) if step.form else None


def retyped(step: Step, subject: Subject, actor: Actor, data: QueryDict) -> StepForm | None:
    """The form with what was typed, without judging it."""
    form = unbound(step, subject, actor)
    if form is None:
        return None
    typed = {}
    for name, field in form.fields.items():
        typed[name] = field.widget.value_from_datadict(data, {}, form.add_prefix(name))
    return unbound(step, subject, actor, typed)


def with_errors(
    step: Step, subject: Subject, actor: Actor, data: QueryDict, errors: dict[str, list[ValidationError]]
) -> StepForm | None:
    """The form bound to the data, with the errors of refused uploads beside their fields."""
    form = step.form(data=data, subject=subject, actor=actor) if step.form else None
    add_errors(form, errors)
    return form


def add_errors(form: Form | None, errors: dict[str, list[ValidationError]]) -> None:
    """Puts the errors of refused uploads beside their fields, in place of the field's own complaint."""
    if form is None or not errors:
        return
    form.is_valid()
    for name, problems in errors.items():
        form.errors.pop(name, None)
        for problem in problems:
            form.add_error(name, problem)


def take_uploads(
    request: HttpRequest, form: Form | None, actor: Actor
) -> tuple[QueryDict, dict[str, list[ValidationError]]]:
    """Receives the files that came with a step's form as pending attachments.

    Returns: the data with the keys of all pending files, and per field the files that were refused.
    """
    data = request.POST.copy()
    errors: dict[str, list[ValidationError]] = {}
    for name, field in _upload_fields(form):
        for file in request.FILES.getlist(name + FILE_SUFFIX):
            try:
                received = attachments.receive(
                    file, slot=field.slot, actor=actor, kinds=field.kinds, max_bytes=field.max_bytes
                )
            except ValidationError as error:
                errors.setdefault(name, []).append(error)
            else:
                if not field.multiple:
                    data.setlist(name, [])
                data.appendlist(name, str(received.key))
    return data, errors


def drop_upload(data: QueryDict, form: Form | None, key: str) -> None:
    """Takes a pending file out of the data; the file itself is cleared away later."""
    for name, _field in _upload_fields(form):
        data.setlist(name, [kept for kept in data.getlist(name) if kept != key])


def _upload_fields(form: Form | None) -> list[tuple[str, AttachmentField]]:
    fields = form.fields.items() if form else ()
    return [(name, field) for name, field in fields if isinstance(field, AttachmentField)]


# --- words --------------------------------------------------------------------------------------
def wrong_state_words(subject: Subject, step: Step, actor: Actor) -> str:
    """Why a step that is no longer open cannot be taken."""
    return _("当前状态为“%(state)s”，不能办理“%(step)s”。") % {
        "state": subject.state_for(actor).label,
        "step": step.label,
    }


def done_words(subject: Subject, step: Step, actor: Actor) -> str:
    """What was done, and where the subject stands now."""
    if step.target is None:
        return _("已办理“%(step)s”。") % {"step": step.label}
    return _("已办理“%(step)s”，当前状态：%(state)s。") % {"step": step.label, "state": subject.state_for(actor).label}
