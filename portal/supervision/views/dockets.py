"""Lists of dockets by role, a new docket from a selection or a concluded round, one decision for many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotVisible
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete, programme, true_state
from portal.reviews.models import Round
from portal.supervision.dockets import actions
from portal.supervision.dockets.matters import Matter, matter, matters
from portal.supervision.dockets.queries import ALL, MINE, PAST, TO_DECIDE, TO_REVIEW, in_one_line, reviews_of, rows_of
from portal.supervision.dockets.states import SCHEDULED
from portal.supervision.models import Docket, DocketItem
from portal.supervision.requests.queries import asked_in
from portal.supervision.views.common import only_for, safe_back
from portal.ui import bulk, stepping
from portal.ui.filters import Filter, equals
from portal.ui.lists import Column, List
from portal.ui.paging import Sort

_HANDLER, _CHIEF, _LEADER, _AUDITOR = Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR
#: who has which list, how it is called, what stands there when it is empty
LISTS: dict[str, tuple[tuple[Role, ...], Any, Any]] = {
    MINE: ((_HANDLER,), _("呈批件"), _("评审结束并提请审议的项目，可以在项目列表中勾选后“拟办呈批件”。")),
    TO_REVIEW: ((_CHIEF, _HANDLER), _("待审核"), _("经办人报审的呈批件将在这里列出。")),
    TO_DECIDE: ((_LEADER, _CHIEF), _("待审批"), _("处室审核同意报批的呈批件将在这里列出。")),
    PAST: ((_LEADER, _CHIEF, _HANDLER, _AUDITOR), _("已审批"), _("审批完成的呈批件将在这里列出。")),
    ALL: ((_HANDLER, _CHIEF, _LEADER, _AUDITOR), _("全部呈批件"), _("报审后的呈批件将在这里列出。")),
}
SORTS = (
    Sort("-held", _("最近流转"), "held_since", descending=True, nullable=True),
    Sort("held", _("搁置最久"), "held_since", nullable=True),
    Sort("serial", _("编号"), "serial", nullable=True),
    Sort("-serial", _("编号（倒序）"), "serial", descending=True, nullable=True),
)


def _title(row: Docket) -> SafeString:
    return format_html('<a href="{}" data-main>{}</a>', row.get_absolute_url(), row.title)


def _state(row: Docket) -> SafeString:
    info = row.state_info
    return format_html('<span class="p-badge p-tone-{}">{}</span>', info.tone, info.label)


def _where(row: Docket) -> Any:
    """In whose hands it lies, and for how many days."""
    if row.state_info.terminal:
        return ""
    days = "" if row.state == SCHEDULED.id else _t("已 %(days)s 天") % {"days": row.days_held}
    return format_html('{}<small class="p-sub">{}</small>', row.holder, days)


COLUMNS = (
    Column("serial", _("编号"), lambda row: row.serial or "", sort="serial", fixed=True, css="p-code"),
    Column("title", _("标题"), str, cell=_title, fixed=True, css="p-title-cell"),
    Column("matter", _("事项"), lambda row: row.matter_info.label, css="p-nowrap"),
    Column("size", _("项目数"), lambda row: row.size, css="p-num"),
    Column("drafter", _("经办人"), lambda row: row.responsible.user.name, css="p-nowrap"),
    Column("state", _("状态"), lambda row: row.state_info.label, cell=_state, fixed=True, css="p-nowrap"),
    Column("where", _("在谁手里"), lambda row: row.whereabouts, cell=_where, sort="held", css="p-nowrap"),
    Column("number", _("文号"), lambda row: row.number or "", css="p-nowrap"),
)


def _filters() -> list[Filter]:
    states = tuple((s.id, str(s.label)) for s in Docket.lifecycle.states.values())
    return [
        Filter("q", _("标题、编号、文号"), _matching, kind="text"),
        Filter("matter", _("事项"), equals("matter"), options=tuple((m.id, str(m.label)) for m in matters())),
        Filter("state", _("状态"), equals("state"), options=states),
    ]


def _matching(rows: Any, text: str) -> Any:
    from django.db.models import Q

    return rows.filter(Q(title__icontains=text) | Q(serial__icontains=text) | Q(number__icontains=text))


@login_required
def dockets(request: HttpRequest, kind: str) -> HttpResponse:
    """One list of dockets."""
    roles, title, hint = LISTS[kind]
    only_for(request, *roles)
    shown = List(
        request,
        name="dockets",
        rows=rows_of(kind, request.actor).for_rows(),
        columns=COLUMNS,
        sorts=SORTS,
        filters=_filters(),
    )
    names = {
        MINE: "dockets",
        TO_REVIEW: "dockets_review",
        TO_DECIDE: "dockets_decide",
        PAST: "dockets_past",
        ALL: "dockets_all",
    }
    context = {
        "list": shown,
        "title": title,
        "hint": hint,
        "kind": kind,
        "tabs": [
            (LISTS[other][1], reverse(f"supervision:{names[other]}"), other == kind)
            for other in (MINE, TO_REVIEW, TO_DECIDE, PAST, ALL)
            if request.actor.role in LISTS[other][0]
        ],
        "decides": kind == TO_DECIDE and request.actor.role == Role.LEADER,
        "here": reverse(f"supervision:{names[kind]}") + shown.filters.address(),
        "may_begin": request.actor.role == Role.HANDLER,
    }
    return shown.remember(render(request, "supervision/dockets.html", context))


# --- a new docket -------------------------------------------------------------------------------
class NewForm(forms.Form):
    """What is to be decided, and the title."""

    matter = forms.ChoiceField(label=_("事项"))
    title = forms.CharField(label=_("标题"), max_length=150)

    def __init__(self, *args: Any, choices: list[Matter], settled: bool = False, **kwargs: Any) -> None:
        """`settled`: the matter was chosen before the projects were listed."""
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = [(m.id, m.label) for m in choices]  # type: ignore[attr-defined]
        if settled:
            self.fields["matter"].widget = forms.HiddenInput()


@login_required
def new(request: HttpRequest) -> HttpResponseBase:
    """Begins a docket with the chosen dossiers, those of a concluded round, or those that wait for a decision."""
    only_for(request, Role.HANDLER)
    source = request.POST if request.method == "POST" else request.GET
    chosen = [int(key) for key in source.getlist("id") if key.isdigit()][: actions.MOST]
    round_ = _round(request, source.get("round", ""))
    wanted = _matter(source.get("matter", ""), chosen, request)
    selected = source.get("from") == "selection" or (request.method == "GET" and bool(chosen))
    rows = _candidates(request, wanted, chosen if selected else [], round_)
    form = NewForm(request.POST or None, choices=matters(), settled=not selected, initial=_initial(wanted, round_))
    if request.method == "POST" and form.is_valid():
        picked = list(Dossier.objects.visible_to(request.actor).filter(pk__in=chosen))
        docket, refused = actions.begin_docket(
            actor=request.actor,
            matter_id=form.cleaned_data["matter"],
            title=form.cleaned_data["title"],
            dossiers=picked,
        )
        tell_refused(request, refused)
        return redirect(docket.get_absolute_url())
    rounds = (
        Round.objects.visible_to(request.actor).filter(state="concluded", matter=wanted.review).order_by("-pk")[:20]
    )
    context = {
        "form": form,
        "matter": wanted,
        "matters": matters(),
        "rows": rows,
        "chosen": set(chosen),
        "selected": selected,
        "round": round_,
        "rounds": rounds,
        "back": safe_back(request, reverse("supervision:dockets")),
    }
    return render(request, "supervision/docket_new.html", context, status=422 if form.errors else 200)


def tell_refused(request: HttpRequest, refused: list[tuple[Dossier, str]]) -> None:
    """Says which dossiers could not be put in, and why."""
    for dossier, reason in refused[:10]:
        messages.warning(request, _t("“%(dossier)s”未列入：%(reason)s") % {"dossier": dossier, "reason": reason})
    if len(refused) > 10:
        messages.warning(request, _t("另有 %(n)s 项未列入。") % {"n": len(refused) - 10})


def _round(request: HttpRequest, text: str) -> Round | None:
    if not text.isdigit():
        return None
    return Round.objects.visible_to(request.actor).filter(pk=int(text), state="concluded").first()


def _matter(text: str, chosen: list[int], request: HttpRequest) -> Matter:
    """The matter of the address; else the one that the chosen dossiers' state fits; else the first."""
    known = {m.id: m for m in matters()}
    if text in known:
        return matter(text)
    first = Dossier.objects.visible_to(request.actor).filter(pk__in=chosen).first() if chosen else None
    if first is None:
        return matters()[0]
    own = concrete(first)
    fitting = [m for m in matters() if m.programme == first.programme and first.state in m.sources]
    ready = (m for m in fitting if not (m.refuses and m.refuses([own])))
    return next(ready, fitting[0] if fitting else matters()[0])


