"""The effect of a step that names papers."""

from __future__ import annotations

from portal.documents.actions import issue
from portal.documents.models import IssuedPaper
from portal.lifecycle import registry


@registry.effect("papers")
def issue_papers(done: registry.Done) -> None:
    """Issues the papers of a step inside its transaction; those of the kinds in `revokes=(…)` are no longer valid."""
    if revoked := done.step.extra.get("revokes"):
        _revoke(done, revoked)
    for paper_class in done.step.papers:
        if paper_class().wanted(done.subject, done.act):
            issue(paper_class, done.subject, done.act.actor, done.act.at, act=done.act, record=done.record)


def _revoke(done: registry.Done, kinds: tuple[str, ...]) -> None:
    """Withdraws the validity of the subject's papers of these kinds; their verification says so."""
    own = IssuedPaper.objects.filter(subject_type=done.subject.label_of_type(), subject_id=done.subject.pk)
    own.filter(kind__in=kinds, status=IssuedPaper.Status.VALID).update(
        status=IssuedPaper.Status.REVOKED, status_reason=str(done.step.label)[:200], status_at=done.act.at
    )
