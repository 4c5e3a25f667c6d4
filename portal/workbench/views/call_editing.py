"""Editing a call's draft: its columns, desks, fields and downloads, in one form that works without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms.utils import ErrorDict, ErrorList
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from portal.accounts.http import HttpRequest
from portal.attachments import actions as attachments
from portal.base.errors import StepRefused
from portal.calls import actions
from portal.calls.lifecycle import DRAFT
from portal.calls.models import Call
from portal.ui.stepping import FILE_SUFFIX
from portal.workbench.call_forms import (
    BLANKS,
    CallForm,
    DeskFormSet,
    DownloadFormSet,
    FieldFormSet,
    refuse_used_desks,
)
from portal.workbench.views.calls import call_page, managed_call, visible_call

Parts = dict[str, Any]
#: the parts that have rows, by the prefix of their fields
ROWS: dict[str, Any] = {"desks": DeskFormSet, "fields": FieldFormSet, "downloads": DownloadFormSet}

NAMES = {"form": _("基本内容"), "desks": _("联系窗口"), "fields": _("领域与重点方向"), "downloads": _("附件下载")}


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edits a draft. Files are kept as pending uploads until everything is right; blank rows can be added before saving."""
    call = managed_call(request, pk)
    if call.state != DRAFT.id:
        messages.warning(request, _("申报通知已发布，领域和起止日期不能再修改。"))
        return call_page(request, call, 409)
    seen = int(request.POST["seen"]) if request.POST.get("seen", "").isdecimal() else call.revision
    if request.method != "POST":
        return _show(request, call, _parts(request, call, None), seen)
    data = request.POST.copy()
    refused = _take_files(request, data)
    if "add" in data or "drop" in data:
        _change_rows(data)
        parts = _parts(request, call, data)
        _leave_untested(parts)
        return _show(request, call, parts, seen)
    parts = _parts(request, call, data)
    if not _are_valid(parts, refused):
        return _show(request, call, parts, seen, status=422)
    try:
        _save(request, call, parts, seen)
    except StepRefused as error:
        messages.warning(request, error.message)
        return call_page(request, visible_call(request, pk), error.status)
    messages.success(request, _("草稿已保存。"))
    return redirect("workbench:call_edit" if "more" in data else "workbench:call", pk=pk)


def _parts(request: HttpRequest, call: Call, data: QueryDict | None) -> Parts:
    parts: Parts = {"form": CallForm(data, instance=call)}
    for name, rows in ROWS.items():
        extra = {"form_kwargs": {"actor": request.actor}} if name == "downloads" else {}
        parts[name] = rows(data, instance=call, prefix=name, **extra)
    return parts


def _show(request: HttpRequest, call: Call, parts: Parts, seen: int, status: int = 200) -> HttpResponse:
    wrong = [(name, NAMES[name]) for name, part in parts.items() if status == 422 and not part.is_valid()]
    context = {**parts, "call": call, "seen": seen, "wrong": wrong, "names": NAMES}
    context["title"] = Call.objects.values_list("title", flat=True).get(pk=call.pk)  # the form has changed the instance
    context["unsaved"] = parts["form"].is_bound
    return render(request, "workbench/call_edit.html", context, status=status)


# --- rows and files before saving ---------------------------------------------------------------
def _take_files(request: HttpRequest, data: QueryDict) -> dict[str, ValidationError]:
    """Receives the files of new downloads as pending; `data` gets their keys. Returns: the refused ones by field."""
    refused = {}
    for name, file in request.FILES.dict().items():
        field = name.removesuffix(FILE_SUFFIX)
        if not (field.startswith("downloads-") and name.endswith(FILE_SUFFIX)):
            continue
        try:
            received = attachments.receive(cast(UploadedFile, file), slot=actions.DOWNLOAD_SLOT, actor=request.actor)
        except ValidationError as error:
            refused[field] = error
        else:
            data[field] = str(received.key)
    return refused


def _change_rows(data: QueryDict) -> None:
    """Adds blank rows to the part that `add` names; takes out the pending file that `drop` names."""
    total = f"{data.get('add')}-TOTAL_FORMS"
    rows = str(data.get(total, ""))
    if data.get("add") in ROWS and rows.isdecimal():
        data[total] = str(int(rows) + BLANKS)
    for name in [name for name in data if name.endswith("-file") and data[name] == data.get("drop")]:
        del data[name]


def _leave_untested(parts: Parts) -> None:
    """Shows what was typed without judging it."""
    forms: Iterable[Any] = [parts["form"], *(row for name in ROWS for row in parts[name].forms)]
    for form in forms:
        form._errors = ErrorDict()
    for name in ROWS:
        parts[name]._errors, parts[name]._non_form_errors = [], ErrorList()


def _are_valid(parts: Parts, refused: dict[str, ValidationError]) -> bool:
    """Every part says what is wrong with it."""
    verdicts = [part.is_valid() for part in parts.values()]
    for row in parts["downloads"].forms:
        error = refused.get(row.add_prefix("file"))
        if error is not None:
            row.errors.pop("file", None)
            row.add_error("file", error)
            verdicts.append(False)
    return all(verdicts) and refuse_used_desks(parts["desks"], parts["fields"])


# --- saving -------------------------------------------------------------------------------------
def _save(request: HttpRequest, call: Call, parts: Parts, seen: int) -> None:
    with transaction.atomic():
        locked = actions.lock_draft(call, actor=request.actor, seen=seen)
        form = parts["form"]
        for name in form.changed_data:
            setattr(locked, name, form.cleaned_data[name])
        locked.save()
        parts["fields"].save()  # first: a desk can go once no field names it
        parts["desks"].save()
        for line in parts["fields"].forms:
            if line.instance.pk and "directions" in line.changed_data and not line.cleaned_data.get("DELETE"):
                actions.set_directions(line.instance, line.cleaned_data["directions"])
        _save_downloads(locked, parts["downloads"])
        actions.note_edit(locked, actor=request.actor)


def _save_downloads(call: Call, rows: Any) -> None:
    for row in rows.initial_forms:
        if row in rows.deleted_forms:
            actions.withdraw(row.instance)
        elif row.has_changed():
            row.save()
    for row in rows.extra_forms:
        if row.has_changed() and row not in rows.deleted_forms:
            position = rows.forms.index(row)
            actions.offer(call, row.cleaned_data["file"][0], title=row.cleaned_data["title"], position=position)
