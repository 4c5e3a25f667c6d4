"""Requests that are being written: what was typed is kept for the unit until it is filed or discarded."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.attachments.fields import AttachmentField
from portal.base.errors import NotPermitted, Stale, StepRefused
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import step_of
from portal.lifecycle.engine import bind, perform
from portal.lifecycle.forms import StepForm
from portal.supervision.models import Request
from portal.supervision.requests.kinds import Shown
from portal.supervision.requests.states import DRAFT
from portal.supervision.requests.steps import asks

Typed = dict[str, Any]


def typed_in(form: StepForm, data: Any) -> Typed:
    """What stands in the fields of a form as a browser sent it, without judging it; uploads by their keys."""
    found: Typed = {}
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        if isinstance(field, AttachmentField):
            value = [key for key in value or [] if key]
        if value:
            found[name] = value if isinstance(value, list | bool) else str(value)[:5000]
    return found


def keep(request: Request, typed: Typed, *, actor: Actor, seen: int | None = None) -> Request:
    """Saves a draft; the first time it begins the request.

    Args:
        request: unsaved, or a draft. typed: see `typed_in`. seen: the revision on the page.

    Raises:
        NotPermitted, Unmet (another one is under way); StepRefused: it was filed meanwhile; Stale: a colleague saved it.
    """
    with transaction.atomic():
        if request._state.adding:
            perform(request, "begin", actor=actor)
        locked = _locked(request, actor)
        if seen is not None and seen != locked.revision:
            raise Stale(_("草稿刚刚被本单位其他人员保存，页面已更新，请核对后再保存。"))
        locked.data = {"typed": typed}
        locked.reason = str(typed.get("reason", ""))
        locked.revision += 1
        locked.save(update_fields=["data", "reason", "revision"])
    request.data, request.reason, request.revision = locked.data, locked.reason, locked.revision
    return request


def _locked(request: Request, actor: Actor) -> Request:
    request.lock_before()
    locked = Request.objects.select_for_update().select_related("dossier").get(pk=request.pk)
    if not asks.admits(actor, locked):
        raise NotPermitted(_("只有本单位可以填写申请。"))
    if locked.state != DRAFT.id:
        raise StepRefused(_("申请当前状态为“%(state)s”，不能修改。") % {"state": locked.state_info.label})
    return locked


def draft_of(dossier: Dossier, kind: str) -> Request | None:
    """The draft of that kind on a dossier, or None. The caller acts for the dossier's unit."""
    return Request.objects.filter(dossier_id=dossier.pk, kind=kind, state=DRAFT.id).select_related("dossier").first()


def as_filed(request: Request, *, actor: Actor) -> tuple[Shown, dict[str, list[str]]]:
    """What a draft would alter, in words, and what is missing in it, by field; for the form that is printed and sealed, so
    the sealed letter is not looked for. Nothing is written."""
    form = bind(step_of(Request, "file"), request, actor, request.data.get("typed", {}))
    assert form is not None
    del form.fields["letter"]
    if not form.is_valid():
        return [], {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    filed = Request(dossier=request.dossier, kind=request.kind, data=form.cleaned_data["payload"])
    return request.kind_info.shown(filed), {}
