"""Papers of one running pilot: mid-term, acceptance, certificate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from pilots.states import PASSED
from portal.base import clock
from portal.base.canonical import canonical_json
from portal.documents.models import IssuedPaper
from portal.documents.paper import Snapshot, register
from portal.execution import evaluations
from portal.execution.models import Evaluation, Output
from portal.execution.papers import RunningPaper, running_facts
from portal.lifecycle.states import APPLICANT, RECOMMENDER, Text
from portal.lifecycle.steps import Act
from portal.reviews.queries import concluded_entry
from portal.reviews.reporting import result_facts
from portal.supervision.rectifications.queries import latest_of

if TYPE_CHECKING:
    from pilots.models import Pilot
    from portal.supervision.models import Rectification


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
        "outputs": _by_kind(content.get("outputs", [])),
    }


def _by_kind(rows: list[dict[str, Any]]) -> list[Snapshot]:
    """The register by kind, in the order in which kinds are named; kinds without a row are left out."""
    groups = [
        {"kind": kind, "label": str(label), "rows": [row for row in rows if row["kind"] == kind]}
        for kind, label in Output.Kind.choices
    ]
    return [group for group in groups if group["rows"]]


class EvaluationPaper(RunningPaper):
    """A report that is filled from a self-evaluation."""

    stage: str
    style = "form running"
    single = True

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        filed = evaluations.filed(pilot, self.stage)
        return {
            **super().snapshot(pilot, act),
            "filed_on": clock.local(act.at).date(),
            "evaluation": evaluation_facts(filed, self.stage),
            "with_earlier": self.stage == evaluations.ACCEPTANCE,
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
    style = "form running"
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
    """中期评估结果通知: passed, with the panel's opinion, or what the check of a rectification found; no scores."""

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
            "opinion": entry.opinion if entry else "",
            "verification": act.data.get("verification", ""),
            "remark": act.data.get("remark", ""),
        }


@register
class AcceptanceReport(RunningPaper):
    """验收评估报告: what panel and visits came to, and the check of a rectification; inside until the result is decided."""

    kind = "acceptance_report"
    label = _("验收评估报告")
    prefix = "PG"
    template = "acceptance_report.html"
    style = "form running"
    readers = ()
    later_readers = (APPLICANT, RECOMMENDER)
    single = True

    def snapshot(self, pilot: Pilot, act: Act) -> Snapshot:  # type: ignore[override]
        from pilots.guards import ACCEPTANCE_ROUND

        entry = concluded_entry(pilot, ACCEPTANCE_ROUND)
        checked = latest_of(pilot, "acceptance")
        return {
            **super().snapshot(pilot, act),
            "review": result_facts(entry) if entry else None,
            "rectification": _rectified(checked) if checked is not None else None,
        }


def _rectified(rectification: Rectification) -> Snapshot:
    """What had to be put right, what was reported of it, and what the check found."""
    return {
        "points": [{"point": point, "answer": answer} for point, answer in rectification.rows()],
        "result": str(rectification.state_info.label),
        "finding": rectification.finding,
    }


@register
class Certificate(RunningPaper):
    """试点项目验收证书: one a project, across, with number, code and QR; by parameter. One that is issued again, after a
    revocation that was wrong, names the document by which the project had passed."""

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
        earlier = last_certificate(pilot) if act.step.name == "restore_result" else None
        result = earlier.snapshot["result"] if earlier else self._result(pilot)
        return {**super().snapshot(pilot, act), "result": result}

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [
            *super().verify_facts(snapshot),
            (_("验收结果文件"), snapshot["result"]["number"]),
            (_("项目保证单位"), snapshot["guarantor"]),
        ]


def last_certificate(pilot: Pilot) -> IssuedPaper | None:
    """The certificate that was issued last, whatever became of it."""
    own = IssuedPaper.objects.filter(subject_type=pilot.label_of_type(), subject_id=pilot.pk, kind=Certificate.kind)
    return own.order_by("-pk").first()
