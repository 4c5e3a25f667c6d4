"""A small subject that comes in by import: a crate that is stored, and opened by somebody later. See `tests/lifecycle/parcel.py`."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base.counters import next_serial
from portal.exchange.fields import DayField, OneOfField, WholeField, YesNoField
from portal.exchange.forms import SourceForm, VoidForm
from portal.exchange.kinds import Column, Kind
from portal.exchange.resources import SubjectResource
from portal.exchange.rows import Row
from portal.lifecycle.models import Subject
from portal.lifecycle.states import NEW, Lifecycle, State
from portal.lifecycle.steps import Act, step
from portal.lifecycle.who import who

STORED, OPENED = State("stored", "在库"), State("opened", "已开箱", terminal=True, good=True)
VOID = State("void", "导入作废", terminal=True)
LIFECYCLE = Lifecycle("crate", "箱子", {s.id: s for s in (STORED, OPENED, VOID)})
HALLS = {"东库": "east", "西库": "west"}


@who("经办人", Role.HANDLER)
def is_clerk(actor: Actor, crate: Crate) -> bool:
    return True


class CrateForm(SourceForm):
    """What a line says of a crate."""

    name = forms.CharField(max_length=20)
    weight = forms.IntegerField(required=False)
    stored_on = DayField()

    def clean_weight(self) -> int:
        weight = self.cleaned_data["weight"] or 0
        if weight == 13:  # found by the door alone
            raise forms.ValidationError("重量 13 千克的箱子不收。")
        return int(weight)


class CrateQuerySet(models.QuerySet["Crate"]):
    """Crates as the bureau sees them: void ones nowhere."""

    def visible_to(self, actor: Actor) -> CrateQuerySet:
        if actor.system:
            return self
        return self.exclude(state=VOID.id, revision__gt=2) if actor.is_inside else self.none()


class Crate(Subject):
    """See the module."""

    serial = models.CharField(max_length=20)
    name = models.CharField(max_length=20)
    weight = models.IntegerField(default=0)
    stored_on = models.DateField(null=True)

    objects = CrateQuerySet.as_manager()
    lifecycle = LIFECYCLE

    class Meta:
        app_label = "lifecycle_tests"

    def __str__(self) -> str:
        return f"{self.serial} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("exchange:jobs")

    @step("导入", source=NEW, target=STORED.id, by=is_clerk, form=CrateForm)
    def import_entry(self, act: Act) -> None:
        """The crate comes in by a sheet."""
        self.serial = next_serial("KX", act.at.year)
        self.name, self.weight, self.stored_on = act.data["name"], act.data["weight"], act.data["stored_on"]

    @step("开箱", source=STORED.id, target=OPENED.id, by=is_clerk)
    def open(self, act: Act) -> None:
        """Somebody has worked with it."""

    @step("导入作废", source=STORED.id, target=VOID.id, by=is_clerk, form=VoidForm)
    def void_import(self, act: Act) -> None:
        """The import was a mistake."""


def columns() -> list[Column]:
    return [
        Column("name", forms.CharField(label="名称", max_length=20), "螺栓"),
        Column("weight", WholeField(label="重量（千克）", min_value=1, max_value=50, required=False), "12"),
        Column("hall", OneOfField(label="库房", options=HALLS, required=False), "东库"),
        Column("stored_on", DayField(label="入库日期"), "2023-05-15"),
        Column("fragile", YesNoField(label="易碎"), "否"),
    ]


class CrateResource(SubjectResource):
    """Lines that become crates."""

    model = Crate

    def identity(self, row: Row) -> Hashable | None:
        return row.values.get("name")

    def known(self, identities: set[Any]) -> dict[Hashable, str]:
        found = Crate.objects.filter(name__in=identities).exclude(state=VOID.id)
        return {crate.name: f"箱子 {crate.serial}" for crate in found}

    def check(self, row: Row) -> None:
        if row.values["weight"] is None:
            row.warn("weight", "资料待补：重量。")
        if row.values["hall"] == "west" and row.values["fragile"]:
            row.error("fragile", "西库不存放易碎品，请改为东库。")

    def begin(self, row: Row) -> Crate:
        return Crate()


KIND = Kind("crates", "箱子", "", "将箱子成批登记。", columns, CrateResource, measure="只")
