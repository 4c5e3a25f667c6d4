"""代理: somebody stands in for an absent handler, section chief or leader for a term."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts import audit
from portal.accounts.actors import Actor
from portal.accounts.models import AuditEvent, Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import NotPermitted, StepRefused
from portal.messaging.actions import tell
from portal.supervision.models import Deputy

#: roles that may be stood in for, and by whom
WHO_FOR = {
    Role.HANDLER: (Role.HANDLER,),
    Role.SECTION_CHIEF: (Role.SECTION_CHIEF, Role.HANDLER),
    Role.LEADER: (Role.LEADER, Role.SECTION_CHIEF),
}
#: who opens the page: chiefs arrange for everybody, the others for themselves
ARRANGERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER})


def people(*roles: Role) -> QuerySet[Membership]:
    """Active people of the bureau in these roles."""
    found = Membership.objects.filter(role__in=roles, active=True, user__is_active=True)
    return found.select_related("user", "body").order_by("role", "user__name", "pk")


def label_of(membership: Membership) -> str:
    """A person as choices name it."""
    return f"{membership.user.name}（{membership.get_role_display()}）"


class PersonField(forms.ModelChoiceField):
    """A choice of people by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        return label_of(obj)


def date_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class DeputyForm(forms.Form):
    """Who is absent, who stands in, from when to when, why."""

    absent = PersonField(label=_("不在岗人员"), queryset=Membership.objects.none())
    deputy = PersonField(label=_("代理人"), queryset=Membership.objects.none())
    first = date_field(_("开始日期"))
    last = date_field(_("结束日期（含当日）"))
    reason = forms.CharField(label=_("原因"), max_length=100, help_text=_("如：年休假、出差、病假"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = people(*WHO_FOR)
        own = [actor.membership.pk] if actor.membership else []
        absent = everybody if actor.role == Role.SECTION_CHIEF else everybody.filter(pk__in=own)
        self.fields["absent"].queryset = absent  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = everybody  # type: ignore[attr-defined]
        if actor.role != Role.SECTION_CHIEF:
            self.initial.setdefault("absent", own)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        absent, deputy, first, last = (data.get(name) for name in ("absent", "deputy", "first", "last"))
        if first and last and last < first:
            self.add_error("last", _t("结束日期不能早于开始日期。"))
        elif last and last < clock.today():
            self.add_error("last", _t("结束日期已过，请填写今天或者以后的日期。"))
        if absent and deputy:
            if absent.user_id == deputy.user_id:
                self.add_error("deputy", _t("代理人不能是本人。"))
            elif deputy.role not in WHO_FOR[Role(absent.role)]:
                roles = "、".join(str(role.label) for role in WHO_FOR[Role(absent.role)])
                text = _t("%(absent)s可由以下角色代理：%(roles)s。")
                self.add_error("deputy", text % {"absent": absent.get_role_display(), "roles": roles})
            elif first and last and Deputy.objects.filter(absent=absent, first__lte=last, last__gte=first).exists():
                raise ValidationError(_t("该人员在此期间已有代理人。"))
        return data


def appoint(*, actor: Actor, **facts: Any) -> Deputy:
    """Appoints a deputy; both people are told.

    Args:
        facts: absent, deputy (memberships), first, last (dates in Shanghai, inclusive), reason.
    """
    if actor.role not in ARRANGERS or actor.membership is None:
        raise NotPermitted(_t("您当前的身份不能安排代理。"))
    if actor.role != Role.SECTION_CHIEF and facts["absent"].pk != actor.membership.pk:
        raise NotPermitted(_t("只能为本人安排代理。"))
    deputy = Deputy.objects.create(created_by=actor.membership, **facts)
    audit.note(AuditEvent.Kind.MEMBERSHIP, actor=actor, label=str(deputy))
    text = _t("%(deputy)s，期限 %(first)s 至 %(last)s（含当日），原因：%(reason)s。")
    tell(
        [deputy.absent, deputy.deputy],
        key=f"deputy:{deputy.pk}",
        title=str(deputy),
        text=text % {"deputy": deputy, "first": deputy.first, "last": deputy.last, "reason": deputy.reason},
        at=clock.now(),
    )
    return deputy


def end(deputy: Deputy, *, actor: Actor) -> None:
    """Ends a deputy's term today: yesterday was its last day; one that has not begun is taken away."""
    if not Deputy.objects.ended_by(actor).filter(pk=deputy.pk).exists():
        raise NotPermitted(_t("只能结束本人的代理。"))
    today = clock.today()
    if deputy.last < today:
        raise StepRefused(_t("该代理已经结束。"))
    audit.note(AuditEvent.Kind.MEMBERSHIP, actor=actor, label=_t("结束代理：%(deputy)s") % {"deputy": deputy})
    if deputy.first >= today:
        deputy.delete()
        return
    deputy.last = today - dt.timedelta(days=1)
    deputy.save(update_fields=["last"])
