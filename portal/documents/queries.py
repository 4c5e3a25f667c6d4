"""Papers as pages and the verification ask for them."""

from __future__ import annotations

from typing import Any

from portal.accounts.actors import Actor
from portal.documents.models import IssuedPaper, IssuedPaperQuerySet
from portal.documents.sharing import concerning


def of_dossier(dossier: Any, actor: Actor) -> IssuedPaperQuerySet:
    """The papers of a dossier that the actor sees, as far as the actor may read them; the newest first."""
    return IssuedPaper.objects.readable_by(actor).filter(concerning([dossier.pk])).order_by("-pk")


def by_code(code: str) -> IssuedPaper | None:
    """The paper of a normalised verification code."""
    return IssuedPaper.objects.filter(code=code).select_related("replaced_by").first() if code else None


def by_hash(digest: str) -> IssuedPaper | None:
    """The paper whose bytes have this SHA-256; each carries its own code, so there is one at most."""
    return IssuedPaper.objects.filter(sha256=digest).select_related("replaced_by").first() if digest else None