def _candidates(request: HttpRequest, wanted: Matter, chosen: list[int], round_: Round | None) -> list[dict[str, Any]]:
    """The dossiers offered: chosen ones, those of the round, or all that wait; each with what keeps it out."""
    model: Any = programme(wanted.programme).model
    rows = model.objects.visible_to(request.actor).select_related("applicant", "field", "call")
    if chosen:
        rows = rows.filter(pk__in=chosen)
    elif round_ is not None:
        rows = rows.filter(review_entries__round=round_).distinct()
    elif wanted.requests:
        rows = rows.filter(pk__in=asked_in(wanted.id))
    else:
        rows = rows.filter(state__in=wanted.sources)
    found = list(rows.order_by("number", "pk")[: actions.MOST])
    held = dict(
        DocketItem.objects.live().filter(dossier__in=[d.pk for d in found]).values_list("dossier", F("docket__serial"))
    )
    entries = reviews_of([d.pk for d in found], wanted.review)
    said = wanted.says(found, {}) if wanted.says and found else {}
    refused = wanted.refuses(found) if wanted.refuses and found else {}
    result = []
    for dossier in found:
        obstacle = ""
        if dossier.pk in held and not (chosen or round_):
            continue
        if dossier.pk in held:
            obstacle = _t("已列入 %(serial)s") % {"serial": held[dossier.pk]}
        elif dossier.state not in wanted.sources:
            obstacle = _t("当前状态不能列入本事项")
        else:
            obstacle = str(refused.get(dossier.pk, ""))
        told = [str(text) for text in (in_one_line(entries.get(dossier.pk)), said.get(dossier.pk, "")) if text]
        result.append(
            {
                "dossier": dossier,
                "state": true_state(dossier),
                "opinion": "；".join(told),
                "obstacle": obstacle,
                "ready": not obstacle,
            }
        )
    return result


