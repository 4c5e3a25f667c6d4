"""A confirmed correction issues the new paper and reaches the dossiers that it concerns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from portal.documents.actions import issue
from portal.documents.models import IssuedPaper
from portal.documents.paper import paper_of
from portal.lifecycle.engine import perform
from portal.lifecycle.registry import Done, effect
from portal.supervision.dockets.queries import dossiers_of
from portal.supervision.models import Correction, Docket


@effect("projection")
def carry_out(done: Done) -> None:
    """The dossiers take their step of correction; the new paper names the old one and takes its place."""
    correction = done.subject
    if not isinstance(correction, Correction) or done.step.name != "confirm":
        return
    docket, old = correction.docket, correction.paper
    if correction.document:
        docket.number = correction.document["number"]
        docket.dated = dt.date.fromisoformat(correction.document["dated"])
        Docket.objects.filter(pk=docket.pk).update(number=docket.number, dated=docket.dated)
    _reach_dossiers(correction, done)
    correction.new_paper = _issue(correction, docket, old, done)
    Correction.objects.filter(pk=correction.pk).update(new_paper=correction.new_paper)


def _reach_dossiers(correction: Correction, done: Done) -> None:
    """Those whose line was wrong; all of them where number or date of the document were."""
    step, snapshot = correction.docket.matter_info.corrects, correction.paper.snapshot
    keys, names = snapshot["dossiers"], [name for name, _head, _share in snapshot["columns"]]
    wrong: dict[int, dict[str, Any]] = {key: {} for key in keys} if correction.document else {}
    words: dict[int, list[str]] = {}
    for line in correction.lines():
        targets = [keys[line["row"]]] if "row" in line else keys
        for key in targets:
            words.setdefault(key, []).append(_("%(where)s：“%(old)s”更正为“%(new)s”") % line)
            wrong.setdefault(key, {})
        if "row" in line:
            wrong[keys[line["row"]]][names[line["column"]]] = line["new"]
    dossiers = dossiers_of(wrong, correction.docket.matter_info.programme)
    for key in sorted(wrong):
        text = _("%(changes)s。原因：%(reason)s") % {"changes": "；".join(words[key]), "reason": correction.reason}
        data = {**wrong[key], **correction.document, "reason": text, "paper": correction.paper.kind}
        perform(dossiers[key], step, actor=done.act.actor, data=data, warrant=correction)


def _issue(correction: Correction, docket: Docket, old: IssuedPaper, done: Done) -> IssuedPaper:
    declared = paper_of(old.kind)
    assert declared is not None, "a kind of paper that was issued stays declared"
    names = [name for name, _head, _share in old.snapshot["columns"]]
    rows = [dict(zip(names, cells, strict=True)) for cells in old.snapshot["rows"]]
    for change in correction.changes:
        rows[change["row"]][names[change["column"]]] = change["new"]
    items = {item.dossier_id: item for item in docket.items.filter(papers=old)}
    ordered = [items[key] for key in old.snapshot["dossiers"]]
    corrects = {"number": old.number, "issued_on": old.issued_on.isoformat(), "reason": correction.reason}
    data = {"items": ordered, "rows": rows, "corrects": corrects}
    paper = issue(type(declared), docket, done.act.actor, done.act.at, data, record=done.record)
    IssuedPaper.objects.filter(pk=old.pk).update(
        status=IssuedPaper.Status.REPLACED,
        replaced_by=paper,
        status_at=done.act.at,
        status_reason=correction.reason[:200],
    )
    for item in ordered:
        item.papers.add(paper)
    return paper
