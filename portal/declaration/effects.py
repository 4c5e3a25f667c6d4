"""What follows from a step in this room: a submission freezes the form as a version."""

from __future__ import annotations

from portal.dossiers.models import Dossier
from portal.lifecycle.registry import Done, effect


@effect("projection")
def freeze_version(done: Done) -> None:
    """Steps declared with `snapshots=True` leave an immutable version of the form behind."""
    if done.step.extra.get("snapshots") and isinstance(done.subject, Dossier):
        from portal.declaration.versions import snapshot

        snapshot(done.subject, done.act.actor, done.act.at)
