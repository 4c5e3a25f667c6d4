"""评审组织: the list of rounds, a round's own page, its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base.errors import PortalError
from portal.deadlines.models import Deadline
from portal.lifecycle.engine import offers
from portal.reviews import actions, logs
from portal.reviews.advice import advice_on
from portal.reviews.commissions import may_run
from portal.reviews.duties import ANSWER
from portal.reviews.models import Assignment, Round
from portal.reviews.notifying import to_notify
from portal.reviews.page_forms import NewRoundForm, RepeatForm, RoundForm
from portal.reviews.queries import entries_of, progress_of, to_check
from portal.reviews.registry import matter, matters
from portal.reviews.states import ROUND
from portal.reviews.views.common import (
    READERS,
    attempt,
    chosen_keys,
    ended_or_own,
    for_handlers,
    for_readers,
    for_roles,
    for_runners,
    visible_round,
)
from portal.ui.filters import Filter, equals
from portal.ui.lists import Column, List
from portal.ui.paging import Sort
from portal.ui.stepping import Place, step_page

SORTS = (
    Sort("-held", _("评审日期（最近）"), "held_on", descending=True),
    Sort("held", _("评审日期（最早）"), "held_on"),
)


def _filters() -> list[Filter]:
    def search(rows: QuerySet[Round], text: str) -> QuerySet[Round]:
        named = Q(entries__dossier__title__icontains=text) | Q(entries__dossier__number__iexact=text)
        return rows.filter(Q(title__icontains=text) | Q(pk__in=Round.objects.filter(named).values("pk")))

    return [
        Filter("q", _("名称、评审项目"), search, kind="text"),
        Filter("matter", _("评审事项"), equals("matter"), options=tuple((m.id, str(m.label)) for m in matters())),
        Filter("state", _("状态"), equals("state"), options=tuple((s.id, str(s.label)) for s in ROUND.states.values())),
        Filter("from", _("评审日期不早于"), lambda rows, day: rows.filter(held_on__gte=day), kind="date"),
        Filter("to", _("评审日期不晚于"), lambda rows, day: rows.filter(held_on__lte=day), kind="date"),
    ]


def _columns(progress: dict[int, dict[str, int]]) -> list[Column]:
    def sheets(row: Round) -> str:
        found = progress[row.pk]
        return f"{found['valid']} / {found['asked']}" if found["asked"] else ""

    return [
        Column("title", _("名称"), str, cell=_title_cell, fixed=True, width=44),
        Column("matter", _("评审事项"), lambda r: matter(r.matter).label, css="p-nowrap"),
        Column("held", _("评审日期"), lambda r: r.held_on, cell=lambda r: r.held_on.isoformat(), sort="held", css="p-nowrap"),
        Column("place", _("地点或者方式"), lambda r: r.place, width=24),
        Column("entries", _("项目"), lambda r: progress[r.pk]["entries"], css="p-num"),
        Column("panel", _("专家"), lambda r: r.panel, css="p-num"),
        Column("sheets", _("评审表（已交 / 应交）"), sheets, css="p-num"),
        Column("state", _("状态"), lambda r: r.state_info.label, cell=_state_cell, fixed=True),
        Column("organiser", _("经办人"), lambda r: r.organiser.user.name, css="p-nowrap"),
    ]  # fmt: skip


def _title_cell(row: Round) -> SafeString:
    return format_html('<a href="{}" data-main>{}</a>', row.get_absolute_url(), row.title)


def _state_cell(row: Round) -> SafeString:
    return format_html('<span class="p-badge p-tone-{}">{}</span>', row.state_info.tone, row.state_info.label)


@for_readers
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds this reader knows of, the latest sitting first."""
    progress: dict[int, dict[str, int]] = {}
    rows = Round.objects.visible_to(request.actor).select_related("organiser__user").defer("rule", "conclusion")
    shown = List(
        request,
        name="rounds",
        rows=rows.annotate(panel=Count("seats")),
        columns=_columns(progress),
        sorts=SORTS,
        filters=_filters(),
    )
    progress.update(progress_of(shown.page.rows))
    handles = request.actor.role == Role.HANDLER
    checks = to_check(request.actor).count() if request.actor.role in (Role.HANDLER, Role.SECTION_CHIEF) else 0
    return shown.remember(render(request, "reviews/rounds.html", {"list": shown, "handles": handles, "checks": checks}))


