"""One page of a claim or a request: its facts, its history, and the steps that the person may take on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.base.errors import InvalidInput, StepRefused
from portal.lifecycle.engine import Offer, offers, perform
from portal.lifecycle.forms import StepForm
from portal.lifecycle.models import Record
from portal.registration.models import Claim, Join

#: the main step first, ends last
_ORDER = {"primary": 0, "": 1, "danger": 2}


@dataclass(frozen=True)
class Panel:
    """An offered step with its form; `open` after a failed attempt."""

    offer: Offer
    form: StepForm | None
    open: bool = False


def detail(
    request: HttpRequest,
    subject: Claim | Join,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    failed: tuple[str, StepForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Renders the page; `failed` is the step whose form was not filled in properly."""
    actor: Actor = request.actor
    offered = sorted(offers(subject, actor), key=lambda offer: _ORDER.get(offer.step.tone, 1))
    panels = [_panel(offer, subject, actor, failed) for offer in offered]
    records = Record.objects.filter(chain_id=subject.chain_id).order_by("-seq")
    own = actor.user is not None and actor.user.pk == subject.user_id
    values = {
        **(context or {}),
        "subject": subject,
        "panels": panels,
        "records": records,
        "own": own,
        "reasons": _reasons(subject, records) if own else "",
        "layout": "base.html" if actor.role else "public.html",
    }
    return render(request, template, values, status=status)


def _panel(offer: Offer, subject: Claim | Join, actor: Actor, failed: tuple[str, StepForm] | None) -> Panel:
    if failed and failed[0] == offer.step.name:
        return Panel(offer, failed[1], open=True)
    form = offer.step.form(subject=subject, actor=actor, auto_id=f"{offer.step.name}_%s") if offer.step.form else None
    return Panel(offer, form)


def _reasons(subject: Claim | Join, records: Any) -> str:
    """Why it was returned or refused: the opinion of the last decision."""
    if subject.state not in ("returned", "refused"):
        return ""
    return next((record.opinion for record in records if record.to_state == subject.state), "")


def take(
    request: HttpRequest, subject: Claim | Join, step: str, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Takes the posted step and leads back to the page; what went wrong is said there."""
    actor: Actor = request.actor
    seen = request.POST.get("seen", "")
    try:
        record = perform(subject, step, actor=actor, data=request.POST, seen=int(seen) if seen.isdecimal() else None)
    except InvalidInput as error:
        return detail(request, subject, template, context, failed=(step, error.form), status=error.status)
    except StepRefused as error:
        messages.error(request, error.message)
        fresh = type(subject).objects.get(pk=subject.pk)
        return detail(request, fresh, template, context, status=error.status)
    messages.success(request, _("已办理：%(label)s。") % {"label": record.label})
    return redirect(subject.get_absolute_url())
