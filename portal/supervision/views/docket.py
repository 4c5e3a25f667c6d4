"""The page of a docket: its items and what is proposed, opinions, papers, the way it took; and everything done there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base.errors import PortalError
from portal.documents.models import IssuedPaper
from portal.documents.tabs import papers_context
from portal.dossiers.models import Dossier
from portal.supervision.behalf.kinds import kinds_for
from portal.supervision.corrections.states import PROPOSED
from portal.supervision.dockets import actions, exports
from portal.supervision.dockets.forms import DeliberationForm
from portal.supervision.dockets.queries import board, obstacles
from portal.supervision.dockets.rules import drafts
from portal.supervision.dockets.states import DECIDED, EDITABLE, UNDECIDED
from portal.supervision.models import Correction, Docket, DocketItem
from portal.supervision.views.common import files_of, parted, records_of
from portal.supervision.views.dockets import tell_refused, visible
from portal.ui.stepping import Place, step_page

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
def docket(request: HttpRequest, pk: int) -> HttpResponse:
    """What is proposed for whom, what was said to it, where it lies."""
    return _page(request, visible(request, pk))


def _page(request: HttpRequest, found: Docket, status: int = 200, typed: Any = None) -> HttpResponse:
    actor = request.actor
    mine = drafts.admits(actor, found)
    rows = board(found)
    still = [row for row in rows if row.item.decision not in ("left", "disagreed")]
    papers = IssuedPaper.objects.filter(subject_type=found.label_of_type(), subject_id=found.pk).for_rows()
    records = records_of(found)
    context: dict[str, Any] = {
        "docket": found,
        "matter": found.matter_info,
        "rows": still,
        "left": [row for row in rows if row not in still],
        "counts": _counts(still),
        "editable": mine and found.state in EDITABLE,
        "may_deliberate": mine and found.state in UNDECIDED,
        "may_check": mine and found.state == DECIDED.id,
        "files": files_of(found),
        "records": records,
        "back_words": _why_back(found, records),
        "corrections": list(Correction.objects.filter(docket=found).select_related("paper", "new_paper")),
        "correctable": _correctable(found, mine),
        "drafts": _drafts(found),
        "on_behalf": kinds_for(found) if mine else [],
        "entry": found.entries_on_behalf.filter(state="entered").first(),
        "seen": found.revision,
        **_ways(found, request),
        "papers": papers_context(papers.order_by("-pk"), actor, request.path),
    }
    return render(request, "supervision/docket.html", context, status=status)


def _ways(found: Docket, request: HttpRequest) -> dict[str, Any]:
    """The steps of the page; what belongs to the other way of signing is not even named as barred."""
    other = "decide_as_chief" if found.levels >= 3 else "pass_on"
    return {
        part: [offer for offer in offered if offer.step.name != other]
        for part, offered in parted(found, request).items()
    }


def _counts(rows: list[Any]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for row in rows:
        found[str(row.item.proposal)] = found.get(str(row.item.proposal), 0) + 1
    return list(found.items())


def _why_back(found: Docket, records: list[dict[str, Any]]) -> str:
    """Why it came back to its handler: the remark of the return, or what kept the set date."""
    if found.state not in ("returned", "decided"):
        return ""
    last = next((r["record"] for r in records if r["record"].step), None)
    return last.opinion if last is not None and last.step in ("send_back", "unschedule") else ""


def _correctable(found: Docket, mine: bool) -> list[IssuedPaper]:
    """The papers of an issued docket that its handler may have corrected; not those whose correction is being checked."""
    if not mine or found.state != "issued" or not found.matter_info.corrects:
        return []
    kinds = [paper.kind for paper in found.matter_info.papers]
    valid = IssuedPaper.objects.filter(subject_type=found.label_of_type(), subject_id=found.pk, status="valid")
    waiting = Correction.objects.filter(docket=found, state=PROPOSED.id).values("paper")
    return list(valid.filter(kind__in=kinds).exclude(pk__in=waiting).defer("snapshot"))


def _drafts(found: Docket) -> list[tuple[str, Any]]:
    """The drafts for the office system that its items give."""
    steps = set(found.items.live().values_list("step", flat=True)) if not found.state_info.terminal else set()
    return [(paper.kind, paper.label) for paper in found.matter_info.papers if steps & set(paper.steps)]


@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step."""
    found = visible(request, pk)
    place = Place(
        found.describe(),
        found.get_absolute_url(),
        ((_("呈批件"), _home(request)),),
        lambda status: _page(request, visible(request, pk), status),
    )
    return step_page(request, found, name, place)


def _home(request: HttpRequest) -> str:
    """The list to which this person goes back."""
    names = {Role.HANDLER: "dockets", Role.SECTION_CHIEF: "dockets_review", Role.LEADER: "dockets_decide"}
    return reverse(f"supervision:{names.get(request.actor.role or Role.AUDITOR, 'dockets_all')}")


