"""The papers of running projects that all programmes share: the task book, the self-evaluation of a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.declaration.facts import dossier_facts, full_name
from portal.documents.paper import Paper, Snapshot, register
from portal.lifecycle.states import APPLICANT, RECOMMENDER, Party, Text
from portal.lifecycle.steps import Act

if TYPE_CHECKING:
    from portal.execution.models import TaskBook


def running_facts(dossier: Any) -> Snapshot:
    """What every paper of a running project may name: beside the declaration its term, document and guarantor."""
    return {
        **dossier_facts(dossier),
        "guarantor": full_name(getattr(dossier, "guarantor", None) or dossier.recommender),
        "approval": {
            "number": getattr(dossier, "approval_number", ""),
            "on": getattr(dossier, "approved_on", None),
        },
        "term": {
            "starts_on": dossier.term_starts_on,
            "ends_on": dossier.term_ends_on,
            "extended_months": dossier.extended_months,
            "paused_days": dossier.paused_days,
            "missed": dossier.overdue_since is not None,
        },
    }


class RunningPaper(Paper):
    """A paper on one running project; strangers may compare project, number, unit and term."""

    readers: ClassVar[tuple[Party, ...]] = (APPLICANT, RECOMMENDER)

    def snapshot(self, dossier: Any, act: Act) -> Snapshot:
        return running_facts(dossier)

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        project, term = snapshot["project"], snapshot["term"]
        facts: list[tuple[Text, str]] = [
            (_("项目名称"), project["title"]),
            (_("项目编号"), project["number"]),
            (_("承担单位"), snapshot["applicant"]["name"]),
        ]
        if term["starts_on"]:
            facts.append((_("期限"), _t("%(starts_on)s 至 %(ends_on)s") % term))
        return facts


#: parts of a plan that the table of the project's main facts names already
_KNOWN = frozenset({"title", "class"})


def section_of(part: dict[str, Any]) -> Snapshot:
    """A part of a plan as forms print it: a text, or a table with heads and rows."""
    if part["kind"] == "text":
        return {"title": part["label"], "text": part["text"]}
    columns = [[str(place), head, 1] for place, head in enumerate(part["head"])]
    rows = [{"cells": cells} for cells in part["rows"]]
    return {"title": part["label"], "tables": [{"title": part["label"], "columns": columns, "rows": rows}]}


def _alteration(book: TaskBook, act: Act) -> Snapshot:
    """What a granted change, or the end of a suspension, has altered, and who had signed the book."""
    rows = [[what or part["label"], old, new] for part in act.data["differences"] for what, old, new in part["rows"]]
    parties = (("undertaker", _t("承担单位")), ("guarantor", _t("保证单位")), ("bureau", _t("市市场监督管理局")))
    signed = [
        {"cells": [party, getattr(book, f"{name}_signer"), str(getattr(book, f"{name}_on") or "")]}
        for name, party in parties
    ]
    title, heads = _t("三方签署情况"), (_t("签署方"), _t("签署人"), _t("签署日期"))
    columns = [[str(place), head, 1] for place, head in enumerate(heads)]
    table = {"title": title, "columns": columns, "rows": signed}
    return {"reason": act.data["reason"], "rows": rows, "signed": {"title": title, "tables": [table]}}


@register
class TaskBookPaper(RunningPaper):
    """任务书: the plan as it was fixed, with boxes for three signatures and seals; of a signed one as it was changed, with who
    had signed it and what was altered."""

    kind = "task_book"
    label = _("任务书")
    prefix = "RW"
    template = "task_book.html"
    style = "form running"
    single = True

    def title(self, book: TaskBook) -> str:  # type: ignore[override]
        words = _t("任务书（变更后，第%(number)s版）") if book.is_signed else _t("任务书（第%(number)s版）")
        return words % {"number": book.version}

    def snapshot(self, book: TaskBook, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.execution.task_books.reading import printed

        dossier = book.running
        parts = printed(book.plan, book.content)
        return {
            **running_facts(dossier),
            "version": book.version,
            "copies": dossier.parameter("task_book_copies"),
            "heading": str(book.plan.label),
            "people": [{"title": part["label"], "pairs": part["pairs"]} for part in parts if part["kind"] == "person"],
            "sections": [section_of(part) for part in parts if part["kind"] != "person" and part["name"] not in _KNOWN],
            "changed": _alteration(book, act) if book.is_signed else None,
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [*super().verify_facts(snapshot), (_("任务书版本"), _t("第 %(version)s 版") % snapshot)]
