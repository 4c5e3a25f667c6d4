"""Uploading beforehand (a convenience of pages with scripts), and protected downloads."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.accounts import audit
from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.attachments import access, actions, storage
from portal.attachments.kinds import KINDS
from portal.attachments.models import Attachment


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Receives one file as pending. Answers JSON: 201 with its key and name, 422 with what is wrong.

    What a slot permits beyond the portal's own rules is checked by the form that takes the key.
    """
    actor: Actor = request.actor
    if actor.user is None:
        raise Http404
    file, slot = request.FILES.get("file"), request.POST.get("slot", "")[:60]
    if file is None or not slot:
        return JsonResponse({"message": _("请选择要上传的文件。")}, status=422)
    try:
        attachment = actions.receive(file, slot=slot, actor=actor, kinds=frozenset(KINDS))
    except ValidationError as error:
        return JsonResponse({"message": error.messages[0]}, status=422)
    address = reverse("attachments:download", args=[attachment.key])
    return JsonResponse(
        {"key": str(attachment.key), "name": attachment.name, "size": attachment.size, "url": address}, status=201
    )


@require_POST
def remove(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Takes a pending upload back; it is its uploader's alone."""
    actor: Actor = request.actor
    found = Attachment.objects.filter(key=key, claimed_at=None, uploader=actor.user).first() if actor.user else None
    if found is None:
        raise Http404
    actions.discard(found)
    return HttpResponse(status=204)


@login_not_required
@require_GET
@never_cache
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The file, to those who may read it; everybody else learns nothing (404).

    `?inline=1` lets PDF files and pictures be shown in place, in a sandbox without scripts.
    """
    actor: Actor = request.actor
    attachment = Attachment.objects.filter(key=key).first()
    if attachment is None or not access.may_read(actor, attachment):
        raise Http404
    kind = KINDS[attachment.kind]
    try:
        file = storage.open_file(attachment.path)
    except FileNotFoundError:
        raise Http404 from None
    audit.note("download", actor=actor, label=attachment.name)
    inline = kind.inline and "inline" in request.GET
    response = FileResponse(file, content_type=kind.mime)
    response["Content-Disposition"] = content_disposition_header(not inline, attachment.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _policy(attachment.kind)
    if inline:
        response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _policy(kind: str) -> str:
    """Nothing may be loaded or run by what people uploaded.

    PDF files go without the `sandbox` keyword: browsers show them in a viewer of their own that it would switch off.
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    return policy + "; object-src 'self'" if kind == "pdf" else policy + "; sandbox"
