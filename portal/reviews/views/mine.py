"""我的评审: the expert's own pages. Nothing here tells what any other expert did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.accounts.http import HttpRequest
from portal.base import clock
from portal.base.errors import InvalidInput, PortalError
from portal.deadlines.models import Deadline
from portal.dossiers.programmes import concrete
from portal.lifecycle.engine import offers, perform
from portal.reviews import actions, own
from portal.reviews.models import Assignment, Round, Seat
from portal.reviews.queries import mine as assignments_of
from portal.reviews.reading import lines_of, vetoes_of
from portal.reviews.registry import matter
from portal.reviews.views.common import attempt, chosen_keys, for_experts, paper_response
from portal.ui import tabs
from portal.ui.stepping import Place, retyped, step_page, unbound


def _own(request: HttpRequest, pk: int) -> Assignment:
    rows = assignments_of(request.actor).select_related("expert__user").order_by()
    return get_object_or_404(rows, pk=pk)


@for_experts
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The rounds this expert is asked to: what waits for an answer, for a sheet, and what is handed in."""
    groups = own.groups_of(request.actor)
    counts = {kind: sum(group.count(kind) for group in groups) for kind in own.KINDS}
    shown = request.GET.get("show", "")
    if shown not in own.KINDS:
        shown = next((kind for kind in ("invited", "scoring") if counts[kind]), "scoring")
    keys = [group.round.pk for group in groups]
    due = Deadline.objects.owed_by(request.actor).filter(subject_id__in=keys)
    letters = dict(
        Seat.objects.filter(round__in=keys, expert__user=request.actor.user, letter__making="made").values_list(
            "round_id", "letter_id"
        )
    )
    context = {
        "groups": [group for group in groups if group.of(shown)],
        "kinds": [(kind, label, counts[kind]) for kind, label in own.KINDS.items()],
        "shown": shown,
        "due": {deadline.subject_id: deadline for deadline in due},
        "letters": letters,
    }
    return render(request, "reviews/mine.html", context)


@for_experts
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Accepts or declines the chosen invitations, each by itself."""
    keys, accepts = chosen_keys(request.POST), request.POST.get("do") == "accept"
    if not keys:
        messages.warning(request, _("请先勾选项目。"))
        return redirect("reviews:mine")
    data = {"reason": request.POST.get("reason", "")}
    done, refused = 0, []
    for assignment in assignments_of(request.actor).filter(pk__in=keys).select_related("expert__user"):
        try:
            perform(assignment, "accept" if accepts else "decline", actor=request.actor, data={} if accepts else data)
            done += 1
        except InvalidInput:
            messages.warning(request, _("谢绝邀请的，请填写原因。"))
            return redirect("reviews:mine")
        except PortalError as error:
            refused.append(f"“{assignment.entry.dossier}”：{error.message}")
    if done:
        words = _("已接受 %(n)s 个项目的评审邀请。") if accepts else _("已谢绝 %(n)s 个项目的评审邀请。")
        messages.success(request, words % {"n": done})
    for line in refused[:5]:
        messages.warning(request, line)
    return redirect("reviews:mine")


@for_experts
@never_cache
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """回避声明: for each accepted project of a round the parties, and the expert's declaration; before any material."""
    asked = assignments_of(request.actor).filter(entry__round=pk).select_related("expert__user")
    found = [assignment for assignment in asked if assignment.state == "accepted"]
    if not asked:
        raise Http404
    if not found:
        return redirect("reviews:mine")
    round_ = found[0].entry.round
    if round_.state != "scoring":
        messages.info(request, _("评分尚未开始，开始后再作回避声明。"))
        return redirect("reviews:mine")
    problems: dict[int, str] = {}
    if request.method == "POST":
        problems = own.check_declarations(found, request.POST)
        if not problems:
            done, stepped_out = own.declare_all(found, request.POST, actor=request.actor)
            if done:
                messages.success(request, _("已对 %(n)s 个项目作出回避声明，可以查阅材料并评分。") % {"n": done})
            if stepped_out:
                messages.success(request, _("已对 %(n)s 个项目回避，经办人将另行安排。") % {"n": stepped_out})
            return redirect(reverse("reviews:mine") + "?show=scoring")
    parties = own.parties_by_dossier(found)
    rows = [
        {
            "assignment": a,
            "parties": parties[a.entry.dossier_id],
            "choice": request.POST.get(f"choice-{a.pk}", ""),
            "reason": request.POST.get(f"reason-{a.pk}", ""),
            "problem": problems.get(a.pk, ""),
        }
        for a in found
    ]
    context = {"rows": rows, "round": round_, "problem": problems.get(0, "")}
    return render(request, "reviews/declare.html", context, status=422 if problems else 200)


