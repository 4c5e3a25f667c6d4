"""Pages: a person's messages and preferences; the outbox and the state of the background work."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.messaging import actions, heartbeat, outbox, queries, refs
from portal.messaging.forms import PreferenceForm
from portal.messaging.models import Outbox
from portal.messaging.operation import checks
from portal.messaging.rules import looks_after_operation
from portal.ui import paging

PAGE = 20
_NEWEST = paging.Sort("newest", "", "created_at", descending=True)
_LATEST = paging.Sort("latest", "", "id", descending=True)


def _actor(request: HttpRequest) -> Actor:
    return request.actor


@login_required
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """A person's messages, newest first: all or the unread ones."""
    rows = queries.messages_of(request.user)  # type: ignore[arg-type]
    only_unread = request.GET.get("show") == "unread"
    if only_unread:
        rows = rows.unread()  # type: ignore[attr-defined]
    context = {"page": _page(request, rows, _NEWEST), "only_unread": only_unread}
    return render(request, "messaging/list.html", context)


@login_required
@require_GET
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, which is read by looking at it; leads on to its subject where the person may see that."""
    found = get_object_or_404(queries.messages_of(request.user), pk=pk)  # type: ignore[arg-type]
    actions.mark_read(found)
    link = found.link or refs.url_for(found.subject_type, found.subject_id, _actor(request))
    return render(request, "messaging/message.html", {"message": found, "link": link})


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All messages are marked as read."""
    count = actions.mark_all_read(request.user)  # type: ignore[arg-type]
    flash.success(request, ngettext("已将 %(n)s 条消息标为已读。", "已将 %(n)s 条消息标为已读。", count) % {"n": count})
    return redirect("messaging:list")


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Which messages come by mail too."""
    if request.method == "POST":
        form = PreferenceForm(request.POST)
        if form.is_valid():
            actions.set_mail_preferences(request.user, form.wanted())  # type: ignore[arg-type]
            flash.success(request, _("提醒设置已保存。"))
            return redirect("messaging:preferences")
    else:
        form = PreferenceForm(initial=queries.mail_preferences(request.user))  # type: ignore[arg-type]
    return render(request, "messaging/preferences.html", {"form": form})


@login_required
@require_GET
def operation(request: HttpRequest) -> HttpResponse:
    """Whether everything runs: checks, background work, the outbox in numbers."""
    _for_operators(request)
    jobs = [
        {"label": label, "last": heartbeat.last(name), "alive": heartbeat.is_alive(name)}
        for name, label in (("dispatch", _("外发队列分发")), ("sweep", _("期限巡检")))
    ]
    context = {"checks": checks(), "jobs": jobs, "summary": queries.outbox_summary()}
    return render(request, "messaging/operation.html", context)


@login_required
@require_GET
def outbox_list(request: HttpRequest) -> HttpResponse:
    """Rows of the outbox with state and reason."""
    _for_operators(request)
    state = request.GET.get("state", "")
    if state and state not in Outbox.State.values:
        raise Http404
    page = _page(request, queries.outbox_rows(state), _LATEST)
    rows = [(row, outbox.label_of(row.kind)) for row in page.rows]
    context = {"page": page, "rows": rows, "state": state, "states": Outbox.State.choices}
    return render(request, "messaging/outbox.html", context)


@login_required
@require_POST
def outbox_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """A row that failed or rests is tried again."""
    _for_operators(request)
    row = get_object_or_404(Outbox, pk=pk)
    if outbox.retry(row.key):
        flash.success(request, _("已重新排队，稍后自动处理。"))
    else:
        flash.info(request, _("该项已完成或正在处理，无需重试。"))
    back = request.POST.get("state", "")
    query = "?" + urlencode({"state": back}) if back in Outbox.State.values else ""
    return redirect(reverse("messaging:outbox") + query)


def _for_operators(request: HttpRequest) -> None:
    if not looks_after_operation(_actor(request)):
        raise Http404


def _page(request: HttpRequest, rows: QuerySet[Any], sort: paging.Sort) -> paging.Page:
    return paging.page(rows, sort, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=PAGE)
