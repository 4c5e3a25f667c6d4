"""What this room adds to the rooms below: who reads the uploaded files, who stands behind an import."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.attachments import access
from portal.attachments.models import Attachment
from portal.exchange.models import ImportJob
from portal.lifecycle.states import HANDLER
from portal.messaging.parties import people


def _reads(actor: Actor, key: int, attachment: Attachment) -> bool:
    return ImportJob.objects.visible_to(actor).filter(pk=key).exists()


access.register(ImportJob._meta.label_lower, _reads)


@people(HANDLER, ImportJob)
def _owner(job: ImportJob) -> QuerySet[Membership]:
    return Membership.objects.filter(pk=job.owner_id)
