"""The materials: slots with their files, uploading and taking out. Works as a plain multipart form."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.http import HttpRequest
from portal.attachments.kinds import accept, in_words
from portal.base.errors import NotPermitted, NotVisible
from portal.declaration import actions
from portal.declaration.access import points_at
from portal.declaration.completeness import MATERIALS, section_link
from portal.declaration.filling import Filling
from portal.declaration.sections import SEALED_FORM, form_of
from portal.declaration.slots import SlotState, states_of
from portal.declaration.views.common import Overview, own_dossier_or_404


def show(request: HttpRequest, dossier: Any) -> HttpResponse:
    """The page of the materials."""
    filling = Filling(dossier)
    overview = Overview(filling, request.actor, MATERIALS)
    slots = states_of(filling, overview.open_slots, with_sealed=SEALED_FORM in overview.open_slots)
    context = {"dossier": dossier, "overview": overview, "slots": described(dossier, slots), "here": request.path}
    return render(request, "declaration/materials.html", context)


def described(dossier: Any, slots: list[SlotState]) -> list[dict[str, Any]]:
    """Slots with the words that a page shows beside them."""
    return [
        {
            "state": slot,
            "kinds": in_words(slot.slot.kinds),
            "accept": accept(slot.slot.kinds),
            "limit": settings.UPLOAD_MAX_BYTES,
            "files": [(file, dict(slot.rows).get(str(file.row), "")) for file in slot.files],
            "missing_rows": [words for key, words in slot.rows if key not in {str(file.row) for file in slot.files}],
            "points": points_at(dossier, f"slot-{slot.slot.id}"),
        }
        for slot in slots
    ]


@require_POST
def add(request: HttpRequest, pk: int, slot: str) -> HttpResponse:
    """Receives files for a slot."""
    dossier = own_dossier_or_404(request, pk)
    try:
        declared = form_of(dossier).slot(slot)
    except KeyError:
        raise Http404 from None
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, _("请先选择要上传到“%(slot)s”的文件。") % {"slot": declared.label})
        return redirect(_back(request, dossier, slot))
    try:
        taken, errors = actions.add_files(dossier, slot, files, actor=request.actor, row=request.POST.get("row", ""))
    except NotPermitted as refused:
        messages.warning(request, refused.message)
        return redirect(_back(request, dossier, slot))
    for error in errors:
        messages.error(request, error)
    if taken:
        messages.success(
            request,
            _("已上传到“%(slot)s”：%(names)s") % {"slot": declared.label, "names": _("、").join(f.name for f in taken)},
        )
    return redirect(_back(request, dossier, slot))


@require_POST
def remove(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """Takes a file out of its slot."""
    dossier = own_dossier_or_404(request, pk)
    try:
        actions.remove_file(dossier, key, actor=request.actor)
    except NotVisible:
        raise Http404 from None
    except NotPermitted as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("文件已移除。"))
    return redirect(_back(request, dossier, request.POST.get("slot", "")))


def _back(request: HttpRequest, dossier: Any, slot: str) -> str:
    """The page the person came from, at the slot."""
    here = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        here = section_link(dossier, MATERIALS)
    return f"{here}#slot-{slot}"
