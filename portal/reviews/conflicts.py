"""Conflicts of interest: what bars an expert from a dossier, each with its reason in words (domain: 回避)."""

from __future__ import annotations

import datetime as dt
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.models import Membership
from portal.base.workdays import add_months
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programme
from portal.reviews.registry import Around, matter

if TYPE_CHECKING:
    from portal.reviews.models import Employment, Expert, Round

#: a shorter name is no whole name of a body: nothing is concluded from what begins with it
_WHOLE_NAME = 5
_LEGAL_FORMS = (
    "集团有限公司",
    "集团股份有限公司",
    "（集团）有限公司",
    "(集团)有限公司",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
)


@dataclass(frozen=True)
class Parties:
    """The bodies and people around a dossier that an expert must not belong to: names as they are compared, with the
    bodies' names as they are written."""

    dossier: Dossier
    codes: frozenset[str]
    names: dict[str, str]
    people: frozenset[str]
    participants: tuple[str, ...] = ()


def tidy(name: str) -> str:
    """A name as it is compared: one width of signs, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split()).lower()


def group_stem(name: str) -> str:
    """What the names of a group's companies begin with: the tidied name of its head without the legal form."""
    found = tidy(name)
    form = next((tidy(form) for form in _LEGAL_FORMS if found.endswith(tidy(form))), "")
    stem = found.removesuffix(form)
    return stem if len(stem) >= _WHOLE_NAME - 1 else found


def parties_of(dossiers: Sequence[Dossier], matter_id: str) -> list[Parties]:
    """The applicant, recommender, participants, supporters, project staff and author of each (concrete) dossier."""
    more = matter(matter_id).around(dossiers)
    found = []
    for dossier in dossiers:
        around = more.get(dossier.pk, Around())
        names = {dossier.applicant.name, *around.names}
        if dossier.recommender:
            names |= {dossier.recommender.name, dossier.recommender.full_name}
        people = {*around.people, dossier.created_by.name}
        found.append(
            Parties(
                dossier,
                frozenset({dossier.applicant.credit_code, *around.codes} - {""}),
                {tidy(name): name for name in sorted(names) if name.strip()},
                frozenset({tidy(name) for name in people} - {""}),
                around.participants,
            )
        )
    return found


class Conflicts:
    """All known conflicts between experts and dossiers, found by looking names up instead of comparing each pair.

    Two queries: the accounts that experts hold with a party, and what they stepped out of before.
    """

    def __init__(self, parties: Sequence[Parties]) -> None:
        self.parties = {party.dossier.pk: party for party in parties}
        self._codes: dict[str, list[int]] = defaultdict(list)
        self._names: dict[str, list[int]] = defaultdict(list)
        self._written: dict[str, str] = {}
        self._people: dict[str, list[int]] = defaultdict(list)
        for key, party in self.parties.items():
            self._written |= party.names
            for index, words in ((self._codes, party.codes), (self._names, party.names), (self._people, party.people)):
                for word in words:
                    index[word].append(key)
        self._sorted = sorted(self._names)
        self._accounts = _accounts_with(parties)
        self._stepped_out = _stepped_out_of(parties)

    def of(self, expert: Expert) -> dict[int, str]:
        """Keys of the dossiers this expert must not review, each with the reason in words."""
        found: dict[int, str] = {}
        self._note_place(found, expert.employer, expert.employer_code, _("现工作单位“%(name)s”与项目有关"))
        if expert.group:
            self._note_group(found, expert.group)
        recent = getattr(expert, "recent", None)
        for past in expert.employments.all() if recent is None else recent:
            self._note_place(found, past.employer, past.credit_code, _words_of(past))
        for key in self._people.get(tidy(expert.name), ()):
            found.setdefault(key, _("与项目人员同名"))
        for key in self._accounts.get(expert.user_id or 0, ()):
            found.setdefault(key, _("其账号另有项目申报单位或者推荐单位的身份"))
        for key in self._stepped_out.get(expert.pk, ()):
            found.setdefault(key, _("此前已回避本项目"))
        return found

    def _note_place(self, found: dict[int, str], name: str, code: str, words: str) -> None:
        """A body the expert belongs to: the party itself, or one that its name shows to stand above or under a party."""
        own = tidy(name)
        for key in [*self._codes.get(code, ()), *self._names.get(own, ())]:
            found.setdefault(key, words % {"name": name})
        related = _("“%(name)s”与项目单位“%(party)s”有隶属关系或者同属一个集团")
        for party in (*self._beginning_with(own), *self._beginnings_of(own)):
            for key in self._names[party]:
                found.setdefault(key, related % {"name": name, "party": self._written[party]})

    def _note_group(self, found: dict[int, str], group: str) -> None:
        words = _("所属集团“%(name)s”与项目单位“%(party)s”有关")
        for party in self._beginning_with(group_stem(group)):
            for key in self._names[party]:
                found.setdefault(key, words % {"name": group, "party": self._written[party]})

    def _beginning_with(self, stem: str) -> Iterator[str]:
        if len(stem) < _WHOLE_NAME - 1:
            return
        for place in range(bisect_left(self._sorted, stem), len(self._sorted)):
            if not self._sorted[place].startswith(stem):
                return
            yield self._sorted[place]

    def _beginnings_of(self, name: str) -> Iterator[str]:
        for length in range(_WHOLE_NAME, len(name)):
            if name[:length] in self._names:
                yield name[:length]


