"""A dossier that runs: its term with the dates that follow from it, and what happened to them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.base.workdays import term_end
from portal.declaration.steps import FrontEnd
from portal.lifecycle.declared import steps_of


class Running(FrontEnd):
    """Columns of a project from its approval to its end. Dates are dates in Shanghai, terms inclusive.

    The dates of the term follow from its start, the months of the programme's parameters, the months of an extension, and
    the days of suspensions: months first, days after (`reckon`). They are columns because lists and duties read them.
    """

    #: states in which it is carried out; those in which its outputs are registered; set by the programme
    RUNS: ClassVar[tuple[str, ...]] = ()
    KEEPS_OUTPUTS: ClassVar[tuple[str, ...]] = ()

    class Midterm(models.TextChoices):
        PASSED = "passed", _("通过")
        WAIVED = "waived", _("免中期")

    term_starts_on = models.DateField(_("开始日期"), null=True, editable=False)
    term_ends_on = models.DateField(_("结束日期"), null=True, editable=False, db_index=True)
    midterm_on = models.DateField(_("中期日期"), null=True, editable=False)
    midterm_outcome = models.CharField(_("中期评估结果"), max_length=10, choices=Midterm, blank=True, editable=False)
    midterm_settled_on = models.DateField(_("中期评估完成日期"), null=True, editable=False)
    extended_months = models.PositiveSmallIntegerField(_("延期月数"), default=0, editable=False)
    paused_days = models.PositiveIntegerField(_("暂停天数"), default=0, editable=False)
    suspended_on = models.DateField(_("暂停日期"), null=True, editable=False)
    early_acceptance_on = models.DateField(_("同意提前验收日期"), null=True, editable=False)
    refile_by = models.DateField(_("重新申请验收的期限"), null=True, editable=False)
    acceptance_rectifications = models.PositiveSmallIntegerField(_("验收整改次数"), default=0, editable=False)
    overdue_since = models.DateField(_("逾期日期"), null=True, editable=False)
    ended_on = models.DateField(_("结果日期"), null=True, editable=False)
    result_number = models.CharField(_("结果文号"), max_length=60, blank=True, editable=False)
    archived_on = models.DateField(_("归档日期"), null=True, editable=False)
    archive_box = models.CharField(_("档案盒号"), max_length=40, blank=True, editable=False)
    imported_on = models.DateField(_("导入日期"), null=True, editable=False)
    gaps = models.JSONField(_("待补资料"), default=list, editable=False)

    class Meta:
        abstract = True

    def reckon(self) -> None:
        """Sets the dates that follow from the start of the term; nothing before there is one."""
        if self.term_starts_on is None:
            return
        months = int(self.parameter("term_months")) + self.extended_months
        days = dt.timedelta(days=self.paused_days)
        self.term_ends_on = term_end(self.term_starts_on, months) + days
        self.midterm_on = term_end(self.term_starts_on, int(self.parameter("midterm_month"))) + days

    def end_pause(self, day: dt.date) -> None:
        """A suspension is over on that day (Shanghai), which counts again: the dates move by the days it stood still.

        A term that was over when the suspension began is not lengthened: its end was missed, and stays missed.
        """
        if self.suspended_on is None:
            return
        days = day - self.suspended_on
        if not self.term_was_over:
            self.paused_days += days.days
        self.refile_by = self.refile_by and self.refile_by + days
        self.suspended_on = None
        self.reckon()

    @property
    def term_was_over(self) -> bool:
        """Whether the term had ended before the suspension under way began."""
        return bool(self.suspended_on and self.term_ends_on and self.term_ends_on < self.suspended_on)

    @property
    def acceptance_limit(self) -> dt.date | None:
        """The last day to apply for acceptance: the end of the term, or the day to which an incomplete application was
        given back."""
        days = [day for day in (self.term_ends_on, self.refile_by) if day is not None]
        return max(days, default=None)

    def may_evaluate(self, stage: str) -> bool:
        """Whether the self-evaluation of a stage is open to be filled in; its filing is a step with conditions of its own."""
        filing = (step for step in steps_of(type(self)).values() if step.extra.get("files_evaluation") == stage)
        return any(step.leads_from(self.state) for step in filing)

    @property
    def is_imported(self) -> bool:
        """Whether it came in from before the portal: nothing that lies before the import is missed."""
        return self.imported_on is not None
