"""专家组: who can be chosen and who not with the reasons, drawing, the chair, replacements, answers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.lifecycle.engine import perform
from portal.reviews import actions
from portal.reviews.advice import advice_on
from portal.reviews.choosing import Candidate, candidates, crowded_employers
from portal.reviews.models import Assignment, Expert, Round
from portal.reviews.models.experts import READERS as EXPERT_READERS
from portal.reviews.page_forms import DrawForm
from portal.reviews.queries import field_names
from portal.reviews.redrawing import prove
from portal.reviews.registry import panel_size
from portal.reviews.seats import gone_from
from portal.reviews.states import ASSIGNMENT
from portal.reviews.views.common import (
    READERS,
    attempt,
    chosen_keys,
    ended_or_own,
    for_handlers,
    for_readers,
    for_roles,
    for_runners,
    run_by,
    visible_round,
)
from portal.reviews.views.rounds import frame


@for_runners
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel with its answers; as long as it can be changed, everybody of the register beside it."""
    round_ = ended_or_own(request, pk)
    seats = list(round_.seats.select_related("expert__user", "letter").defer("letter__snapshot"))
    answers = _answers(round_)
    chosen, gone = {seat.expert_id for seat in seats}, gone_from(round_)
    for seat in seats:
        seat.gone = seat.expert_id in gone  # type: ignore[attr-defined]
        seat.waits = any(info.id == "invited" for info, _n, _why in answers.get(seat.expert_id, []))  # type: ignore[attr-defined]
    handles = request.actor.role == Role.HANDLER
    judged = candidates(round_) if handles and not round_.ended else []
    text = request.GET.get("q", "").strip()[:40]
    wanted_field = request.GET.get("field", "")
    fields = field_names()
    if text:
        judged = [c for c in judged if text in c.expert.name or text in c.expert.employer or text in c.expert.expertise]
    if wanted_field:
        judged = [c for c in judged if wanted_field in c.expert.fields]
    draws = list(round_.draws.values_list("replaces", flat=True)) if request.actor.role in READERS else []
    replaced = set(draws) - {None}
    context = {
        **frame(request, round_, "panel"),
        "seats": [(seat, answers.get(seat.expert_id, [])) for seat in seats],
        "free": [_row(c, fields) for c in judged if c.free and c.expert.pk not in chosen],
        "barred": [c for c in judged if not c.free and c.expert.pk not in chosen],
        "on_panel": {c.expert.pk: c for c in judged if c.expert.pk in chosen},
        "advice": [*advice_on(round_), *_rules(round_, [seat.expert for seat in seats])]
        if handles and not round_.ended
        else [],
        "gone": len(gone & chosen),
        "replaced": replaced,
        "draws": draws,
        "reads_experts": request.actor.role in EXPERT_READERS,
        "fields": fields,
        "q": text,
        "field": wanted_field,
        "size": panel_size(round_),
    }
    return render(request, "reviews/panel.html", context)


def _row(candidate: Candidate, fields: dict[str, str]) -> dict[str, Any]:
    return {"candidate": candidate, "fields": "、".join(fields.get(code, code) for code in candidate.expert.fields)}


def _rules(round_: Round, experts: list[Expert]) -> list[str]:
    """Which rules of the panel are not met yet."""
    if round_.state != "preparing" or not experts:
        return []
    size, wanted, found = len(experts), panel_size(round_), []
    if size < wanted:
        found.append(_("专家组不少于 %(wanted)s 人，目前 %(size)s 人。") % {"wanted": wanted, "size": size})
    elif size % 2 == 0:
        found.append(_("专家组人数应为单数，目前 %(size)s 人。") % {"size": size})
    most = int(round_.rule.get("same_employer_most", 1))
    if crowded := crowded_employers(experts, most):
        found.append(_("同一单位的专家不超过 %(most)s 人：%(list)s。") % {"most": most, "list": "；".join(crowded)})
    return found


def _answers(round_: Round) -> dict[int, list[tuple[Any, int, str]]]:
    """For each expert: states of the assignments with their numbers, and the reasons given."""
    rows = Assignment.objects.filter(entry__round=round_, entry__left_at=None)
    counted: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for expert, state, reason in rows.values_list("expert_id", "state", "reason"):
        counted[expert][state].append(reason)
    return {
        expert: [
            (info, len(states[key]), "；".join(dict.fromkeys(filter(None, states[key]))))
            for key, info in ASSIGNMENT.states.items()
            if key in states
        ]
        for expert, states in counted.items()
    }


