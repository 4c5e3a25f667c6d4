"""Papers of a pilot's other ends: decisions against or at the wish of its undertaker, the index of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.running_papers import last_certificate
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.documents.paper import Snapshot, register
from portal.execution.papers import RunningPaper
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Act

if TYPE_CHECKING:
    from pilots.models import Pilot


class DecisionPaper(RunningPaper):
    """A decision that ends a pilot, with reasons and remedies, under the number of the document."""

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        return {
            **super().snapshot(pilot, act),
            "step": act.step.name,
            "number": act.data.get("number", ""),
            "dated": act.data.get("dated") or clock.local(act.at).date(),
            "reason": act.data.get("reason", ""),
            "request": _asked_for(act.data.get("request")),
            "heard": _hearing(pilot, act.step.name),
            "remedies": pilot.parameter("decision_remedies"),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [*super().verify_facts(snapshot), (_("文号"), snapshot["number"])]


def _asked_for(key: int | None) -> Snapshot | None:
    """The undertaker's own request, and what the guarantor said to it."""
    from portal.supervision.models import Request

    request = Request.objects.filter(pk=key).first() if key else None
    if request is None:
        return None
    opinion = request.endorsements.exclude(state="asked").order_by("-pk").first()
    return {
        "filed_on": clock.local(request.filed_at).date(),
        "reason": request.reason,
        "endorsed": str(opinion.state_info.label) if opinion else "",
    }


def _hearing(pilot: Pilot, step: str) -> dict[str, Any] | None:
    """What became of the statement before the decision, the last one on it."""
    from portal.supervision.models import Statement

    found = Statement.objects.filter(dossier_id=pilot.pk, step=step).exclude(state="withdrawn").first()
    if found is None:
        return None
    notices = IssuedPaper.objects.filter(subject_type=found.label_of_type(), subject_id=found.pk, kind="prior_notice")
    return {
        "notice": notices.values_list("number", flat=True).first() or "",
        "served_on": found.served_on,
        "stated": found.state == "considered",
        "waived": found.state == "waived",
        "stated_on": clock.local(found.stated_at).date() if found.stated_at else None,
        "finding": found.finding,
    }


@register
class TerminationDecision(DecisionPaper):
    """终止决定书."""

    kind = "termination_decision"
    label = _("终止决定书")
    prefix = "ZZ"
    template = "termination_decision.html"


@register
class RevocationDecision(DecisionPaper):
    """撤销决定书 of an approval or of a result."""

    kind = "revocation_decision"
    label = _("撤销决定书")
    prefix = "CX"
    template = "revocation_decision.html"

    def title(self, pilot: Pilot) -> str:  # type: ignore[override]
        return _t("%(state)s决定书") % {"state": pilot.state_info.label}

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        certificate = last_certificate(pilot)
        return {
            **super().snapshot(pilot, act),
            "certificate": certificate.number if certificate else "",
            "result": certificate.snapshot["result"] if certificate else {"number": "", "dated": None},
        }


@register
class ArchiveIndex(RunningPaper):
    """卷内目录: the papers in the file, in order, each with who is responsible for it; for the archive of the bureau."""

    kind = "archive_index"
    label = _("卷内目录")
    prefix = "JN"
    template = "archive_index.html"
    style = "form running"
    readers = ()
    single = True

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.documents.sharing import concerning
        from portal.dossiers.models import Dossier

        own = IssuedPaper.objects.filter(concerning(Dossier.objects.filter(pk=pilot.pk).values("pk")))
        kept = own.exclude(kind=self.kind).exclude(status=IssuedPaper.Status.REPLACED).select_related("record")
        return {
            **super().snapshot(pilot, act),
            "outcome": str(pilot.state_info.label),
            "box": act.data["box"],
            "retention": act.data["retention"],
            "archived_on": act.data["on"],
            "rows": [_line(paper) for paper in kept.order_by("issued_at", "pk").distinct()],
        }

    def title(self, pilot: Pilot) -> str:  # type: ignore[override]
        return _t("卷内目录（%(number)s）") % {"number": pilot.number or ""}


def _line(paper: IssuedPaper) -> Snapshot:
    """A paper as the index names it: by the number of its document where it has one."""
    snapshot, record = paper.snapshot, paper.record
    outside = record is not None and (record.unit_id or record.role == "recommender")
    document = snapshot.get("number") or (snapshot.get("docket") or {}).get("number")
    return {
        "number": document or paper.number,
        "by": record.place if record is not None and outside else _t("上海市市场监督管理局"),
        "title": paper.title,
        "on": paper.issued_on,
        "note": str(paper.get_status_display()) if paper.status == IssuedPaper.Status.REVOKED else "",
    }
