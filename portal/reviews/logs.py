"""办理记录 of a round in words: what its records hold as keys is told as names and titles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from portal.lifecycle.history import content
from portal.lifecycle.models import Record
from portal.reviews.models import Assignment, Entry, Expert, Round

#: records that are shown at most, of the round and of its assignments each
MOST = 300
#: steps of assignments that the round's own step tells already
_TOLD_BY_THE_ROUND = ("invite", "lock", "cancel")


class Told(NamedTuple):
    """A record with what happened in words: `what` in one line, `more` below it."""

    record: Record
    what: str
    more: str = ""


def own_records(round_: Round) -> list[Told]:
    """What happened to the round, the newest first; four queries."""
    rows = Record.objects.filter(chain_id=round_.chain_id, subject_type=round_.label_of_type())
    records = list(rows.select_related("person").order_by("-seq")[:MOST])
    data = {record.pk: content(record).get("data") or {} for record in records}
    experts = dict(Expert.objects.filter(pk__in=_experts_in(data.values())).values_list("pk", "name"))
    keys = [value["dossier"] for value in data.values() if isinstance(value.get("dossier"), int)]
    entries = Entry.everything.filter(round=round_, dossier__in=keys).values_list("dossier_id", "dossier__title")
    titles, items = dict(entries), {item.id: str(item.label) for item in round_.sheet.items}
    return [Told(record, *_words(data[record.pk], experts, titles, items)) for record in records]


def answers(round_: Round) -> list[Told]:
    """What experts answered and handed in, and what was entered for them, the newest first; two queries. No score."""
    kind = Assignment.label_of_type()
    rows = Record.objects.filter(chain_id=round_.chain_id, subject_type=kind).exclude(step__in=_TOLD_BY_THE_ROUND)
    records = list(rows.select_related("person").defer("payload").order_by("-seq")[:MOST])
    about = Assignment.objects.filter(pk__in={record.subject_id for record in records})
    known = {pk: names for pk, *names in about.values_list("pk", "expert__name", "entry__dossier__title")}
    return [Told(record, "：".join(known.get(record.subject_id, []))) for record in records]


def _experts_in(data: Iterable[dict[str, Any]]) -> set[int]:
    found: set[int] = set()
    for value in data:
        for name in ("experts", "drawn", "pool"):
            found |= {key for key in value.get(name, ()) if isinstance(key, int)}
        if isinstance(value.get("expert"), int):
            found.add(value["expert"])
    return found


def _words(
    data: dict[str, Any], experts: dict[int, str], titles: dict[int, str], items: dict[str, str]
) -> tuple[str, str]:
    def names(keys: Iterable[int]) -> str:
        return "、".join(experts.get(key, "") for key in keys if key in experts) or _("无")

    if "drawn" in data:
        facts = {"asked": data.get("asked"), "n": len(data.get("pool", ())), "names": names(data.get("pool", ()))}
        return names(data["drawn"]), _("抽取 %(asked)s 名；抽取范围 %(n)s 人：%(names)s") % facts
    if "experts" in data:
        return names(data["experts"]), ""
    if data.get("expert"):
        return names([data["expert"]]), ""
    if "dossier" in data:
        dropped = "、".join(items.get(key, key) for key in data.get("items", ()))
        none = _("全部适用") if "items" in data else ""
        return titles.get(data["dossier"], "") or "", dropped or none
    return "", "；".join(_change(name, pair) for name, pair in data.get("changed", {}).items())


def _change(name: str, pair: list[str]) -> str:
    label = Round._meta.get_field(name).verbose_name
    return _("%(label)s由“%(before)s”改为“%(after)s”") % {"label": label, "before": pair[0], "after": pair[1]}
