"""Corrections 更正 of what a docket issued."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.lifecycle.declared import subject
from portal.lifecycle.models import Subject
from portal.supervision.corrections.states import LIFECYCLE
from portal.supervision.corrections.steps import CorrectionSteps
from portal.supervision.models.docket import Docket


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Corrections in the vocabulary of the portal."""

    def visible_to(self, actor: Actor) -> CorrectionQuerySet:
        """With their dockets: the bureau's own."""
        return self.filter(docket__in=Docket.objects.visible_to(actor).order_by().values("pk"))


@subject(LIFECYCLE)
class Correction(CorrectionSteps, Subject):
    """What was wrong in a paper of a docket, and what is right. Its records stand on the docket's chain.

    `changes`: cells of the list (`row`, `column`, `old`, `new`); `document`: number and date where they were wrong.
    Confirmed, it is the warrant under which the dossiers' own step of correction is taken.
    """

    docket = models.ForeignKey(Docket, on_delete=models.PROTECT, related_name="corrections")
    paper = models.ForeignKey(IssuedPaper, on_delete=models.PROTECT, related_name="corrections")
    new_paper = models.ForeignKey(IssuedPaper, null=True, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(default=list)
    document = models.JSONField(default=dict)
    reason = models.TextField(_("更正的原因"), blank=True)
    proposed_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    confirmed_at = models.DateTimeField(_("更正时间"), null=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("更正")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["paper"], condition=Q(state="proposed"), name="correction_one_open")
        ]

    def __str__(self) -> str:
        return str(_("更正：%(paper)s")) % {"paper": self.paper}

    def describe(self) -> str:
        return f"{self.docket.serial} · {self}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:correction", args=[self.pk])

    def lock_before(self) -> None:
        """The docket: everybody takes it first."""
        Docket.objects.select_for_update().filter(pk=self.docket_id).order_by().values_list("pk").first()

    def lines(self) -> list[dict[str, Any]]:
        """The changes in words: place, old text, new text."""
        columns = self.paper.snapshot["columns"]
        found = [
            {"where": _("第 %(row)s 项 %(head)s") % {"row": c["row"] + 1, "head": columns[c["column"]][1]}, **c}
            for c in self.changes
        ]
        old = self.paper.snapshot["docket"]
        for name, label in (("number", _("文号")), ("dated", _("成文日期"))):
            if self.document and self.document[name] != (old[name] or ""):
                found.append({"where": label, "old": old[name], "new": self.document[name]})
        return found

    # --- the warrant (`lifecycle.warrants.Warrant`) ---
    def orders(self, subject: Subject, step: str) -> bool:
        """The dossiers' own step of correction, once it is confirmed."""
        if self.state != "confirmed" or not isinstance(subject, Dossier):
            return False
        return step == self.docket.matter_info.corrects and subject.pk in self.paper.snapshot["dossiers"]

    def facts(self) -> dict[str, Any]:
        return {"correction": self.pk, "docket": self.docket.serial, "replaces": self.paper.number}