def _words_of(past: Employment) -> str:
    """Why an entry among the employments bars: what was registered, and whether it lasts."""
    relation = past.relation or _("任职")
    words = (
        _("现%(relation)s单位“%%(name)s”与项目有关")
        if past.last is None
        else _("近年%(relation)s单位“%%(name)s”与项目有关")
    )
    return words % {"relation": relation.replace("%", "%%")}


def _accounts_with(parties: Sequence[Parties]) -> dict[int, set[int]]:
    """For each account of an expert: the dossiers whose applicant or recommender it belongs to as well."""
    by_unit: dict[int, list[int]] = defaultdict(list)
    by_body: dict[int, list[int]] = defaultdict(list)
    for party in parties:
        by_unit[party.dossier.applicant_id].append(party.dossier.pk)
        if party.dossier.recommender_id:
            by_body[party.dossier.recommender_id].append(party.dossier.pk)
    held = Membership.objects.filter(Q(unit__in=by_unit) | Q(body__in=by_body), active=True, user__expert__isnull=False)
    found: dict[int, set[int]] = defaultdict(set)
    for user, unit, body in held.values_list("user_id", "unit_id", "body_id"):
        found[user] |= {*by_unit.get(unit or 0, ()), *by_body.get(body or 0, ())}
    return found


def _stepped_out_of(parties: Sequence[Parties]) -> dict[int, set[int]]:
    """For each expert: the dossiers the expert stepped out of in any round."""
    from portal.reviews.models import Assignment

    keys = [party.dossier.pk for party in parties]
    rows = Assignment.objects.filter(state="recused", entry__dossier__in=keys)
    found: dict[int, set[int]] = defaultdict(set)
    for expert, dossier in rows.values_list("expert_id", "entry__dossier_id"):
        found[expert].add(dossier)
    return found


def since_when(round_: Round) -> dt.date:
    """Employments that ended before this date are no ground of recusal any more."""
    return add_months(round_.held_on, -12 * int(round_.rule["recusal_years"]))


def with_employments(experts: QuerySet[Expert], round_: Round) -> QuerySet[Expert]:
    """The experts with the employments that count for this round, as `recent`."""
    from portal.reviews.models import Employment

    current = Employment.objects.filter(Q(last=None) | Q(last__gte=since_when(round_)))
    return experts.prefetch_related(Prefetch("employments", current, to_attr="recent"))


def rows_of(round_: Round) -> QuerySet[Dossier]:
    """The concrete dossiers of a round in its order, with what the rules look at; not fetched yet."""
    model = programme(round_.programme).model
    mine = model.objects.filter(review_entries__round=round_, review_entries__left_at=None)
    related = ("applicant", "recommender", "field", "created_by")
    return mine.select_related(*related).order_by("review_entries__position")


def dossiers_of(round_: Round) -> list[Dossier]:
    """The same, fetched in one query."""
    return list(rows_of(round_))


def conflicts_in(round_: Round, experts: QuerySet[Expert] | None = None) -> dict[int, dict[int, str]]:
    """For each expert of the panel (or of those given): the dossiers not to be given, with the reasons."""
    conflicts = Conflicts(parties_of(dossiers_of(round_), round_.matter))
    chosen = with_employments(round_.experts.all() if experts is None else experts, round_)
    return {expert.pk: conflicts.of(expert) for expert in chosen}
