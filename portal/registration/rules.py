"""Who stands in which relation to a claim or a request to join, and what must hold before a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts import credit_code
from portal.accounts.actors import Actor
from portal.accounts.models import Body, Unit
from portal.accounts.roles import Role
from portal.lifecycle.states import Text
from portal.lifecycle.steps import guard
from portal.lifecycle.who import person, who

if TYPE_CHECKING:
    from portal.registration.models import Claim, Join

LIVE = ("submitted", "returned")


@person(_("申请人本人"))
def is_the_claimant(actor: Actor, subject: Claim | Join) -> bool:
    return actor.user is not None and actor.user.pk == subject.user_id


def district_of(actor: Actor) -> str | None:
    """The district whose bureau the actor acts for; None for everybody else."""
    body = actor.membership.body if actor.membership and actor.role == Role.RECOMMENDER else None
    return body.district_id if body is not None and body.kind == Body.Kind.DISTRICT_BUREAU else None


@who(_("单位所在区市场监管局"), Role.RECOMMENDER)
def is_its_district_bureau(actor: Actor, claim: Claim) -> bool:
    return district_of(actor) == claim.district_id


@who(_("经办人"), Role.HANDLER)
def is_a_handler(actor: Actor, claim: Claim) -> bool:
    return True


@who(_("单位管理员"), Role.UNIT_ADMIN)
def administers_the_unit(actor: Actor, join: Join) -> bool:
    return actor.unit_id is not None and actor.unit_id == join.unit_id


@who(_("经办人（单位没有管理员时）"), Role.HANDLER)
def stands_in_for_the_unit(actor: Actor, join: Join) -> bool:
    return not has_administrator(join.unit)


def has_administrator(unit: Unit) -> bool:
    """Whether somebody who can sign in administers the unit."""
    return unit.memberships.filter(role=Role.UNIT_ADMIN, active=True, user__is_active=True).exists()


@guard(_("没有其他待确认的登记申请"))
def has_no_other_claim(claim: Claim, actor: Actor) -> Text | None:
    others = type(claim).objects.filter(user_id=claim.user_id, state__in=LIVE).exclude(pk=claim.pk)
    return _("您已有一份单位登记申请正在办理，请等待确认，或先撤回。") if others.exists() else None


@guard(_("该单位尚未登记"))
def unit_is_not_registered(claim: Claim, actor: Actor) -> Text | None:
    code = credit_code.normalise(claim.credit_code)
    if Unit.objects.filter(credit_code=code).exists():
        return _("该统一社会信用代码的单位已登记，请退回申请人，改为申请加入该单位。")
    return None


@guard(_("信用代码校验不符的，由市局经办人核验"))
def code_is_in_order_or_a_handler_acts(claim: Claim, actor: Actor) -> Text | None:
    if credit_code.is_valid(claim.credit_code) or actor.role == Role.HANDLER:
        return None
    return _("统一社会信用代码校验不符，须由市局经办人核验后确认。")


@guard(_("不是该单位成员，也没有其他加入申请"))
def may_ask_to_join(join: Join, actor: Actor) -> Text | None:
    if join.unit.memberships.filter(user_id=join.user_id, active=True).exists():
        return _("您已是该单位成员。")
    others = type(join).objects.filter(user_id=join.user_id, unit_id=join.unit_id, state__in=LIVE).exclude(pk=join.pk)
    return _("您已申请加入该单位，请等待单位管理员确认。") if others.exists() else None
