"""Public notices 公示 with their items, and objections 异议."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership, phone_validator
from portal.accounts.roles import Role
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programme
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.lifecycle.states import Text
from portal.notices.states import ADMITTED, DISCARDED, DRAFT, ENTERED, FILED, NOTICE, OBJECTION, RUNNING
from portal.notices.steps import NoticeSteps, ObjectionSteps

#: who reads drafts of notices and, without the objector, objections
READERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR})
UNANSWERED = (ENTERED.id, FILED.id, ADMITTED.id)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> NoticeQuerySet:
        """What has been published is everybody's; drafts are the bureau's."""
        return self if actor.system or actor.role in READERS else self.published()

    def published(self) -> NoticeQuerySet:
        """Everything but drafts."""
        return self.exclude(state=DRAFT.id)

    def running_on(self, day: dt.date) -> NoticeQuerySet:
        """Those whose term includes that date (Shanghai)."""
        return self.filter(state=RUNNING.id, opens_on__lte=day, closes_on__gte=day)

    def due_on(self, day: dt.date) -> NoticeQuerySet:
        """Those whose term is over and that are not closed yet."""
        return self.filter(state=RUNNING.id, closes_on__lt=day)

    def for_rows(self) -> NoticeQuerySet:
        """With the number of items."""
        return self.annotate(size=Count("items", distinct=True))

    def for_handling(self) -> NoticeQuerySet:
        """With what handlers look for in a row: items still open, objections, those unanswered."""
        unanswered = Q(items__objections__state__in=UNANSWERED)
        return self.for_rows().annotate(
            open_items=Count("items", filter=Q(items__outcome=NoticeItem.Outcome.OPEN), distinct=True),
            objections=Count("items__objections", filter=~Q(items__objections__state=DISCARDED.id), distinct=True),
            unanswered=Count("items__objections", filter=unanswered, distinct=True),
        )


@subject(NOTICE)
class Notice(NoticeSteps, Subject):
    """公示: a list of dossiers shown to the public for so many working days. Its last day counts to its last second."""

    number = models.CharField(_("编号"), max_length=20, unique=True, null=True, blank=True, editable=False)
    programme = models.CharField(_("项目类型"), max_length=30)
    matter = models.CharField(_("公示事项"), max_length=40)
    title = models.CharField(_("标题"), max_length=150)
    text = models.TextField(_("公示内容"), blank=True)
    channel = models.TextField(_("异议渠道"), blank=True)
    opens_on = models.DateField(_("开始日期"), null=True, editable=False)
    closes_on = models.DateField(_("截止日期（含当日）"), null=True, editable=False)
    days = models.PositiveSmallIntegerField(_("公示期限（工作日）"))
    responsible = models.ForeignKey(Membership, verbose_name=_("经办人"), on_delete=models.PROTECT, related_name="+")
    account = models.TextField(_("公示情况说明"), blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(_("发布时间"), null=True, editable=False)
    closed_at = models.DateTimeField(_("结束时间"), null=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("公示")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "closes_on"])]

    def __str__(self) -> str:
        return self.title

    def describe(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title

    def get_absolute_url(self) -> str:
        return reverse("notices:handling", args=[self.pk])

    def is_running(self, day: dt.date | None = None) -> bool:
        """Whether objections can be filed on that date (Shanghai; today when None)."""
        today = day or clock.today()
        return bool(
            self.state == RUNNING.id and self.opens_on and self.closes_on and self.opens_on <= today <= self.closes_on
        )

    @property
    def public_label(self) -> Text:
        """Where it stands as the public reads it: by its term alone. A draft, which it never reads, says so."""
        if self.state == DRAFT.id:
            return self.state_info.label
        return _("公示中") if self.is_running() else _("公示期已满")


class NoticeItemQuerySet(models.QuerySet["NoticeItem"]):
    """Items in the vocabulary of the portal."""

    def published(self) -> NoticeItemQuerySet:
        """Those of published notices."""
        return self.exclude(notice__state=DRAFT.id)

    def for_handling(self) -> NoticeItemQuerySet:
        """With the dossier, and the number of objections."""
        unanswered = Q(objections__state__in=UNANSWERED)
        return self.select_related("dossier__field__desk").annotate(
            objection_count=Count("objections", filter=~Q(objections__state=DISCARDED.id), distinct=True),
            unanswered=Count("objections", filter=unanswered, distinct=True),
        )


class NoticeItem(models.Model):
    """A dossier on a notice. Items close singly: when the term is over and every objection against it is answered.

    `outcome` is the bureau's own knowledge. The public reads `public_label`: it follows from the term and from what was
    announced about the dossier afterwards (`left_on`, `result_state`), never from an undecided objection.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("未结束")
        CLEAR = "clear", _("无异议或者异议不成立")
        UPHELD = "upheld", _("异议成立")
        LEFT = "left", _("已退出公示")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="notice_items")
    position = models.PositiveSmallIntegerField(_("序号"))
    facts = models.JSONField(_("公示内容"), default=dict)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    left_on = models.DateField(_("结果公布日期"), null=True)
    result_state = models.CharField(max_length=50, blank=True, default="")

    objects = NoticeItemQuerySet.as_manager()

    class Meta:
        ordering = ["notice", "position"]
        constraints = [models.UniqueConstraint(fields=["notice", "dossier"], name="notice_item_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.facts.get('title') or self.dossier}"

    def takes_objections(self) -> bool:
        """Whether the public can object to it today."""
        return self.left_on is None and self.notice.is_running()

    def takes_letters(self) -> bool:
        """Whether objections by letter can still be entered: nothing was announced, and the notice is not closed."""
        return self.left_on is None and self.notice.state == RUNNING.id

    @property
    def public_label(self) -> Text:
        """Its result as the public reads it: what was announced, or where the term stands."""
        if self.result_state:
            result = programme(self.notice.programme).model.lifecycle.state(self.result_state)
            return result.announced_as or result.label
        return _("已退出公示") if self.left_on else self.notice.public_label


class ObjectionQuerySet(models.QuerySet["Objection"]):
    """Objections in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> ObjectionQuerySet:
        """Handlers those against their own dossiers; chief, leader and auditor all. Who objects: `Objection.shows_identity_to`."""
        if actor.system:
            return self
        if actor.role not in READERS:
            return self.none()
        if actor.role == Role.HANDLER:
            return self.filter(item__dossier__in=Dossier.objects.visible_to(actor).order_by().values("pk"))
        return self

    def unanswered(self) -> ObjectionQuerySet:
        """Those that wait for an answer."""
        return self.filter(state__in=UNANSWERED)

    def for_rows(self) -> ObjectionQuerySet:
        """With the project and the notice that a row shows."""
        return self.select_related("item__notice", "item__dossier__field")


@subject(OBJECTION)
class Objection(ObjectionSteps, Subject):
    """A real-name objection against an item of a notice. Its records stand on a chain of its own, without the objector."""

    item = models.ForeignKey(NoticeItem, on_delete=models.PROTECT, related_name="objections")
    reference = models.CharField(_("受理编号"), max_length=20, unique=True, null=True, blank=True, editable=False)
    code = models.CharField(_("查询码"), max_length=20, blank=True, editable=False)
    by_unit = models.BooleanField(_("以单位名义"), default=False)
    name = models.CharField(_("异议人姓名（单位名称）"), max_length=100)
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    phone = models.CharField(_("联系电话"), max_length=20, validators=[phone_validator])
    email = models.EmailField(_("电子邮箱"), blank=True)
    grounds = models.TextField(_("异议事实和理由"), max_length=3000)
    filed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    received_on = models.DateField(_("收到日期"), null=True, blank=True)
    entered_by = models.ForeignKey(
        Membership, verbose_name=_("登记人"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    checked_by = models.ForeignKey(
        Membership, verbose_name=_("复核人"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    finding = models.TextField(_("核实情况"), blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("公示异议")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-id"])]

    def __str__(self) -> str:
        return str(self.reference or "")

    def describe(self) -> str:
        return f"{self.reference} {self.dossier.describe()}"

    def get_absolute_url(self) -> str:
        return reverse("notices:objection", args=[self.pk])

    def lock_before(self) -> None:
        """Its dossier, then its item: a docket's registration and the sweep take them in the same order."""
        Dossier.objects.select_for_update().filter(pk=self.item.dossier_id).order_by().values_list("pk").first()
        NoticeItem.objects.select_for_update().filter(pk=self.item_id).order_by().values_list("pk").first()

    @property
    def by_letter(self) -> bool:
        """Whether it came by letter and was entered by a handler."""
        return self.entered_by_id is not None

    @property
    def filed_on(self) -> dt.date:
        """The day on which it was filed, or the letter received."""
        return self.received_on or clock.local(self.filed_at).date()

    @property
    def shown_code(self) -> str:
        """The code as it is read out: two groups."""
        return f"{self.code[:5]}-{self.code[5:]}" if self.code else ""

    @property
    def dossier(self) -> Dossier:
        """The dossier it is about."""
        return self.item.dossier

    def shows_identity_to(self, actor: Actor) -> bool:
        """Whether this person may know who objects: a handler of the dossier, nobody else."""
        from portal.dossiers.rules import is_its_handler

        return actor.role == Role.HANDLER and bool(is_its_handler.relation(actor, self.item.dossier))

    def identity_for(self, actor: Actor) -> str:
        """Who objects, for a handler of the dossier; everybody else reads that it is kept back."""
        return self.name if self.shows_identity_to(actor) else str(_("（异议人信息仅经办人可见）"))
