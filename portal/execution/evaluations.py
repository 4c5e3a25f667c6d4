"""Self-evaluations: begun with what was planned and is known, typed in, frozen by the step that files them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import Actor
from portal.base import clock
from portal.base.errors import NotPermitted, Stale, StepRefused
from portal.base.memo import kept
from portal.execution.models import Evaluation, Milestone, TaskBook
from portal.execution.outputs import snapshot_of
from portal.execution.rules import is_its_undertaker

MIDTERM, ACCEPTANCE = Evaluation.Stage.MIDTERM, Evaluation.Stage.ACCEPTANCE
#: the texts of a self-evaluation by stage: name, label, what is written there, whether it is wanted
TEXTS: dict[str, tuple[tuple[str, Any, Any, bool], ...]] = {
    MIDTERM: (
        ("progress", gettext_lazy("总体进展"), gettext_lazy("对照任务书说明各项任务的完成情况。"), True),
        ("system", gettext_lazy("标准体系构建和标准制修订情况"), "", True),
        ("implementation", gettext_lazy("标准实施、宣贯培训情况"), "", True),
        ("problems", gettext_lazy("存在的问题"), "", True),
        ("next", gettext_lazy("下一步工作安排"), "", True),
    ),
    ACCEPTANCE: (
        ("summary", gettext_lazy("工作总结"), gettext_lazy("试点的组织实施、主要做法和任务完成情况。"), True),
        ("system", gettext_lazy("标准体系构建和标准制修订情况"), "", True),
        ("implementation", gettext_lazy("标准实施、监督检查和宣贯培训情况"), "", True),
        (
            "effects",
            gettext_lazy("试点成效"),
            gettext_lazy("经济、社会、生态等方面的成效，可以复制推广的经验。"),
            True,
        ),
        ("problems", gettext_lazy("存在的问题和改进措施"), "", True),
        ("spread", gettext_lazy("成果推广计划"), "", False),
    ),
}
MOST = 5000


def current(dossier: Any, stage: str) -> Evaluation | None:
    """The one that is being filled in, or None."""
    return _open_ones(dossier).get(stage)


@kept
def _open_ones(dossier: Any) -> dict[str, Evaluation]:
    """Those being filled in by stage; a page that only reads looks them up once."""
    return {row.stage: row for row in Evaluation.objects.filter(dossier_id=dossier.pk, filed_at=None)}


def filed(dossier: Any, stage: str) -> Evaluation | None:
    """The latest one that was filed, or None."""
    return Evaluation.objects.filter(dossier_id=dossier.pk, stage=stage).exclude(filed_at=None).first()


def blank(dossier: Any, stage: str) -> Evaluation:
    """One that is not kept yet: with the targets of the plan and what an earlier evaluation said of them."""
    earlier = filed(dossier, stage)
    number = earlier.number + 1 if earlier else 1
    content = _beginning(dossier, stage, earlier)
    return Evaluation(dossier_id=dossier.pk, stage=stage, number=number, content=content)


def begun(dossier: Any, stage: str) -> Evaluation:
    """The open one; begun where there is none."""
    with transaction.atomic():
        found = current(dossier, stage)
        if found is not None:
            return found
        new = blank(dossier, stage)
        fresh, _made = Evaluation.objects.get_or_create(
            dossier_id=dossier.pk, stage=stage, filed_at=None, defaults={"number": new.number, "content": new.content}
        )
    return fresh


def _beginning(dossier: Any, stage: str, earlier: Evaluation | None) -> dict[str, Any]:
    """Planned values from the plan; actual ones from the same stage before, else from the mid-term."""
    book = TaskBook.objects.filter(dossier_id=dossier.pk).first()
    targets = book.content.get("targets", []) if book else []
    midterm = filed(dossier, MIDTERM) if stage == ACCEPTANCE else None
    then = {row["id"]: row.get("actual", "") for row in midterm.content.get("targets", ())} if midterm else {}
    before = {row["id"]: row for row in earlier.content.get("targets", ())} if earlier else {}
    rows = [
        {
            "id": row["id"],
            "name": row.get("name", ""),
            "unit": row.get("unit", ""),
            "present": row.get("present", ""),
            "target": row.get("target", ""),
            "earlier": then.get(row["id"], ""),
            "actual": before.get(row["id"], {}).get("actual", ""),
            "note": before.get(row["id"], {}).get("note", ""),
        }
        for row in targets
    ]
    return {"targets": rows, "texts": dict(earlier.content.get("texts", {})) if earlier else {}}


def save(
    evaluation: Evaluation,
    *,
    actor: Actor,
    actual: dict[str, tuple[str, str]],
    texts: dict[str, str],
    seen: int | None = None,
) -> Evaluation:
    """Keeps what was typed, finished or not.

    Args:
        actual: (value, note) by id of the target; what is not named stays. texts: by name. seen: the revision on the page.

    Raises:
        NotPermitted; StepRefused: it is filed; Stale: a colleague saved meanwhile.
    """
    with transaction.atomic():
        locked = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        if not is_its_undertaker.admits(actor, locked):
            raise NotPermitted(_("只有承担单位可以填写自我评价。"))
        if locked.filed_at:
            raise StepRefused(_("自我评价已提交，不能修改。"))
        if seen is not None and seen != locked.revision:
            raise Stale(_("自我评价刚刚被本单位其他人员保存，请核对后再保存。"))
        rows = [_typed(row, actual.get(row["id"])) for row in locked.content.get("targets", ())]
        known = {name for name, *_rest in TEXTS[locked.stage]}
        words = {name: text.strip()[:MOST] for name, text in texts.items() if name in known}
        locked.content = {
            **locked.content,
            "targets": rows,
            "texts": {**locked.content.get("texts", {}), **words},
        }
        locked.revision += 1
        locked.saved_at, locked.saved_by = clock.now(), actor.user
        locked.save()
    return locked


def _typed(row: dict[str, Any], given: tuple[str, str] | None) -> dict[str, Any]:
    return row if given is None else {**row, "actual": given[0].strip()[:20], "note": given[1].strip()[:200]}


def gaps(evaluation: Evaluation) -> list[tuple[str, str]]:
    """What is still missing or wrong: the field (`actual-<target>`, `text-<name>`) and a sentence for each."""
    found = []
    for row in evaluation.content.get("targets", ()):
        if not row.get("actual", "").strip():
            found.append((f"actual-{row['id']}", _("指标“%(name)s”没有填写完成值。") % {"name": row["name"]}))
        elif number(row["actual"]) is None:
            found.append((f"actual-{row['id']}", _("指标“%(name)s”的完成值应为数字。") % {"name": row["name"]}))
    texts = evaluation.content.get("texts", {})
    for name, label, _help, wanted in TEXTS[evaluation.stage]:
        if wanted and not texts.get(name, "").strip():
            found.append((f"text-{name}", _("“%(part)s”没有填写。") % {"part": label}))
    return found


def problems(evaluation: Evaluation | None) -> list[str]:
    """The same as sentences; nothing when it can be filed."""
    if evaluation is None:
        return [_("尚未填写自我评价。")]
    return [text for _field, text in gaps(evaluation)]


def number(text: Any) -> Decimal | None:
    """A number as people type it; None when it is none."""
    try:
        value = Decimal(str(text).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def achieved(row: dict[str, Any]) -> int | None:
    """How far a target is reached, in whole per cent of the way from present to planned; None where that makes no sense."""
    present, target, actual = number(row.get("present") or 0), number(row.get("target")), number(row.get("actual"))
    if present is None or target is None or actual is None or target == present:
        return None
    return int((actual - present) * 100 / (target - present))


def milestones_as_kept(dossier: Any) -> list[dict[str, Any]]:
    """The milestones as a report keeps them, in their order."""
    rows = Milestone.objects.filter(dossier_id=dossier.pk).exclude(state="dropped").order_by("position")
    return [
        {
            "name": row.name,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
            "state": str(row.state_info.label),
            "percent": row.percent,
            "reached_on": row.reached_on.isoformat() if row.reached_on else "",
            "report": row.report,
        }
        for row in rows
    ]


def freeze(dossier: Any, stage: str, *, at: dt.datetime) -> Evaluation | None:
    """Files the open one with the register and the milestones as they are now; the latest filed one when none is open."""
    evaluation = (
        Evaluation.objects.select_for_update().filter(dossier_id=dossier.pk, stage=stage, filed_at=None).first()
    )
    if evaluation is None:
        return filed(dossier, stage)
    evaluation.content = {
        **evaluation.content,
        "outputs": snapshot_of(dossier),
        "milestones": milestones_as_kept(dossier),
    }
    evaluation.filed_at = at
    evaluation.save(update_fields=["content", "filed_at"])
    return evaluation
