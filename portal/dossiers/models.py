"""Dossier 项目: the one table behind every worklist. A programme's model inherits from it."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Body, District, Membership, Unit
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls import parameters
from portal.calls.models import Call, CallField
from portal.dossiers.scopes import granted, standing_in_for
from portal.lifecycle.models import Subject
from portal.lifecycle.states import State
from portal.lifecycle.steps import Act

#: roles that see every dossier that has left its applicant's desk
_ALL_SEEING = frozenset({Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})


class DossierQuerySet(models.QuerySet["Dossier"]):
    """Dossiers in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> DossierQuerySet:
        """What this actor may see. Everything that a person reads of dossiers starts here."""
        if actor.system:
            return self
        rules = granted(actor)
        if actor.is_applicant and actor.unit_id:
            rules.append(Q(applicant_id=actor.unit_id))
        elif actor.role == Role.RECOMMENDER and actor.body_id:
            rules.append(Q(recommender_id=actor.body_id, private=False))
        elif actor.role == Role.HANDLER and actor.membership:
            desks = CallField.objects.filter(desk__handlers=actor.membership)
            rules.append(Q(field__in=desks, private=False) | Q(handler=actor.membership, private=False))
        elif actor.role in _ALL_SEEING:
            rules.append(Q(private=False))
        if not rules:
            return self.none()
        joined = rules[0]
        for rule in rules[1:]:
            joined |= rule
        return self.filter(joined)

    def for_rows(self) -> DossierQuerySet:
        """With the neighbours that a row of a list shows, in the same query."""
        return self.select_related("call", "applicant", "recommender", "field", "handler__user")


class Dossier(Subject):
    """A project through its whole life. Columns here are what lists, filters and statistics of all programmes need.

    `shown_state` is the state outsiders are shown; `private` says that nobody but the applicant may see it yet;
    `state_note` says how the state
    came about where its name does not (视为撤回申报); `due_on` is the nearest due date of an open duty (Shanghai), kept by the deadlines room.
    """

    programme = models.CharField(_("项目类型"), max_length=30, editable=False)
    number = models.CharField(_("项目编号"), max_length=20, unique=True, null=True, blank=True, editable=False)
    call = models.ForeignKey(Call, verbose_name=_("申报通知"), on_delete=models.PROTECT, related_name="dossiers")
    title = models.CharField(_("项目名称"), max_length=120, blank=True)
    applicant = models.ForeignKey(Unit, verbose_name=_("申报单位"), on_delete=models.PROTECT, related_name="dossiers")
    recommender = models.ForeignKey(
        Body, verbose_name=_("推荐单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    field = models.ForeignKey(
        CallField, verbose_name=_("领域"), null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    district = models.ForeignKey(District, verbose_name=_("所在区"), null=True, on_delete=models.PROTECT)
    handler = models.ForeignKey(
        Membership, verbose_name=_("经办人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shown_state = models.CharField(max_length=50, editable=False, default="")
    state_note = models.CharField(_("状态说明"), max_length=60, editable=False, default="")
    stage = models.CharField(max_length=30, editable=False, default="")
    private = models.BooleanField(default=True, editable=False)
    due_on = models.DateField(_("最近期限"), null=True, editable=False)
    rank = models.PositiveSmallIntegerField(_("推荐排序"), null=True, blank=True)
    parameters = models.JSONField(default=dict, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("最近办理时间"), default=clock.now, editable=False)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, editable=False)
    recommended_at = models.DateTimeField(_("推荐时间"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("受理时间"), null=True, editable=False)

    objects = DossierQuerySet.as_manager()

    #: what the search index was made of when this instance was read; see `indexed_now`
    indexed: tuple[Any, ...] | None = None

    class Meta:
        verbose_name = verbose_name_plural = _("项目")
        indexes = [
            models.Index(fields=["-updated_at", "-id"]),
            models.Index(fields=["due_on", "id"]),
            models.Index(fields=["state", "-updated_at"]),
            models.Index(fields=["applicant", "-updated_at"]),
            models.Index(fields=["recommender", "-updated_at"]),
            models.Index(fields=["field", "-updated_at"]),
        ]

    def __str__(self) -> str:
        return self.title or str(_("（未命名项目）"))

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """As Django's; what is in the table is in the search index."""
        loaded = super().from_db(*args, **kwargs)
        loaded.indexed = loaded.indexed_now
        return loaded

    @property
    def indexed_now(self) -> tuple[Any, ...]:
        """What the dossier is found by: number, title, applicant; a deferred one cannot have been changed."""
        return tuple(self.__dict__.get(name) for name in ("number", "title", "applicant_id"))

    @classmethod
    def label_of_type(cls) -> str:
        return "dossiers.dossier"

    def describe(self) -> str:
        return f"{self.number} {self}" if self.number else str(self)

    def stage_days(self) -> dict[str, dt.date]:
        """Days on which stages were left or ended that no change of state tells: by id of the stage, in Shanghai."""
        return {}

    def settle(self, act: Act) -> None:
        """Columns that follow from the state."""
        info = self.state_info
        self.shown_state = info.shown_id
        self.stage = info.stage.id if info.stage else ""
        self.private = info.private
        if act.step.target is not None:
            self.state_note = str(act.step.extra.get("note", ""))
        if not act.step.extra.get("inside"):  # the date is shown to outsiders, who must not learn of steps inside
            self.updated_at = act.at

    def parameter(self, key: str) -> Any:
        """The parameter pinned at submission; before that, the one in force today."""
        if key in self.parameters:
            return self.parameters[key]
        return parameters.value(key, self.programme, clock.today())

    @cached_property
    def desk_handler_ids(self) -> frozenset[int]:
        """Memberships of the handlers whose desk serves this dossier's field."""
        if self.field_id is None:
            return frozenset()
        return frozenset(Membership.objects.filter(desks__fields=self.field_id).values_list("pk", flat=True))

    @cached_property
    def deputy_handler_ids(self) -> frozenset[int]:
        """Memberships that stand in today for its handler or those of its desk."""
        own = frozenset({self.handler_id}) if self.handler_id else frozenset()
        return standing_in_for(own | self.desk_handler_ids)

    @property
    def shown_info(self) -> State:
        """The declaration of the state that outsiders are shown."""
        return self.lifecycle.state(self.shown_state)
