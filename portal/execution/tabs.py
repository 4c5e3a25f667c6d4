"""The tabs 任务书与进展 and 成果登记 of a dossier's page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.attachments.models import Attachment
from portal.execution.models import Milestone, Output
from portal.execution.outputs import may_keep, published_by_year, register_of
from portal.execution.plans import plan_of
from portal.execution.queries import (
    Progress,
    Stage,
    evaluations_seen,
    files_by_holder,
    held_by,
    reports_for,
    runs,
    task_book_of,
)
from portal.execution.rules import is_its_undertaker
from portal.execution.states import DRAFTING, UNSIGNED
from portal.ui.counts import Counted
from portal.ui.tabs import Tab, register

Files = dict[tuple[str, int], list[Attachment]]


def _shown(dossier: Any, actor: Actor) -> bool:
    return runs(dossier)


# --- 任务书与进展 -----------------------------------------------------------------------------------
def _execution(dossier: Any, actor: Actor) -> dict[str, Any]:
    """The task book, the milestones, the evaluations and the files of all (four queries)."""
    book = task_book_of(dossier)
    milestones = list(Milestone.objects.filter(dossier_id=dossier.pk))
    for row in milestones:
        row.dossier = dossier
    files = files_by_holder(held_by(Milestone, [row.pk for row in milestones])) if milestones else {}
    own = is_its_undertaker.admits(actor, dossier)
    return {
        "book": book,
        "signs": book is not None and book.state in UNSIGNED,
        "arranges": own and book is not None and book.state == DRAFTING.id,
        "milestones": [_stage(row, dossier, actor, files) for row in milestones],
        "progress": Progress.of(milestones),
        "evaluations": evaluations_seen(dossier, actor),
        "fills_in": [stage for stage in ("midterm", "acceptance") if own and dossier.may_evaluate(stage)],
        "own": own,
    }


def _stage(row: Milestone, dossier: Any, actor: Actor, files: Files) -> Stage:
    held = files.get((Milestone._meta.label_lower, row.pk), [])
    return Stage(row, held, reports_for(row, dossier, actor))


register(Tab("execution", _("任务书与进展"), 25, "execution/tab.html", _execution, shown=_shown))


# --- 成果登记 ---------------------------------------------------------------------------------------
def _outputs(dossier: Any, actor: Actor) -> dict[str, Any]:
    """The register by kind with its files (two queries)."""
    rows = register_of(dossier)
    files = files_by_holder(held_by(Output, [row.pk for row in rows])) if rows else {}
    by_year = published_by_year(rows)
    offered = plan_of(dossier).outputs
    kinds = [kind for kind in Output.Kind if kind in offered or any(row.kind == kind for row in rows)]
    return {
        "kinds": [
            {
                "id": kind.value,
                "label": kind.label,
                "offered": kind in offered,
                "rows": [(row, files.get((Output._meta.label_lower, row.pk), [])) for row in rows if row.kind == kind],
            }
            for kind in kinds
        ],
        "years": sorted({year for _label, years, _all in by_year for year in years}),
        "by_year": by_year,
        "keeps": may_keep(actor, dossier),
        "registered": len(rows),
    }


def _registered(dossier: Any, actor: Actor) -> Counted:
    return Output.objects.kept().filter(dossier_id=dossier.pk)


register(Tab("outputs", _("成果登记"), 27, "execution/outputs_tab.html", _outputs, _registered, shown=_shown))
