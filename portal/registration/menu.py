"""Places of this room in the frame of every page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import APPLICANTS, Role
from portal.registration import queries
from portal.ui.menu import Entry, register


class ClaimsEntry(Entry):
    """The list of claims: district bureaus have it, departments do not."""

    def is_for(self, actor: Actor) -> bool:
        return queries.decides_claims(actor)


register(
    Entry(
        _("单位与成员"), "building", "registration:members", order=800, roles=APPLICANTS, count=queries.joins_waiting
    ),
    ClaimsEntry(_("单位登记确认"), "user-check", "registration:claims", order=810, count=queries.claims_waiting),
    Entry(
        _("登录与下载日志"), "history", "accounts:log", order=930, roles=frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN})
    ),
)
