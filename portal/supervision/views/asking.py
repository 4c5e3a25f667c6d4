"""Pages on which an applicant asks for something: the choice of project and matter, the form, its draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.base.errors import InvalidInput, Stale, StepRefused, Unmet
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete, programme
from portal.lifecycle.declared import step_of
from portal.lifecycle.engine import perform
from portal.lifecycle.forms import StepForm
from portal.supervision.models import Request
from portal.supervision.requests import drafts, kinds
from portal.supervision.requests.queries import askable, live_by_kind
from portal.supervision.requests.states import DRAFT
from portal.supervision.requests.steps import asks
from portal.supervision.views.common import dossier_crumbs, only_for, the_dossier
from portal.ui.stepping import add_errors, drop_upload, retyped, take_uploads, unbound

FILE = step_of(Request, "file")
#: projects that the choice offers at most
MOST = 100


# --- the choice -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Choice:
    """A kind on the page of the choice: why it cannot be filed now, and the one that is under way."""

    kind: kinds.Kind
    reasons: list[str]
    live: Request | None

    @property
    def handling(self) -> str:
        return handling_of(self.kind)


def handling_of(kind: kinds.Kind) -> str:
    """Who has a say in a kind of request, in words."""
    who = _("由市市场监督管理局审批") if kind.matter else _("由市市场监督管理局办理")
    return _("项目保证单位表示意见后，%(who)s。") % {"who": who} if kind.endorser else f"{who}。"


@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """What can be asked for: first the project, then the matter."""
    only_for(request, Role.UNIT_ADMIN, Role.UNIT_EDITOR)
    rows = askable(request.actor)[:MOST]
    wanted = request.GET.get("dossier", "")
    chosen = next((row for row in rows if str(row.pk) == wanted), rows[0] if len(rows) == 1 else None)
    if wanted and chosen is None:
        the_dossier(request, int(wanted) if wanted.isdigit() else 0)  # another's project is not there
        messages.warning(request, _("该项目当前没有可以申请的事项。"))
    offered = [(row, programme(row.programme).model.lifecycle.state(row.shown_state)) for row in rows]
    context: dict[str, Any] = {"dossiers": offered, "chosen": chosen}
    if chosen is not None:
        context["groups"] = _groups(concrete(chosen), request)
    return render(request, "supervision/request_choose.html", context)


def _groups(dossier: Any, request: HttpRequest) -> list[tuple[str, list[Choice]]]:
    """The kinds in the order of their declaration, those of a group together, what ends something last."""
    live = live_by_kind(dossier)
    found: dict[str, list[Choice]] = {}
    for kind in sorted(kinds.offered_to(dossier), key=lambda kind: kind.danger):
        present = live.get(kind.id)
        asked = Request(dossier=dossier, chain_id=dossier.chain_id, kind=kind.id)
        reasons = [] if present else [str(reason) for check in kind.guards if (reason := check(asked))]
        found.setdefault(str(kind.group), []).append(Choice(kind, reasons, present))
    return list(found.items())


# --- the form -------------------------------------------------------------------------------------
@login_required
def new(request: HttpRequest, kind: str, dossier: int) -> HttpResponseBase:
    """The applicant asks for something; a draft of the same kind is gone on with."""
    about = the_dossier(request, dossier)
    if kind not in [known.id for known in kinds.kinds_of(about.programme)]:
        raise Http404
    subject = Request(dossier=about, chain_id=about.chain_id, kind=kind)
    if not asks.admits(request.actor, subject):
        raise Http404
    begun = drafts.draft_of(about, kind)
    if begun is not None:
        return redirect("supervision:request_step", begun.pk, FILE.name)
    return form_page(request, subject)


def form_page(request: HttpRequest, subject: Request) -> HttpResponseBase:
    """The form of a new request or of a draft: GET shows it, POST saves the draft or files it."""
    actor = request.actor
    if request.method != "POST":
        reasons = [str(reason) for guard in FILE.guards if (reason := guard(subject, actor))]
        return _show(request, subject, form=unbound(FILE, subject, actor), reasons=reasons)
    if subject._state.adding:  # so many empty rows as were offered
        subject.data = {"typed": dict(request.POST.items())}
    blank = unbound(FILE, subject, actor)
    data, errors = take_uploads(request, blank, actor)
    if "drop" in request.POST:
        drop_upload(data, blank, request.POST["drop"])
        return _show(request, subject, form=retyped(FILE, subject, actor, data))
    try:
        if ("keep" in request.POST or "print" in request.POST) and not errors:
            return _keep(request, subject, blank, data)
        if errors:
            form = FILE.form(data=data, subject=subject, actor=actor) if FILE.form else None
            add_errors(form, errors)
            return _show(request, subject, form=form, status=422)
        return _file(request, subject, blank, data)
    except InvalidInput as error:
        return _show(request, subject, form=error.form, status=422)
    except Unmet as error:
        return _show(request, subject, form=retyped(FILE, subject, actor, data), reasons=error.reasons, status=409)
    except Stale as error:
        messages.warning(request, error.message)
        fresh = Request.objects.select_related("dossier").get(pk=subject.pk)
        return _show(request, fresh, form=retyped(FILE, fresh, actor, data), status=409)
    except StepRefused as error:
        messages.warning(request, error.message)
        return redirect(_back(subject))


def _keep(request: HttpRequest, subject: Request, blank: StepForm | None, data: Any) -> HttpResponse:
    assert blank is not None
    drafts.keep(subject, drafts.typed_in(blank, data), actor=request.actor, seen=_seen(data))
    if "print" in request.POST:
        return redirect("supervision:request_print", subject.pk)
    messages.success(request, _("草稿已保存，仅本单位可见；填写完整后提出申请。"))
    return redirect("supervision:request_step", subject.pk, FILE.name)


@login_required
def print_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a form to be sealed, scanned and uploaded with the request; an incomplete one goes back to its page."""
    rows = Request.objects.visible_to(request.actor).select_related("dossier__applicant", "dossier__recommender")
    draft = get_object_or_404(rows, pk=pk)
    if not asks.admits(request.actor, draft):
        raise Http404
    if draft.state != DRAFT.id:
        return redirect(draft)
    shown, problems = drafts.as_filed(draft, actor=request.actor)
    if problems:
        first = next(text for texts in problems.values() for text in texts)
        words = _("还有 %(n)s 处需要填写，填写完整后再打印：%(first)s")
        messages.warning(request, words % {"n": sum(map(len, problems.values())), "first": first})
        return redirect("supervision:request_step", draft.pk, FILE.name)
    dossier = concrete(draft.dossier)
    context = {
        "request_row": draft,
        "dossier": dossier,
        "kind": draft.kind_info,
        "shown": shown,
        "programme": programme(dossier.programme),
        "crumbs": dossier_crumbs(dossier),
        "body": draft.kind_info.endorser(dossier) if draft.kind_info.endorser else None,
    }
    return render(request, "supervision/request_print.html", context)


