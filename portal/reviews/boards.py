"""The board of a round: who has done what about which dossier. Made for hundreds of dossiers, so cells are plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.reviews.models import Expert, Round
from portal.reviews.papers import plain
from portal.reviews.queries import Line, best_first, standing
from portal.reviews.registry import conclusion_label
from portal.reviews.scoring import Sheet
from portal.reviews.seats import members_of, panel_of
from portal.reviews.states import ASSIGNMENT, GONE, VALID


@dataclass(frozen=True)
class Head:
    """An expert over a column: sheets handed in and to be handed in."""

    expert: Expert
    valid: int
    asked: int
    chair: bool


@dataclass(frozen=True)
class Row:
    """A dossier with its cells, one for each expert, as HTML."""

    line: Line
    title: str
    unit: str
    number: str
    vetoes: list[tuple[str, bool]]
    valid: int
    asked: int
    cells: SafeString


@dataclass(frozen=True)
class Board:
    """Everything a board shows."""

    heads: list[Head]
    rows: list[Row]
    valid: int
    asked: int
    unchecked: int

    @property
    def percent(self) -> int:
        """How much is handed in."""
        return self.valid * 100 // self.asked if self.asked else 0


def board_of(round_: Round, *, only_open: bool = False) -> Board:
    """Progress expert × dossier; three queries.

    Args:
        only_open: leaves out dossiers whose sheets are all handed in.
    """
    experts, lines, sheet = panel_of(round_), standing(round_), round_.sheet
    made = {(state, behalf): _cell(state, behalf) for state in ASSIGNMENT.states for behalf in (False, True)}
    none = _none()
    rows, valid_of, asked_of = [], dict.fromkeys((e.pk for e in experts), 0), dict.fromkeys((e.pk for e in experts), 0)
    unchecked = 0
    for line in lines:
        valid = asked = 0
        parts = []
        for expert in experts:
            cell = line.cells.get(expert.pk)
            if cell is None:
                parts.append(none)
                continue
            if cell.state not in GONE:
                asked += 1
                asked_of[expert.pk] += 1
            unchecked += cell.state == "entered"
            if cell.state in VALID:
                valid += 1
                valid_of[expert.pk] += 1
            parts.append(made[cell.state, cell.on_behalf].replace(_KEY, str(cell.pk), 1))
        if not only_open or valid < asked:
            dossier, vetoes = line.entry.dossier, vetoes_in_words(line, sheet)
            facts = (dossier.title, dossier.applicant.name, dossier.number or "", vetoes, valid, asked)
            rows.append(Row(line, *facts, _join(parts)))
    heads = [Head(e, valid_of[e.pk], asked_of[e.pk], e.pk == round_.chair_id) for e in experts]
    return Board(heads, rows, sum(valid_of.values()), sum(asked_of.values()), unchecked)


def _join(parts: list[str]) -> SafeString:
    """The parts were escaped when they were made."""
    return mark_safe("".join(parts))


#: stands in the made cells where the key of the assignment goes
_KEY = "999999999"


def _cell(state: str, on_behalf: bool) -> str:
    """A cell with a link to its assignment; the key is put in later."""
    info, address = ASSIGNMENT.states[state], reverse("reviews:assignment", args=[_KEY])
    words = f"{info.label}{_('（代录）')}" if on_behalf else str(info.label)
    return format_html('<td class="p-cell-state p-tone-{}"><a href="{}">{}</a></td>', info.tone, address, words)


def _none() -> str:
    return format_html('<td class="p-cell-state"><span title="{}">—</span></td>', _("未分派"))


def summary_of(round_: Round) -> dict[str, Any]:
    """The standing as the summary shows it: totals by expert, means of the items; the best dossier first."""
    experts, lines, sheet = members_of(round_), standing(round_, with_scores=True), round_.sheet
    return {
        "experts": experts,
        "items": sheet.items,
        "vetoes": sheet.vetoes,
        "comparative": round_.comparative,
        "rows": [_summary_row(line, experts, sheet) for line in best_first(lines)],
        "missing": sum(1 for line in lines if not line.totals),
        "drop_from": int(round_.rule["drop_extremes_from"]),
        "gap": round_.rule.get("outlier_gap", 15),
    }


#: how a conclusion looks
_TONES = {"recommended": "green", "reserve": "yellow", "not_recommended": "red"}


def _summary_row(line: Line, experts: list[Expert], sheet: Sheet) -> dict[str, Any]:
    """A dossier; its numbers as texts, which is cheaper than to have the template format thousands of them."""
    means, items = line.item_means, sheet.items
    return {
        "line": line,
        "proposal": conclusion_label(line.entry.round.matter, line.proposal),
        "tone": _TONES[line.proposal],
        "vetoes": vetoes_in_words(line, sheet),
        "spread": plain(line.spread),
        "pass_line": plain(line.entry.pass_line),
        "totals": _join([_total(line, expert.pk) for expert in experts]),
        "items": _join([f'<td class="p-num p-item">{means.get(i.id, "")}</td>' for i in items]),
    }


def vetoes_in_words(line: Line, sheet: Sheet) -> list[tuple[str, bool]]:
    """The vetoes that experts raised or the chair found to hold, each with whether it was found so."""
    raised, held = line.raised, line.entry.vetoes
    found = []
    for veto in sheet.vetoes:
        if veto.id in held or veto.id in raised:
            words = _("%(veto)s（%(n)s 人提出）") % {"veto": veto.label, "n": raised.get(veto.id, 0)}
            found.append((words, veto.id in held))
    return found


def _total(line: Line, expert: int) -> str:
    """A total is a number: there is nothing in it to escape."""
    cell = line.cells.get(expert)
    if cell is None or cell.total is None:
        return '<td class="p-num"></td>'
    if expert in line.odd:
        return f'<td class="p-num p-odd">{plain(cell.total)}<span class="p-sub">{_("偏离")}</span></td>'
    return f'<td class="p-num">{plain(cell.total)}</td>'
