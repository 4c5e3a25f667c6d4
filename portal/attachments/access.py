"""Who may read an attachment: the room that owns the holder says so."""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts.actors import Actor
from portal.attachments.models import Attachment

Rule = Callable[[Actor, int, Attachment], bool]
_rules: dict[str, Rule] = {}


def register(holder_label: str, rule: Rule) -> None:
    """Makes known who may read the attachments of a kind of holder.

    Args:
        holder_label: label of the holder's root table (`dossiers.dossier`).
        rule: (actor, key of the holder, attachment) -> whether the actor may read it.
    """
    _rules[holder_label] = rule


def may_read(actor: Actor, attachment: Attachment) -> bool:
    """Whether the actor may read the file. A pending one is its uploader's alone; without a rule nobody may."""
    if attachment.claimed_at is None:
        return actor.user is not None and actor.user.pk == attachment.uploader_id
    rule = _rules.get(attachment.holder_type)
    if rule is None or attachment.holder_id is None:
        return False
    return rule(actor, attachment.holder_id, attachment)
