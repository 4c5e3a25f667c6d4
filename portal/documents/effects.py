"""The effect of a step that names papers."""

from __future__ import annotations

from portal.documents.actions import issue
from portal.lifecycle import registry


@registry.effect("papers")
def issue_papers(done: registry.Done) -> None:
    """Issues the papers of a step inside its transaction."""
    for paper_class in done.step.papers:
        if paper_class().wanted(done.subject, done.act):
            issue(paper_class, done.subject, done.act.actor, done.act.at, act=done.act, record=done.record)
