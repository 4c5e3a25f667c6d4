"""The tab 公示 of a dossier's page, and the lines in its box."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.notices import queries
from portal.notices.models import NoticeItem, Objection
from portal.ui.counts import Counted
from portal.ui.extras import Line, lines
from portal.ui.tabs import Tab, register


def _context(dossier: Any, actor: Actor) -> dict[str, Any]:
    """The notices it was on; inside the bureau the objections too, without the objectors."""
    items = queries.of_dossier(dossier)
    objections = Objection.objects.visible_to(actor).filter(item__dossier=dossier.pk) if actor.is_inside else []
    return {"items": items, "objections": list(objections), "inside": actor.is_inside}


def _count(dossier: Any, actor: Actor) -> Counted:
    """Inside the bureau the number of objections; outside nothing is counted."""
    return Objection.objects.visible_to(actor).filter(item__dossier=dossier.pk) if actor.is_inside else None


def _shown(dossier: Any, actor: Actor) -> bool:
    return dossier.accepted_at is not None


register(Tab("notices", _("公示"), 47, "notices/tab.html", _context, _count, _shown))


@lines
def where_the_notice_stands(dossier: Any, actor: Actor) -> list[Line]:
    """Until when it is on notice; for insiders also what became of it and what is left to do."""
    if dossier.accepted_at is None:
        return []
    items: Any = NoticeItem.objects.published().filter(dossier_id=dossier.pk, left_on=None).for_handling()
    item = items.select_related("notice").order_by("-pk").first()
    if item is None:
        return []
    notice = item.notice
    if not actor.is_inside:
        return [Line(_public_words(item), "flag", reverse("notices:notice", args=[notice.pk]))]
    url = notice.get_absolute_url()
    found = [Line(_public_words(item), "flag", url)]
    if item.unanswered:
        words = _t("有 %(n)s 件公示异议未答复。") % {"n": item.unanswered}
        found.append(Line(words, "alert-triangle", reverse("notices:objections")))
    if item.outcome == NoticeItem.Outcome.UPHELD:
        found.append(Line(_t("公示异议成立：请拟办呈批件，重新审议或者不予立项。"), "alert-triangle", url))
    elif item.outcome == NoticeItem.Outcome.CLEAR:
        found.append(Line(_t("公示期满，没有成立的异议，可以拟办呈批件。"), "circle-check", url))
    return found


def _public_words(item: NoticeItem) -> str:
    notice = item.notice
    facts = {"number": notice.number, "from": notice.opens_on, "to": notice.closes_on}
    if notice.is_running():
        return _t("公示 %(number)s：%(from)s 至 %(to)s（含当日）。") % facts
    return _t("公示 %(number)s：已于 %(to)s 期满。") % facts
