"""Pages of entries on behalf: enter, check, list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, When
from django.forms.utils import ErrorDict
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.http import HttpRequest
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base.errors import InvalidInput, NotVisible, StepRefused, Unmet
from portal.declaration.steps import FrontEnd
from portal.lifecycle.declared import step_of
from portal.supervision.acts.deputies import PersonField, people
from portal.supervision.behalf import actions
from portal.supervision.behalf.kinds import Kind
from portal.supervision.behalf.kinds import kind as kind_of
from portal.supervision.behalf.steps import EntryForm, enters
from portal.supervision.models import OnBehalf
from portal.supervision.views.common import files_of, only_for, parted, the_dossier
from portal.ui.stepping import Place, add_errors, drop_upload, step_page, take_uploads

_READERS = (Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR)


class SignerForm(forms.Form):
    """Whose signature it is, where the subject does not say it."""

    membership = PersonField(label=_("签署人"), queryset=Membership.objects.none())

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = people(role)  # type: ignore[attr-defined]


@login_required
def entries(request: HttpRequest) -> HttpResponse:
    """What waits for a check first, then what was entered before."""
    only_for(request, *_READERS)
    waiting_first = Case(When(state="entered", then=0), default=1, output_field=IntegerField())
    rows = OnBehalf.objects.visible_to(request.actor).select_related("dossier", "docket", "entrant", "checker")
    page = Paginator(rows.order_by(waiting_first, "-pk"), 50).get_page(request.GET.get("page"))
    return render(request, "supervision/on_behalf_list.html", {"page": page})


def _target(request: HttpRequest, kind: Kind, pk: int) -> Any:
    """The subject of the entry in its own class; 404 when the actor may not see it."""
    if kind.model is FrontEnd:
        return the_dossier(request, pk)
    model: Any = kind.model
    return get_object_or_404(model.objects.visible_to(request.actor), pk=pk)


@login_required
def enter(request: HttpRequest, kind: str, target: int) -> HttpResponseBase:
    """Enters what was done on paper: whose act, the paper, and the fields of the act itself."""
    declared = kind_of(kind)
    if declared is None or request.actor.role != Role.HANDLER:
        raise NotVisible
    subject = _target(request, declared, target)
    blank = actions.new_entry(declared, subject, None)
    if not enters.admits(request.actor, blank):
        raise NotVisible
    last = step_of(type(subject), declared.steps[-1])
    if not last.leads_from(subject.state):
        raise Http404
    signer = SignerForm(request.POST or None, role=declared.role) if declared.chooses_person(subject) else None
    own = EntryForm(subject=blank, actor=request.actor)
    parts = actions.forms_of(declared, subject, request.actor, None)
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        data, errors = _receive(request, [own, *parts])
        if "drop" in request.POST:
            for form in (own, *parts):
                drop_upload(data, form, request.POST["drop"])
            own, parts = _bound(declared, subject, request, data, blank, judge=False)
        else:
            own, parts = _bound(declared, subject, request, data, blank, judge=True)
            for form in (own, *parts):
                add_errors(form, {name: found for name, found in errors.items() if name in form.fields})
            good = all(form.is_valid() for form in (own, *parts)) and (signer is None or signer.is_valid())
            status = 422
            if good:
                try:
                    chosen = signer.cleaned_data["membership"] if signer else None
                    made = actions.enter(declared, subject, actor=request.actor, data=data, membership=chosen)
                except InvalidInput as error:
                    messages.error(request, error.message)
                except Unmet as error:
                    reasons, status = error.reasons, 409
                except StepRefused as error:
                    messages.warning(request, error.message)
                    status = error.status
                else:
                    messages.success(request, _t("已代录，复核后生效。"))
                    return redirect(made.get_absolute_url())
    context = {
        "kind": declared,
        "subject": subject,
        "signer": signer,
        "own": own,
        "parts": parts,
        "reasons": reasons,
        "step": last,
        "back": _page_of(subject),
        "title": subject.describe(),
    }
    return render(request, "supervision/on_behalf_new.html", context, status=status)


def _receive(request: HttpRequest, blanks: list[Any]) -> tuple[QueryDict, dict[str, Any]]:
    """The uploads of all forms of the page as pending attachments."""
    data, errors = request.POST.copy(), {}
    for form in blanks:
        taken, problems = take_uploads(request, form, request.actor)
        for name in form.fields:
            if name in taken:
                data.setlist(name, taken.getlist(name))
        errors.update(problems)
    return data, errors


def _bound(
    kind: Kind, subject: Any, request: HttpRequest, data: QueryDict, blank: OnBehalf, *, judge: bool
) -> tuple[EntryForm, list[Any]]:
    """The forms with what was typed; judged only when the page was really sent."""
    own = EntryForm(data=data, subject=blank, actor=request.actor)
    parts = actions.forms_of(kind, subject, request.actor, None, data)
    if judge:
        return own, parts
    for form in (own, *parts):
        form._errors = ErrorDict()  # type: ignore[attr-defined]
    return own, parts


def _page_of(subject: Any) -> str:
    if hasattr(subject, "get_absolute_url"):
        return str(subject.get_absolute_url())
    return reverse("workbench:dossier", args=[subject.pk])


def _visible(request: HttpRequest, pk: int) -> OnBehalf:
    rows = OnBehalf.objects.visible_to(request.actor).select_related(
        "dossier", "docket", "entrant", "checker", "membership__user"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """What was entered beside the paper, to be compared."""
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, found: OnBehalf, status: int = 200) -> HttpResponse:
    subject = found.subject
    context = {
        "entry": found,
        "facts": _facts(found, subject),
        "files": files_of(found),
        "about_url": _page_of(subject) if subject is not None else "",
        **parted(found, request),
    }
    return render(request, "supervision/on_behalf.html", context, status=status)


def _facts(found: OnBehalf, subject: Any) -> list[tuple[str, str]]:
    """The entered fields in words, in the order of the form."""
    if subject is None:
        return []
    facts: list[tuple[str, str]] = []
    shown: set[str] = set()
    for name in found.kind_info.steps:
        form = step_of(type(subject), name).form
        if form is None:
            continue
        bound = form(subject=subject, actor=actions.acting(found), data=None)
        for field_name, field in bound.fields.items():
            value = found.data.get(field_name)
            if field_name in shown or value in (None, "", []) or field_name in found.files:
                continue
            shown.add(field_name)
            facts.append((str(field.label), _t("是") if value == "on" else str(value)))
    return facts


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of an entry."""
    found = _visible(request, pk)
    crumbs = ((_t("代录复核"), reverse("supervision:on_behalf_list")),)
    place = Place(
        str(found), found.get_absolute_url(), crumbs, lambda status: _page(request, _visible(request, pk), status)
    )
    return step_page(request, found, name, place)
