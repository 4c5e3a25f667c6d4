"""The states of a pilot beyond acceptance for processing, up to the approval document."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, Stage, State

REVIEW = Stage("review", _("评审"))
NOTICE_STAGE = Stage("notice", _("公示"))
APPROVAL = Stage("approval", _("立项"))

PROJECT_REVIEW = State(
    "project_review",
    _("立项评审中"),
    stage=REVIEW,
    waits_for=HANDLER,
    help=_("市市场监督管理局组织专家对申报项目进行评审。评审结果经审议并公示后公布。"),
)
APPROVAL_DECISION = State(
    "approval_decision",
    _("待审批（立项）"),
    stage=REVIEW,
    waits_for=HANDLER,
    shown_as=PROJECT_REVIEW.id,
    help=_("评审已结束，拟处理意见正在呈批。"),
)
NOTICE = State(
    "notice",
    _("立项公示"),
    stage=NOTICE_STAGE,
    waits_for=HANDLER,
    help=_("拟立项项目向社会公示。公示期届满、异议均已答复后，印发立项文件。"),
)
APPROVED = State(
    "approved",
    _("已立项"),
    stage=APPROVAL,
    terminal=True,
    good=True,
    help=_("已列入立项文件。推荐单位为项目保证单位，参与试点项目的推进和管理。"),
    tone="green",
)
NOT_APPROVED = State(
    "not_approved",
    _("未列入年度立项计划"),
    stage=APPROVAL,
    terminal=True,
    help=_("经评审和审议，未列入年度立项计划，理由见办理意见。"),
    tone="red",
)
APPROVAL_STATES = (PROJECT_REVIEW, APPROVAL_DECISION, NOTICE, APPROVED, NOT_APPROVED)
APPROVAL_STAGES = (REVIEW, NOTICE_STAGE, APPROVAL)
