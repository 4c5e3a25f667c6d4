"""The only writes to attachments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.attachments import names, storage
from portal.attachments.kinds import USUAL, in_words
from portal.attachments.models import Attachment
from portal.attachments.sniff import matches, sniff
from portal.base import clock

#: pending uploads that one person may have lying in one slot; a visitor's form
MAX_PENDING, MAX_PENDING_OF_VISITOR = 30, 8


def holder_label(holder: Any) -> str:
    """The label under which attachments name a holder: that of the root table, so that it is the same for every programme."""
    parents = holder._meta.get_parent_list()
    return str((parents[-1] if parents else holder)._meta.label_lower)


def receive(
    file: File,
    *,
    slot: str,
    actor: Actor,
    kinds: Collection[str] | None = None,
    max_bytes: int | None = None,
) -> Attachment:
    """Takes an upload in as a pending attachment of the acting person.

    Args:
        file: the uploaded file. slot: what it is for. actor: a signed-in person, or a member of the public with a form.
        kinds: permitted kinds (keys of `attachments.kinds.KINDS`); None: all but archives.
        max_bytes: the limit of this slot; None: that of the portal (`UPLOAD_MAX_BYTES`).

    Raises:
        ValidationError: in Chinese, naming the file, what is wrong with it and what would be right.
    """
    if actor.user is None and not actor.visitor:
        raise ValidationError(_("请先登录再上传文件。"), code="anonymous")
    name = str(file.name or "")
    try:
        kind = _check(file, name, kinds=USUAL if kinds is None else kinds, max_bytes=max_bytes)
    except ValidationError as error:
        text = _("“%(name)s”：%(text)s") % {"name": names.tidy(name) or _("未命名文件"), "text": error.messages[0]}
        raise ValidationError(text, code=error.code) from None
    pending = Attachment.objects.pending_of(actor).filter(slot=slot).count()
    if pending >= (MAX_PENDING if actor.user else MAX_PENDING_OF_VISITOR):
        raise ValidationError(_("此处待提交的文件过多，请先提交或者移除已上传的文件。"), code="too_many")
    file.seek(0)
    path, digest, size = storage.put(file.chunks())
    return Attachment.objects.create(
        uploader=actor.user,
        visitor="" if actor.user else actor.visitor,
        slot=slot,
        name=names.clean(name, kind),
        kind=kind,
        size=size,
        sha256=digest,
        path=path,
        uploaded_at=clock.now(),
    )


def _check(file: File, name: str, *, kinds: Collection[str], max_bytes: int | None) -> str:
    limit = settings.UPLOAD_MAX_BYTES if max_bytes is None else max_bytes
    size = file.size or 0
    if size > limit:
        raise ValidationError(
            _("文件大小为 %(size)s MB，超过上限 %(limit)s MB，请压缩或者拆分后上传。")
            % {"size": f"{size / 1024**2:.1f}", "limit": f"{limit / 1024**2:g}"},
            code="too_large",
        )
    extension = names.extension_of(name)
    kind = sniff(cast(BinaryIO, file), extension=extension)
    if kind not in kinds:
        raise ValidationError(
            _("文件内容是 %(kind)s，此处只接受 %(kinds)s。") % {"kind": kind.upper(), "kinds": in_words(kinds)},
            code="kind",
        )
    if extension and not matches(kind, extension):
        raise ValidationError(
            _("扩展名是 .%(extension)s，但文件内容是 %(kind)s，请用对应的软件另存后再上传，不要只改扩展名。")
            % {"extension": extension[:10], "kind": kind.upper()},
            code="disguised",
        )
    return kind


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


def copy_pending(attachment: Attachment) -> Attachment:
    """A second pending row of the same file (its bytes are shared): one upload for many subjects."""
    return Attachment.objects.create(
        uploader_id=attachment.uploader_id,
        visitor=attachment.visitor,
        slot=attachment.slot,
        name=attachment.name,
        kind=attachment.kind,
        size=attachment.size,
        sha256=attachment.sha256,
        path=attachment.path,
        uploaded_at=attachment.uploaded_at,
    )


def retire(attachment: Attachment, *, at: dt.datetime) -> None:
    """Takes a file out of its slot but keeps it: something that was submitted names it.

    Args:
        at: the instant from which it no longer counts (UTC).
    """
    attachment.removed_at = at
    attachment.save(update_fields=["removed_at"])


def discard(attachment: Attachment) -> None:
    """Forgets a file that nothing names; its bytes go once no other attachment has them."""
    path = attachment.path
    attachment.delete()
    transaction.on_commit(lambda: _remove_bytes(path))


def clear_pending(*, before: dt.datetime) -> int:
    """Discards pending uploads that were never claimed.

    Args:
        before: uploads received before this instant (UTC) are discarded. Returns: how many.
    """
    count = 0
    for attachment in Attachment.objects.filter(claimed_at=None, uploaded_at__lt=before).iterator():
        discard(attachment)
        count += 1
    return count


def _remove_bytes(path: str) -> None:
    if not Attachment.objects.filter(path=path).exists():
        storage.remove(path)
