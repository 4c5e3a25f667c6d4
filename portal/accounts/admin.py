"""Administration of people, roles, units, districts, bodies, the calendar; the access log to read."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from portal.accounts.administration import PortalAdmin, PortalInline, ReadOnlyAdmin, actor_of, may_write
from portal.accounts.audit import note
from portal.accounts.models import AuditEvent, Body, District, Membership, Unit, User
from portal.base.holidays import known_years, load_year
from portal.base.models import CalendarDay

for model in (Group, EmailAddress, Authenticator):  # permissions are roles; addresses and factors belong to the person
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class MembershipInline(PortalInline):
    """A person's roles; given roles are switched off, never rewritten, because the history refers to them."""

    model = Membership
    autocomplete_fields = ["unit", "body"]
    fields = ["role", "unit", "body", "active"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(PortalAdmin, UserAdmin):
    """People: accounts are switched off, not deleted."""

    list_display = ["name", "username", "email", "phone", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["name", "username", "email", "phone"]
    ordering = ["-pk"]
    filter_horizontal = ()
    inlines = [MembershipInline]
    readonly_fields = ["last_login", "last_seen_at", "date_joined", "privacy_accepted_at"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("人员信息"), {"fields": ["name", "email", "phone"]}),
        (_("账号状态"), {"fields": ["is_active", *readonly_fields]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "name", "email", "phone", "password1", "password2"]})]
    actions = ["reset_second_factor"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:  # the old address must not sign in or reset any more
            EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()
        label = (_("修改账号 %(name)s") if change else _("建立账号 %(name)s")) % {"name": obj}
        note(AuditEvent.Kind.ACCOUNT, actor=actor_of(request), label=label)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for membership in formset.new_objects:
            _log_membership(request, membership, _("授予 %(name)s：%(role)s"))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if may_write(request) else {}

    @admin.action(description=_("重置第二重验证（更换手机）"))
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Forgets the second factor: the person sets a new one up at the next sign-in."""
        people = list(queryset)
        Authenticator.objects.filter(user__in=people).delete()
        for person in people:
            note(
                AuditEvent.Kind.ACCOUNT, actor=actor_of(request), label=_("重置第二重验证：%(name)s") % {"name": person}
            )
        self.message_user(request, _("已重置，本人下次登录时重新设置。"), messages.SUCCESS)


@admin.register(Membership)
class MembershipAdmin(PortalAdmin):
    """Roles: given, switched off and on."""

    list_display = ["user", "role", "unit", "body", "active", "created_at"]
    list_filter = ["active", "role"]
    list_select_related = ["user", "unit", "body"]
    search_fields = ["user__name", "user__username", "unit__name", "body__name"]
    autocomplete_fields = ["user", "unit", "body"]
    fields = ["user", "role", "unit", "body", "active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user", "role", "unit", "body"] if obj else []

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            _log_membership(request, obj, _("恢复 %(name)s：%(role)s") if obj.active else _("停用 %(name)s：%(role)s"))
        else:
            _log_membership(request, obj, _("授予 %(name)s：%(role)s"))


def _log_membership(request: HttpRequest, membership: Membership, text: Any) -> None:
    label = text % {"name": membership.user.name, "role": membership}
    note(AuditEvent.Kind.MEMBERSHIP, actor=actor_of(request), label=label)


@admin.register(Unit)
class UnitAdmin(PortalAdmin):
    """Units, with name, code and the reason for which a failing code was accepted."""

    list_display = ["name", "credit_code", "nature", "district", "confirmed_at"]
    list_filter = ["nature", "district"]
    list_select_related = ["district"]
    search_fields = ["name", "credit_code"]
    readonly_fields = ["confirmed_at"]
    may_add = False

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        fields = "、".join(str(form.fields[name].label) for name in form.changed_data)
        label = _("%(unit)s：%(fields)s") % {"unit": obj, "fields": fields}
        note(AuditEvent.Kind.UNIT, actor=actor_of(request), label=label)


@admin.register(District)
class DistrictAdmin(PortalAdmin):
    """Districts."""

    list_display = ["name", "code", "position"]
    search_fields = ["name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


class LinesField(forms.CharField):
    """A list of names, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class BodyForm(forms.ModelForm):
    """A body; its former names are typed one a line."""

    former_names = LinesField(label=_("曾用名"), required=False, help_text=_("每行一个。"))

    class Meta:
        model = Body
        fields = [
            *("code", "kind", "name", "full_name", "former_names"),
            *("valid_from", "valid_to", "successor", "district", "position"),
        ]


@admin.register(Body)
class BodyAdmin(PortalAdmin):
    """The bureau, district bureaus, governments, departments and institutes, with former names and successors."""

    form = BodyForm
    list_display = ["name", "kind", "district", "valid_from", "valid_to", "successor"]
    list_filter = ["kind"]
    list_select_related = ["district", "successor"]
    search_fields = ["name", "full_name", "former_names"]
    autocomplete_fields = ["successor"]


@admin.register(CalendarDay)
class CalendarDayAdmin(PortalAdmin):
    """Days that are not what their weekday says; a whole year is loaded with one button."""

    list_display = ["date", "kind", "name"]
    list_filter = ["kind"]
    ordering = ["-date"]
    date_hierarchy = "date"
    may_delete = True
    change_list_template = "admin/base/calendarday/change_list.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["date"] if obj else []

    def get_urls(self) -> list[URLPattern]:
        own = path("load-year/", self.admin_site.admin_view(self.load_year), name="base_calendarday_load_year")
        return [own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        years = reversed(known_years()) if may_write(request) else []
        return super().changelist_view(request, {**(extra_context or {}), "years": list(years)})

    def load_year(self, request: HttpRequest) -> HttpResponseRedirect:
        """Fills in a year's missing days."""
        year = request.POST.get("year", "")
        if request.method == "POST" and may_write(request) and year.isdecimal():
            try:
                added = load_year(int(year), again=True)
            except ValueError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                text = _("%(year)s 年：已补充 %(n)s 天。") % {"year": year, "n": added}
                self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:base_calendarday_changelist")


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The access log."""

    list_display = ["at", "kind", "identifier", "role_label", "label", "address"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["identifier", "label", "address"]
