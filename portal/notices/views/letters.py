"""Objections that came by letter: a handler of the field enters them with the scan, a second one checks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.utils import ErrorDict
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts.http import HttpRequest
from portal.base.errors import StepRefused, Unmet
from portal.notices.actions import enter_letter
from portal.notices.models import READERS, Notice
from portal.notices.public_forms import LetterForm
from portal.notices.queries import letter_items
from portal.ui.stepping import add_errors, drop_upload, take_uploads


@login_required
@never_cache
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a letter. 404 for whoever handles no dossier of the notice, 422 with errors, 409 with the reason against it."""
    if request.actor.role not in READERS:
        raise Http404
    notice = get_object_or_404(Notice.objects.visible_to(request.actor), pk=pk)
    items = letter_items(notice, request.actor)
    if not items:
        raise Http404

    def bound(data: QueryDict | None = None) -> LetterForm:
        return LetterForm(data, items=items, visitor=request.actor)

    def show(form: LetterForm, status: int = 200, reasons: Any = ()) -> HttpResponse:
        context = {"notice": notice, "form": form, "reasons": reasons}
        return render(request, "notices/handling_letter.html", context, status=status)

    if request.method != "POST":
        return show(bound())
    data, errors = take_uploads(request, bound(), request.actor)
    form = bound(data)
    if "drop" in request.POST:
        drop_upload(data, form, request.POST["drop"])
        form = bound(data)
        form._errors = ErrorDict()  # type: ignore[attr-defined]
        return show(form)
    add_errors(form, errors)
    if not form.is_valid():
        return show(form, 422)
    item = next(item for item in items if item.pk == form.cleaned_data["item"])
    try:
        entered = enter_letter(item, actor=request.actor, files=form.cleaned_data["proof"], **form.facts())
    except Unmet as error:
        return show(form, 409, error.reasons)
    except StepRefused as error:
        messages.warning(request, error.message)
        return redirect(notice.get_absolute_url())
    messages.success(request, _("已登记，受理编号 %(number)s；复核后办理。") % {"number": entered.reference})
    return redirect(entered.get_absolute_url())
