"""Papers of one running pilot: mid-term, acceptance, certificate, decisions, the index of its file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.states import PASSED
from portal.base import clock
from portal.base.canonical import canonical_json
from portal.documents.models import IssuedPaper
from portal.documents.paper import Snapshot, register
from portal.execution import evaluations
from portal.execution.models import Evaluation
from portal.execution.papers import RunningPaper, running_facts
from portal.lifecycle.states import Text
from portal.lifecycle.steps import Act

if TYPE_CHECKING:
    from pilots.models import Pilot


def evaluation_facts(evaluation: Evaluation | None, stage: str) -> Snapshot:
    """A self-evaluation as papers print it; empty parts where nothing was filed."""
    content = evaluation.content if evaluation else {}
    texts = content.get("texts", {})
    return {
        "texts": [
            {"label": str(label), "text": texts.get(name, "")} for name, label, _help, _w in evaluations.TEXTS[stage]
        ],
        "targets": [{**row, "percent": evaluations.achieved(row)} for row in content.get("targets", ())],
        "milestones": content.get("milestones", []),
        "outputs": content.get("outputs", []),
    }


class EvaluationPaper(RunningPaper):
    """A report that is filled from a self-evaluation."""

    stage: str
    style = "form"
    single = True

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        filed = evaluations.filed(pilot, self.stage)
        return {
            **super().snapshot(pilot, act),
            "filed_on": clock.local(act.at).date(),
            "evaluation": evaluation_facts(filed, self.stage),
        }


@register
class MidtermReport(EvaluationPaper):
    """中期评估报告: the undertaker's self-evaluation, to be sealed."""

    kind = "midterm_report"
    label = _("中期评估报告")
    prefix = "ZQ"
    template = "midterm_report.html"
    stage = evaluations.MIDTERM


@register
class SelfEvaluationReport(EvaluationPaper):
    """自我评价报告 with the summary of the work, for the acceptance."""

    kind = "self_evaluation"
    label = _("自我评价报告")
    prefix = "ZP"
    template = "self_evaluation.html"
    stage = evaluations.ACCEPTANCE


@register
class AcceptanceApplication(RunningPaper):
    """验收申请表, with the boxes for the seals of undertaker, guarantor and bureau."""

    kind = "acceptance_application"
    label = _("验收申请表")
    prefix = "YS"
    template = "acceptance_application.html"
    style = "form"
    single = True

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        from pilots.materials import SLOTS

        handed_in = [
            {"label": str(label), "names": [file.name for file in act.data.get(f"file_{name}") or []]}
            for name, label, _help in SLOTS
        ]
        filed = evaluations.filed(pilot, evaluations.ACCEPTANCE)
        return {
            **super().snapshot(pilot, act),
            "filed_on": clock.local(act.at).date(),
            "materials": [row for row in handed_in if row["names"]],
            "midterm": {
                "outcome": str(pilot.get_midterm_outcome_display()) if pilot.midterm_outcome else "",
                "on": pilot.midterm_settled_on,
            },
            "evaluation": evaluation_facts(filed, evaluations.ACCEPTANCE),
        }


@register
class MidtermResult(RunningPaper):
    """中期评估结果通知: passed, with the panel's opinion."""

    kind = "midterm_result"
    label = _("中期评估结果通知")
    prefix = "ZJ"
    template = "midterm_result.html"
    revocable = True

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        from pilots.guards import MIDTERM_ROUND, judged

        entry = judged(pilot, MIDTERM_ROUND)
        return {
            **super().snapshot(pilot, act),
            "mean": str(entry.mean) if entry is not None and entry.mean is not None else "",
            "opinion": entry.opinion if entry else "",
            "verification": act.data.get("verification", ""),
            "remark": act.data.get("remark", ""),
        }


@register
class Certificate(RunningPaper):
    """试点项目验收证书: one a project, across, with number, code and QR; by parameter."""

    kind = "certificate"
    label = _("标准化试点验收证书")
    prefix = "ZS"
    template = "certificate.html"
    style = "certificate"
    single = True

    def wanted(self, pilot: Pilot, act: Act) -> bool:  # type: ignore[override]
        """Of a correction only where it says something else than before; the new one takes the old one's place."""
        if act.step.name == "correct" and not (pilot.state == PASSED.id and self._says_else(pilot)):
            return False
        return bool(int(pilot.parameter("certificate_issued")))

    def _says_else(self, pilot: Pilot) -> bool:
        """Whether the certificate that holds names another title, term or document."""
        own = IssuedPaper.objects.filter(subject_type=pilot.label_of_type(), subject_id=pilot.pk, kind=self.kind)
        held = own.filter(status=IssuedPaper.Status.VALID).order_by("-pk").first()
        if held is None:
            return False
        facts = json.loads(canonical_json({**running_facts(pilot), "result": self._result(pilot)}))
        return any(held.snapshot[name] != facts[name] for name in ("project", "term", "approval", "result"))

    def _result(self, pilot: Pilot) -> Snapshot:
        return {"number": pilot.result_number, "dated": pilot.ended_on}

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        return {
            **super().snapshot(pilot, act),
            "result": self._result(pilot),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [
            *super().verify_facts(snapshot),
            (_("验收结果文件"), snapshot["result"]["number"]),
            (_("项目保证单位"), snapshot["guarantor"]),
        ]


class DecisionPaper(RunningPaper):
    """A decision that ends a pilot, with reasons and remedies, under the number of the document."""

    revocable = False

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        return {
            **super().snapshot(pilot, act),
            "step": act.step.name,
            "decision": str(act.step.label),
            "number": act.data.get("number", ""),
            "dated": act.data.get("dated") or clock.local(act.at).date(),
            "reason": act.data.get("reason", ""),
            "requested": bool(act.data.get("request")),
            "heard": _hearing(pilot, act.step.name),
            "remedies": pilot.parameter("remedies"),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [*super().verify_facts(snapshot), (_("文号"), snapshot["number"])]


def _hearing(pilot: Pilot, step: str) -> dict[str, Any] | None:
    """What became of the statement before the decision."""
    from portal.supervision.models import Statement

    found = Statement.objects.filter(dossier_id=pilot.pk, step=step).exclude(state="withdrawn").first()
    if found is None:
        return None
    return {"served_on": found.served_on, "state": str(found.state_info.label), "stated": found.state == "considered"}


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


@register
class ArchiveIndex(RunningPaper):
    """卷内目录: what lies in the file, in order; for the archive of the bureau."""

    kind = "archive_index"
    label = _("卷内目录")
    prefix = "JN"
    template = "archive_index.html"
    style = "list"
    readers = ()
    single = True

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.documents.sharing import concerning
        from portal.dossiers.models import Dossier

        own = IssuedPaper.objects.filter(concerning(Dossier.objects.filter(pk=pilot.pk).values("pk")))
        kept = own.exclude(kind=self.kind).exclude(status=IssuedPaper.Status.REPLACED).order_by("issued_at", "pk")
        rows = [
            {"title": paper.title, "number": paper.number, "on": paper.issued_on.isoformat()}
            for paper in kept.distinct()
        ]
        return {
            **super().snapshot(pilot, act),
            "box": act.data["box"],
            "retention": act.data["retention"],
            "archived_on": act.data["on"],
            "rows": rows,
        }

    def title(self, pilot: Pilot) -> str:  # type: ignore[override]
        return _t("卷内目录（%(number)s）") % {"number": pilot.number or ""}
