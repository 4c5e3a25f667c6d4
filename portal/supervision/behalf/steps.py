"""The steps of an entry on behalf."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.base import clock
from portal.lifecycle.forms import StepForm
from portal.lifecycle.states import NEW, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import who
from portal.supervision.behalf.states import CHECKER, DONE, ENTERED, SENT_BACK, TAKEN_BACK

if TYPE_CHECKING:
    from portal.supervision.models import OnBehalf


@who(_("经办人"), Role.HANDLER)
def enters(actor: Actor, entry: OnBehalf) -> bool:
    """Of a dossier its handler, of a docket whoever drafts it."""
    from portal.dossiers.rules import is_its_handler
    from portal.supervision.dockets.rules import drafts

    if entry.dossier is not None:
        return is_its_handler.relation(actor, entry.dossier)
    return entry.docket is not None and drafts.relation(actor, entry.docket)


@who(_("代录人"), Role.HANDLER)
def entered_it(actor: Actor, entry: OnBehalf) -> bool:
    return actor.user is not None and actor.user.pk == entry.entrant_id


@who(_("复核人（代录人以外的经办人或者处室负责人）"), Role.HANDLER, Role.SECTION_CHIEF)
def checks(actor: Actor, entry: OnBehalf) -> bool:
    return actor.user is not None and actor.user.pk != entry.entrant_id


@guard(_("所代录的事项仍可办理"))
def can_still_be_taken(entry: OnBehalf, actor: Actor) -> Text | None:
    from portal.lifecycle.declared import step_of

    subject = entry.subject
    if subject is None:
        return _t("所代录的事项已不存在。")
    last = step_of(type(subject), entry.kind_info.steps[-1])
    if last.leads_from(subject.state):
        return None
    return _t("当前状态为“%(state)s”，不能办理“%(step)s”。") % {"state": subject.state_info.label, "step": last.label}


@guard(_("没有同一事项的代录待复核"))
def none_waits(entry: OnBehalf, actor: Actor) -> Text | None:
    from portal.supervision.models import OnBehalf as Model

    twin = Model.objects.filter(target_type=entry.target_type, target_id=entry.target_id, state=ENTERED.id)
    return _t("本事项已有代录待复核。") if twin.exists() else None


class EntryForm(StepForm):
    """Whose act it is, when it was signed, and the scan of the paper (none where the act itself wants one)."""

    opinion_field = "entry_remark"
    signed_by = forms.CharField(
        label=_("签署人（单位）"), max_length=80, help_text=_("原件上签字、盖章的人员或者单位。")
    )
    signed_on = forms.DateField(label=_("签署日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    signed_paper = AttachmentField(
        slot="on_behalf",
        label=_("签字盖章原件的扫描件"),
        kinds=frozenset({"pdf", "ofd", "jpg", "png"}),
        multiple=True,
    )
    entry_remark = forms.CharField(label=_("代录说明"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_paper"].required = not self.subject.has_scans
        place = self.subject.represented_place
        if place is None:  # a person is chosen beside this form
            del self.fields["signed_by"]
        else:
            self.initial.setdefault("signed_by", str(place))
        self.fields["signed_paper"].help_text = self.subject.kind_info.paper

    def clean_signed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["signed_on"]
        if day > clock.today():
            raise ValidationError(_("签署日期不能晚于今天。"))
        return day


class CheckForm(StepForm):
    """The checker has compared the paper."""

    opinion_field = "remark"
    compared = forms.BooleanField(label=_("已对照签字盖章的原件逐项核对，代录内容与原件一致"))
    remark = forms.CharField(label=_("备注"), required=False, max_length=300)


class BackForm(StepForm):
    """What does not agree with the paper."""

    opinion_field = "reason"
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class OnBehalfSteps:
    """The steps of an entry; what the check carries out follows as an effect."""

    if TYPE_CHECKING:
        represented: Any
        membership: Any
        signed_on: Any
        entrant: Any
        checker: Any
        checked_at: Any

    @step(
        _("代录"),
        source=NEW,
        target=ENTERED.id,
        by=enters,
        guards=[can_still_be_taken, none_waits],
        form=EntryForm,
        tells=[CHECKER],
        inside=True,
        help=_("在纸上办理的事项，由经办人代录并上传签字盖章的原件，经第二人复核后生效。"),
        confirm=_("复核前不生效；复核人将收到通知。"),
        tone="primary",
    )
    def enter(self, act: Act) -> None:
        """Somebody enters what was done on paper."""
        self.represented = act.data.get("signed_by") or self.membership.user.name
        self.signed_on = act.data["signed_on"]
        self.entrant = act.actor.user

    @step(
        _("复核并办理"),
        source=ENTERED.id,
        target=DONE.id,
        by=checks,
        guards=[can_still_be_taken],
        form=CheckForm,
        inside=True,
        help=_("对照原件复核无误后，随即办理所代录的事项。"),
        confirm=_("复核后随即生效，有关各方将收到通知，不能撤销。"),
        tone="primary",
    )
    def confirm(self, act: Act) -> None:
        """A second person has compared the paper; what was entered takes effect."""
        self.checker, self.checked_at = act.actor.user, act.at

    @step(
        _("复核退回"),
        source=ENTERED.id,
        target=SENT_BACK.id,
        by=checks,
        form=BackForm,
        inside=True,
        help=_("与原件不符或者原件不清的，退回，不办理。"),
        confirm=_("退回后不能恢复，需要时由代录人重新代录。"),
    )
    def send_back(self, act: Act) -> None:
        """The paper does not say what was entered."""
        self.checker, self.checked_at = act.actor.user, act.at

    @step(
        _("撤销代录"),
        source=ENTERED.id,
        target=TAKEN_BACK.id,
        by=entered_it,
        inside=True,
        help=_("复核前可以撤销，重新代录。"),
        confirm=_("撤销后不能恢复，需要时重新代录。"),
    )
    def take_back(self, act: Act) -> None:
        """Whoever entered it takes it back before the check."""
