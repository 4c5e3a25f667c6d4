"""The form of a step. It is validated inside the door, whoever offers it."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.accounts.actors import Actor
from portal.attachments.fields import AttachmentField
from portal.attachments.models import Attachment
from portal.base.canonical import plain


class StepForm(forms.Form):
    """Base of all step forms.

    Args:
        subject: the subject the step is taken on. actor: who takes it. Both may be used in `__init__` and `clean`.
    """

    #: the field whose text becomes the record's opinion
    opinion_field = ""
    #: optional fields that make sense for one subject only: left out when a step is taken for many at once
    single_fields: tuple[str, ...] = ()
    #: whether its page needs the whole width (a table)
    wide = False
    #: fields whose content insiders alone may read in the history
    inside_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, subject: Any, actor: Actor, **kwargs: Any) -> None:
        self.subject = subject
        self.actor = actor
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, AttachmentField):
                field.actor = actor

    def attachments(self) -> list[Attachment]:
        """The pending uploads that this form claims, in the order of its fields."""
        found: list[Attachment] = []
        for name, field in self.fields.items():
            if isinstance(field, AttachmentField):
                found += self.cleaned_data.get(name) or []
        return found

    def record_data(self) -> dict[str, Any]:
        """What the history keeps of the cleaned data: plain JSON values; uploads by their keys."""
        kept: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if isinstance(self.fields.get(name), AttachmentField):
                kept[name] = [str(item.key) for item in value or []]
            elif value not in (None, "", [], ()):
                kept[name] = value if isinstance(value, str | int | bool | list | dict) else plain(value)
        return kept

    def opinion_text(self) -> str:
        return str(self.cleaned_data.get(self.opinion_field, "")) if self.opinion_field else ""
