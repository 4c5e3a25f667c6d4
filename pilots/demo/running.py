"""What undertaker, guarantor and bureau do while a pilot of the demonstration runs: through the same doors as on the pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pilots.demo import reports
from pilots.demo.acting import Declaration, acting, scanned
from pilots.demo.units import all_units
from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.base import clock
from portal.execution import evaluations
from portal.execution.models import Milestone, Output, TaskBook
from portal.execution.outputs import save_output
from portal.lifecycle.engine import perform
from portal.supervision.rectifications.queries import live_of

_SIGNERS = {"guarantor": "分管领导 许清嘉", "bureau": "处室负责人 韩静川"}
#: what an acceptance asks for, with the words on the page
_ACCEPTANCE = {
    "self_evaluation": "自我评价报告",
    "summary": "试点工作总结",
    "standards": "标准体系表和标准明细表",
    "records": "标准实施检查和培训记录",
    "effects": "成效证明材料",
}
TICKS = {"truthful": "on", "no_secrets": "on"}


def handler_of(d: Declaration) -> Actor:
    """The handler to whom the pilot was given, else that of its desk."""
    pilot = d.fresh
    if pilot.handler_id is None:
        return d.handler
    return acting(Membership.objects.select_related("user", "unit", "body").get(pk=pilot.handler_id))


def page(d: Declaration, actor: Actor, slot: str, title: str, *lines: str) -> str:
    """A sealed page about the pilot; gives the key of the pending file."""
    return scanned(actor, slot, title, [f"项目：{d.project['title'][:30]}", f"承担单位：{d.unit.name}", *lines])


# --- the task book --------------------------------------------------------------------------------
def settle_text(d: Declaration) -> None:
    """The undertaker fixes the text of the task book."""
    perform(_book(d), "settle_text", actor=d.applicant)


def sign(d: Declaration, party: str) -> None:
    """A party ("undertaker", "guarantor", "bureau") signs."""
    actor = {"undertaker": d.applicant, "guarantor": d.first_reviewer}.get(party) or handler_of(d)
    signer = _SIGNERS.get(party) or f"{d.project['team'][0][1]} {d.project['team'][0][0]}"
    scan = page(d, actor, "task_book_scan", "任务书签字盖章页", f"签署人：{signer}")
    data = {"signer": signer, "signed_on": clock.today().isoformat(), "scan": [scan]}
    perform(_book(d), f"sign_as_{party}", actor=actor, data=data)


def send_book_back(d: Declaration, reason: str) -> None:
    """The guarantor does not sign it as it is."""
    perform(_book(d), "send_back", actor=d.first_reviewer, data={"reason": reason})


def _book(d: Declaration) -> TaskBook:
    return TaskBook.objects.get(dossier_id=d.pilot.pk)


# --- the work -------------------------------------------------------------------------------------
def stages(d: Declaration) -> list[Milestone]:
    """The stages of the task book as they stand."""
    return list(Milestone.objects.filter(dossier_id=d.pilot.pk).order_by("position"))


def may_work(d: Declaration) -> bool:
    """Whether the pilot is carried out and not suspended."""
    pilot = d.fresh
    return pilot.state in type(pilot).KEEPS_OUTPUTS and not pilot.state_info.terminal and not pilot.suspended_on


def reach(d: Declaration, key: int, *, evidence: bool = False) -> None:
    """Reports that a stage is finished, and enters what it brought forth."""
    stage = Milestone.objects.get(pk=key)
    if stage.state != "planned" or not may_work(d):
        return
    place = stage.pk % 97
    report = reports.reached(d.project, stage.name, stage.task, stage.result, place, _office(d))
    scan = [page(d, d.applicant, "milestone_evidence", "阶段工作小结", stage.name)] if evidence else []
    data = {"report": report, "reached_on": clock.today().isoformat(), "evidence": scan}
    perform(stage, "reach", actor=d.applicant, data=data)
    for values in reports.outputs(d.project, stage.position - 1, clock.today(), place):
        enter(d, values)


def report_progress(d: Declaration, key: int, percent: int) -> None:
    """Reports how far a stage has come."""
    stage = Milestone.objects.get(pk=key)
    if stage.state == "planned" and may_work(d):
        report = reports.under_way(d.project, stage.name, stage.task, stage.pk % 97)
        perform(stage, "report_progress", actor=d.applicant, data={"report": report, "percent": percent})


def enter(d: Declaration, values: dict[str, Any]) -> Output:
    """Enters an output in the register."""
    return save_output(Output(), values, dossier=d.fresh, actor=d.applicant)


def _office(d: Declaration) -> str:
    data: dict[str, Any] = all_units()[d.project["unit"]]
    return str(data["office"])


# --- evaluations ----------------------------------------------------------------------------------
def evaluate(d: Declaration, stage: str, share: float, *, half: bool = False) -> None:
    """Fills in the self-evaluation of a stage; with `half` only its figures and first text."""
    found = evaluations.begun(d.fresh, stage)
    place = d.pilot.pk % 97
    actual = {
        row["id"]: (reports.achieved(row["present"], row["target"], share), "按统计台账")
        for row in found.content["targets"]
    }
    texts = reports.texts(d.project, stage, share, place)
    if half:
        texts = dict(list(texts.items())[:1])
    evaluations.save(found, actor=d.applicant, actual=actual, texts=texts)


def file_midterm(d: Declaration, share: float = 0.5) -> None:
    """The undertaker fills in its mid-term evaluation and files it with its seal."""
    evaluate(d, evaluations.MIDTERM, share)
    scan = page(d, d.applicant, "midterm_report", "中期自我评价报告盖章扫描件")
    d.take("file_midterm", d.applicant, {**TICKS, "scan": [scan]})


def apply_for_acceptance(d: Declaration, share: float = 1.0) -> None:
    """The undertaker applies for acceptance with the obligatory material."""
    evaluate(d, evaluations.ACCEPTANCE, share)
    files = {f"file_{name}": [page(d, d.applicant, f"acceptance_{name}", title)] for name, title in _ACCEPTANCE.items()}
    d.take("apply_for_acceptance", d.applicant, {**files, **TICKS})


def endorse(d: Declaration, kind: str, opinion: str = "", *, step: str = "agree") -> None:
    """The guarantor answers what it was asked."""
    words = opinion or "经核查，情况属实，任务完成情况与所附材料一致，同意。"
    d.answer(step, kind, words, _SIGNERS["guarantor"])


# --- rectifications -------------------------------------------------------------------------------
def order_midterm(d: Declaration, points: list[str], due_on: dt.date) -> None:
    """The handler orders what has to be put right after the mid-term."""
    data = {"points": "\n".join(points), "due_on": due_on.isoformat(), "verification": ""}
    d.take("order_midterm_rectification", handler_of(d), data)


def report_rectified(d: Declaration, stage: str, answers: list[str]) -> None:
    """The undertaker reports what it put right, "midterm" or "acceptance"."""
    found = live_of(d.fresh)
    assert found is not None
    data: dict[str, Any] = {f"answer-{n}": answers[(n - 1) % len(answers)] for n in range(1, len(found.points) + 1)}
    evidence = page(d, d.applicant, "rectification_report", "整改报告", *answers[:1])
    data |= {"summary": "已按整改通知书逐条整改，并经本单位标准化工作领导小组复核。", "evidence": [evidence]}
    d.take(f"report_{stage}_rectification", d.applicant, data)


def propose_result(d: Declaration, conclusion: str, points: list[str] | None = None, months: int = 3) -> None:
    """The handler goes to the leader with what follows from the acceptance: "pass", "rectify", "fail"."""
    data = {"conclusion": conclusion, "points": "\n".join(points or []), "months": months, "verification": "已核查。"}
    d.take("conclude_acceptance", handler_of(d), data)


def archive(d: Declaration, box: str) -> None:
    """The handler registers where the file lies."""
    data = {"box": box, "retention": "30年", "on": clock.today().isoformat(), "remark": ""}
    d.take("archive", handler_of(d), data)