@for_handlers
def new(request: HttpRequest) -> HttpResponse:
    """Sets a round up; dossiers chosen in a list are taken in at once."""
    data = request.POST if request.method == "POST" else None
    keys = chosen_keys(request.POST if data is not None else request.GET)
    form = NewRoundForm(data, initial={"matter": request.GET.get("matter", "")})
    if data is not None and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("title", "held_on", "place", "intended")}
        round_ = actions.set_up_round(actor=request.actor, matter_id=form.cleaned_data["matter"], **facts)
        messages.success(request, _t("评审已建立，请列入项目、选定专家。"))
        if keys:
            take_in_keys(request, round_, keys)
        return redirect(round_)
    context = {"form": form, "keys": keys}
    return render(request, "reviews/round_new.html", context, status=422 if data is not None else 200)


def take_in_keys(request: HttpRequest, round_: Round, keys: list[int]) -> None:
    """Takes the chosen dossiers into a round and says what became of them."""
    model = actions.matter_model(round_)
    rows = model.objects.visible_to(request.actor).filter(pk__in=keys).select_related("call", "applicant", "field")
    found = {row.pk: row for row in rows}
    refused = actions.take_in(round_, [found[key] for key in keys if key in found], actor=request.actor)
    done = len(found) - len(refused)
    if done:
        messages.success(request, _t("已列入 %(n)s 个项目。") % {"n": done})
    for dossier, reason in refused[:10]:
        messages.warning(request, _t("“%(dossier)s”未列入：%(reason)s") % {"dossier": dossier, "reason": reason})
    if len(refused) > 10:
        messages.warning(request, _t("另有 %(n)s 个项目未列入，原因相同或者类似。") % {"n": len(refused) - 10})
    if len(keys) > len(found):
        messages.warning(request, _t("另有 %(n)s 个项目类型与评审事项不符，未列入。") % {"n": len(keys) - len(found)})


def home_of(actor: Actor) -> tuple[str, str]:
    """The list that a round stands in for this reader: label and address."""
    if actor.role == Role.RECOMMENDER:
        return _t("受托验收"), reverse("reviews:commissions")
    return _t("评审组织") if actor.role == Role.HANDLER else _t("评审"), reverse("reviews:rounds")


def _pages(round_: Round, actor: Actor, runs: bool) -> list[tuple[str, str]]:
    """The pages of a round that this reader meets."""
    open_to = runs or round_.ended
    pages = [("round", _t("评审项目"))]
    pages += [("panel", _t("专家组")), ("board", _t("进度"))] if open_to else []
    pages += [("summary", _t("汇总与结论")), ("papers", _t("材料与文书"))]
    return [*pages, ("log", _t("办理记录"))] if open_to and actor.role != Role.RECOMMENDER else pages


def frame(request: HttpRequest, round_: Round, here: str) -> dict[str, Any]:
    """What the head of each page of a round shows: its state, what can be done, the other pages."""
    offered = offers(round_, request.actor)
    allowed = [offer for offer in offered if offer.allowed]
    primary = [offer for offer in allowed if offer.step.tone == "primary"][:1]
    handles, runs = request.actor.role == Role.HANDLER, may_run(request.actor, round_)
    pages = _pages(round_, request.actor, runs)
    repeated = list(round_.repeated_by.exclude(state="void")) if round_.state == "void" else []
    return {
        "round": round_,
        "matter": matter(round_.matter),
        "here": here,
        "pages": [(name, label, reverse(f"reviews:{name}", args=[round_.pk])) for name, label in pages],
        "handles": handles,
        "runs": runs,
        "running": runs and not round_.ended,
        "home": home_of(request.actor),
        "download": "reviews:round_paper" if request.actor.role == Role.RECOMMENDER else "documents:download",
        "adjustable": handles and round_.state in ("preparing", "inviting"),
        "live": handles and not round_.ended,
        "primary": primary,
        "secondary": [offer for offer in allowed if offer not in primary],
        "blocked": [offer for offer in offered if not offer.allowed and offer.step.tone == "primary"],
        "duties": _duties(round_) if not round_.ended else [],
        "may_repeat": handles and round_.state == "void" and not repeated,
        "repeated": repeated,
    }


def _awaits_answers(round_: Round) -> bool:
    return Assignment.objects.filter(entry__round=round_, state="invited").exists()


