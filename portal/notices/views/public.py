"""Public pages of notices: the list, a notice, its file, the form of an objection, its receipt. Everybody reads the same,
signed in or not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.accounts.network import client_address
from portal.attachments.actions import discard, receive
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import StepRefused
from portal.documents import store
from portal.notices import queries, visitors
from portal.notices.actions import file_objection
from portal.notices.duties import answer_due
from portal.notices.models import Notice, NoticeItem, Objection
from portal.notices.public_forms import MOST_FILES, FollowForm, ObjectionForm
from portal.ui.stepping import FILE_SUFFIX, add_errors

PAGE = 20
_SALT = "notices.receipt"


@login_not_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """All notices that were published: those that run on top, then the newest."""
    today = clock.today()
    over = Notice.objects.published().for_rows().exclude(pk__in=Notice.objects.running_on(today).values("pk"))
    page = Paginator(over.order_by("-published_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    running = queries.running(today) if page.number == 1 else []
    return render(request, "notices/public_list.html", {"running": running, "page": page})


def _published(pk: int) -> Notice:
    return get_object_or_404(Notice.objects.published(), pk=pk)


@login_not_required
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice with its list, its term, how to object; after the end the results that were announced."""
    found = _published(pk)
    items = list(found.items.order_by("position"))
    for item in items:
        item.notice = found
    context = {
        "notice": found,
        "items": items,
        "running": found.is_running(),
        "classes": any(item.facts.get("class") for item in items),
        "paper": queries.paper_of(found),
    }
    return render(request, "notices/public_notice.html", context)


@login_not_required
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The notice as PDF."""
    paper = queries.paper_of(_published(pk))
    if paper is None:
        raise Http404
    try:
        content = store.locate(paper.path).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, paper.file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """The form of an objection against one item. 422 with errors, 429 when an address sends too many, 409 after the term."""
    rows = NoticeItem.objects.published().select_related("notice")
    found = get_object_or_404(rows, pk=item, notice_id=pk)
    if not found.takes_objections():
        messages.warning(request, _("该项目已不在公示期内，不能提出异议。"))
        return redirect("notices:notice", pk)
    if request.method != "POST":
        return _form(request, found, ObjectionForm(), visitors.new_key())
    return _receive(request, found)


def _receive(request: HttpRequest, item: NoticeItem) -> HttpResponse:
    address = client_address(request)
    signed = request.POST.get("visitor", "")
    visitor = visitors.visitor_of(signed)
    if not visitors.may_send(address):
        form = ObjectionForm(initial=_typed(request.POST))
        return _form(request, item, form, visitors.new_key(), status=429, too_many=True)
    if visitor is None:
        messages.warning(request, _("页面停留时间过长，请核对内容后重新提交；文件需要重新选择。"))
        return _form(request, item, ObjectionForm(initial=_typed(request.POST)), visitors.new_key(), status=422)
    data, errors = _take_files(request, visitor)
    if "drop" in request.POST:
        _drop(data, request.POST["drop"], visitor)
        typed = {**_typed(data), "proof": data.getlist("proof")}
        return _form(request, item, ObjectionForm(initial=typed, visitor=visitor), signed)
    form = ObjectionForm(data, visitor=visitor)
    add_errors(form, errors)
    if not form.is_valid():
        return _form(request, item, form, signed, status=422)
    try:
        filed = file_objection(item, files=form.cleaned_data["proof"], **form.facts())
    except StepRefused as error:
        messages.warning(request, error.message)
        return redirect("notices:notice", item.notice_id)
    visitors.note_filed(address)
    return redirect("notices:receipt", receipt_token(filed))


def receipt_token(objection: Objection) -> str:
    """What the address of a receipt ends with; it cannot be guessed."""
    return signing.dumps(objection.pk, salt=_SALT)


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, to be shown again without judging it."""
    return {name: data[name] for name in ("by_unit", "name", "contact", "phone", "email", "grounds") if name in data}


def _take_files(request: HttpRequest, visitor: Actor) -> tuple[QueryDict, dict[str, list[ValidationError]]]:
    """Receives the files as pending uploads of this form, no more than are allowed."""
    data = request.POST.copy()
    errors: list[ValidationError] = []
    field = ObjectionForm.base_fields["proof"]
    sent = request.FILES.getlist("proof" + FILE_SUFFIX)
    if len(sent) + len(data.getlist("proof")) > MOST_FILES:
        return data, {"proof": [ValidationError(_("最多上传 5 个文件，本次选择的文件没有接收。"))]}
    for upload in sent:
        try:
            kept = receive(upload, slot=field.slot, actor=visitor, kinds=field.kinds, max_bytes=field.max_bytes)  # type: ignore[attr-defined]
        except ValidationError as error:
            errors.append(error)
        else:
            data.appendlist("proof", str(kept.key))
    return data, {"proof": errors} if errors else {}


def _drop(data: QueryDict, key: str, visitor: Actor) -> None:
    data.setlist("proof", [kept for kept in data.getlist("proof") if kept != key])
    for attachment in Attachment.objects.pending_of(visitor):
        if str(attachment.key) == key:
            discard(attachment)


def _form(
    request: HttpRequest,
    item: NoticeItem,
    form: ObjectionForm,
    visitor: str,
    *,
    status: int = 200,
    too_many: bool = False,
) -> HttpResponse:
    context = {"item": item, "notice": item.notice, "form": form, "visitor": visitor, "too_many": too_many}
    response = render(request, "notices/public_objection.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """That the objection arrived: its reference, until when it is answered and how. The address is known to the sender
    alone and names nobody."""
    try:
        key = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise Http404 from None
    rows = Objection.objects.select_related("item__notice", "item__dossier__call")
    found = get_object_or_404(rows, pk=key)
    context = {"objection": found, "due": answer_due(found, found.filed_on), "by_mail": bool(found.email)}
    response = render(request, "notices/public_receipt.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """How the handling of an objection stands, for whoever knows its reference and code. 422 when nothing is found, 429
    when an address asks too often."""
    form = FollowForm(request.POST or None, initial={"reference": request.GET.get("reference", "")[:20]})
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        if not visitors.may_ask(client_address(request)):
            context |= {"form": FollowForm(), "too_many": True}
            status = 429
        elif form.is_valid() and (found := queries.followed(**form.cleaned_data)):
            context |= {
                "objection": found,
                "due": answer_due(found, found.filed_on),
                "letter": queries.letter_of(found),
            }
        else:
            status = 422
            if not form.errors:
                form.add_error(None, _("没有查到，请核对受理编号和查询码。"))
    response = render(request, "notices/public_follow.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
