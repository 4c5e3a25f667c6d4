"""What a programme says of its running projects: the plan they are held against, and the facts of its papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.dossiers.models import Dossier
    from portal.execution.running import Running

#: what a plan holds, as plain JSON: `title`, `class`, `goals` (texts), `leader` (name, post, phone), and tables of rows
#: with an `id` each: `members` (name, code, share), `tasks` (kind, content, owner, result), `targets` (name, unit, present,
#: target, remark), `milestones` (stage, starts_on, ends_on, content, result), `outputs` (level, name, role, planned_on),
#: `budget` (item, amount, source, remark). Dates in ISO form, numbers as texts.
Content = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How a programme's projects are planned.

    Args:
        programme: whose. build: makes the plan of an approved (concrete) dossier from its form.
        label: the name of the plan's paper. sections: (name, label, kind) of the parts in order; kind "text", "person" or
        "table". columns: per table the (name, label) of what is shown. choices: per (table, column) the words of its values.
        outputs: the kinds of outputs its projects register.
    """

    programme: str
    label: Text
    build: Callable[[Any], Content]
    sections: tuple[tuple[str, Text, str], ...]
    columns: Mapping[str, tuple[tuple[str, Text], ...]]
    choices: Mapping[tuple[str, str], Mapping[str, Text]]
    outputs: tuple[str, ...] = ()


_plans: dict[str, Plan] = {}


def register(plan: Plan) -> None:
    """Makes the plan of a programme known."""
    _plans[plan.programme] = plan


def plan_of(dossier: Dossier) -> Plan:
    """The declaration for a dossier's programme; KeyError when it has none."""
    return _plans[dossier.programme]


def words(plan: Plan, table: str, row: dict[str, Any]) -> list[str]:
    """The cells of a row in words."""
    return [word(plan, table, name, row.get(name)) for name, _label in plan.columns[table]]


def word(plan: Plan, table: str, name: str, value: Any) -> str:
    """A value in words: of a table's column, or of a text (`table` and `name` are the same then)."""
    known: Mapping[str, Text] = plan.choices.get((table, name), {})
    return str(known.get(value, value if value is not None else ""))


def is_planned(dossier: Running) -> bool:
    """Whether the dossier's programme declares a plan."""
    return dossier.programme in _plans
