"""What pages and rules ask of rounds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from portal.reviews.registry import NOT_RECOMMENDED, RECOMMENDED
from portal.reviews.scoring import mean, outliers, proposals, ranks, rounded, spread
from portal.reviews.states import ENDED, GONE, VALID

if TYPE_CHECKING:
    from portal.accounts.actors import Actor
    from portal.dossiers.models import Dossier
    from portal.reviews.models import Assignment, Entry, Round


class Cell(NamedTuple):
    """An expert's assignment to a dossier as a board shows it. `total`, `vetoes` and `scores` are those of a valid sheet
    only."""

    pk: int
    state: str
    total: Decimal | None
    on_behalf: bool
    vetoes: dict[str, str]
    scores: dict[str, str]


@dataclass
class Line:
    """A dossier of a round with what its sheets come to so far. `cells` are by expert, the latest of each."""

    entry: Entry
    cells: dict[int, Cell] = field(default_factory=dict)
    mean: Decimal | None = None
    spread: Decimal = Decimal(0)
    rank: int | None = None
    odd: frozenset[int] = frozenset()
    suggested: str = NOT_RECOMMENDED

    @property
    def totals(self) -> list[Decimal]:
        return [cell.total for cell in self.cells.values() if cell.total is not None]

    @property
    def passed(self) -> bool:
        return self.mean is not None and self.mean >= self.entry.pass_line

    @property
    def proposal(self) -> str:
        """What the chair came to, else what the numbers suggest."""
        return self.entry.conclusion or self.suggested

    @property
    def raised(self) -> dict[str, int]:
        """How many experts raised each veto in a valid sheet."""
        return Counter(veto for cell in self.cells.values() for veto in cell.vetoes)

    @property
    def item_means(self) -> dict[str, Decimal]:
        """The mean of each item over the valid sheets."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        numbers: dict[str, int] = defaultdict(int)
        for cell in self.cells.values():
            for key, value in cell.scores.items():
                sums[key] += Decimal(value)
                numbers[key] += 1
        return {key: rounded(value / numbers[key]) for key, value in sums.items()}


def entries_of(round_: Round, *, with_papers: bool = False) -> list[Entry]:
    """The dossiers of a round in its order, with what a line shows of them and no more.

    Args:
        with_papers: also the individual sheets as a paper.
    """
    related = ["dossier__applicant", "dossier__field", *(["sheets_paper"] if with_papers else [])]
    of_papers = ["sheets_paper__number", "sheets_paper__making"] if with_papers else []
    found = round_.entries.select_related(*related).order_by("position")
    return _of_the_round(
        round_,
        found.only(
            "round_id",
            "position",
            "pass_line",
            "dropped",
            "sheets",
            "mean",
            "spread",
            "rank",
            "passed",
            "conclusion",
            "opinion",
            "vetoes",
            "sheets_paper_id",
            *of_papers,
            "dossier__title",
            "dossier__number",
            "dossier__programme",
            "dossier__rank",
            "dossier__applicant__name",
            "dossier__field__name",
        ),
    )


def _of_the_round(round_: Round, entries: Iterable[Entry]) -> list[Entry]:
    """The entries, each with the round that is loaded already."""
    found = list(entries)
    for entry in found:
        entry.round = round_
    return found


def standing(round_: Round, *, with_scores: bool = False) -> list[Line]:
    """The dossiers of a round with means, spreads and places over the valid sheets; two queries.

    Args:
        with_scores: also the scores of each item.
    """
    from portal.reviews.models import Assignment

    lines = {entry.pk: Line(entry) for entry in entries_of(round_)}
    columns = ["pk", "entry_id", "expert_id", "state", "total", "on_behalf", "vetoes"]
    columns += ["scores"] if with_scores else []
    rows = Assignment.objects.filter(entry__round=round_).order_by("pk").values_list(*columns)
    for pk, entry_id, expert_id, state, total, on_behalf, vetoes, *scores in rows:
        line = lines.get(entry_id)
        if line is None or (state == "cancelled" and round_.state != "void"):
            continue
        counts = state in VALID
        line.cells[expert_id] = Cell(
            pk,
            state,
            total if counts else None,
            on_behalf,
            vetoes if counts else {},
            scores[0] if counts and scores else {},
        )
    _reckon(round_, lines)
    return list(lines.values())


def _reckon(round_: Round, lines: dict[int, Line]) -> None:
    drop_from, gap = int(round_.rule["drop_extremes_from"]), Decimal(str(round_.rule.get("outlier_gap", 15)))
    for line in lines.values():
        totals = {key: cell.total for key, cell in line.cells.items() if cell.total is not None}
        line.mean = mean(list(totals.values()), drop_from=drop_from)
        line.spread = spread(list(totals.values()))
        line.odd = outliers(totals, gap=gap)
    means = {key: line.mean for key, line in lines.items()}
    places = ranks(means) if round_.comparative else dict.fromkeys(means)
    barred = {key for key, line in lines.items() if line.entry.vetoes}
    intended = round_.intended if round_.comparative else None
    suggested = proposals(means, {key: line.entry.pass_line for key, line in lines.items()}, intended, barred)
    for key, line in lines.items():
        line.rank, line.suggested = places[key], suggested[key]


def best_first(lines: Iterable[Line]) -> list[Line]:
    """The best one first, what has no place last; in the round's order where dossiers are not ranked."""
    return sorted(lines, key=lambda line: (line.rank is None, line.rank or 0, line.entry.position))


