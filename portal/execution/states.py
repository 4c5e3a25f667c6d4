"""The lives of a task book and of a milestone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import GUARANTOR, HANDLER, UNDERTAKER, Lifecycle, State

DRAFTING = State(
    "drafting",
    _("编制中"),
    waits_for=UNDERTAKER,
    help=_("任务书已按批准的申报书生成。承担单位核对计划安排后定稿，打印并加盖公章。"),
    tone="secondary",
)
SIGNING = State(
    "signing",
    _("待承担单位签署"),
    waits_for=UNDERTAKER,
    help=_("任务书已定稿。承担单位打印一式三份，签字盖章后上传扫描件。"),
)
GUARANTOR_SIGNING = State(
    "guarantor_signing",
    _("待保证单位签署"),
    waits_for=GUARANTOR,
    help=_("承担单位已签署。项目保证单位核对后签字盖章并上传扫描件。"),
)
BUREAU_SIGNING = State(
    "bureau_signing",
    _("待市市场监督管理局签署"),
    waits_for=HANDLER,
    help=_("承担单位和项目保证单位已签署。市市场监督管理局签署后项目开始实施。"),
)
SIGNED = State(
    "signed", _("已签署"), terminal=True, good=True, help=_("三方均已签署，作为中期评估和验收的依据。"), tone="green"
)
VOID = State("void", _("不再签署"), terminal=True, help=_("项目已终止或者撤销，任务书不再签署。"), tone="secondary")
TASK_BOOK = Lifecycle(
    "task_book",
    _("任务书"),
    {s.id: s for s in (DRAFTING, SIGNING, GUARANTOR_SIGNING, BUREAU_SIGNING, SIGNED, VOID)},
)
#: states in which it is on its way to the signatures
UNSIGNED = (DRAFTING.id, SIGNING.id, GUARANTOR_SIGNING.id, BUREAU_SIGNING.id)

PLANNED = State(
    "planned", _("进行中"), waits_for=UNDERTAKER, help=_("按任务书安排实施，承担单位报告进展并上传佐证材料。")
)
REACHED = State("reached", _("已完成"), terminal=True, good=True, help=_("承担单位报告本阶段已完成。"), tone="green")
DROPPED = State(
    "dropped", _("已取消"), terminal=True, help=_("经批准的变更取消了本阶段，或者项目已结束。"), tone="secondary"
)
MILESTONE = Lifecycle("milestone", _("阶段任务"), {s.id: s for s in (PLANNED, REACHED, DROPPED)})
