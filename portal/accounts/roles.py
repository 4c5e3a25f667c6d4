"""Roles that a person can hold, and groups of them that rules are written with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership allows in principle; which dossiers it reaches is said by `visible_to`."""

    UNIT_ADMIN = "unit_admin", _("申报单位管理员")
    UNIT_EDITOR = "unit_editor", _("申报单位填报员")
    RECOMMENDER = "recommender", _("推荐单位")
    HANDLER = "handler", _("经办人")
    SECTION_CHIEF = "section_chief", _("处室负责人")
    LEADER = "leader", _("局领导")
    EXPERT = "expert", _("专家")
    AUDITOR = "auditor", _("审计")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")


APPLICANTS = frozenset({Role.UNIT_ADMIN, Role.UNIT_EDITOR})
#: Roles inside the bureau: they see undecided results, and outside the demonstration they need a second factor.
BUREAU = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN})
