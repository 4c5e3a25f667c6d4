"""Named questions about notices."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterable

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.dossiers.models import Dossier
from portal.notices.models import Notice, NoticeItem, NoticeQuerySet, Objection, ObjectionQuerySet
from portal.notices.papers import NoticePaper, ObjectionAnswer
from portal.notices.states import CLOSED, DISCARDED, RUNNING

_PUBLISHED = (RUNNING.id, CLOSED.id)


def latest_item(dossier: Dossier, matter: str) -> NoticeItem | None:
    """The latest appearance of a dossier on a published notice of a matter."""
    found = NoticeItem.objects.filter(dossier_id=dossier.pk, notice__matter=matter, notice__state__in=_PUBLISHED)
    return found.select_related("notice").order_by("-pk").first()


def latest_items(dossiers: Iterable[int], matter: str) -> dict[int, NoticeItem]:
    """The same for many dossiers in one query, by the dossier's key: a docket flags upheld objections with it."""
    found = NoticeItem.objects.filter(
        dossier_id__in=list(dossiers), notice__matter=matter, notice__state__in=_PUBLISHED
    )
    return {item.dossier_id: item for item in found.select_related("notice").order_by("pk")}


def due_items(today: dt.date) -> list[NoticeItem]:
    """Open items whose term is over and against which no objection is unanswered."""
    open_items = NoticeItem.objects.filter(
        outcome=NoticeItem.Outcome.OPEN, notice__state=RUNNING.id, notice__closes_on__lt=today
    )
    return list(open_items.exclude(pk__in=_unanswered_items()).select_related("notice").order_by("pk"))


def _unanswered_items() -> ObjectionQuerySet:
    return Objection.objects.unanswered().order_by().values("item_id")


def followed(reference: str, code: str) -> Objection | None:
    """The objection that somebody follows who knows its reference and its code."""
    rows = Objection.objects.exclude(state=DISCARDED.id).select_related("item__notice", "item__dossier__call")
    found = rows.filter(reference=reference).first()
    known = found is not None and bool(found.code) and hmac.compare_digest(found.code.encode(), code.encode())
    return found if known else None


def running(today: dt.date) -> NoticeQuerySet:
    """The notices of the public home: those whose term includes that date, the one that ends first on top."""
    return Notice.objects.running_on(today).for_rows().order_by("closes_on", "pk")


def of_dossier(dossier: Dossier) -> list[NoticeItem]:
    """The appearances of a dossier on published notices, newest first."""
    found = NoticeItem.objects.published().filter(dossier_id=dossier.pk)
    return list(found.select_related("notice").order_by("-pk"))


def paper_of(notice: Notice) -> IssuedPaper | None:
    """The notice as a file, as far as it is made and in force."""
    found = IssuedPaper.objects.filter(
        subject_type=notice.label_of_type(),
        subject_id=notice.pk,
        kind=NoticePaper.kind,
        status=IssuedPaper.Status.VALID,
        making=IssuedPaper.Making.MADE,
    )
    return found.defer("snapshot").order_by("-pk").first()


def letter_of(objection: Objection) -> IssuedPaper | None:
    """The written answer to an objection, made or still being made."""
    papers = IssuedPaper.objects.filter(
        subject_type=objection.label_of_type(), subject_id=objection.pk, kind=ObjectionAnswer.kind
    )
    return papers.defer("snapshot").order_by("-pk").first()


def letter_items(notice: Notice, actor: Actor) -> list[NoticeItem]:
    """The items against which this handler may enter an objection that came by letter: of dossiers of the own desk."""
    if actor.role != Role.HANDLER or notice.state != RUNNING.id:
        return []
    own = notice.items.filter(left_on=None, dossier__in=Dossier.objects.visible_to(actor).order_by().values("pk"))
    return list(own.order_by("position"))


def notices_waiting(actor: Actor) -> NoticeQuerySet:
    """The actor's own notices whose term is over and that wait to be closed."""
    due = Notice.objects.due_on(clock.today())
    return due.filter(responsible=actor.membership) if actor.role == Role.HANDLER else due.none()


def objections_waiting(actor: Actor) -> ObjectionQuerySet:
    """The unanswered objections against the actor's own dossiers."""
    found = Objection.objects.visible_to(actor).unanswered()
    return found if actor.role == Role.HANDLER else found.none()
