"""Mails to an objector who left an address: the receipt and the answer. A kind of its own, because the rows of the outbox
are looked at by the operators, who must not learn who objects: a row holds the key of the objection alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from portal.documents.models import IssuedPaper
from portal.messaging import outbox
from portal.messaging.mail import TIMEOUT
from portal.notices.models import Objection
from portal.notices.papers import ObjectionAnswer

#: the first line of each is the title
_TEMPLATES = {"receipt": "notices/mail_receipt.txt", "answer": "notices/mail_answer.txt"}


class MailRefused(Exception):
    """The mail server did not take a mail; the kind of trouble without the address."""


def order_receipt(objection: Objection) -> None:
    """Orders the mail that says that the objection arrived, in the caller's transaction."""
    _order(objection, "receipt")


def order_answer(objection: Objection) -> None:
    """Orders the mail with the answer, in the caller's transaction."""
    _order(objection, "answer")


def _order(objection: Objection, what: str) -> None:
    if objection.email:
        outbox.put("objection_mail", f"objection:{objection.pk}:{what}", {"objection": objection.pk, "what": what})


def _follow_url() -> str:
    return settings.PORTAL_URL.rstrip("/") + reverse("notices:follow")


@outbox.kind("objection_mail", lease=90, tries=6, suppressible=True)
def send(payload: dict[str, Any]) -> None:
    """Sends one of the two mails; the same Message-ID if it leaves twice."""
    objection = (
        Objection.objects.select_related("item__notice", "item__dossier").filter(pk=payload["objection"]).first()
    )
    if objection is None or not objection.email:
        return
    letter = IssuedPaper.objects.filter(
        subject_type=Objection.label_of_type(), subject_id=objection.pk, kind=ObjectionAnswer.kind
    ).last()
    text = render_to_string(
        _TEMPLATES[payload["what"]], {"objection": objection, "letter": letter, "follow_url": _follow_url()}
    )
    title, _, body = text.strip().partition("\n")
    host = urlsplit(settings.PORTAL_URL).hostname or "portal.invalid"
    name = f"<objection-{objection.pk}-{payload['what']}@{host}>"
    mail = EmailMessage(
        " ".join(title.split()),
        body.strip(),
        None,
        [objection.email],
        headers={"Message-ID": name, "Auto-Submitted": "auto-generated"},
    )
    mail.connection = get_connection(timeout=TIMEOUT)
    try:
        mail.send()
    except Exception as error:  # what a server refuses names the address: operators read the reason
        raise MailRefused(type(error).__name__) from None
