"""The dossiers of a round: taking in, leaving out, items that do not apply, one dossier with all its sheets."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.http import HttpRequest
from portal.attachments.models import Attachment
from portal.dossiers.models import Dossier
from portal.reviews import actions
from portal.reviews.models import Assignment, Entry, Round, Visit
from portal.reviews.notifying import notify_undertakers
from portal.reviews.page_forms import DropForm, ReasonForm
from portal.reviews.papers import plain
from portal.reviews.queries import waiting_to_be_taken_in
from portal.reviews.registry import matter, matter_for
from portal.reviews.seats import panel_of
from portal.reviews.states import VALID
from portal.reviews.views.common import attempt, chosen_keys, for_handlers, for_runners, visible_round
from portal.reviews.views.rounds import frame, take_in_keys


def _entry(round_: Round, key: int) -> Entry:
    rows = Entry.objects.filter(round=round_).select_related("dossier__applicant", "dossier__field", "sheets_paper")
    found: Entry = get_object_or_404(rows.defer("sheets_paper__snapshot"), pk=key)
    found.round = round_
    return found


@for_handlers
@require_POST
def notices(request: HttpRequest, pk: int) -> HttpResponse:
    """会议通知: tells the undertakers who do not know of date and place yet."""
    round_, told = visible_round(request, pk), [0]
    if attempt(request, lambda: told.append(notify_undertakers(round_, actor=request.actor)), ""):
        if told[-1]:
            messages.success(request, _("已向 %(n)s 个项目的单位发出会议通知。") % {"n": told[-1]})
        else:
            messages.info(request, _("各单位均已收到会议通知，日期、地点没有变动。"))
    return redirect(round_)


@for_handlers
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossiers that can be taken in, to be ticked."""
    round_ = visible_round(request, pk)
    if round_.state not in ("preparing", "inviting"):
        messages.warning(request, _("评审已开始评分或者已经结束，不能再列入项目。"))
        return redirect(round_)
    if request.method == "POST":
        keys = chosen_keys(request.POST)
        if not keys:
            messages.warning(request, _("请先勾选要列入评审的项目。"))
            return redirect("reviews:take_in", pk)
        take_in_keys(request, round_, keys)
        return redirect(round_)
    rows = waiting_to_be_taken_in(round_, request.actor).select_related("applicant", "field", "recommender")
    context = {**frame(request, round_, "round"), "rows": list(rows[:500])}
    return render(request, "reviews/take_in.html", context)


@for_handlers
def selected(request: HttpRequest) -> HttpResponse:
    """列入评审 from a list of dossiers: into a round that is being prepared, or into a new one."""
    keys = chosen_keys(request.POST if request.method == "POST" else request.GET)
    back = reverse("workbench:worklist")
    if not keys:
        messages.warning(request, _("请先在列表中勾选要列入评审的项目。"))
        return redirect(back)
    rows: QuerySet[Dossier] = Dossier.objects.visible_to(request.actor).filter(pk__in=keys).select_related("applicant")
    pairs = [(dossier, matter_for(dossier)) for dossier in rows]
    fit = [dossier for dossier, found in pairs if found]
    found = {m.id: m for _dossier, m in pairs if m}
    if request.method == "POST":
        round_ = visible_round(request, int(request.POST["round"])) if request.POST.get("round", "").isdigit() else None
        if round_ is None:
            messages.warning(request, _("请选择评审。"))
        else:
            take_in_keys(request, round_, [dossier.pk for dossier in fit])
            return redirect(round_)
    open_rounds = Round.objects.visible_to(request.actor).filter(matter__in=found, state__in=("preparing", "inviting"))
    context = {
        "fit": fit,
        "unfit": [dossier for dossier, m in pairs if m is None],
        "rounds": open_rounds.order_by("-pk")[:50],
        "matters": list(found.values()),
        "back": back,
        "query": "&".join(f"id={dossier.pk}" for dossier in fit),
    }
    return render(request, "reviews/selected.html", context)


@for_handlers
def leave_out(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Asks why a dossier is taken out of the round, and takes it out."""
    round_ = visible_round(request, pk)
    found = _entry(round_, entry)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        attempt(
            request, lambda: actions.leave_out(found, actor=request.actor, reason=reason), _("项目已移出本次评审。")
        )
        return redirect(round_)
    explain = _("移出后，专家对该项目的邀请和评审表取消；项目状态不变，可以列入其他评审。")
    return _ask(request, round_, found, form, _("移出评审项目"), explain, danger=True)


@for_handlers
def drop_items(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Which items of the sheet do not apply to the dossier."""
    round_ = visible_round(request, pk)
    found = _entry(round_, entry)
    form = DropForm(request.POST or None, round_=round_, initial={"items": found.dropped})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["items"]
        attempt(request, lambda: actions.drop_items(found, wanted, actor=request.actor), _("评分项已确定。"))
        return redirect(round_)
    explain = _("开始评分后不能再调整。")
    return _ask(request, round_, found, form, _("不适用的评分项"), explain)


def _ask(
    request: HttpRequest, round_: Round, entry: Entry, form: Any, title: str, explain: str, *, danger: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "title": f"{title}：{entry.dossier}",
        "explain": explain,
        "button": title,
        "back": round_.get_absolute_url(),
        "crumbs": [(_("评审组织"), reverse("reviews:rounds")), (round_.title, round_.get_absolute_url())],
        "danger": danger,
    }
    return render(request, "reviews/ask.html", context, status=422 if form.errors else 200)


def visits_of(entry: Entry) -> list[Visit]:
    """The records of site visits, each with its files; two queries."""
    found = list(entry.visits.select_related("recorded_by__user", "paper").defer("paper__snapshot"))
    kind, keys = Visit._meta.label_lower, [visit.pk for visit in found]
    files = defaultdict(list)
    for file in Attachment.objects.filter(holder_type=kind, holder_id__in=keys, removed_at=None).order_by("pk"):
        files[file.holder_id].append(file)
    for visit in found:
        visit.files = files[visit.pk]  # type: ignore[attr-defined]
    return found


@for_runners
def entry(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """One dossier of the round: each expert's scores by item, comments and opinion, as far as they are handed in."""
    round_ = visible_round(request, pk)
    found = _entry(round_, entry)
    sheet = round_.sheet.without(found.dropped)
    rows = Assignment.objects.visible_to(request.actor).filter(entry=found).select_related("expert")
    places = {expert.pk: place for place, expert in enumerate(panel_of(round_))}
    assignments = sorted(rows.defer("draft"), key=lambda a: (places.get(a.expert_id, 999), a.pk))
    sheets = [assignment for assignment in assignments if assignment.state in VALID]
    lines = [
        (item, [(plain(s.scores.get(item.id, "")), s.comments.get(item.id, "")) for s in sheets])
        for item in sheet.items
    ]
    context = {
        **frame(request, round_, "summary"),
        "entry": found,
        "sheet": sheet,
        "sheets": sheets,
        "lines": lines,
        "vetoes": [(veto, [s.vetoes.get(veto.id) for s in sheets]) for veto in sheet.vetoes],
        "visits": visits_of(found) if matter(round_.matter).visits else [],
        "others": [assignment for assignment in assignments if assignment.state not in VALID],
        "reads_dossier": Dossier.objects.visible_to(request.actor).filter(pk=found.dossier_id).exists(),
    }
    return render(request, "reviews/entry.html", context)