@for_handlers
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts experts on the panel or takes one off; before the invitations freely, afterwards by inviting one more."""
    round_ = visible_round(request, pk)
    keys = chosen_keys(request.POST)
    experts = {expert.pk: expert for expert in Expert.objects.filter(pk__in=keys)}
    remove = request.POST.get("remove", "")
    if remove.isdigit():
        expert = get_object_or_404(Expert, pk=int(remove))
        attempt(request, lambda: actions.remove_expert(round_, expert, actor=request.actor), _("已移出专家组。"))
    elif not experts:
        messages.warning(request, _("请先勾选专家。"))
    elif round_.state == "preparing":
        _choose(request, round_, list(experts.values()))
    else:
        for expert in experts.values():
            done = _("已邀请%(name)s。") % {"name": expert.name}
            attempt(request, lambda e=expert: actions.add_expert(round_, e, actor=request.actor), done)  # type: ignore[misc]
    return redirect("reviews:panel", pk)


def _choose(request: HttpRequest, round_: Round, experts: list[Expert]) -> None:
    """Adds those who can be chosen; the others are refused with their reasons."""
    judged = {c.expert.pk: c for c in candidates(round_)}
    fit = [expert for expert in experts if judged[expert.pk].free]
    for expert in experts:
        if not judged[expert.pk].free:
            facts = {"name": expert.name, "why": "；".join(judged[expert.pk].reasons)}
            messages.warning(request, _("%(name)s不能选为评审专家：%(why)s。") % facts)
    if fit:
        whole = [*round_.experts.order_by("seats__pk"), *fit]
        done = _("已选定 %(n)s 名专家。") % {"n": len(fit)}
        attempt(request, lambda: actions.set_panel(round_, whole, actor=request.actor), done)


@for_handlers
@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draws experts at random."""
    round_ = visible_round(request, pk)
    form = DrawForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("请填写抽取人数（1 至 50）。"))
        return redirect("reviews:panel", pk)
    number, drawn = form.cleaned_data["number"], list[Expert]()
    key = request.POST.get("replaces", "")
    replaces = get_object_or_404(round_.experts, pk=int(key)) if key.isdigit() else None
    act = lambda: drawn.extend(actions.draw(round_, number, actor=request.actor, replaces=replaces))  # noqa: E731
    if attempt(request, act, ""):
        if drawn:
            messages.success(
                request,
                _("抽取结果：%(names)s。种子、抽取范围和结果已记录，可以复算验证。")
                % {"names": "、".join(e.name for e in drawn)},
            )
        if len(drawn) < number:
            messages.warning(request, _("符合条件的专家不足，只抽取到 %(n)s 名。") % {"n": len(drawn)})
    return redirect("reviews:panel", pk)


@for_readers
def draws(request: HttpRequest, pk: int) -> HttpResponse:
    """验证抽取: each draw with its seed and list, done again and compared."""
    round_ = ended_or_own(request, pk)
    context = {**frame(request, round_, "panel"), "proofs": prove(round_)}
    return render(request, "reviews/draws.html", context)


@for_handlers
@require_POST
def chair(request: HttpRequest, pk: int) -> HttpResponse:
    """Names the chair."""
    round_ = visible_round(request, pk)
    key = request.POST.get("expert", "")
    expert = get_object_or_404(round_.experts, pk=int(key)) if key.isdigit() else None
    attempt(request, lambda: actions.set_chair(round_, expert, actor=request.actor), _("专家组组长已确定。"))
    return redirect("reviews:panel", pk)


@for_roles(Role.HANDLER, Role.RECOMMENDER)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes for all open invitations of an expert what was answered outside the portal: accepted or declined."""
    round_ = run_by(request, pk)
    key, how = request.POST.get("expert", ""), request.POST.get("how", "").strip()[:100]
    expert = get_object_or_404(round_.experts, pk=int(key)) if key.isdigit() else None
    if expert is None or not how:
        messages.warning(request, _("请填写答复方式，如：10 月 8 日电话确认。"))
        return redirect("reviews:panel", pk)
    accepts = request.POST.get("do") == "accept"
    waiting = Assignment.objects.filter(entry__round=round_, expert=expert, state="invited").order_by("pk")
    done = 0
    for assignment in waiting.select_related("entry__round", "expert"):
        step, data = ("note_acceptance", {"how": how}) if accepts else ("decline", {"reason": how})
        act = lambda a=assignment, s=step, d=data: perform(a, s, actor=request.actor, data=d)  # noqa: E731
        done += attempt(request, act, "")
    if done:
        words = (
            _("已登记%(name)s接受 %(n)s 个项目的邀请。") if accepts else _("已登记%(name)s谢绝 %(n)s 个项目的邀请。")
        )
        messages.success(request, words % {"name": expert.name, "n": done})
    return redirect("reviews:panel", pk)
