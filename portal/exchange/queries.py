"""What pages and rules ask about imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from portal.base import clock
from portal.lifecycle.models import Chain, Record

if TYPE_CHECKING:
    from portal.exchange.models import ImportedRow


class LaterAct(NamedTuple):
    """What was done with an imported subject since, in words."""

    when: str
    who: str
    what: str


def acts_since(imported: Sequence[ImportedRow]) -> dict[int, LaterAct]:
    """The latest act on each subject that somebody has acted on since its import, by the key of the imported row."""
    wanted = {row.chain_id: row for row in imported if row.chain_id is not None}
    heads = Chain.objects.filter(pk__in=wanted).values_list("pk", "head_seq")
    moved = [pk for pk, seq in heads if seq != wanted[pk].chain_seq]
    found: dict[int, LaterAct] = {}
    for record in Record.objects.filter(chain__in=moved).order_by("chain", "seq").iterator():
        when = clock.local(record.at).date().isoformat()
        found[wanted[record.chain_id].pk] = LaterAct(when, record.place or _("系统"), record.label)
    return found
