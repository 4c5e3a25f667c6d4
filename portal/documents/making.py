"""Making the bytes of a paper: what the worker does with an outbox row of the kind "paper".

Idempotent: the bytes follow from the snapshot alone, are stored under their own hash and set once. When this machine
cannot make papers (fonts, libraries), the paper waits with the reason; when it fails again and again, the handler sees
that it failed and may ask for it once more.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base import clock
from portal.documents import fonts, store
from portal.documents.models import IssuedPaper
from portal.documents.paper import paper_of
from portal.dossiers.programmes import concrete
from portal.lifecycle.states import HANDLER
from portal.messaging import outbox
from portal.messaging.actions import tell
from portal.messaging.parties import people_of

Making = IssuedPaper.Making


def order_first(paper: IssuedPaper) -> None:
    """Asks the worker for the bytes of a new paper, in the caller's transaction."""
    outbox.put("paper", _key(paper.pk), {"paper": paper.pk})


def order(paper: IssuedPaper) -> None:
    """Asks once more, in the caller's transaction: a failed order is tried again."""
    if not outbox.retry(_key(paper.pk)):
        order_first(paper)


def _key(pk: int) -> str:
    return f"paper:{pk}"


def give_up(payload: dict[str, Any], reason: str) -> None:
    """The last try has failed: the list of papers says so, and the handler of the dossier is told."""
    paper = _unmade(payload["paper"]).select_related("dossier").first()
    if paper is None:
        return
    _unmade(paper.pk).update(making=Making.FAILED)
    if paper.dossier:
        dossier = concrete(paper.dossier)
        tell(
            people_of(HANDLER, dossier),
            key=f"paper-failed:{paper.pk}:{paper.attempts}",
            title=_("文书生成未成功：%(paper)s") % {"paper": paper},
            text=_("%(dossier)s的%(paper)s多次生成未成功：%(reason)s请在项目的“文书”中重新生成。")
            % {"dossier": dossier.describe(), "paper": paper.title, "reason": paper.error},
            subject=dossier,
            at=clock.now(),
        )


@outbox.kind("paper", label=gettext_lazy("文书"), lease=120, tries=3, on_failed=give_up)
def make(payload: dict[str, Any]) -> None:
    """Makes one paper, unless it is made already.

    Raises:
        outbox.NotYet: this machine lacks what papers need. Anything else counts as a try.
    """
    paper = _unmade(payload["paper"]).first()
    if paper is None:
        return
    problems = fonts.paper_problems()
    if problems:
        _unmade(paper.pk).update(making=Making.WAITING, error="；".join(map(str, problems))[:300])
        raise outbox.NotYet("; ".join(map(str, problems)))
    _unmade(paper.pk).update(making=Making.MAKING, attempts=paper.attempts + 1)
    try:
        path, digest, size = _render_and_keep(paper)
    except Exception as error:
        _unmade(paper.pk).update(making=Making.WAITING, error=_reason(error))
        raise
    with transaction.atomic():
        _unmade(paper.pk).update(making=Making.MADE, error="", made_at=clock.now(), path=path, sha256=digest, size=size)


def _unmade(pk: int) -> Any:
    """The paper, as long as nobody has made it: whoever comes second changes nothing."""
    return IssuedPaper.objects.filter(pk=pk, made_at=None)


def _render_and_keep(paper: IssuedPaper) -> tuple[str, str, int]:
    from portal.documents.rendering import render

    declared = paper_of(paper.kind)
    if declared is None:
        raise LookupError(f"no such kind of paper: {paper.kind}")
    content = render(declared, paper.snapshot)
    path, digest = store.keep(content)
    return path, digest, len(content)


def _reason(error: Exception) -> str:
    """What the handler reads: the kind of trouble, not its inner workings (those are in the log)."""
    if isinstance(error, MemoryError | OSError):
        return _("存储空间或者系统组件异常，请联系系统管理员。")
    return _("文书模板或者数据异常（%(kind)s），请联系系统管理员。") % {"kind": type(error).__name__}
