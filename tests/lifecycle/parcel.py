"""A small subject for tests of the engine: a parcel that is packed, weighed, announced and delivered.

It has what the real lifecycles use and more: guards, a form with an upload, a step that leaves the state, a state that
outsiders are shown as another one, steps by time and by docket, records for insiders only. Its table exists while the
`parcels` fixture is in use; it is not among the portal's models.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from portal.accounts.actors import Actor
from portal.accounts.models import Unit
from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.lifecycle.forms import StepForm
from portal.lifecycle.models import Subject
from portal.lifecycle.states import NEW, Lifecycle, Stage, State, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import BY_DOCKET, BY_TIME, who

HALL = Stage("hall", "收寄")
PACKED = State("packed", "已打包", stage=HALL)
REFUSED = State("refused", "拟退件", stage=HALL, shown_as="packed")
SENT = State("sent", "已寄出", terminal=True, good=True)
LOST = State("lost", "已灭失", terminal=True)
LIFECYCLE = Lifecycle("parcel", "包裹", {s.id: s for s in (PACKED, REFUSED, SENT, LOST)}, stages=(HALL,))


@who("寄件单位", Role.UNIT_ADMIN, Role.UNIT_EDITOR)
def is_its_sender(actor: Actor, parcel: Parcel) -> bool:
    return actor.unit_id is not None and actor.unit_id == parcel.sender_id


@who("经办人", Role.HANDLER)
def is_clerk(actor: Actor, parcel: Parcel) -> bool:
    return True


@guard("重量不超过 20 千克")
def is_light(parcel: Parcel, actor: Actor) -> Text | None:
    return None if parcel.weight <= 20 else f"重量 {parcel.weight} 千克，超过 20 千克。"


@guard("已封口")
def is_closed(parcel: Parcel, actor: Actor) -> Text | None:
    return None if parcel.closed else "尚未封口。"


class WeighForm(StepForm):
    """The weight, a remark, and a picture."""

    opinion_field = "remark"
    weight = forms.IntegerField(label="重量", min_value=1)
    remark = forms.CharField(label="备注", required=False)
    picture = AttachmentField(
        slot="picture", label="照片", required=False, multiple=True, kinds=frozenset({"png", "jpg"})
    )


class ParcelQuerySet(models.QuerySet["Parcel"]):
    """Parcels as their sender and the bureau see them."""

    def visible_to(self, actor: Actor) -> ParcelQuerySet:
        if actor.system or actor.is_inside:
            return self
        return self.filter(sender_id=actor.unit_id) if actor.unit_id else self.none()


class Parcel(Subject):
    """See the module."""

    sender = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    weight = models.IntegerField(default=1)
    closed = models.BooleanField(default=True)

    objects = ParcelQuerySet.as_manager()
    lifecycle = LIFECYCLE

    class Meta:
        app_label = "lifecycle_tests"

    def __str__(self) -> str:
        return f"包裹 {self.pk}"

    @step("打包", source=NEW, target=PACKED.id, by=is_its_sender)
    def pack(self, act: Act) -> None:
        """The parcel begins."""

    @step("称重", source=PACKED.id, target=None, by=is_its_sender | is_clerk, form=WeighForm)
    def weigh(self, act: Act) -> None:
        """The weight is noted; the state stays."""
        self.weight = act.data["weight"]

    @step("寄出", source=PACKED.id, target=SENT.id, by=is_its_sender, guards=[is_light, is_closed], basis="邮政条例")
    def send(self, act: Act) -> None:
        """The parcel goes."""

    @step("拟退件", source=PACKED.id, target=REFUSED.id, by=is_clerk, inside=True)
    def refuse(self, act: Act) -> None:
        """Decided, not yet announced."""

    @step("撤销拟退件", source=REFUSED.id, target=PACKED.id, by=is_clerk, inside=True)
    def reconsider(self, act: Act) -> None:
        """Back to where outsiders believe it is."""

    @step("灭失", source=[PACKED.id, REFUSED.id], target=LOST.id, by=BY_TIME)
    def lose(self, act: Act) -> None:
        """Time has passed."""

    @step("退件", source=REFUSED.id, target=LOST.id, by=BY_DOCKET)
    def give_back(self, act: Act) -> None:
        """By docket only."""


def record_of(subject: Any, number: int = -1) -> Any:
    """The subject's record at that place of its chain."""
    from portal.lifecycle.models import Record

    return list(Record.objects.filter(chain_id=subject.chain_id).order_by("seq"))[number]
