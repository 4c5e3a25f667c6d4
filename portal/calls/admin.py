"""Administration of calls while they are drafted, and of the versions of parameters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import JSONField
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.accounts.administration import PortalAdmin, PortalInline, actor_of, may_write
from portal.base import clock
from portal.calls import parameters
from portal.calls.lifecycle import DRAFT
from portal.calls.models import Call, CallField, Desk, KeyDirection, ParameterVersion


class _DraftInline(PortalInline):
    """Rows of a call, open while the call is a draft."""

    may_delete = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_delete_permission(request, obj)


def _is_draft(obj: Any) -> bool:
    call = obj.call if isinstance(obj, CallField) else obj
    return call is not None and call.state == DRAFT.id


class DeskInline(_DraftInline):
    """Desks of a call."""

    model = Desk
    autocomplete_fields = ["handlers"]


class CallFieldInline(_DraftInline):
    """Fields of a call; their key directions stand on the field's own page."""

    model = CallField
    show_change_link = True
    formfield_overrides = {JSONField: {"widget": forms.Textarea(attrs={"rows": 1, "cols": 16})}}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "desk":
            match = request.resolver_match
            kwargs["queryset"] = Desk.objects.filter(call=match.kwargs.get("object_id") if match else None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class KeyDirectionInline(_DraftInline):
    """Key directions of a field."""

    model = KeyDirection


@admin.register(Call)
class CallAdmin(PortalAdmin):
    """Calls: the content of drafts. They are begun, published and closed by the bureau's handlers, through steps."""

    list_display = ["title", "programme", "year", "number", "state_label", "opens_on", "closes_on"]
    list_filter = ["programme", "year"]
    search_fields = ["title", "number"]
    inlines = [DeskInline, CallFieldInline]
    readonly_fields = ["programme", "state_label", "published_at"]
    may_add = False

    @admin.display(description=_("状态"))
    def state_label(self, call: Call) -> str:
        return str(call.state_info.label)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or _is_draft(obj)) and super().has_change_permission(request, obj)


@admin.register(CallField)
class CallFieldAdmin(PortalAdmin):
    """A field with its key directions; reached from its call."""

    fields = ["call", "code", "name", "other_allowed", "position"]
    readonly_fields = ["call"]
    inlines = [KeyDirectionInline]
    may_add = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or _is_draft(obj)) and super().has_change_permission(request, obj)


class ValueField(forms.JSONField):
    """A value as JSON; an empty field is empty, not `null`."""

    widget = forms.Textarea(attrs={"rows": 2, "cols": 60})

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class ParameterVersionForm(forms.ModelForm):
    """A new version of a parameter that the code knows."""

    definition = forms.ChoiceField(label=_("参数"))
    value = ValueField(
        label=_("数值"), help_text=_("与默认值同类：数字直接填写，如 10；是否填写 true 或 false；列表如 [-10, -3, 1]。")
    )

    class Meta:
        model = ParameterVersion
        fields = ["definition", "value", "effective_from", "basis"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{d.programme}:{d.key}", _describe(d)) for d in parameters.definitions()]
        self.fields["definition"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        if "value" in self.fields:  # not so on the page to look at
            self.fields["value"].help_text = _(
                "与默认值同类：数字直接填写，如 10；是否填写 true 或 false；列表如 [-10, -3, 1]。"
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        programme, separator, key = cleaned.get("definition", "").partition(":")
        if separator:
            self.instance.programme, self.instance.key = programme, key
            twins = ParameterVersion.objects.filter(key=key, programme=programme)
            if twins.filter(effective_from__in=[cleaned.get("effective_from")]).exists():
                raise ValidationError({"effective_from": _("该参数已有这一天生效的版本。")})
        return cleaned


def _describe(definition: parameters.Definition) -> str:
    unit = f" {definition.unit}" if definition.unit else ""
    programme = f"（{definition.programme}）" if definition.programme else ""
    return str(
        _("%(label)s%(programme)s，默认 %(default)s%(unit)s")
        % {"label": definition.label, "programme": programme, "default": definition.default, "unit": unit}
    )


@admin.register(ParameterVersion)
class ParameterVersionAdmin(PortalAdmin):
    """Versions of parameters: added, never changed. The list shows every known parameter with its value today."""

    form = ParameterVersionForm
    list_display = ["key", "programme", "value", "effective_from", "basis", "created_by", "created_at"]
    list_filter = ["programme"]
    list_select_related = ["created_by"]
    search_fields = ["key", "basis"]
    fields = ["definition", "value", "effective_from", "basis"]
    may_change = False
    change_list_template = "admin/calls/parameterversion/change_list.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["key", "programme", "value", "effective_from", "basis"] if obj else self.fields

    def save_model(self, request: HttpRequest, obj: ParameterVersion, form: Any, change: bool) -> None:
        obj.created_by = actor_of(request).user
        super().save_model(request, obj, form, change)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        today = clock.today()
        programmes = {d.programme for d in parameters.definitions()}
        values = {name: parameters.snapshot(name, today) for name in programmes}
        known = [(d, values[d.programme][d.key]) for d in parameters.definitions()]
        context = {"known": known, "may_write": may_write(request), **(extra_context or {})}
        return super().changelist_view(request, context)
