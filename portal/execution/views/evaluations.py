"""The page of a self-evaluation: filled in by the undertaker, read by everybody else once it was filed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.http import HttpRequest
from portal.base import clock
from portal.base.errors import PortalError, Stale, StepRefused
from portal.execution import evaluations
from portal.execution.evaluation_form import EvaluationForm
from portal.execution.models import Evaluation
from portal.execution.outputs import snapshot_of
from portal.execution.rules import is_its_undertaker
from portal.execution.running import Running
from portal.execution.views.common import crumbs_of, dossier_url, running_or_404
from portal.lifecycle.engine import Offer, offers


@login_required
def evaluation(request: HttpRequest, dossier: int, stage: str) -> HttpResponse:
    """While it is open the undertaker fills it in here; the filed one is read."""
    about = running_or_404(request, dossier)
    if stage not in Evaluation.Stage.values:
        raise Http404
    if "number" not in request.GET and is_its_undertaker.admits(request.actor, about) and about.may_evaluate(stage):
        return _fill_in(request, about, stage)
    return _read(request, about, stage)


def _read(request: HttpRequest, about: Running, stage: str, status: int = 200) -> HttpResponse:
    number = request.GET.get("number", "")
    rows = Evaluation.objects.filter(dossier_id=about.pk, stage=stage).exclude(filed_at=None)
    found = (rows.filter(number=int(number)) if number.isdecimal() else rows).first()
    if found is None:
        raise Http404
    context = {
        **_common(about, found),
        "texts": _texts(found),
        "milestones": found.content.get("milestones", ()),
        "outputs": found.content.get("outputs", ()),
    }
    return render(request, "execution/evaluation_read.html", context, status=status)


def _texts(found: Evaluation) -> list[tuple[Any, str]]:
    typed = found.content.get("texts", {})
    return [(label, typed.get(key, "")) for key, label, _help, _wanted in evaluations.TEXTS[found.stage]]


def _common(about: Running, found: Evaluation) -> dict[str, Any]:
    rows = found.content.get("targets", ())
    return {
        "dossier": about,
        "evaluation": found,
        "heading": found.heading,
        "achieved": {row["id"]: evaluations.achieved(row) for row in rows},
        "later": found.stage == Evaluation.Stage.ACCEPTANCE,
        "crumbs": crumbs_of(about),
        "back": dossier_url(about),
        "here": reverse("execution:evaluation", args=[about.pk, found.stage]),
    }


# --- filling in -------------------------------------------------------------------------------------
def _fill_in(request: HttpRequest, about: Running, stage: str) -> HttpResponse:
    found = evaluations.current(about, stage) or evaluations.blank(about, stage)
    if request.method != "POST":
        return _form(request, about, found, EvaluationForm(evaluation=found), seen=found.revision)
    form, seen = EvaluationForm(request.POST, evaluation=found), request.POST.get("seen", "")
    if request.headers.get("X-Requested-With") == "fetch":
        return _autosave(request, about, stage, form, seen)
    if not form.is_valid():
        return _form(request, about, found, form, seen=seen, status=422)
    try:
        evaluations.save(
            evaluations.begun(about, stage),
            actor=request.actor,
            actual=form.actual,
            texts=form.words,
            seen=int(seen) if seen.isdecimal() else None,
        )
    except Stale as error:
        return _form(request, about, found, form, seen=found.revision, conflict=error.message, status=409)
    except StepRefused as error:
        messages.warning(request, error.message)
        return redirect(dossier_url(about))
    messages.success(request, _("已保存。未填完的内容可以以后继续填写。"))
    return redirect(reverse("execution:evaluation", args=[about.pk, stage]))


def _autosave(request: HttpRequest, about: Running, stage: str, form: EvaluationForm, seen: str) -> JsonResponse:
    """The same while somebody types: what is wrong is left for the button 保存, which shows it beside the field."""
    if not form.is_valid():
        return JsonResponse({"message": _("有内容需要更正，请点“保存”查看。")}, status=422)
    try:
        kept = evaluations.save(
            evaluations.begun(about, stage),
            actor=request.actor,
            actual=form.actual,
            texts=form.words,
            seen=int(seen) if seen.isdecimal() else None,
        )
    except PortalError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    at = clock.local(kept.saved_at or clock.now()).strftime("%H:%M")
    return JsonResponse({"revision": kept.revision, "message": _("已于 %(at)s 自动保存") % {"at": at}})


def _form(
    request: HttpRequest,
    about: Running,
    found: Evaluation,
    form: EvaluationForm,
    *,
    seen: Any,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **_common(about, found),
        "form": form,
        "seen": seen,
        "conflict": conflict,
        "kept": _texts(found) if conflict else (),
        "problems": evaluations.gaps(found),
        "filing": filing_of(about, found.stage, request),
        "milestones": evaluations.milestones_as_kept(about),
        "outputs": snapshot_of(about),
    }
    return render(request, "execution/evaluation.html", context, status=status)


def filing_of(about: Running, stage: str, request: HttpRequest) -> Offer | None:
    """The step that files it, with what is still against it; None where the project's state does not have it yet."""
    offered = offers(about, request.actor)
    return next((offer for offer in offered if offer.step.extra.get("files_evaluation") == stage), None)
