"""Who stands in which relation to rounds and assignments; the conditions of their steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.lifecycle.states import Text
from portal.lifecycle.steps import guard
from portal.lifecycle.who import who
from portal.reviews.commissions import is_commissioned
from portal.reviews.registry import matter, panel_size

if TYPE_CHECKING:
    from portal.reviews.models import Assignment, Round


@who(_("经办人"), Role.HANDLER)
def organises(actor: Actor, round_: Round) -> bool:
    return True


@who(_("经办人"), Role.HANDLER)
def organises_its_round(actor: Actor, assignment: Assignment) -> bool:
    return True


@who(_("受托单位"), Role.RECOMMENDER)
def runs_by_commission(actor: Actor, round_: Round) -> bool:
    return is_commissioned(actor, round_)


@who(_("受托单位"), Role.RECOMMENDER)
def runs_its_round(actor: Actor, assignment: Assignment) -> bool:
    return is_commissioned(actor, assignment.entry.round)


@who(_("受托单位的另一人"), Role.RECOMMENDER)
def checks_for_its_body(actor: Actor, assignment: Assignment) -> bool:
    return is_commissioned(actor, assignment.entry.round) and _entered_by_another(actor, assignment)


@who(_("经办人"), Role.HANDLER)
def may_commission(actor: Actor, round_: Round) -> bool:
    return matter(round_.matter).commission and round_.commissioned_to_id is None


@who(_("经办人"), Role.HANDLER)
def may_withdraw_commission(actor: Actor, round_: Round) -> bool:
    return round_.commissioned_to_id is not None


@who(_("本人（专家）"), Role.EXPERT)
def is_the_expert(actor: Actor, assignment: Assignment) -> bool:
    return actor.user is not None and assignment.expert.user_id == actor.user.pk


@who(_("另一名经办人或者处室负责人"), Role.HANDLER, Role.SECTION_CHIEF)
def did_not_enter_it(actor: Actor, assignment: Assignment) -> bool:
    return _entered_by_another(actor, assignment)


def _entered_by_another(actor: Actor, assignment: Assignment) -> bool:
    entered = assignment.entered_by
    return actor.user is not None and (entered is None or entered.user_id != actor.user.pk)


@guard(_("已列入评审项目"))
def has_dossiers(round_: Round, actor: Actor) -> Text | None:
    return None if round_.entries.exists() else _t("请先列入需要评审的项目。")


@guard(_("专家组为单数且不少于规定人数"))
def panel_is_complete(round_: Round, actor: Actor) -> Text | None:
    size, wanted = round_.seats.count(), panel_size(round_)
    if size < wanted:
        return _t("专家组不少于 %(wanted)s 人，目前 %(size)s 人。") % {"wanted": wanted, "size": size}
    return _t("专家组人数应为单数，目前 %(size)s 人。") % {"size": size} if size % 2 == 0 else None


@guard(_("同一单位的专家不超过规定人数"))
def panel_is_mixed(round_: Round, actor: Actor) -> Text | None:
    from portal.reviews.choosing import crowded_employers

    most = int(round_.rule.get("same_employer_most", 1))
    crowded = crowded_employers(round_.experts.all(), most)
    if not crowded:
        return None
    return _t("同一单位的专家不超过 %(most)s 人：%(list)s。") % {"most": most, "list": "；".join(crowded)}


@guard(_("专家与评审项目没有已知的利害关系"))
def panel_is_free_of_conflicts(round_: Round, actor: Actor) -> Text | None:
    from portal.reviews.choosing import short_of_experts

    found = short_of_experts(round_)
    return "；".join(found) + "。" if found else None


@guard(_("每个项目接受评审的专家不少于规定人数"))
def enough_accepted(round_: Round, actor: Actor) -> Text | None:
    from portal.reviews.seats import short_entries

    short = short_entries(round_, ("accepted", "rating", "entered", "submitted"))
    return _t("以下项目接受评审的专家不足：%(list)s。") % {"list": in_short(short)} if short else None


@guard(_("缺少的评审表不超过规定比例，代录的均已复核"))
def sheets_are_in(round_: Round, actor: Actor) -> Text | None:
    from portal.reviews.seats import entries_without_quorum

    missing, unchecked = entries_without_quorum(round_)
    if unchecked:
        return _t("还有 %(n)s 份代录的评审表待复核。") % {"n": unchecked}
    if not missing:
        return None
    return _t("以下项目的评审表缺少过多，评审无效或者须补齐：%(list)s。") % {"list": in_short(missing)}


@guard(_("已确定专家组组长"))
def chair_is_named(round_: Round, actor: Actor) -> Text | None:
    return None if round_.chair_id else _t("请先在“专家组”中确定专家组组长。")


@guard(_("评审已开始评分"))
def round_is_scoring(assignment: Assignment, actor: Actor) -> Text | None:
    return None if assignment.entry.round.state == "scoring" else _t("本次评审尚未开始评分或者已经结束。")


def in_short(titles: list[str], most: int = 5) -> str:
    """A list of titles for a sentence: the first ones, and how many there are in all."""
    shown = "、".join(f"“{title}”" for title in titles[:most])
    return shown if len(titles) <= most else _t("%(shown)s等 %(n)s 项") % {"shown": shown, "n": len(titles)}