def concluded_entry(dossier: Dossier, matter: str) -> Entry | None:
    """The latest concluded review of a dossier in a matter, or None."""
    from portal.reviews.models import Entry

    found = Entry.objects.filter(dossier_id=dossier.pk, round__matter=matter, round__state="concluded")
    return found.select_related("round").order_by("-round__concluded_at", "-pk").first()


def latest_entry(dossier: Dossier, matter: str) -> Entry | None:
    """The newest entry of a dossier in a matter, in a round that is under way or concluded, not in a void one; or None."""
    from portal.reviews.models import Entry

    found = Entry.objects.filter(dossier_id=dossier.pk, round__matter=matter).exclude(round__state="void")
    return found.select_related("round").order_by("-pk").first()


def holds(entry: Entry | None) -> bool:
    """Whether the panel came to the matter's favourable conclusion (建议立项, 通过, 建议通过验收)."""
    return entry is not None and entry.round.state == "concluded" and entry.conclusion == RECOMMENDED


def live_entry(dossier: Dossier, matter: str) -> Entry | None:
    """The entry of a dossier in a round that has not ended, or None."""
    from portal.reviews.models import Entry

    found = Entry.objects.filter(dossier_id=dossier.pk, round__matter=matter).exclude(round__state__in=ENDED)
    return found.select_related("round").first()


def entries_seen(dossier: Dossier, actor: Actor) -> QuerySet[Entry]:
    """The reviews of a dossier that this reader inside the bureau may know of, the newest first."""
    from portal.reviews.models import Entry, Round

    seen = Round.objects.visible_to(actor).values("pk")
    return Entry.objects.filter(dossier_id=dossier.pk, round__in=seen).select_related("round__chair").order_by("-pk")


def waiting_to_be_taken_in(round_: Round, actor: Actor) -> QuerySet[Any]:
    """Dossiers that this handler could take into a round: of its matter, in a state it takes, in no live round of it."""
    from portal.dossiers.programmes import programme
    from portal.reviews.models import Entry
    from portal.reviews.registry import matter

    found = matter(round_.matter)
    taken = Entry.objects.filter(dossier=OuterRef("pk"), round__matter=found.id).exclude(round__state__in=ENDED)
    concluded = Entry.objects.filter(dossier=OuterRef("pk"), round__matter=found.id, round__state="concluded")
    rows = programme(found.programme).model.objects.visible_to(actor).filter(state__in=found.sources)
    return rows.filter(~Exists(taken)).annotate(reviewed=Exists(concluded)).order_by("field__position", "rank", "pk")


# --- experts ------------------------------------------------------------------------------------
def mine(actor: Actor) -> QuerySet[Assignment]:
    """The assignments of the acting expert with what a list shows, the soonest sitting first."""
    from portal.reviews.models import Assignment

    return (
        Assignment.objects.visible_to(actor)
        .filter(expert__user=actor.user)
        .select_related(
            "entry__round", "entry__dossier__applicant", "entry__dossier__recommender", "entry__dossier__field"
        )
        .order_by("entry__round__held_on", "entry__round_id", "entry__position")
    )


def waiting_for(actor: Actor) -> QuerySet[Assignment]:
    """The assignments that wait for the acting expert: for an answer, or, once scoring is open, for a sheet."""
    from portal.reviews.models import Assignment

    waiting = Q(state="invited") | Q(state__in=("accepted", "rating"), entry__round__state="scoring")
    return Assignment.objects.visible_to(actor).filter(waiting, ~Q(entry__round__state__in=ENDED))


def to_check(actor: Actor) -> QuerySet[Assignment]:
    """Sheets entered on behalf that wait for a second person, which is not who entered them."""
    from portal.reviews.models import Assignment

    return Assignment.objects.visible_to(actor).filter(state="entered").exclude(entered_by__user=actor.user)


def field_names(codes: Iterable[str] = ()) -> dict[str, str]:
    """The fields of all calls by code, each with its newest name; further codes stand for themselves."""
    from portal.calls.models import CallField

    rows = CallField.objects.order_by("call__year", "pk").values_list("code", "name", "position")
    found = {code: (position, name) for code, name, position in rows}
    names = {code: name for code, (_position, name) in sorted(found.items(), key=lambda item: item[1])}
    return {**names, **{code: code for code in codes if code not in names}}


def progress_of(rounds: Iterable[Round]) -> dict[int, dict[str, int]]:
    """For the list of rounds: entries, seats, sheets handed in and sheets expected, by round; two queries."""
    from portal.reviews.models import Assignment, Entry

    keys = [round_.pk for round_ in rounds]
    found: dict[int, dict[str, int]] = {key: {"entries": 0, "valid": 0, "asked": 0} for key in keys}
    for key, number in Entry.objects.filter(round__in=keys).order_by().values_list("round").annotate(n=Count("pk")):
        found[key]["entries"] = number
    rows = Assignment.objects.filter(entry__round__in=keys, entry__left_at=None).exclude(state__in=GONE).order_by()
    counts = rows.values(key=F("entry__round")).annotate(n=Count("pk"), valid=Count("pk", filter=Q(state__in=VALID)))
    for row in counts:
        found[row["key"]]["asked"], found[row["key"]]["valid"] = row["n"], row["valid"]
    return found
