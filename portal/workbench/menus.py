"""The left menu by role, as far as the workbench itself gives the places; other rooms add theirs."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import APPLICANTS, Role
from portal.ui.menu import Entry, PersonLink, register, register_person_link
from portal.workbench.lists import waiting, watched_waiting

_RECOMMENDER = frozenset({Role.RECOMMENDER})
_HANDLER = frozenset({Role.HANDLER})
_LOOKING = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})

register(
    Entry(_("工作台"), "layout-dashboard", "workbench:home", order=10),
    Entry(_("申报项目"), "pencil", "declaration:new", order=105, roles=APPLICANTS),
    Entry(_("我的项目"), "folder", "workbench:worklist", order=110, roles=APPLICANTS),
    Entry(_("在办事项"), "list-check", "workbench:waiting", order=120, roles=APPLICANTS, count=waiting),
    Entry(_("待推荐"), "rubber-stamp", "workbench:waiting", order=110, roles=_RECOMMENDER, count=waiting),
    Entry(_("已推荐"), "checks", "workbench:recommended", order=120, roles=_RECOMMENDER),
    Entry(_("全部项目"), "folder", "workbench:worklist", order=140, roles=_RECOMMENDER),
    Entry(_("我保证的试点项目"), "shield-check", "workbench:guaranteed", order=125, roles=_RECOMMENDER),
    Entry(_("项目监管"), "eye", "workbench:supervised", order=115, roles=_HANDLER, count=watched_waiting),
    Entry(_("项目监管"), "eye", "workbench:supervised", order=145, roles=_LOOKING - _HANDLER),
    Entry(_("受理"), "clipboard-check", "workbench:waiting", order=110, roles=_HANDLER, count=waiting),
    Entry(_("全部项目"), "folder", "workbench:worklist", order=140, roles=_LOOKING),
    Entry(_("申报通知"), "file-text", "workbench:calls", order=150),
    Entry(_("系统管理"), "settings", "admin:index", order=920, roles=frozenset({Role.SYSTEM_ADMIN})),
    Entry(_("办事指南"), "help-circle", "workbench:help", order=960),
)
register_person_link(PersonLink(_("个人资料与安全"), "user", "accounts:profile"))
