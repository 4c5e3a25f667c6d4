"""Rows of the outbox; in-app messages and how a person wants to get them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.base import clock


class Outbox(models.Model):
    """Something that leaves the portal: a row first, handed to the worker after the commit.

    `leased_until` is an instant of the machine's clock, never of the portal's, which can be moved. `holder` names the
    run that works on the row; it is empty while the row waits or lies in the queue.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待处理")
        RUNNING = "running", _("处理中")
        RETRYING = "retrying", _("待重试")
        DONE = "done", _("已完成")
        SUPPRESSED = "suppressed", _("未发送（演示数据）")
        FAILED = "failed", _("未成功")

    kind = models.CharField(_("类别"), max_length=30)
    key = models.CharField(_("标识"), max_length=200, unique=True)
    payload = models.JSONField(_("内容"), default=dict)
    created_at = models.DateTimeField(_("登记时间"), default=clock.now)
    not_before = models.DateTimeField(_("不早于"), null=True)
    leased_until = models.DateTimeField(null=True)
    holder = models.CharField(max_length=32, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("处理次数"), default=0)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    failed_at = models.DateTimeField(_("停止时间"), null=True)
    suppressed = models.BooleanField(default=False)
    error = models.TextField(_("原因"), blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("外发队列")
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at=None, failed_at=None), name="outbox_open"),
            models.Index(fields=["-id"], condition=Q(failed_at__isnull=False), name="outbox_failed"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def state(self) -> Outbox.State:
        """Where the row stands, for pages."""
        if self.failed_at:
            return self.State.FAILED
        if self.done_at:
            return self.State.SUPPRESSED if self.suppressed else self.State.DONE
        if self.holder and self.holder != RESTING:
            return self.State.RUNNING
        return self.State.RETRYING if self.error else self.State.WAITING


#: holder of a row that rests between two tries
RESTING = "resting"


class Category(models.TextChoices):
    """What a message is about; people choose per category whether it comes by mail too."""

    PROGRESS = "progress", _("办理进展")
    DEADLINE = "deadline", _("期限提醒")


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages in the vocabulary of the portal."""

    def of(self, user: User) -> MessageQuerySet:
        """The messages of one person, newest first."""
        return self.filter(recipient=user).order_by("-created_at", "-pk")

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at=None)


class Message(models.Model):
    """A message to one person. The same key reaches a person once."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="portal_messages")
    key = models.CharField(max_length=200)
    category = models.CharField(_("类别"), max_length=12, choices=Category, default=Category.PROGRESS)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("内容"))
    link = models.CharField(max_length=200, blank=True, default="")
    subject_type = models.CharField(max_length=60, blank=True, default="")
    subject_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("消息")
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="message_once")]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"]),
            models.Index(fields=["recipient", "-created_at", "-id"], condition=Q(read_at=None), name="message_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class MailPreference(models.Model):
    """Whether a person wants messages of a category by mail too; without a row: yes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preferences")
    category = models.CharField(max_length=12, choices=Category)
    mail = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "category"], name="mail_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.category} {self.mail}"
