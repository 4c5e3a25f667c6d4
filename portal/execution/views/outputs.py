"""Pages of the register of outputs: enter, change, take out, as xlsx; and all registers of a unit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.http import HttpRequest
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotVisible, StepRefused
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import own, with_own
from portal.execution.models import Output
from portal.execution.output_forms import FORMS, OutputForm, RemoveForm
from portal.execution.outputs import may_keep, register_of, remove_output, save_output
from portal.execution.plans import plan_of
from portal.execution.queries import counts_of, files_by_holder, held_by, in_states
from portal.execution.running import Running
from portal.execution.views.common import crumbs_of, dossier_url, row_or_404, running_or_404
from portal.ui import xlsx
from portal.ui.stepping import add_errors, drop_upload, take_uploads


@login_required
def registers(request: HttpRequest) -> HttpResponse:
    """成果登记: the running projects of the own unit with what each has registered."""
    actor = request.actor
    if not actor.is_applicant:
        raise NotVisible
    mine = Dossier.objects.visible_to(actor).filter(in_states("KEEPS_OUTPUTS"), applicant_id=actor.unit_id)
    page = Paginator(with_own(mine).order_by("-updated_at", "-pk"), 20).get_page(request.GET.get("page"))
    counts = counts_of(row.pk for row in page)
    rows = [_register_row(row, counts.get(row.pk, {})) for row in page]
    return render(request, "execution/registers.html", {"page": page, "rows": rows})


def _register_row(row: Dossier, counts: dict[str, int]) -> dict[str, Any]:
    kinds = plan_of(own(row)).outputs
    return {
        "dossier": row,
        "state": own(row).lifecycle.state(row.shown_state),
        "counts": [(Output.Kind(kind).label, counts.get(kind, 0)) for kind in kinds],
        "url": dossier_url(row, "outputs"),
    }


@login_required
def new(request: HttpRequest, dossier: int, kind: str) -> HttpResponse:
    """Enters an output of that kind."""
    about = running_or_404(request, dossier)
    if not may_keep(request.actor, about) or kind not in plan_of(about).outputs:
        raise Http404
    return _entering(request, Output(kind=kind), about)


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes an output, adds evidence to it or takes some out."""
    return _entering(request, *_own(request, pk))


def _own(request: HttpRequest, pk: int) -> tuple[Output, Any]:
    output = row_or_404(request, Output.objects.kept(), pk)
    if not may_keep(request.actor, output.dossier):
        raise Http404
    return output, output.dossier


def _entering(request: HttpRequest, output: Output, about: Running) -> HttpResponse:
    made = FORMS[output.kind]
    given: dict[str, Any] = {"actor": request.actor, "output": output, "dossier": about}
    blank, held = made(**given), _files_of(output)
    if request.method != "POST":
        return _show(request, output, about, blank, held)
    data, errors = take_uploads(request, blank, request.actor)
    if "drop" in request.POST:
        drop_upload(data, blank, request.POST["drop"])
        typed = {name: field.widget.value_from_datadict(data, {}, name) for name, field in blank.fields.items()}
        return _show(request, output, about, made(initial=typed, **given), held)
    form = made(data, **given)
    add_errors(form, errors)
    if not form.is_valid():
        return _show(request, output, about, form, held, status=422)
    retired = [file for file in held if str(file.key) in request.POST.getlist("retire")]
    try:
        save_output(output, form.values, dossier=about, actor=request.actor, files=form.uploads, retired=retired)
    except StepRefused as error:
        messages.warning(request, error.message)
        return redirect(dossier_url(about, "outputs"))
    messages.success(request, _("已登记“%(title)s”。") % {"title": output.title})
    return redirect(dossier_url(about, "outputs"))


def _files_of(output: Output) -> list[Attachment]:
    return (
        []
        if output.pk is None
        else [file for held in files_by_holder(held_by(Output, [output.pk])).values() for file in held]
    )


def _show(
    request: HttpRequest, output: Output, about: Running, form: OutputForm, held: list[Attachment], status: int = 200
) -> HttpResponse:
    context = {
        "output": output,
        "dossier": about,
        "form": form,
        "held": held,
        "retired": request.POST.getlist("retire"),
        "crumbs": crumbs_of(about, "outputs"),
        "back": dossier_url(about, "outputs"),
    }
    return render(request, "execution/output.html", context, status=status)


@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an output out of the register, with a reason."""
    output, about = _own(request, pk)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            remove_output(output, dossier=about, actor=request.actor, reason=form.cleaned_data["reason"])
            messages.success(request, _("已移除“%(title)s”。") % {"title": output.title})
        except StepRefused as error:
            messages.warning(request, error.message)
        return redirect(dossier_url(about, "outputs"))
    context = {
        "output": output,
        "dossier": about,
        "form": form,
        "crumbs": crumbs_of(about, "outputs"),
        "back": dossier_url(about, "outputs"),
    }
    return render(request, "execution/output_remove.html", context, status=422 if request.method == "POST" else 200)


@login_required
def export(request: HttpRequest, dossier: int) -> HttpResponseBase:
    """The register of a project as xlsx."""
    about = running_or_404(request, dossier)
    heads = [
        (_("类别"), 12),
        (_("名称"), 40),
        (_("标准级别"), 16),
        (_("编号"), 24),
        (_("参与方式"), 10),
        (_("进展"), 12),
        (_("日期"), 12),
        (_("数量"), 10),
        (_("计量单位"), 10),
        (_("说明"), 50),
    ]
    rows = [
        [
            str(row.get_kind_display()),
            row.title,
            str(row.get_level_display()) if row.level else "",
            row.number,
            str(row.get_part_display()) if row.part else "",
            str(row.get_standing_display()) if row.standing else "",
            row.on,
            row.quantity if row.quantity is not None else "",
            row.unit,
            row.note,
        ]
        for row in register_of(about)
    ]
    title = _("成果登记：%(project)s") % {"project": about.describe()}
    audit.note("export", actor=request.actor, label=title)
    name = _("成果登记-%(number)s-%(day)s") % {"number": about.number or about.pk, "day": f"{clock.today():%Y%m%d}"}
    return xlsx.response(name, heads, rows, title=title)
