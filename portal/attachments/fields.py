"""The form field for uploads: it takes the keys of pending attachments, never the bytes."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import PUBLIC, Actor
from portal.attachments.kinds import in_words
from portal.attachments.models import Attachment


class AttachmentField(forms.Field):
    """Uploads of one slot.

    Args:
        slot: the slot the files go into. multiple: whether more than one file is allowed.
        kinds: permitted file kinds (None: all that the portal takes).
        max_bytes: the limit of one file (None: that of the portal).

    The value is a list of keys; it cleans to the pending attachments, which must be the actor's own and of this slot.
    """

    def __init__(
        self,
        *,
        slot: str,
        multiple: bool = False,
        kinds: frozenset[str] | None = None,
        max_bytes: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.slot = slot
        self.multiple = multiple
        self.kinds = kinds
        self.max_bytes = max_bytes
        self.actor: Actor | None = None
        kwargs.setdefault("widget", forms.MultipleHiddenInput())
        super().__init__(**kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool([key for key in data or [] if key])

    def clean(self, value: Any) -> list[Attachment]:
        keys = [value] if isinstance(value, str | uuid.UUID) else list(value or [])
        keys = [key for key in keys if key]
        if self.required and not keys:
            raise ValidationError(_("请上传文件。"), code="required")
        if len(keys) > 1 and not self.multiple:
            raise ValidationError(_("此处只能上传一个文件。"), code="too_many")
        try:
            wanted = [uuid.UUID(str(key)) for key in keys]
        except ValueError:
            raise ValidationError(_("上传的文件已失效，请重新上传。"), code="unknown") from None
        mine = Attachment.objects.pending_of(self.actor or PUBLIC)
        found = {item.key: item for item in mine.filter(key__in=wanted, slot=self.slot)}
        if len(found) != len(set(wanted)):
            raise ValidationError(_("上传的文件已失效，请重新上传。"), code="unknown")
        for item in found.values():  # what was sent beforehand was not yet measured against this place
            if self.kinds is not None and item.kind not in self.kinds:
                raise ValidationError(
                    _("“%(name)s”：此处只接受 %(kinds)s。"),
                    code="kind",
                    params={"name": item.name, "kinds": in_words(self.kinds)},
                )
        return [found[key] for key in wanted]
