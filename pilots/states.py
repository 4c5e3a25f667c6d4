"""The states of a pilot beyond acceptance for processing: approval, implementation, mid-term, acceptance, the ends."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, UNDERTAKER, Stage, State

REVIEW = Stage("review", _("评审"))
NOTICE_STAGE = Stage("notice", _("公示"))
APPROVAL = Stage("approval", _("立项"))
IMPLEMENTATION = Stage("implementation", _("实施"))
MIDTERM = Stage("midterm", _("中期"))
FURTHER = Stage("further", _("深化实施"))
ACCEPTING = Stage("accepting", _("验收"))

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
    _("已立项，待签任务书"),
    announced_as=_("已立项"),
    stage=APPROVAL,
    waits_for=UNDERTAKER,
    help=_("已列入立项文件，推荐单位为项目保证单位。承担单位、保证单位和市市场监督管理局三方签署任务书后开始实施。"),
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
IMPLEMENTING = State(
    "implementing",
    _("实施中"),
    stage=IMPLEMENTATION,
    again=FURTHER,
    waits_for=UNDERTAKER,
    help=_("承担单位按任务书实施，报告阶段进展，登记成果；项目保证单位参与推进和管理。"),
)
MIDTERM_DUE = State(
    "midterm_due",
    _("待中期评估"),
    stage=MIDTERM,
    waits_for=UNDERTAKER,
    help=_("承担单位对照任务书填写中期自我评价，在期限内提交；逾期未提交的，可以按现有情况组织评估。"),
    tone="orange",
)
MIDTERM_REVIEW = State(
    "midterm_review",
    _("中期评估中"),
    stage=MIDTERM,
    waits_for=HANDLER,
    help=_("市市场监督管理局组织专家进行中期评估，结果为通过或者限期整改。"),
)
MIDTERM_RECTIFY = State(
    "midterm_rectify",
    _("中期整改"),
    stage=MIDTERM,
    waits_for=UNDERTAKER,
    help=_("承担单位按整改通知书整改，在期限内提交整改报告；逾期未整改的，经陈述申辩后可以终止。"),
    tone="orange",
)
OVERDUE = State(
    "overdue",
    _("逾期未验收"),
    stage=ACCEPTING,
    waits_for=UNDERTAKER,
    help=_("试点期限届满尚未申请验收。可以立即申请验收，或者申请延期；仍不办理的，经陈述申辩后可以终止。"),
    tone="red",
)
ACCEPTANCE_APPLIED = State(
    "acceptance_applied",
    _("已申请验收"),
    stage=ACCEPTING,
    waits_for=HANDLER,
    help=_("验收材料已提交，项目保证单位表示意见后，由市市场监督管理局或者受委托单位组织验收。"),
)
ACCEPTANCE_REVIEW = State(
    "acceptance_review",
    _("验收评审中"),
    stage=ACCEPTING,
    waits_for=HANDLER,
    help=_("专家听取汇报、查阅资料、现场检查并评分，提出验收意见。验收结果经审批后公布。"),
)
ACCEPTANCE_DECISION = State(
    "acceptance_decision",
    _("待审批（验收）"),
    stage=ACCEPTING,
    waits_for=HANDLER,
    shown_as=ACCEPTANCE_REVIEW.id,
    help=_("验收评审已结束，拟处理意见正在呈批。"),
)
ACCEPTANCE_RECTIFY = State(
    "acceptance_rectify",
    _("验收整改"),
    stage=ACCEPTING,
    waits_for=UNDERTAKER,
    help=_("验收提出限期整改（一次）。承担单位按整改通知书整改并提交整改报告，之后复核。"),
    tone="orange",
)
PASSED = State(
    "passed",
    _("通过验收"),
    stage=ACCEPTING,
    terminal=True,
    good=True,
    help=_("已列入验收结果文件。颁发证书的，可以在“文书”中下载，并可以在平台核验。"),
    tone="green",
)
FAILED = State(
    "failed",
    _("未通过验收"),
    stage=ACCEPTING,
    terminal=True,
    help=_("经评审、陈述申辩和审批，未通过验收，理由见验收结果文件。"),
    tone="red",
)
TERMINATED = State(
    "terminated",
    _("终止"),
    stage=ACCEPTING,
    terminal=True,
    help=_("试点项目已终止：承担单位申请终止，或者任务书未签署、整改或者验收逾期等，经陈述申辩后决定终止。"),
    tone="secondary",
)
APPROVAL_REVOKED = State(
    "approval_revoked",
    _("撤销立项"),
    stage=APPROVAL,
    terminal=True,
    help=_("因弄虚作假、重大事故、受到处罚等情形，经陈述申辩后撤销立项。"),
    tone="red",
)
RESULT_REVOKED = State(
    "result_revoked",
    _("撤销验收结论"),
    stage=ACCEPTING,
    terminal=True,
    help=_("验收后查实存在弄虚作假等情形，经陈述申辩后撤销验收结论，证书失效。"),
    tone="red",
)
IMPORT_UNDONE = State(
    "import_undone",
    _("导入已撤销"),
    stage=APPROVAL,
    terminal=True,
    private=True,
    help=_("误导入的项目，导入批次撤销后仅留存备查。"),
    tone="secondary",
)

APPROVAL_STATES = (PROJECT_REVIEW, APPROVAL_DECISION, NOTICE, APPROVED, NOT_APPROVED)
RUNNING_STATES = (
    IMPLEMENTING,
    MIDTERM_DUE,
    MIDTERM_REVIEW,
    MIDTERM_RECTIFY,
    OVERDUE,
    ACCEPTANCE_APPLIED,
    ACCEPTANCE_REVIEW,
    ACCEPTANCE_DECISION,
    ACCEPTANCE_RECTIFY,
    PASSED,
    FAILED,
    TERMINATED,
    APPROVAL_REVOKED,
    RESULT_REVOKED,
    IMPORT_UNDONE,
)
STAGES = (REVIEW, NOTICE_STAGE, APPROVAL, IMPLEMENTATION, MIDTERM, FURTHER, ACCEPTING)

#: where the project is carried out: requests, suspension and termination are possible
ACTIVE = (
    APPROVED.id,
    IMPLEMENTING.id,
    MIDTERM_DUE.id,
    MIDTERM_REVIEW.id,
    MIDTERM_RECTIFY.id,
    OVERDUE.id,
    ACCEPTANCE_APPLIED.id,
    ACCEPTANCE_REVIEW.id,
    ACCEPTANCE_DECISION.id,
    ACCEPTANCE_RECTIFY.id,
)
#: where its term runs and can end
IN_TERM = (IMPLEMENTING.id, MIDTERM_DUE.id, MIDTERM_REVIEW.id, MIDTERM_RECTIFY.id)
#: its ends after the approval
ENDS = (PASSED.id, FAILED.id, TERMINATED.id, APPROVAL_REVOKED.id, RESULT_REVOKED.id)
