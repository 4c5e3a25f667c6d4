"""Who may read the files offered with a call: whoever may see the call."""

from __future__ import annotations

from portal.accounts.actors import Actor
from portal.attachments import access
from portal.attachments.models import Attachment
from portal.calls.models import Call

HOLDER = "calls.call"


def may_read_download(actor: Actor, call_id: int, attachment: Attachment) -> bool:
    return Call.objects.visible_to(actor).filter(pk=call_id).exists()


access.register(HOLDER, may_read_download)
