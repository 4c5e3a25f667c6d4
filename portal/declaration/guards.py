"""Conditions of the front end's steps. Each explains itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.declaration.duties import reporting_limit, submission_limit
from portal.declaration.states import RETURNED
from portal.dossiers.models import Dossier
from portal.lifecycle.states import Text
from portal.lifecycle.steps import guard

if TYPE_CHECKING:
    from portal.declaration.steps import FrontEnd


@guard(_("申报窗口已开放"))
def call_is_open(dossier: FrontEnd, actor: Actor) -> Text | None:
    call = dossier.call
    if call.is_open():
        return None
    if clock.today() < call.opens_on:
        return _t("申报自 %(day)s 开始。") % {"day": call.opens_on}
    return _t("申报已于 %(day)s 截止（含当日）。") % {"day": call.closes_on}


@guard(_("在申报截止日、准予补报期限或者退回修改期限内"))
def may_still_submit(dossier: FrontEnd, actor: Actor) -> Text | None:
    today = clock.today()
    if dossier.state == RETURNED.id and dossier.return_due_on and today <= dossier.return_due_on:
        return None
    if dossier.call.is_open() or (today >= dossier.call.opens_on and today <= submission_limit(dossier)):
        return None
    if today < dossier.call.opens_on:
        return _t("申报自 %(day)s 开始。") % {"day": dossier.call.opens_on}
    return _t("提交期限已于 %(day)s 届满（含当日）。") % {"day": submission_limit(dossier)}


@guard(_("申报书填写完整，必备材料齐全"))
def form_is_complete(dossier: FrontEnd, actor: Actor) -> Text | None:
    from portal.declaration.completeness import problems

    missing = [problem for problem in problems(dossier) if problem.blocking]
    if not missing:
        return None
    return _t("申报书还有 %(n)s 处需要填写或者更正，详见“检查与提交”。") % {"n": len(missing)}


@guard(_("同一单位在同一通知下没有同名的在办申报"))
def title_is_unique(dossier: FrontEnd, actor: Actor) -> Text | None:
    from portal.dossiers.programmes import programme

    dead = [
        state.id
        for state in programme(dossier.programme).model.lifecycle.states.values()
        if state.terminal and not state.good
    ]
    twin = (
        Dossier.objects.filter(call_id=dossier.call_id, applicant_id=dossier.applicant_id, title=dossier.title)
        .exclude(pk=dossier.pk)
        .exclude(state__in=[*dead, "draft"])
    )
    return _t("本单位已有同名申报在办，请勿重复提交。") if dossier.title and twin.exists() else None


@guard(_("已选定推荐单位"))
def recommender_is_named(dossier: FrontEnd, actor: Actor) -> Text | None:
    return None if dossier.recommender_id else _t("请在申报书中选定推荐单位。")


@guard(_("推荐单位尚未处理"))
def recommender_has_not_acted(dossier: FrontEnd, actor: Actor) -> Text | None:
    return _t("推荐单位已拟写推荐意见，如需修改请联系推荐单位退回。") if dossier.opinion_noted_at else None


@guard(_("申请表盖章扫描件已上传"))
def sealed_form_is_present(dossier: FrontEnd, actor: Actor) -> Text | None:
    from portal.declaration.versions import sealed_form_of

    if sealed_form_of(dossier) is None:
        return _t("申报单位尚未上传本版本申请表的盖章扫描件。")
    return None


@guard(_("推荐意见已拟写"))
def opinion_is_noted(dossier: FrontEnd, actor: Actor) -> Text | None:
    return None if dossier.opinion_noted_at else _t("请先拟写推荐意见，打印推荐意见页并加盖公章。")


@guard(_("在推荐部门报送截止日（含当日）内"))
def reporting_is_open(dossier: FrontEnd, actor: Actor) -> Text | None:
    limit = reporting_limit(dossier)
    if clock.today() <= limit:
        return None
    return _t("推荐部门报送已于 %(day)s 截止（含当日），确需报送的请联系市市场监督管理局延长。") % {"day": limit}


@guard(_("首次补正，或者处室负责人已同意再次补正"))
def correction_is_allowed(dossier: FrontEnd, actor: Actor) -> Text | None:
    if dossier.corrections == 0 or dossier.second_correction_agreed_at:
        return None
    return _t("补正应当一次性告知。再次要求补正须经处室负责人同意，请先“请示再次补正”。")


@guard(_("已要求过补正，且尚未请示"))
def second_correction_can_be_asked(dossier: FrontEnd, actor: Actor) -> Text | None:
    if dossier.corrections == 0:
        return _t("尚未要求过补正，可以直接要求补正。")
    if dossier.second_correction_agreed_at:
        return _t("处室负责人已同意再次补正。")
    if dossier.second_correction_asked_at:
        return _t("已请示，待处室负责人答复。")
    return None


@guard(_("经办人已请示再次补正"))
def second_correction_was_asked(dossier: FrontEnd, actor: Actor) -> Text | None:
    if dossier.second_correction_asked_at and not dossier.second_correction_agreed_at:
        return None
    return _t("经办人没有待答复的请示。")


@guard(_("推荐部门报送截止日已过"))
def reporting_is_over(dossier: FrontEnd, actor: Actor) -> Text | None:
    limit = reporting_limit(dossier)
    return None if clock.today() > limit else _t("报送截止日为 %(day)s，尚未届满。") % {"day": limit}


@guard(_("已经催办推荐单位"))
def recommender_was_nudged(dossier: FrontEnd, actor: Actor) -> Text | None:
    from portal.deadlines.queries import reminded_or_nudged

    return None if reminded_or_nudged(dossier, "first_review") else _t("请先催办推荐单位，催办无果后再作失效处理。")


@guard(_("提交期限已过"))
def submission_is_over(dossier: FrontEnd, actor: Actor) -> Text | None:
    limit = dossier.return_due_on if dossier.state == RETURNED.id else submission_limit(dossier)
    return _t("提交期限为 %(day)s，尚未届满。") % {"day": limit} if limit and clock.today() <= limit else None


@guard(_("补正期限已过"))
def correction_is_over(dossier: FrontEnd, actor: Actor) -> Text | None:
    limit = dossier.correction_due_on
    return _t("补正期限为 %(day)s，尚未届满。") % {"day": limit} if limit and clock.today() <= limit else None
