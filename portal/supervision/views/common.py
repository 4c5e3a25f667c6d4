"""What several pages of this room share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.base.errors import InvalidInput, NotVisible, StepRefused, Unmet
from portal.deadlines.models import Deadline
from portal.documents.models import IssuedPaper
from portal.documents.tabs import papers_context
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete
from portal.lifecycle.declared import step_of
from portal.lifecycle.engine import Offer, perform
from portal.lifecycle.history import content
from portal.lifecycle.models import Record, Subject
from portal.ui import stepping
from portal.ui.stepping import add_errors, drop_upload, retyped, take_uploads, unbound


def only_for(request: HttpRequest, *roles: Role) -> None:
    """404 for everybody else: a page of the bureau is not there for outsiders."""
    if request.actor.role not in roles:
        raise NotVisible


def safe_back(request: HttpRequest, otherwise: str) -> str:
    """Where the person came from, when it is an address of ours."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if safe else otherwise


def the_dossier(request: HttpRequest, pk: int) -> Any:
    """The dossier in its own class; 404 when the actor may not see it."""
    return concrete(get_object_or_404(Dossier.objects.visible_to(request.actor), pk=pk))


def parted(subject: Subject, request: HttpRequest) -> dict[str, list[Offer]]:
    """The steps of a page: main ones, others, and those that cannot be taken yet with the reasons."""
    return stepping.parted(subject, request.actor)


def files_of(subject: Any) -> list[Attachment]:
    """The files that a subject holds."""
    held = Attachment.objects.filter(holder_type=subject._meta.label_lower, holder_id=subject.pk, removed_at=None)
    return list(held.order_by("pk"))


def creating_page(request: HttpRequest, subject: Any, name: str, *, back: str, crumbs: Any = ()) -> HttpResponseBase:
    """The page of a step that creates a subject: GET shows what will happen and the form, POST takes it."""
    actor, step = request.actor, step_of(type(subject), name)
    if not step.by.admits(actor, subject):
        raise Http404
    blank = unbound(step, subject, actor)
    form, reasons, status = blank, [], 200
    if request.method == "POST":
        data, errors = take_uploads(request, blank, actor)
        if "drop" in request.POST:
            drop_upload(data, blank, request.POST["drop"])
            form = retyped(step, subject, actor, data)
        else:
            try:
                if errors:
                    form = step.form(data=data, subject=subject, actor=actor) if step.form else None
                    add_errors(form, errors)
                    status = 422
                else:
                    perform(subject, name, actor=actor, data=data)
                    messages.success(request, _("已办理“%(step)s”。") % {"step": step.label})
                    return redirect(subject.get_absolute_url())
            except InvalidInput as error:
                form, status = error.form, 422
            except Unmet as error:
                form, reasons, status = retyped(step, subject, actor, data), error.reasons, 409
            except StepRefused as error:
                messages.warning(request, error.message)
                return redirect(back)
    else:
        reasons = [str(reason) for guard in step.guards if (reason := guard(subject, actor))]
    context = {
        "step": step,
        "form": form,
        "reasons": reasons,
        "place": {"title": str(subject), "back": back, "crumbs": crumbs},
        "seen": "",
        "asks": True,
        "told": [party.label for party in step.tells],
    }
    return render(request, "ui/step.html", context, status=status)


def records_of(subject: Any) -> list[dict[str, Any]]:
    """The records of a subject's own chain for a page inside, newest first."""
    rows = Record.objects.filter(chain_id=subject.chain_id).select_related("person").order_by("-seq")
    states = subject.lifecycle.states
    found = []
    for record in rows:
        moved = record.subject_type == subject.label_of_type() and record.from_state != record.to_state
        found.append(
            {
                "record": record,
                "who": record.person.name if hasattr(record, "person") else "",
                "state": states.get(record.to_state) if moved else None,
                "warrant": content(record).get("warrant") or {},
            }
        )
    return found


def own_records(subject: Any, actor: Actor) -> list[dict[str, Any]]:
    """The records of a subject that stands on its dossier's chain, newest first, as far as this actor may read them; people
    are named inside and to their colleagues, others read the unit or body."""
    rows = Record.objects.filter(subject_type=subject.label_of_type(), subject_id=subject.pk).select_related("person")
    if not actor.is_inside:
        rows = rows.filter(inside=False)
    if not actor.is_applicant:
        private = [state.id for state in subject.lifecycle.states.values() if state.private]
        rows = rows.exclude(to_state__in=private)
    states = subject.lifecycle.states
    return [
        {
            "record": record,
            "who": _who(record, actor),
            "state": states.get(record.to_state) if record.from_state != record.to_state else None,
        }
        for record in rows.order_by("-seq")
    ]


def _who(record: Record, actor: Actor) -> str:
    colleague = (record.unit_id is not None and record.unit_id == actor.unit_id) or (
        record.body_id is not None and record.body_id == actor.body_id
    )
    if hasattr(record, "person") and record.user_id is not None and (actor.is_inside or colleague):
        return f"{record.place} {record.person.name}".strip()
    return record.place


def due_of(subject: Any) -> Deadline | None:
    """The open duty of a subject, or None."""
    return Deadline.objects.open().filter(subject_type=subject.label_of_type(), subject_id=subject.pk).first()


def papers_of(subject: Any, request: HttpRequest) -> dict[str, Any]:
    """The papers that were issued on a subject, as far as this actor may read them, for the list of papers."""
    issued = IssuedPaper.objects.readable_by(request.actor).for_rows()
    mine = issued.filter(subject_type=subject.label_of_type(), subject_id=subject.pk)
    return papers_context(list(mine.order_by("-pk")), request.actor, request.path)


def dossier_crumbs(dossier: Any) -> tuple[tuple[str, str], ...]:
    """The way from the lists to a dossier."""
    return ((dossier.describe(), reverse("workbench:dossier", args=[dossier.pk])),)