def _carry_out(request: HttpRequest, found: Docket, act: Any, done: str) -> HttpResponse:
    """Runs an action; what was refused is said on the fresh page."""
    try:
        act()
    except PortalError as error:
        messages.warning(request, error.message)
        return _page(request, visible(request, found.pk), error.status)
    messages.success(request, done)
    return redirect(found.get_absolute_url())


def _mine(request: HttpRequest, pk: int) -> Docket:
    found = visible(request, pk)
    if not drafts.admits(request.actor, found):
        raise Http404
    return found


@login_required
@require_POST
def items(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves places, proposals and grounds of all items; `out` takes the ticked ones out, with the reason."""
    found = _mine(request, pk)
    rows: dict[int, actions.Proposal] = {}
    for item in found.items.live():
        key, position = str(item.pk), request.POST.get(f"position-{item.pk}", "")
        if f"step-{key}" in request.POST:
            place = int(position) if position.isdigit() else item.position
            grounds = request.POST.get(f"grounds-{key}", "")
            rows[item.pk] = actions.Proposal(place, request.POST[f"step-{key}"], grounds)
    seen = request.POST.get("seen", "")

    def save() -> None:
        actions.save_items(found, rows, actor=request.actor, seen=int(seen) if seen.isdigit() else None)
        if "out" in request.POST:
            ticked = [int(key) for key in request.POST.getlist("item") if key.isdigit()]
            for item in found.items.live().filter(pk__in=ticked).order_by("position"):
                actions.take_out(item, actor=request.actor, reason=request.POST.get("reason", ""))

    words = _("所选项目已移出。") if "out" in request.POST else _("已保存。")
    return _carry_out(request, found, save, words)


@login_required
@require_POST
def sort(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts the items in an order."""
    found = _mine(request, pk)
    key = request.POST.get("key", "")
    return _carry_out(request, found, lambda: actions.sort_items(found, key, actor=request.actor), _("已重新排序。"))


@login_required
def collect(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Offers the dossiers that wait for this matter; POST puts the chosen ones in."""
    from portal.supervision.views.dockets import _candidates

    found = _mine(request, pk)
    if request.method == "POST":
        keys = [int(key) for key in request.POST.getlist("id") if key.isdigit()]
        chosen = list(Dossier.objects.visible_to(request.actor).filter(pk__in=keys))
        if not chosen:
            messages.warning(request, _("请先勾选要增加的项目。"))
            return redirect(request.path)

        def put_in() -> None:
            tell_refused(request, actions.collect(found, chosen, actor=request.actor))

        return _carry_out(request, found, put_in, _("已增加。"))
    if found.state not in EDITABLE:
        raise Http404
    rows = [row for row in _candidates(request, found.matter_info, [], None) if row["ready"]]
    return render(request, "supervision/docket_collect.html", {"docket": found, "rows": rows})


@login_required
@require_POST
def out(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Takes one item out, also after the decision when it cannot be carried out."""
    found = _mine(request, pk)
    row = DocketItem.objects.filter(docket=found, pk=item).select_related("docket").first()
    if row is None:
        raise Http404
    reason = request.POST.get("reason", "")
    return _carry_out(request, found, lambda: actions.take_out(row, actor=request.actor, reason=reason), _("已移出。"))


@login_required
def deliberation(request: HttpRequest, pk: int) -> HttpResponse:
    """The legal division's opinion and the meeting."""
    found = _mine(request, pk)
    if found.state not in UNDECIDED:
        messages.warning(request, _("呈批件已审批，不能再登记审核和审议情况。"))
        return redirect(found.get_absolute_url())
    names = ("legal_opinion", "meeting", "meeting_on", "meeting_minutes", "meeting_conclusion")
    form = DeliberationForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        return _carry_out(
            request,
            found,
            lambda: actions.record_deliberation(found, actor=request.actor, **facts),
            _("已登记法制审核和会议审议情况。"),
        )
    context = {"docket": found, "form": form}
    return render(request, "supervision/docket_deliberation.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What would keep items from passing if the document were registered now."""
    found = _mine(request, pk)
    if found.state != DECIDED.id:
        return redirect(found.get_absolute_url())
    agreed = found.items.agreed().count()
    context = {"docket": found, "agreed": agreed, "problems": obstacles(found, request.actor)}
    return render(request, "supervision/docket_check.html", context)


@login_required
@require_GET
def docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as docx for the office system."""
    found = visible(request, pk)
    return _file(request, exports.sheet(found), f"{found.serial} {found.title}.docx")


@login_required
@require_GET
def draft(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The draft of a paper with its list as docx, to be finished, signed and sealed in the office system."""
    found = visible(request, pk)
    paper = next((paper for paper in found.matter_info.papers if paper.kind == kind), None)
    chosen = [item for item in found.items.live().order_by("position") if paper and item.step in paper.steps]
    if paper is None or not chosen:
        raise Http404
    for item in chosen:
        item.docket = found
    return _file(request, exports.draft(found, paper, chosen), f"{paper.label}（{found.serial}，送审稿）.docx")


def _file(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    audit.note("download", actor=request.actor, label=name)
    response = HttpResponse(content, content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
