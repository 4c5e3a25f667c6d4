"""The lists of dossiers that menus lead to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import APPLICANTS, Role
from portal.dossiers.models import Dossier, DossierQuerySet
from portal.dossiers.programmes import programmes
from portal.execution.models import TaskBook
from portal.execution.queries import in_states
from portal.execution.states import BUREAU_SIGNING
from portal.execution.watches import Watch, watch_of, watched
from portal.lifecycle.declared import steps_of
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Step
from portal.workbench.reading import party_of, states_waiting_for

ALL, WAITING, RECOMMENDED, GUARANTEED = "all", "waiting", "recommended", "guaranteed"
#: begins the name of a list of 项目监管; the watch's id follows
WATCHED = "watched-"
#: who keeps an eye on running projects
WATCHING = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})


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
    if kind == GUARANTEED:
        return rows.filter(in_states("RUNS"), recommender=actor.body_id)
    if (watch := watch_of_list(kind)) is not None:
        return watched(rows, watch)
    return rows


def watch_of_list(kind: str) -> Watch | None:
    """The watch that a list shows; None for the other lists."""
    return watch_of(kind.removeprefix(WATCHED)) if kind.startswith(WATCHED) else None


def is_list(kind: str, actor: Actor) -> bool:
    """Whether there is such a list for this actor."""
    if kind == GUARANTEED:
        return actor.role == Role.RECOMMENDER
    if kind.startswith(WATCHED):
        return actor.role in WATCHING and watch_of_list(kind) is not None
    return kind in (ALL, WAITING, RECOMMENDED)


def watched_waiting(actor: Actor) -> QuerySet[Dossier]:
    """The running projects in which the handler has to act, a task book to be signed among them."""
    rows: DossierQuerySet = Dossier.objects.visible_to(actor)
    books = TaskBook.objects.filter(state=BUREAU_SIGNING.id).order_by().values("dossier_id")
    mine = Q(state__in=states_waiting_for(party_of(actor))) | Q(pk__in=books)
    return rows.filter(in_states("RUNS"), mine)


def waiting(actor: Actor) -> QuerySet[Dossier]:
    """The dossiers that wait for this actor."""
    return rows_of(WAITING, actor)


def titles_of(kind: str, actor: Actor) -> Titles:
    """How a list is called for this actor."""
    if kind == RECOMMENDED:
        return Titles(_("已推荐"), _("还没有推荐过项目"), _("初审后办理“推荐”的项目将在这里列出。"))
    if kind == GUARANTEED:
        return Titles(
            _("我保证的试点项目"), _("还没有本单位保证的项目"), _("本单位推荐并获准立项的项目，实施期间将在这里列出。")
        )
    if (watch := watch_of_list(kind)) is not None:
        return Titles(watch.label, _("没有这样的项目"), watch.empty)
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
