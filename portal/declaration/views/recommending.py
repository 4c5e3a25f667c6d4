"""Pages of a recommender's list 推荐汇总表."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.attachments.actions import receive
from portal.attachments.models import Attachment
from portal.base.errors import NotVisible, PortalError
from portal.calls.models import Call, CallRecommender
from portal.declaration import recommendations
from portal.declaration.step_forms import SCANS, date_field
from portal.documents.models import IssuedPaper
from portal.ui import xlsx


class InternalDeadlineForm(forms.Form):
    """The body's own day; empty takes it back."""

    internal_closes_on = date_field(
        _l("本单位初审受理截止日期（含当日）"),
        required=False,
        help_text=_l("可早于推荐部门报送截止日，向申报单位公开提示；不影响系统的提交期限。"),
    )


def _call(request: HttpRequest, pk: int) -> Call:
    if request.actor.role != Role.RECOMMENDER:
        raise NotVisible
    return get_object_or_404(Call.objects.visible_to(request.actor), pk=pk)


@login_required
def calls(request: HttpRequest) -> HttpResponse:
    """The calls under which this body recommends; straight to the page when there is one only."""
    if request.actor.role != Role.RECOMMENDER:
        raise NotVisible
    body = recommendations.body_of(request.actor)
    found = list(Call.objects.visible_to(request.actor).filter(dossiers__recommender=body).distinct())
    if len(found) == 1:
        return redirect("declaration:recommendations", found[0].pk)
    return render(request, "declaration/recommendation_calls.html", {"calls": found})


@login_required
def recommendation_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of the body under a call: order, paper, sealed list, own deadline."""
    call = _call(request, pk)
    if request.method == "POST":
        return _save_ranks(request, call)
    return _page(request, call)


def _page(request: HttpRequest, call: Call, *, status: int = 200, **extra: Any) -> HttpResponse:
    body = recommendations.body_of(request.actor)
    row = CallRecommender.objects.filter(call=call, body=body).first()
    papers = IssuedPaper.objects.filter(
        kind="recommendation_list", subject_type=call.label_of_type(), subject_id=call.pk, body=body
    ).order_by("-pk")
    context = {
        "call": call,
        "body": body,
        "dossiers": list(recommendations.candidates(call, body, request.actor)),
        "limit": call.reporting_deadline_of(body),
        "row": row,
        "papers": papers[:5],
        "sealed": recommendations.sealed_lists(row),
        "deadline_form": InternalDeadlineForm(initial={"internal_closes_on": row.internal_closes_on if row else None}),
        **extra,
    }
    return render(request, "declaration/recommendations.html", context, status=status)


def _save_ranks(request: HttpRequest, call: Call) -> HttpResponse:
    body = recommendations.body_of(request.actor)
    wanted, errors, typed = [], {}, {}
    for dossier in recommendations.candidates(call, body, request.actor):
        text = request.POST.get(f"rank-{dossier.pk}", "").strip()
        typed[dossier.pk] = text
        if not text:
            continue
        if not text.isdecimal() or not 1 <= int(text) <= 999:
            errors[dossier.pk] = _("排序应为 1 至 999 的整数。")
        else:
            wanted.append((dossier, int(text)))
    if errors:
        return _page(request, call, status=422, rank_errors=errors, typed=typed)
    refused = recommendations.set_ranks(wanted, actor=request.actor)
    for dossier, reason in refused:
        messages.error(request, f"{dossier.describe()}：{reason}")
    if not refused:
        messages.success(request, _("推荐排序已保存。"))
    return redirect("declaration:recommendations", call.pk)


@login_required
@require_POST
def issue_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes the 推荐汇总表 as a paper, for printing and sealing."""
    call = _call(request, pk)
    try:
        recommendations.issue_list(call, actor=request.actor)
        messages.success(request, _("推荐汇总表正在生成，完成后可在本页下载。"))
    except PortalError as error:
        messages.error(request, error.message)
    return redirect("declaration:recommendations", call.pk)


@login_required
@require_POST
def send_sealed(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the sealed list in."""
    call = _call(request, pk)
    files: list[Attachment] = []
    try:
        for file in request.FILES.getlist("sealed_list"):
            files.append(receive(file, slot=recommendations.SEALED_LIST, actor=request.actor, kinds=SCANS))
        if not files:
            raise ValidationError(_("请选择盖章的推荐汇总表（推荐函）扫描件。"))
    except ValidationError as error:
        return _page(request, call, status=422, sealed_errors=error.messages)
    recommendations.send_sealed_list(call, files, actor=request.actor)
    messages.success(request, _("盖章推荐汇总表已报送。"))
    return redirect("declaration:recommendations", call.pk)


@login_required
def sealed_lists(request: HttpRequest, pk: int, body: int) -> HttpResponse:
    """The sealed lists a body sent, for the bureau."""
    if not request.actor.is_inside:
        raise NotVisible
    call = get_object_or_404(Call.objects.visible_to(request.actor), pk=pk)
    row = get_object_or_404(CallRecommender.objects.select_related("body"), call=call, body=body)
    context = {"call": call, "row": row, "files": recommendations.sealed_lists(row)}
    return render(request, "declaration/sealed_lists.html", context)


@login_required
@require_POST
def set_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets or takes back the body's own earlier deadline."""
    call = _call(request, pk)
    form = InternalDeadlineForm(request.POST)
    if form.is_valid():
        try:
            recommendations.set_internal_deadline(call, form.cleaned_data["internal_closes_on"], actor=request.actor)
        except ValidationError as error:
            form.add_error("internal_closes_on", error)
    if not form.is_valid():
        return _page(request, call, status=422, deadline_form=form)
    messages.success(request, _("本单位初审受理截止日期已保存。"))
    return redirect("declaration:recommendations", call.pk)


@login_required
def list_xlsx(request: HttpRequest, pk: int) -> FileResponse:
    """The list as a spreadsheet."""
    call = _call(request, pk)
    body = recommendations.body_of(request.actor)
    heads = [
        (_("排序"), 6),
        (_("项目编号"), 14),
        (_("项目名称"), 40),
        (_("申报单位"), 30),
        (_("统一社会信用代码"), 22),
        (_("领域"), 14),
        (_("项目类别"), 10),
        (_("联系人"), 10),
        (_("联系电话"), 16),
        (_("状态"), 14),
    ]
    rows = (
        [
            dossier.rank or "",
            dossier.number,
            dossier.title,
            dossier.applicant.name,
            dossier.applicant.credit_code,
            str(dossier.field or ""),
            getattr(dossier, "class_label", ""),
            dossier.applicant.contact_name,
            dossier.applicant.contact_mobile,
            str(dossier.state_for(request.actor).label),
        ]
        for dossier in recommendations.listed(call, body, request.actor).iterator(chunk_size=500)
    )
    title = _("%(year)s年度推荐汇总表（%(body)s）") % {"year": call.year, "body": body}
    return xlsx.response(title, heads, rows, title=title)