def _duties(round_: Round) -> list[Deadline]:
    """What is still to be done by when; no answer is awaited any more once every invitation has one."""
    found = list(Deadline.objects.open().filter(subject_type=round_.label_of_type(), subject_id=round_.pk))
    if not any(duty.duty == ANSWER.id for duty in found) or _awaits_answers(round_):
        return found
    return [duty for duty in found if duty.duty != ANSWER.id]


@for_handlers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes title, date, place or intended number."""
    round_ = visible_round(request, pk)
    if round_.ended:
        raise Http404
    form = RoundForm(request.POST or None, instance=visible_round(request, pk))
    if request.method == "POST" and form.is_valid():
        attempt(
            request,
            lambda: actions.edit_round(round_, actor=request.actor, **form.cleaned_data),
            _t("评审安排已保存。已邀请的专家请另行告知变动。"),
        )
        return redirect(round_)
    context = {"form": form, "round": round_}
    return render(request, "reviews/round_edit.html", context, status=422 if form.errors else 200)


@for_roles(*READERS, Role.RECOMMENDER, Role.EXPERT)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the round is about, where it stands, the dossiers in it. An expert who follows a message is led to the own
    list: a round's page is the bureau's."""
    round_ = visible_round(request, pk)
    return redirect("reviews:mine") if request.actor.role == Role.EXPERT else _show(request, round_)


def _show(request: HttpRequest, round_: Round, status: int = 200) -> HttpResponse:
    context = {
        **frame(request, round_, "round"),
        "entries": entries_of(round_, with_papers=True),
        "to_notify": to_notify(round_) if request.actor.role == Role.HANDLER and not round_.ended else 0,
        "items": {item.id: item.label for item in round_.sheet.items},
        "advice": advice_on(round_) if request.actor.role == Role.HANDLER and not round_.ended else [],
    }
    return render(request, "reviews/round.html", context, status=status)


@for_runners
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page of one step of a round. The conclusion can be saved without being taken."""
    round_ = visible_round(request, pk)
    if name == "conclude" and request.method == "POST" and "keep" in request.POST:
        return _keep_conclusions(request, round_)
    crumbs = (home_of(request.actor),)
    place = Place(
        round_.title,
        round_.get_absolute_url(),
        crumbs,
        lambda status: _show(request, visible_round(request, pk), status),
        done=reverse("reviews:summary", args=[pk]) if name == "conclude" else "",
    )
    return step_page(request, round_, name, place)


def _keep_conclusions(request: HttpRequest, round_: Round) -> HttpResponse:
    data = request.POST
    keys = [int(key.removeprefix("conclusion-")) for key in data if key.removeprefix("conclusion-").isdigit()]
    typed = {key: (data[f"conclusion-{key}"], data.get(f"opinion-{key}", "")) for key in keys}
    held = {key: data.getlist(f"vetoes-{key}") for key in keys}
    general = {"opinion": data.get("conclusion", ""), "minutes": data.get("minutes", "")}
    attempt(
        request,
        lambda: actions.note_conclusions(round_, typed, actor=request.actor, vetoes=held, **general),
        _t("结论和意见已暂存，评审尚未结束。"),
    )
    return redirect("reviews:step", round_.pk, "conclude")


@for_handlers
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """重新组织: a new round with the dossiers of a void one."""
    void = visible_round(request, pk)
    if void.state != "void":
        raise Http404
    initial = {
        "title": _t("%(title)s（重新组织）") % {"title": void.title},
        "place": void.place,
        "intended": void.intended,
    }
    form = RepeatForm(request.POST or None, initial=initial, matter_id=void.matter)
    if request.method == "POST" and form.is_valid():
        try:
            again = actions.repeat_round(void, actor=request.actor, **form.cleaned_data)
        except PortalError as error:
            messages.warning(request, error.message)
            return redirect(void)
        messages.success(request, _t("已按原项目重新组织，请核对专家后发出邀请。"))
        return redirect(again)
    context = {"form": form, "round": void}
    return render(request, "reviews/round_repeat.html", context, status=422 if form.errors else 200)


@for_readers
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to the round, the newest first. It tells no score."""
    round_ = ended_or_own(request, pk)
    context = {**frame(request, round_, "log"), "records": logs.own_records(round_), "answers": logs.answers(round_)}
    return render(request, "reviews/log.html", context)
