"""The kinds of entries on behalf that concern all programmes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.declaration.steps import FrontEnd
from portal.execution.models import TaskBook
from portal.supervision.behalf.kinds import Kind, register
from portal.supervision.models import Docket, Endorsement, Statement


def _recommender(dossier: Any) -> Membership | None:
    return Membership(role=Role.RECOMMENDER, body=dossier.recommender) if dossier.recommender else None


def _undertaker(subject: Any) -> Membership:
    """Its unit, of a statement or a task book."""
    return Membership(role=Role.UNIT_ADMIN, unit=subject.dossier.applicant)


def _guarantor(book: Any) -> Membership | None:
    return _recommender(book.dossier)


def _asked_body(endorsement: Any) -> Membership | None:
    return Membership(role=Role.RECOMMENDER, body=endorsement.body)


def _somebody(docket: Any) -> None:
    """A person has to be chosen."""


_LETTER = _("推荐函或者加盖公章的推荐意见页")
_ANSWER = _("加盖公章的书面答复")
_SHEET = _("有关负责人签字的呈批件")
_CASE = _("加盖公章的陈述申辩书或者放弃声明")
_BOOK = _("签字盖章的任务书")

register(
    Kind(
        "recommend", _("推荐（来函）"), FrontEnd, ("note_opinion", "recommend"), Role.RECOMMENDER, _recommender, _LETTER
    ),
    Kind("send_back", _("退回修改（来函）"), FrontEnd, ("send_back",), Role.RECOMMENDER, _recommender, _LETTER),
    Kind("decline", _("不予推荐（来函）"), FrontEnd, ("decline",), Role.RECOMMENDER, _recommender, _LETTER),
    Kind("endorse_agree", _("书面同意"), Endorsement, ("agree",), Role.RECOMMENDER, _asked_body, _ANSWER),
    Kind("endorse_disagree", _("书面不同意"), Endorsement, ("disagree",), Role.RECOMMENDER, _asked_body, _ANSWER),
    Kind("state_case", _("书面陈述申辩"), Statement, ("state_case",), Role.UNIT_ADMIN, _undertaker, _CASE),
    Kind("waive_case", _("书面放弃陈述申辩"), Statement, ("waive",), Role.UNIT_ADMIN, _undertaker, _CASE),
    Kind(
        "sign_undertaker",
        _("承担单位签署任务书"),
        TaskBook,
        ("sign_as_undertaker",),
        Role.UNIT_ADMIN,
        _undertaker,
        _BOOK,
    ),
    Kind(
        "sign_guarantor", _("保证单位签署任务书"), TaskBook, ("sign_as_guarantor",), Role.RECOMMENDER, _guarantor, _BOOK
    ),
    Kind("docket_pass", _("处室负责人签字报批"), Docket, ("pass_on",), Role.SECTION_CHIEF, _somebody, _SHEET),
    Kind("docket_chief", _("处室负责人签字审批"), Docket, ("decide_as_chief",), Role.SECTION_CHIEF, _somebody, _SHEET),
    Kind("docket_decide", _("局领导签字审批"), Docket, ("decide",), Role.LEADER, _somebody, _SHEET),
)
