"""The life of a call: draft, published, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import APPLICANT, HANDLER, NEW, Lifecycle, State, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import BY_TIME, who

if TYPE_CHECKING:
    from portal.calls.models import Call

DRAFT = State("draft", _("起草中"), waits_for=HANDLER, help=_("申报通知正在起草，仅内部可见。"), tone="secondary")
PUBLISHED = State(
    "published", _("已发布"), waits_for=APPLICANT, help=_("申报通知已公开发布，申报窗口内可以提交申报。"), tone="green"
)
CLOSED = State("closed", _("已截止"), help=_("申报窗口已结束，仅凭准予补报可以继续提交。"), terminal=True, good=True)
LIFECYCLE = Lifecycle("call", _("申报通知"), {s.id: s for s in (DRAFT, PUBLISHED, CLOSED)})


@who(_("经办人、处室负责人"), Role.HANDLER, Role.SECTION_CHIEF)
def manages_calls(actor: Actor, call: Call) -> bool:
    return True


@guard(_("领域、联系人和起止日期已填写完整"))
def is_complete(call: Call, actor: Actor) -> Text | None:
    if not call.fields.exists():
        return _("尚未设置申报领域。")
    if call.fields.filter(desk=None).exists():
        return _("有领域未指定联系窗口。")
    if call.opens_on > call.closes_on:
        return _("申报截止日期早于开始日期。")
    return None


@guard(_("公平竞争审查和合法性审核已记录"))
def is_reviewed(call: Call, actor: Actor) -> Text | None:
    if not (call.fairness_review and call.legality_review):
        return _("发布前须记录公平竞争审查和合法性审核的结论。")
    return None


@guard(_("申报截止日已过"))
def window_is_over(call: Call, actor: Actor) -> Text | None:
    return _("申报截止日（含当日）尚未结束。") if clock.today() <= call.closes_on else None


class PublishForm(StepForm):
    """Confirms the number and date of the document under which the call is published."""

    number = forms.CharField(label=_("文号"), max_length=60, help_text=_("如：沪市监标技〔2023〕139号"))
    issued_on = forms.DateField(label=_("成文日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"number": self.subject.number, "issued_on": self.subject.issued_on, **self.initial}


@guard(_("申报截止日尚未过"))
def window_is_not_over(call: Call, actor: Actor) -> Text | None:
    return _("申报截止日已过，可对个别单位准予补报。") if clock.today() > call.closes_on else None


class ExtensionForm(StepForm):
    """The new last days of a published call, and why; the reason is public."""

    opinion_field = "reason"
    closes_on = forms.DateField(
        label=_("新的申报截止日期（含当日）"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reporting_closes_on = forms.DateField(
        label=_("新的推荐部门报送截止日期（含当日）"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("延长原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("将在申报通知页面公开。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dates = {name: getattr(self.subject, name) for name in ("closes_on", "reporting_closes_on")}
        self.initial = {**dates, **self.initial}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        closes, reporting = data.get("closes_on"), data.get("reporting_closes_on")
        if closes and closes <= self.subject.closes_on:
            raise ValidationError({"closes_on": _("须晚于目前的截止日期 %(day)s。") % {"day": self.subject.closes_on}})
        if reporting and reporting < self.subject.reporting_closes_on:
            raise ValidationError(
                {
                    "reporting_closes_on": _("不能早于目前的报送截止日期 %(day)s。")
                    % {"day": self.subject.reporting_closes_on}
                }
            )
        if closes and reporting and reporting < closes:
            raise ValidationError({"reporting_closes_on": _("不能早于申报截止日期。")})
        return data


class CallSteps:
    """The steps of a call."""

    if TYPE_CHECKING:
        number: Any
        issued_on: Any
        published_at: Any
        closes_on: Any
        reporting_closes_on: Any
        extension_note: Any

    @step(_("起草申报通知"), source=NEW, target=DRAFT.id, by=manages_calls)
    def draft(self, act: Act) -> None:
        """A call is begun."""

    @step(
        _("登记以往的申报通知"),
        source=NEW,
        target=CLOSED.id,
        by=manages_calls,
        listed=False,
        help=_("平台启用前的年度，随导入的项目登记，不开放申报。"),
    )
    def record_past(self, act: Act) -> None:
        """A year from before the portal: its projects are imported under it."""

    @step(
        _("发布"),
        source=DRAFT.id,
        target=PUBLISHED.id,
        by=manages_calls,
        guards=[is_complete, is_reviewed],
        form=PublishForm,
        help=_("申报通知公开发布，申报单位可以在申报窗口内填报。"),
        confirm=_("发布后通知将公开，领域和起止日期不能再修改。"),
        tone="primary",
    )
    def publish(self, act: Act) -> None:
        """The call becomes public; its fields and dates are fixed."""
        self.number, self.issued_on = act.data["number"], act.data["issued_on"]
        self.published_at = act.at

    @step(
        _("延长申报期限"),
        source=PUBLISHED.id,
        target=PUBLISHED.id,
        by=manages_calls,
        guards=[window_is_not_over],
        form=ExtensionForm,
        help=_("申报截止前，对全部申报单位和推荐单位延长期限；已开始的申报的期限随之重算并告知。"),
        confirm=_("延长后立即公开，不能再提前。"),
    )
    def extend(self, act: Act) -> None:
        """The window of a published call ends later, for everybody."""
        self.extension_note = _("原申报截止日期 %(day)s，%(reason)s") % {
            "day": self.closes_on,
            "reason": act.data["reason"],
        }
        self.closes_on, self.reporting_closes_on = act.data["closes_on"], act.data["reporting_closes_on"]

    @step(
        _("截止"),
        source=PUBLISHED.id,
        target=CLOSED.id,
        by=BY_TIME | manages_calls,
        guards=[window_is_over],
        help=_("申报截止日（含当日）结束后，申报窗口关闭。"),
        confirm=_("关闭后不能再提交申报，已准予补报的除外。"),
    )
    def close(self, act: Act) -> None:
        """The window of the call is over."""
