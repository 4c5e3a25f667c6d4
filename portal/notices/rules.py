"""Who answers for notices and objections; the conditions of their steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.lifecycle.states import Text
from portal.lifecycle.steps import guard
from portal.lifecycle.who import Who, who

if TYPE_CHECKING:
    from portal.notices.models import Notice, Objection


@who(_("经办人"), Role.HANDLER)
def publishes(actor: Actor, notice: Notice) -> bool:
    return True


@who(_("经办人（所属领域）"), Role.HANDLER)
def answers_objection(actor: Actor, objection: Objection) -> bool:
    from portal.dossiers.rules import is_its_handler

    return is_its_handler.relation(actor, objection.item.dossier)


@who(_("登记人以外的经办人（所属领域）"), Role.HANDLER)
def checks_letter(actor: Actor, objection: Objection) -> bool:
    entrant = objection.entered_by.user_id if objection.entered_by else None
    return actor.user is not None and actor.user.pk != entrant and answers_objection.relation(actor, objection)


#: anybody, signed in or not: the form asks for name, contact and grounds
ANYBODY = Who(_("任何单位和个人"), frozenset(Role), lambda actor, objection: True, system=True)


@guard(_("公示期限已届满"))
def term_is_over(notice: Notice, actor: Actor) -> Text | None:
    if notice.closes_on and clock.today() > notice.closes_on:
        return None
    return _t("公示期至 %(day)s（含当日），尚未届满。") % {"day": notice.closes_on}


@guard(_("异议均已答复"))
def objections_are_answered(notice: Notice, actor: Actor) -> Text | None:
    from portal.notices.models import Objection

    left = Objection.objects.filter(item__notice=notice).unanswered().count()
    return _t("还有 %(n)s 件异议未答复。") % {"n": left} if left else None


@guard(_("来函在公示期内收到，公示尚未结束"))
def letter_came_in_time(objection: Objection, actor: Actor) -> Text | None:
    """A letter may be entered after the term, as long as it arrived within it and nothing has been announced since."""
    item, day = objection.item, objection.received_on
    if not item.takes_letters():
        return _t("该项目的公示已经结束或者已退出公示，不能再登记异议。")
    first, last = item.notice.opens_on, item.notice.closes_on
    if day and first and last and first <= day <= min(last, clock.today()):
        return None
    return _t("收到日期应当在公示期内（%(first)s 至 %(last)s）。") % {"first": first, "last": last}


@guard(_("公示期内"))
def notice_is_running(objection: Objection, actor: Actor) -> Text | None:
    return None if objection.item.takes_objections() else _t("不在公示期内，不能提出异议。")
