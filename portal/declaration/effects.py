"""What follows from a step in this room: a submission freezes the form as a version, and is the only one of its title."""

from __future__ import annotations

from portal.accounts.models import Unit
from portal.base.errors import Unmet
from portal.dossiers.models import Dossier
from portal.lifecycle.registry import Done, effect


@effect("projection")
def freeze_version(done: Done) -> None:
    """Steps declared with `snapshots=True` leave an immutable version of the form behind."""
    if done.step.extra.get("snapshots") and isinstance(done.subject, Dossier):
        from portal.declaration.versions import snapshot

        snapshot(done.subject, done.act.actor, done.act.at)


@effect("projection")
def be_the_only_one(done: Done) -> None:
    """Two declarations of one unit that are submitted in the same instant wait for each other here: the guard of the step
    could not see the other one yet."""
    if done.step.extra.get("snapshots") and isinstance(done.subject, Dossier):
        from portal.declaration.guards import title_is_unique

        Unit.objects.select_for_update(no_key=True).filter(pk=done.subject.applicant_id).values_list("pk").first()
        if reason := title_is_unique(done.subject, done.act.actor):
            raise Unmet([str(reason)])
