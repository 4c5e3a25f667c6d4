"""Pages of units renamed or merged."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts import credit_code
from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.accounts.models import Membership, Unit
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.attachments.models import Attachment
from portal.base.errors import PortalError
from portal.dossiers.models import Dossier
from portal.supervision.acts import units as acts
from portal.supervision.acts.deputies import date_field
from portal.supervision.models import UnitChange
from portal.supervision.views.common import only_for
from portal.ui.stepping import add_errors, drop_upload, take_uploads


class _UnitField(forms.CharField):
    """A unit by its code."""

    def clean(self, value: Any) -> Unit:
        code = credit_code.normalise(super().clean(value))
        found = Unit.objects.filter(credit_code=code).first()
        if found is None:
            raise ValidationError(_t("没有登记该统一社会信用代码的单位，请核对。"))
        return found


class ChangeForm(forms.Form):
    """The unit, since when, why, and the evidence."""

    unit = _UnitField(label=_("单位的统一社会信用代码"), max_length=18)
    effective_on = date_field(_("生效日期"))
    reason = forms.CharField(label=_("原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    evidence = AttachmentField(
        slot="unit_change",
        label=_("证明材料"),
        multiple=True,
        kinds=frozenset({"pdf", "ofd", "jpg", "png"}),
        help_text=_("登记机关的变更通知书、合并协议或者批复。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].actor = actor  # type: ignore[attr-defined]

    def meant(self) -> str:
        """What was typed as one value: a page that was looked at confirms this and nothing else."""
        data = self.cleaned_data
        other = data["into"].pk if "into" in data else data["new_name"]
        return f"{data['unit'].pk}:{other}"

    def in_words(self) -> dict[str, Any]:
        """Whom the codes mean, and how much follows: to be looked at before it is done."""
        unit = self.cleaned_data["unit"]
        return {
            "old": unit.name,
            "new": self.cleaned_data["into"].name if "into" in self.cleaned_data else self.cleaned_data["new_name"],
            "dossiers": Dossier.objects.filter(applicant=unit).count(),
            "people": Membership.objects.filter(unit=unit, active=True).count(),
        }


class RenameForm(ChangeForm):
    """The new name."""

    new_name = forms.CharField(label=_("新名称"), max_length=100, help_text=_("与登记证照一致。"))
    field_order = ("unit", "new_name", "effective_on", "reason", "evidence")

    def take(self, actor: Actor) -> UnitChange:
        data = self.cleaned_data
        return acts.rename(
            data["unit"],
            data["new_name"].strip(),
            reason=data["reason"],
            effective_on=data["effective_on"],
            evidence=data["evidence"],
            actor=actor,
        )


class MergeForm(ChangeForm):
    """The unit that takes over."""

    into = _UnitField(label=_("承接单位的统一社会信用代码"), max_length=18)
    field_order = ("unit", "into", "effective_on", "reason", "evidence")

    def take(self, actor: Actor) -> UnitChange:
        data = self.cleaned_data
        return acts.merge(
            data["unit"],
            data["into"],
            reason=data["reason"],
            effective_on=data["effective_on"],
            evidence=data["evidence"],
            actor=actor,
        )


_FORMS: dict[str, tuple[type[RenameForm] | type[MergeForm], Any, Any]] = {
    "renamed": (
        RenameForm,
        _("单位更名"),
        _("该单位的全部项目随之更名，每个项目写入办理历史；已出具的文书保持原名称，仍然有效。"),
    ),
    "merged": (
        MergeForm,
        _("单位合并"),
        _("该单位的全部项目和人员转入承接单位，每个项目写入办理历史；原单位不再申报，不能撤销。"),
    ),
}


@login_required
def changes(request: HttpRequest) -> HttpResponse:
    """Units that were renamed or merged."""
    only_for(request, Role.HANDLER, Role.SECTION_CHIEF, Role.AUDITOR)
    rows = UnitChange.objects.visible_to(request.actor).select_related("unit", "into", "done_by")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    files: dict[int, list[Attachment]] = {}
    held = Attachment.objects.filter(holder_type=UnitChange._meta.label_lower, holder_id__in=[row.pk for row in page])
    for file in held.filter(removed_at=None):
        files.setdefault(file.holder_id or 0, []).append(file)
    context = {
        "page": page,
        "rows": [(row, files.get(row.pk, [])) for row in page],
        "may": request.actor.role == Role.HANDLER,
    }
    return render(request, "supervision/unit_changes.html", context)


@login_required
def change(request: HttpRequest, kind: str) -> HttpResponse:
    """Renames or merges a unit."""
    only_for(request, Role.HANDLER)
    if kind not in _FORMS:
        raise Http404
    form_class, title, consequence = _FORMS[kind]
    form: Any = form_class(actor=request.actor)
    look: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        data, errors = take_uploads(request, form, request.actor)
        if "drop" in request.POST:
            drop_upload(data, form, request.POST["drop"])
            typed = {n: f.widget.value_from_datadict(data, {}, n) for n, f in form.fields.items()}
            form = form_class(actor=request.actor, initial=typed)
        else:
            form = form_class(data, actor=request.actor)
            add_errors(form, errors)
            status = 422
            if not errors and form.is_valid() and request.POST.get("looked_at") != form.meant():
                look, status = {**form.in_words(), "meant": form.meant()}, 200
            elif not errors and form.is_valid():
                try:
                    made = form.take(request.actor)
                except PortalError as error:
                    messages.warning(request, error.message)
                    status = error.status
                else:
                    messages.success(
                        request, _t("已办理：%(change)s，涉及项目 %(n)s 个。") % {"change": made, "n": made.dossiers}
                    )
                    return redirect("supervision:unit_changes")
    context = {"form": form, "title": title, "consequence": consequence, "look": look, "merges": kind == "merged"}
    return render(request, "supervision/unit_change.html", context, status=status)
