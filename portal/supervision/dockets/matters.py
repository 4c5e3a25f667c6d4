"""The matters that programmes have decided by docket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.calls import parameters
from portal.dossiers.programmes import programme
from portal.lifecycle.declared import step_of
from portal.lifecycle.states import Text

if TYPE_CHECKING:
    import datetime as dt

    from portal.dossiers.models import Dossier
    from portal.supervision.models import Docket, DocketItem


@dataclass(frozen=True)
class Decision:
    """One way to decide an item.

    Args:
        step: the step it orders. label: in words. reasons: whether grounds are wanted.
        document: whether it is carried out by the document (of a matter that has one).
    """

    step: str
    label: Text
    reasons: bool = False
    document: bool = True


@dataclass(frozen=True)
class Matter:
    """A matter of decision.

    Args:
        id, label, programme: its name and whose it is. sources: states of dossiers that can be collected.
        decisions: the ways to decide an item, the usual one first.
        levels: 2 when it ends with the section chief, 3 with the leader; the parameter `docket_levels` goes before it.
        returned: the step that takes an item back when the leader does not agree; empty: it stays where it is.
        document: whether the decision needs a 文号 and a sealed original; then all items pass or none.
        issued: called when it is issued, with the docket and the items that passed (a notice is begun).
        papers: classes of `supervision.papers.DocketList` that the docket issues once, for all its items.
        number_hint: the usual form of the 文号. title: the usual title of a docket, `%(year)s` in it.
        review: the matter of review whose opinion stands beside each item. proposals: conclusion of a review -> step.
        notice: the matter of public notice whose upheld objections are flagged. upheld: the step proposed, with one line
        of grounds, for a dossier whose latest notice ended with an objection that was upheld; None: nothing else.
        flags: what the programme warns of: (concrete dossiers) -> texts by key of the dossier.
        corrects: the step by which a correction reaches a dossier.
        usual: the decision that is proposed for a (concrete) dossier where neither a notice nor a review says anything; None:
        the first one. fixed: whether only that one suits a dossier. data: what the ordered step is told beside the document: (dossiers) -> data by key.
        refuses: why (concrete) dossiers cannot be collected yet: (dossiers) -> reasons by key, those that can left out.
        says: what the signers read of dossiers in one line: (dossiers, items by key, none before there are) -> text by key.
        requests: whether it decides requests; then only dossiers with such a request are offered.
    """

    id: str
    label: Text
    programme: str
    sources: tuple[str, ...]
    decisions: tuple[Decision, ...]
    levels: int = 3
    returned: str = ""
    document: bool = False
    issued: Callable[[Docket, list[DocketItem]], None] | None = None
    papers: tuple[Any, ...] = ()
    number_hint: Text = ""
    title: Text = ""
    review: str = ""
    proposals: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    upheld: tuple[str, Text] | None = None
    flags: Callable[[list[Dossier]], dict[int, list[Text]]] | None = None
    corrects: str = ""
    usual: Callable[[Any], str] | None = None
    fixed: bool = False
    data: Callable[[list[Any]], dict[int, dict[str, Any]]] | None = None
    refuses: Callable[[list[Any]], dict[int, Text]] | None = None
    says: Callable[[list[Any], Mapping[int, DocketItem]], dict[int, Text]] | None = None
    requests: bool = False

    def decision(self, step: str) -> Decision:
        """The decision that orders this step; KeyError when it is none of the matter's."""
        return {d.step: d for d in self.decisions}[step]

    def decisions_from(self, state: str) -> list[Decision]:
        """The ways to decide an item of a dossier in that state: those whose step leads on from it."""
        model = programme(self.programme).model
        return [decision for decision in self.decisions if step_of(model, decision.step).leads_from(state)]

    def decisions_on(self, item: DocketItem) -> list[Decision]:
        """The ways to decide an item: those that lead on from the dossier's state, or the one that suits it alone."""
        return [self.decision(item.step)] if self.fixed else self.decisions_from(item.state_seen)

    @property
    def opinion_head(self) -> Text:
        """What the column with `says` and the opinion of the review is called."""
        if self.requests:
            return _("申请内容、保证单位意见")
        return _("专家组意见") if self.review else _("有关情况")

    def levels_on(self, day: dt.date) -> int:
        """How many levels sign off on that date (Shanghai): 2 or 3."""
        chosen = parameters.value("docket_levels", self.programme, day).get(self.id, self.levels)
        return 2 if int(chosen) <= 2 else 3


_matters: dict[str, Matter] = {}


def register(matter: Matter) -> None:
    """Makes a matter known."""
    _matters[matter.id] = matter


def matter(matter_id: str) -> Matter:
    """The matter of that id; KeyError when there is none."""
    return _matters[matter_id]


def matters() -> list[Matter]:
    """All matters, in the order of their registration."""
    return list(_matters.values())
