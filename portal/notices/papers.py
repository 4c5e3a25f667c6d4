"""The papers of this room: the notice with its list, the account of how it was held, the answer to an objector."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.documents.paper import Paper, Snapshot, register
from portal.dossiers.programmes import programme
from portal.lifecycle.states import APPLICANT, RECOMMENDER, Text
from portal.lifecycle.steps import Act

if TYPE_CHECKING:
    from portal.notices.models import Notice, Objection


def _programme(programme_id: str) -> Snapshot:
    found = programme(programme_id)
    return {"id": found.id, "label": str(found.label), "short_label": str(found.short_label)}


def _notice(notice: Notice) -> Snapshot:
    return {
        "number": notice.number,
        "title": notice.title,
        "text": notice.text,
        "channel": notice.channel,
        "opens_on": notice.opens_on,
        "closes_on": notice.closes_on,
        "days": notice.days,
    }


@register
class NoticePaper(Paper):
    """公示: the text and its list, across; the public downloads it from the page of the notice."""

    kind = "public_notice"
    label = _("公示")
    prefix = "GSW"
    template = "notice.html"
    style = "list notice"
    readers = (APPLICANT, RECOMMENDER)
    single = True

    def title(self, notice: Notice) -> str:  # type: ignore[override]
        return notice.title[:120]

    def snapshot(self, notice: Notice, act: Act) -> Snapshot:  # type: ignore[override]
        rows = [{"position": item.position, **item.facts} for item in notice.items.all()]
        return {
            "programme": _programme(notice.programme),
            "notice": _notice(notice),
            "rows": rows,
            "classes": any(row.get("class") for row in rows),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        notice = snapshot["notice"]
        return [
            (_("公示编号"), notice["number"]),
            (_("公示期"), f"{notice['opens_on']} — {notice['closes_on']}"),
            (_("公示项目数"), str(len(snapshot["rows"]))),
        ]


@register
class NoticeAccount(Paper):
    """公示情况说明: how the notice was held and what came in, for the file; it names no objector."""

    kind = "notice_account"
    label = _("公示情况说明")
    prefix = "GSS"
    template = "notice_account.html"
    style = "list notice"

    def title(self, notice: Notice) -> str:  # type: ignore[override]
        return f"{self.label}（{notice.number}）"

    def snapshot(self, notice: Notice, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.notices.models import Objection

        items = list(notice.items.all())
        found = Objection.objects.filter(item__notice=notice).exclude(state="discarded").select_related("item")
        objections = sorted(found.order_by("pk"), key=lambda objection: objection.filed_on)
        counts = Counter(objection.item_id for objection in objections)
        return {
            "programme": _programme(notice.programme),
            "notice": _notice(notice),
            "account": act.data["account"],
            "rows": [{**_outcome(item), "objections": counts[item.pk]} for item in items],
            "objections": [_objection_row(objection) for objection in objections],
            "letters": sum(objection.by_letter for objection in objections),
        }


def _outcome(item: Any) -> Snapshot:
    outcome = item.Outcome.CLEAR if item.outcome == item.Outcome.OPEN else item.Outcome(item.outcome)
    return {"position": item.position, **item.facts, "outcome": str(outcome.label)}


def _objection_row(objection: Objection) -> Snapshot:
    return {
        "reference": objection.reference,
        "title": objection.item.facts.get("title", ""),
        "filed_on": objection.filed_on,
        "by_letter": objection.by_letter,
        "answered_on": clock.local(objection.answered_at).date() if objection.answered_at else None,
        "result": str(objection.state_info.label),
        "finding": objection.finding,
    }


@register
class ObjectionAnswer(Paper):
    """异议答复函: the written answer. It names the objector, so it is kept back from all but the dossier's handler."""

    kind = "objection_answer"
    label = _("异议答复函")
    prefix = "YF"
    template = "objection_answer.html"

    def title(self, objection: Objection) -> str:  # type: ignore[override]
        return f"{self.label}（{objection.reference}）"

    def snapshot(self, objection: Objection, act: Act) -> Snapshot:  # type: ignore[override]
        notice, dossier = objection.item.notice, objection.item.dossier
        desk = dossier.field.desk if dossier.field else None
        return {
            "programme": _programme(notice.programme),
            "notice": {"number": notice.number, "title": notice.title},
            "applicant": {"name": objection.name},
            "objection": {
                "reference": objection.reference,
                "by_unit": objection.by_unit,
                "filed_on": objection.filed_on,
                "title": objection.item.facts.get("title", ""),
                "number": objection.item.facts.get("number", ""),
            },
            "result": objection.state,
            "answer": act.data["answer"],
            "desk": {"name": desk.contact_name, "phone": desk.phone} if desk else None,
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        """Neither the objector nor the result: a stranger compares the reference and the notice."""
        return [
            (_("受理编号"), snapshot["objection"]["reference"]),
            (_("公示编号"), snapshot["notice"]["number"]),
        ]
