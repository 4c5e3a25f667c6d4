"""The effect of a step that names papers."""

from __future__ import annotations

from portal.documents.actions import issue, listed
from portal.documents.models import IssuedPaper, IssuedPaperQuerySet
from portal.documents.paper import kinds
from portal.lifecycle.registry import Done, effect


@effect("papers")
def issue_papers(done: Done) -> None:
    """Issues the papers of a step inside its transaction; those of the kinds in `revokes=(…)` are no longer valid, those
    in `discloses=(…)` are read by their later readers from now on."""
    if revoked := done.step.extra.get("revokes"):
        _revoke(done, revoked)
    for kind in done.step.extra.get("discloses", ()):
        _disclose(done, kind)
    for paper_class in done.step.papers:
        if paper_class().wanted(done.subject, done.act):
            issue(paper_class, done.subject, done.act.actor, done.act.at, act=done.act, record=done.record)


def _revoke(done: Done, names: tuple[str, ...]) -> None:
    """Withdraws the validity of the subject's papers of these kinds; their verification says so."""
    _valid(done, names).update(
        status=IssuedPaper.Status.REVOKED, status_reason=str(done.step.label)[:200], status_at=done.act.at
    )


def _disclose(done: Done, kind: str) -> None:
    """What the step announced may be read with the papers on it."""
    paper = kinds()[kind]
    _valid(done, (kind,)).update(readers=listed((*paper.readers, *paper.later_readers)))


def _valid(done: Done, names: tuple[str, ...]) -> IssuedPaperQuerySet:
    """The subject's own papers of these kinds that are in force."""
    own = IssuedPaper.objects.filter(subject_type=done.subject.label_of_type(), subject_id=done.subject.pk)
    return own.filter(kind__in=names, status=IssuedPaper.Status.VALID)
