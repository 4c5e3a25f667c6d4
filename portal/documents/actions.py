"""The only writes to papers, except for their bytes (`portal.documents.making`)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.base import clock
from portal.base.canonical import canonical_json
from portal.base.counters import next_serial
from portal.base.errors import NotPermitted, StepRefused
from portal.documents import codes, making, rules
from portal.documents.models import IssuedPaper
from portal.documents.paper import Paper
from portal.dossiers.models import Dossier
from portal.lifecycle import history
from portal.lifecycle.models import Record, Subject
from portal.lifecycle.states import Party
from portal.lifecycle.steps import Act


def issue(
    paper_class: type[Paper],
    subject: Subject,
    actor: Actor,
    at: dt.datetime,
    data: dict[str, Any] | None = None,
    *,
    act: Act | None = None,
    record: Record | None = None,
    replaces: IssuedPaper | None = None,
) -> IssuedPaper:
    """Fixes number, code and data of a paper; its bytes follow from the worker.

    A step's papers are issued by the engine's effect; called directly for a paper that no step issues, which then
    writes its own record into the subject's history.

    Args:
        at: the instant of issue (UTC); its date in Shanghai is the paper's date.
        data: what the paper's `snapshot` reads as `act.data`; `body` among it makes the paper that body's own.
        act, record: the step's, when a step issues it. replaces: a former paper that this one takes the place of.
    """
    paper = paper_class()
    act = act or Act(actor=actor, at=at, data=data or {}, step=None)  # type: ignore[arg-type]
    issued_on = clock.local(at).date()
    with transaction.atomic(savepoint=False):
        content = json.loads(canonical_json(paper.snapshot(subject, act)))
        if record is None:
            label = _("出具%(paper)s") % {"paper": paper.label}
            inside = not isinstance(subject, Dossier)
            record = history.write(subject, actor=actor, at=at, label=label, inside=inside)
        issued = IssuedPaper(
            dossier_id=_dossier_of(subject),
            body=act.data.get("body"),
            subject_type=subject.label_of_type(),
            subject_id=subject.pk,
            record=record,
            kind=paper.kind,
            number=next_serial(paper.prefix, issued_on.year),
            code=codes.new_code(),
            title=paper.title(subject),
            readers=listed(paper.readers),
            issued_on=issued_on,
            issued_at=at,
        )
        issued.snapshot = {**content, "paper": _imprint(issued)}
        issued.save(force_insert=True)
        if paper.single:
            _replace_earlier(issued)
        if replaces is not None:
            _replace(IssuedPaper.objects.filter(pk=replaces.pk), issued)
        making.order_first(issued)
    return issued


def listed(parties: Iterable[Party]) -> str:
    """Parties as the column of readers holds them."""
    return "|" + "".join(f"{party.id}|" for party in parties)


def _dossier_of(subject: Subject) -> int | None:
    """The dossier that a subject is, or whose act it is (a task book, a request); None for what concerns several."""
    return subject.pk if isinstance(subject, Dossier) else getattr(subject, "dossier_id", None)


def _imprint(paper: IssuedPaper) -> dict[str, str]:
    """What every paper carries of itself."""
    return {
        "kind": paper.kind,
        "title": paper.title,
        "number": paper.number,
        "code": paper.code,
        "issued_on": paper.issued_on.isoformat(),
        "verify_at": f"{settings.PORTAL_URL}/verify/",
        "verify_url": f"{settings.PORTAL_URL}/verify/{paper.code}/",
    }


def _replace_earlier(paper: IssuedPaper) -> None:
    same = {"subject_type": paper.subject_type, "subject_id": paper.subject_id, "kind": paper.kind, "body": paper.body}
    _replace(IssuedPaper.objects.filter(**same).exclude(pk=paper.pk), paper)


def _replace(earlier: QuerySet[IssuedPaper], paper: IssuedPaper) -> None:
    valid = earlier.filter(status=IssuedPaper.Status.VALID)
    valid.update(status=IssuedPaper.Status.REPLACED, replaced_by=paper, status_at=paper.issued_at)


def retry(paper: IssuedPaper, *, actor: Actor) -> None:
    """Asks the worker once more for a paper whose making failed. NotPermitted; StepRefused when it is under way."""
    if not rules.may_manage(actor, paper):
        raise NotPermitted(_("您当前的身份不能重新生成文书。"))
    with transaction.atomic():
        asked = IssuedPaper.objects.filter(pk=paper.pk, making=IssuedPaper.Making.FAILED).update(
            making=IssuedPaper.Making.WAITING, error=""
        )
        if not asked:
            raise StepRefused(_("该文书已在生成或者已经生成，无需重试。"))
        making.order(paper)


def revoke(paper: IssuedPaper, *, actor: Actor, reason: str) -> None:
    """Withdraws a paper's validity; the paper stays readable and its verification says so.

    Args:
        reason: in words; it goes into the history, not onto the public page.

    Raises:
        NotPermitted, StepRefused (no longer valid).
    """
    if paper.status != IssuedPaper.Status.VALID:
        raise StepRefused(_("该文书已被替换或者已经撤销。"))
    if not rules.may_revoke(actor, paper):
        raise NotPermitted(_("您当前的身份不能撤销该文书。"))
    at = clock.now()
    with transaction.atomic():
        invalidate(paper, reason=reason, at=at)
        history.write(
            rules.subject_of(paper),
            actor=actor,
            at=at,
            label=_("撤销文书"),
            data={"paper": paper.number, "title": paper.title},
            opinion=reason,
        )


def invalidate(paper: IssuedPaper, *, reason: str, at: dt.datetime) -> None:
    """Withdraws a paper's validity without asking who: the room whose act it follows has asked, and writes the record.

    Raises:
        StepRefused: it is no longer valid.
    """
    valid = IssuedPaper.objects.filter(pk=paper.pk, status=IssuedPaper.Status.VALID)
    if not valid.update(status=IssuedPaper.Status.REVOKED, status_reason=reason[:200], status_at=at):
        raise StepRefused(_("该文书已被替换或者已经撤销。"))