def _initial(wanted: Matter, round_: Round | None) -> dict[str, Any]:
    year = round_.held_on.year if round_ else clock.today().year
    usual = str(wanted.title) or _t("关于%%(year)s年度%(matter)s的请示") % {"matter": wanted.label}
    return {"matter": wanted.id, "title": usual % {"year": year}}


# --- one decision for many ----------------------------------------------------------------------
@login_required
def bulk_step(request: HttpRequest, name: str) -> HttpResponseBase:
    """One step for the chosen dockets (the leader's 审批): the same remark, every item agreed."""
    only_for(request, Role.LEADER, Role.SECTION_CHIEF)
    source = request.POST if request.method == "POST" else request.GET
    back = safe_back(request, reverse("supervision:dockets_decide"))
    keys = [int(key) for key in source.getlist("id") if key.isdigit()][: bulk.MOST]
    seen = {key: int(source[f"seen-{key}"]) for key in keys if source.get(f"seen-{key}", "").isdigit()}
    rows = {row.pk: row for row in Docket.objects.visible_to(request.actor).filter(pk__in=keys).for_rows()}
    items = bulk.items_of([rows[key] for key in keys if key in rows], name, request.actor, seen)
    if not items or items[0].step is None:
        messages.warning(request, _t("请先在列表中勾选要审批的呈批件。"))
        return redirect(back)
    ready = [item for item in items if not item.obstacle] or items
    step, form, status = items[0].step, bulk.form_of(ready[0], request.actor), 200
    if request.method == "POST":
        data, _errors = stepping.take_uploads(request, form, request.actor)
        bound = bulk.form_of(ready[0], request.actor, data)
        if bound is None or bound.is_valid():
            outcomes = bulk.take_all(items, request.actor, data, form)
            context = {
                "step": step,
                "done": [outcome for outcome in outcomes if not outcome.reason],
                "failed": [outcome for outcome in outcomes if outcome.reason],
                "back": back,
            }
            return render(request, "supervision/dockets_bulk_done.html", context)
        form, status = bound, 422
    context = {"step": step, "items": items, "form": form, "back": back, "told": [p.label for p in step.tells]}
    return render(request, "supervision/dockets_bulk.html", context, status=status)


def visible(request: HttpRequest, pk: int) -> Docket:
    """The docket with its people; 404 when the actor may not see it."""
    found = Docket.objects.visible_to(request.actor).for_rows().filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found