@for_experts
@never_cache
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """材料 at the left, 评审表 at the right. POST keeps what was typed, or hands the sheet in."""
    found = _own(request, pk)
    if found.state == "accepted" and found.entry.round.state == "scoring":
        return redirect("reviews:declare", found.entry.round_id)
    if found.state != "rating" or found.entry.round.state != "scoring":
        return _closed(request, found)
    if request.method != "POST":
        form = unbound(_step(found), found, request.actor)
        return _sheet(request, found, form)
    if "keep" in request.POST:
        typed = {key: request.POST[key] for key in request.POST}
        if attempt(
            request, lambda: actions.save_draft(found, typed, actor=request.actor), _("评审表已暂存，尚未提交。")
        ):
            return redirect(request.get_full_path())
        return redirect("reviews:mine")
    return _hand_in(request, found)


def _step(found: Assignment) -> Any:
    from portal.lifecycle.declared import step_of

    return step_of(type(found), "submit")


def _hand_in(request: HttpRequest, found: Assignment) -> HttpResponse:
    try:
        perform(found, "submit", actor=request.actor, data=request.POST)
    except InvalidInput as error:
        return _sheet(request, found, error.form, status=422)
    except PortalError as error:
        messages.warning(request, error.message)
        form = retyped(_step(found), found, request.actor, request.POST)
        return _sheet(request, found, form, status=409)
    messages.success(request, _("“%(title)s”的评审表已提交。") % {"title": found.entry.dossier})
    following = own.next_of(request.actor, found)
    if following is None:
        return redirect("reviews:mine")
    return redirect(reverse("reviews:sheet", args=[following.pk]) + "#content")  # not where the last one was left


def _sheet(request: HttpRequest, found: Assignment, form: Any, status: int = 200) -> HttpResponse:
    dossier = concrete(found.entry.dossier)
    wanted = matter(found.entry.round.matter).material
    there = {tab.id: tab for tab in tabs.tabs_of(dossier, request.actor)}
    material = [there[name] for name in wanted if name in there]
    chosen = next((tab for tab in material if tab.id == request.GET.get("tab")), material[0] if material else None)
    around = own.neighbours_of(request.actor, found)
    steps = [o.step for o in offers(found, request.actor) if o.allowed and o.step.name == "recuse"]
    context = {
        **(chosen.context(dossier, request.actor) if chosen else {}),
        "dossier": dossier,
        "material": material,
        "tab": chosen,
        "assignment": found,
        "round": found.entry.round,
        "form": form,
        "around": around,
        "steps": steps,
        "due": Deadline.objects.owed_by(request.actor).filter(subject_id=found.entry.round_id).first(),
    }
    return render(request, "reviews/sheet.html", context, status=status)


def _closed(request: HttpRequest, found: Assignment) -> HttpResponse:
    """The own sheet as it was handed in, or why there is nothing to do."""
    handed_in = found.state in ("submitted", "locked")
    context = {
        "assignment": found,
        "round": found.entry.round,
        "handed_in": handed_in,
        "lines": lines_of(found) if handed_in else [],
        "vetoes": vetoes_of(found) if handed_in else [],
        "offers": [offer for offer in offers(found, request.actor) if offer.allowed],
    }
    return render(request, "reviews/own_sheet.html", context)


@for_experts
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what was typed while the page stays open. JSON: `{"text": …}`; 409 when the sheet is closed."""
    found = _own(request, pk)
    try:
        at = actions.save_draft(found, {key: request.POST[key] for key in request.POST}, actor=request.actor)
    except PortalError as error:
        return JsonResponse({"text": error.message}, status=409)
    return JsonResponse({"text": _("已于 %(at)s 暂存") % {"at": clock.local(at).strftime("%H:%M")}})


@for_experts
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of a single answer: accept, decline, step out."""
    found = _own(request, pk)
    if name in ("submit", "declare"):
        return redirect("reviews:sheet", pk)
    back = reverse("reviews:mine")
    fresh: Callable[[int], HttpResponse] = lambda status: redirect(back)  # noqa: E731
    return step_page(request, found, name, Place(str(found.entry.dossier), back, ((_("我的评审"), back),), fresh))


@for_experts
@require_GET
@never_cache
def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter of invitation to a round, to whom it was sent."""
    round_ = get_object_or_404(Round.objects.visible_to(request.actor), pk=pk)
    seat = get_object_or_404(Seat.objects.select_related("letter"), round=round_, expert__user=request.actor.user)
    if seat.letter is None:
        raise Http404
    return paper_response(request, seat.letter)