def _file(request: HttpRequest, subject: Request, blank: StepForm | None, data: Any) -> HttpResponse:
    """Files it; of a draft what was typed is kept first, so that nothing is lost when it cannot be filed."""
    assert blank is not None
    if not subject._state.adding:
        drafts.keep(subject, drafts.typed_in(blank, data), actor=request.actor, seen=_seen(data))
    perform(subject, FILE.name, actor=request.actor, data=data)
    words = _("已提出申请“%(kind)s”。") % {"kind": subject}
    if subject.kind_info.endorser is not None:
        words += _("项目保证单位将收到征求意见的通知。")
    messages.success(request, words)
    return redirect(subject.get_absolute_url())


def _seen(data: Any) -> int | None:
    text = data.get("seen", "")
    return int(text) if text.isdecimal() else None


def _back(subject: Request) -> str:
    return subject.get_absolute_url() if subject.pk else reverse("workbench:dossier", args=[subject.dossier_id])


def _show(
    request: HttpRequest, subject: Request, *, form: StepForm | None, reasons: Any = (), status: int = 200
) -> HttpResponse:
    dossier: Dossier = subject.dossier
    context = {
        "step": FILE,
        "form": form,
        "reasons": reasons,
        "asks": form is not None and not (reasons and request.method == "GET"),
        "request_row": subject,
        "kind": subject.kind_info,
        "handling": handling_of(subject.kind_info),
        "place": {"title": dossier.describe(), "back": _back(subject)},
        "crumbs": dossier_crumbs(dossier),
        "seen": subject.revision if subject.pk else "",
        "told": [party.label for party in FILE.tells],
    }
    return render(request, "supervision/ask.html", context, status=status)
