"""The states of the front end that programmes with a recommender share (domain: shared front end of a declaration)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import APPLICANT, HANDLER, RECOMMENDER, Stage, State

DECLARATION = Stage("declaration", _("申报"))
RECOMMENDATION = Stage("recommendation", _("推荐"))
ACCEPTANCE = Stage("acceptance", _("受理"))
STAGES = (DECLARATION, RECOMMENDATION, ACCEPTANCE)

DRAFT = State(
    "draft",
    _("草稿"),
    stage=DECLARATION,
    waits_for=APPLICANT,
    private=True,
    help=_("申报书正在填写，内容自动保存，仅本单位可见。请在申报截止日（含当日）前提交，逾期未提交的申报失效。"),
    tone="secondary",
)
SUBMITTED = State(
    "submitted",
    _("已提交，待初审"),
    stage=RECOMMENDATION,
    waits_for=RECOMMENDER,
    help=_(
        "申报书已锁定为一个版本并取得项目编号。请打印申请表一式三份，加盖公章后报推荐单位，并上传盖章扫描件；"
        "推荐单位初审后出具推荐意见，报送市市场监督管理局。"
    ),
)
RETURNED = State(
    "returned",
    _("退回修改"),
    stage=DECLARATION,
    waits_for=APPLICANT,
    help=_("推荐单位要求修改。请按退回意见修改后在期限内重新提交，逾期未提交的申报失效。"),
    tone="orange",
)
NOT_RECOMMENDED = State(
    "not_recommended",
    _("不予推荐"),
    stage=RECOMMENDATION,
    terminal=True,
    help=_("推荐单位决定不予推荐。推荐部门报送截止日前，申报单位可以复制本申报，另选推荐单位提交。"),
    tone="red",
)
RECOMMENDED = State(
    "recommended",
    _("已推荐，待受理"),
    stage=ACCEPTANCE,
    waits_for=HANDLER,
    help=_("推荐单位已出具推荐意见并报送。市市场监督管理局经办人进行形式审查，作出受理、补正或者不予受理的处理。"),
)
CORRECTION = State(
    "correction",
    _("待补正"),
    stage=ACCEPTANCE,
    waits_for=APPLICANT,
    help=_("形式审查一次性告知了需要补正的全部内容。请仅就所列内容补正并在期限内提交，逾期未补正的视为撤回申报。"),
    tone="orange",
)
ACCEPTED = State(
    "accepted",
    _("已受理"),
    stage=ACCEPTANCE,
    help=_("申报材料齐全、符合形式要求，市市场监督管理局已受理并出具受理通知书。"),
    tone="green",
)
NOT_ACCEPTED = State(
    "not_accepted",
    _("不予受理"),
    stage=ACCEPTANCE,
    terminal=True,
    help=_("申报不符合申报通知规定的条件，处理结果及理由见告知书。"),
    tone="red",
)
WITHDRAWN = State(
    "withdrawn",
    _("已撤回"),
    stage=DECLARATION,
    terminal=True,
    help=_("申报单位撤回了申报，或者逾期未补正、视为撤回申报。材料留存备查。"),
    tone="secondary",
)
LAPSED = State(
    "lapsed",
    _("逾期失效"),
    stage=DECLARATION,
    help=_("未在期限内提交或者未在报送期限内获得推荐，申报失效。确有正当理由的，经办人可以准予补报。"),
    terminal=True,
    tone="secondary",
)

FRONT_END = (
    DRAFT,
    SUBMITTED,
    RETURNED,
    RECOMMENDED,
    CORRECTION,
    ACCEPTED,
    NOT_RECOMMENDED,
    NOT_ACCEPTED,
    WITHDRAWN,
    LAPSED,
)
