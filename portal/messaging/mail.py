"""Mails, carried out by the worker: the outbox kind "mail"."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.messaging import outbox
from portal.messaging.models import Message

#: seconds the mail server has to answer
TIMEOUT = 20


@outbox.kind("mail", label=_("邮件"), lease=90, tries=6, suppressible=True, keeps=("message", "user", "to", "subject"))
def send(payload: dict[str, Any]) -> None:
    """Sends one mail: that of a message (`message`: its key, `user`), or a written one (`to`, `subject`, `text`, `id`).

    A message whose recipient is gone or has no address is not sent. The Message-ID follows from the row, so that a mail
    that leaves twice can be known as the same.
    """
    mail = _of_message(payload["message"], payload["user"]) if "message" in payload else _written(payload)
    if mail is not None:
        mail.connection = get_connection(timeout=TIMEOUT)
        mail.send()


def carry(*, key: str, to: str, subject: str, text: str) -> None:
    """Carries the mails of the sign-in library: through the outbox, its text forgotten once it is sent."""
    with transaction.atomic():
        outbox.put("mail", f"account:{key}", {"to": to, "subject": subject, "text": text, "id": key})


def _of_message(key: str, user: int) -> EmailMessage | None:
    message = Message.objects.select_related("recipient").filter(key=key, recipient=user).first()
    if message is None or not message.recipient.is_active or not message.recipient.email:
        return None
    text = render_to_string(
        "mail/message.txt",
        {
            "message": message,
            "name": message.recipient.name,
            "url": settings.PORTAL_URL + reverse("messaging:message", args=[message.pk]),
            "preferences": settings.PORTAL_URL + reverse("messaging:preferences"),
        },
    )
    return _mail(message.recipient.email, message.title, text, f"message-{message.pk}")


def _written(payload: dict[str, Any]) -> EmailMessage:
    return _mail(payload["to"], payload["subject"], payload["text"], str(payload["id"]))


def _mail(to: str, subject: str, text: str, name: str) -> EmailMessage:
    host = urlsplit(settings.PORTAL_URL).hostname or "portal.invalid"
    headers = {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(" ".join(subject.split()), text, None, [to], headers=headers)
