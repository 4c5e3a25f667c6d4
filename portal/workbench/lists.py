"""The lists of dossiers that menus lead to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import APPLICANTS, Role
from portal.dossiers.models import Dossier, DossierQuerySet
from portal.dossiers.programmes import programmes
from portal.lifecycle.declared import steps_of
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Step
from portal.workbench.reading import party_of, states_waiting_for

ALL, WAITING, RECOMMENDED = "all", "waiting", "recommended"


@dataclass(frozen=True)
class Titles:
    """The name of a list for one kind of reader, and what stands there when it is empty."""

    title: Text
    empty: Text
    hint: Text


def rows_of(kind: str, actor: Actor) -> DossierQuerySet:
    """The dossiers of one list."""
    rows: DossierQuerySet = Dossier.objects.visible_to(actor)
    if kind == WAITING:
        if actor.role == Role.RECOMMENDER:  # a body that is only asked as an industry department recommends nothing
            rows = rows.filter(recommender=actor.body_id)
        return rows.filter(state__in=states_waiting_for(party_of(actor)))
    if kind == RECOMMENDED:
        return rows.filter(recommended_at__isnull=False)
    return rows


def waiting(actor: Actor) -> QuerySet[Dossier]:
    """The dossiers that wait for this actor."""
    return rows_of(WAITING, actor)


def titles_of(kind: str, actor: Actor) -> Titles:
    """How a list is called for this actor."""
    if kind == RECOMMENDED:
        return Titles(_("已推荐"), _("还没有推荐过项目"), _("初审后办理“推荐”的项目将在这里列出。"))
    if kind == WAITING:
        return _WAITING.get(actor.role, _WAITING[None])
    if actor.role in APPLICANTS:
        return Titles(
            _("我的项目"),
            _("本单位还没有申报项目"),
            _("在申报通知中选择正在申报的通知，填写申报书后，项目将在这里列出。"),
        )
    return Titles(_("全部项目"), _("还没有项目"), _("申报单位提交并属于您职责范围的项目将在这里列出。"))


_WAITING: dict[Role | None, Titles] = {
    Role.RECOMMENDER: Titles(
        _("待推荐"), _("没有待初审的项目"), _("申报单位选择贵单位为推荐单位并提交后，项目将在这里列出。")
    ),
    Role.HANDLER: Titles(_("受理"), _("没有待受理的项目"), _("推荐单位推荐到您负责领域的项目将在这里列出。")),
    Role.UNIT_ADMIN: Titles(
        _("在办事项"), _("没有需要本单位办理的项目"), _("草稿、退回修改、待补正的项目将在这里列出。")
    ),
    Role.UNIT_EDITOR: Titles(
        _("在办事项"), _("没有需要本单位办理的项目"), _("草稿、退回修改、待补正的项目将在这里列出。")
    ),
    None: Titles(_("待我办理"), _("没有需要您办理的项目"), _("需要您办理的项目将在这里列出。")),
}


def bulk_steps(actor: Actor) -> list[Step]:
    """The steps this role may take for many dossiers at once, over all programmes."""
    found: dict[str, Step] = {}
    for owner in programmes():
        for step in steps_of(owner.model).values():
            if step.bulk and step.listed and step.by.admits_role(actor.role):
                found.setdefault(step.name, step)
    return list(found.values())
