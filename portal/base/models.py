"""Tables that everything stands on: the working calendar, counters for serial numbers, the demonstration's clock."""

from __future__ import annotations

from django.db import OperationalError, ProgrammingError, models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a working day made up on a weekend."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("法定节假日")
        WORKDAY = "workday", _("调休上班")

    date = models.DateField(_("日期"), primary_key=True)
    kind = models.CharField(_("类型"), max_length=8, choices=Kind)
    name = models.CharField(_("名称"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("工作日历")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"


class Counter(models.Model):
    """The last serial given out under a prefix in a year. Locked last inside a step, so a rollback leaves no gap."""

    prefix = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="counter_prefix_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"


class ClockOffset(models.Model):
    """How far the demonstration's clock is ahead of the machine's, in seconds. One row; ignored outside DEMO."""

    seconds = models.BigIntegerField(default=0)

    @classmethod
    def current(cls) -> float:
        """The offset in seconds; none before the first migration, when the table is not there yet."""
        try:
            row = cls.objects.order_by("pk").first()
        except (OperationalError, ProgrammingError):
            return 0.0
        return float(row.seconds) if row else 0.0

    def __str__(self) -> str:
        return f"{self.seconds} s"
