"""The only writes to attachments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from portal.attachments.models import Attachment


def holder_label(holder: Any) -> str:
    """The label under which attachments name a holder: that of the root table, so that it is the same for every programme."""
    parents = holder._meta.get_parent_list()
    return str((parents[-1] if parents else holder)._meta.label_lower)


def claim(attachments: Iterable[Attachment], *, holder: Any, at: dt.datetime) -> list[Attachment]:
    """Gives pending uploads to the subject whose step names them.

    Args:
        holder: the subject they now belong to. at: the instant of the step (UTC).
    """
    claimed = []
    for attachment in attachments:
        attachment.holder_type, attachment.holder_id = holder_label(holder), holder.pk
        attachment.claimed_at = at
        attachment.save(update_fields=["holder_type", "holder_id", "claimed_at"])
        claimed.append(attachment)
    return claimed
