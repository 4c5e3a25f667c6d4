"""Submitted versions: made by the steps that submit, immutable, each page of print carries their check code."""

from __future__ import annotations

import datetime as dt
from typing import Any

from portal.accounts.actors import Actor
from portal.attachments.models import Attachment
from portal.base.canonical import canonical_json, sha256
from portal.base.memo import kept
from portal.declaration.filling import filling_of
from portal.declaration.models import FormVersion
from portal.declaration.printing import sections_of, to_plain
from portal.declaration.sections import SEALED_FORM
from portal.declaration.slots import files_of
from portal.declaration.states import RECOMMENDED
from portal.dossiers.models import Dossier


def snapshot(dossier: Dossier, actor: Actor, at: dt.datetime) -> FormVersion:
    """Freezes the form as the next version; its slot for the sealed form is empty again.

    A correction that changed nothing (a better scan only) leaves the version as it is, and so its sealed scan valid.

    Args:
        dossier: locked by the step that submits. actor: who submits. at: the instant of the step (UTC).
    """
    reason = FormVersion.Reason.CORRECTION if dossier.state == RECOMMENDED.id else FormVersion.Reason.SUBMIT
    content = _content(dossier)
    last = FormVersion.objects.filter(dossier_id=dossier.pk).order_by("-number").first()
    if last and reason == FormVersion.Reason.CORRECTION and _same(last.content, content):
        return last
    number = last.number + 1 if last else 1
    data = canonical_json({**content, "dossier": dossier.pk, "number": number})
    digest = sha256(data)
    return FormVersion.objects.create(
        dossier_id=dossier.pk,
        number=number,
        data=data,
        sha256=digest,
        check_code=check_code(digest),
        reason=reason,
        submitted_at=at,
        submitted_by=actor.user,
    )


def check_code(digest: str) -> str:
    """The short form of a version's hash that is printed on each page: `3F2A-91BC`."""
    return f"{digest[:4]}-{digest[4:8]}".upper()


def latest(dossier: Dossier) -> FormVersion | None:
    """The version that was submitted last, None before the first submission."""
    return FormVersion.objects.filter(dossier_id=dossier.pk).select_related("submitted_by").order_by("-number").first()


@kept
def versions_of(dossier: Dossier) -> list[FormVersion]:
    """All versions, the newest first."""
    return list(FormVersion.objects.filter(dossier_id=dossier.pk).select_related("submitted_by").order_by("-number"))


def sealed_form_of(dossier: Dossier) -> Attachment | None:
    """The sealed scan of the latest version, None when there is none (of an earlier version does not count)."""
    return next((file for file in files_of(dossier) if file.slot == SEALED_FORM), None)


def is_untouched(version: FormVersion) -> bool:
    """Whether a version still gives the hash and the check code it was stored with."""
    return sha256(version.data) == version.sha256 and check_code(version.sha256) == version.check_code


def _content(dossier: Dossier) -> dict[str, Any]:
    filling = filling_of(dossier)
    return {
        "form": filling.form.version,
        "sections": filling.document.trimmed(),
        "printed": [to_plain(section) for section in sections_of(filling)],
        "commitments": [str(text) for text in filling.form.commitments],
        "attachments": [_file(file) for file in files_of(dossier) if file.slot != SEALED_FORM],
    }


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "key": str(file.key),
        "slot": file.slot,
        "row": str(file.row) if file.row else "",
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
    }


def _same(stored: dict[str, Any], content: dict[str, Any]) -> bool:
    kept = {name: stored[name] for name in content if name in stored}
    return canonical_json(kept) == canonical_json(content)
