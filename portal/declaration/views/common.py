"""What the pages of a declaration share: the dossier as the person may see it, and the list of sections at the left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import Actor
from portal.accounts.http import HttpRequest
from portal.declaration.access import is_its_own, open_sections, open_slots
from portal.declaration.completeness import (
    COMPLETE,
    EMPTY,
    MATERIALS,
    OPTIONAL,
    PARTLY,
    Problem,
    by_section,
    section_link,
    states,
)
from portal.declaration.filling import Filling
from portal.declaration.sections import SEALED_FORM, has_form
from portal.declaration.states import CORRECTION, RETURNED
from portal.declaration.targets import SECTION
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import RELATED, concrete, programme
from portal.lifecycle.models import Record
from portal.lifecycle.states import Text

REVIEW = "review"
_WORDS = {
    EMPTY: gettext_lazy("未填"),
    PARTLY: gettext_lazy("未完成"),
    COMPLETE: gettext_lazy("完成"),
    OPTIONAL: gettext_lazy("选填"),
}


def dossier_or_404(request: HttpRequest, pk: int) -> Any:
    """The dossier of its programme's class, as far as this person may see it."""
    actor: Actor = request.actor
    found = Dossier.objects.visible_to(actor).filter(pk=pk).values_list("programme", flat=True).first()
    if found is None:
        raise Http404
    return programme(found).model.objects.select_related(*RELATED).get(pk=pk)


def own_dossier_or_404(request: HttpRequest, pk: int) -> Any:
    """The same, for pages that only the declaring unit has; none where nothing was declared here."""
    dossier = concrete(dossier_or_404(request, pk))
    if not is_its_own(dossier, request.actor) or not has_form(dossier):
        raise Http404
    return dossier


@dataclass(frozen=True)
class Entry:
    """A line of the list at the left: where it leads, how far it is, whether it can be changed now."""

    id: str
    title: Text
    url: str
    state: str
    words: Text
    current: bool
    open: bool


class Overview:
    """The sections of a form with their states, and everything that is missing.

    Args:
        current: id of the section that is shown; `materials` or `review` for those pages.
    """

    def __init__(self, filling: Filling, actor: Actor, current: str) -> None:
        self.filling = filling
        self.open_sections = open_sections(filling.dossier, actor)
        self.open_slots = open_slots(filling.dossier, actor)
        self.found = by_section(filling)
        self.states = states(filling, self.found)
        self.current = current

    @property
    def entries(self) -> list[Entry]:
        listed = [(s.id, s.title, s.id in self.open_sections) for s in self.filling.sections]
        listed.append((MATERIALS, _("附件材料"), bool(self.open_slots - {SEALED_FORM})))
        entries = [
            Entry(
                key,
                title,
                section_link(self.filling.dossier, key),
                self.states[key],
                _WORDS[self.states[key]],
                key == self.current,
                is_open,
            )
            for key, title, is_open in listed
        ]
        return [*entries, self._review()]

    def _review(self) -> Entry:
        done = not any(problem.blocking for problem in self.problems)
        url = reverse("declaration:review", args=[self.filling.dossier.pk])
        state = COMPLETE if done else PARTLY
        words = _("可以提交") if done else _("有待完善")
        return Entry(REVIEW, _("检查与提交"), url, state, words, self.current == REVIEW, True)

    @property
    def problems(self) -> list[Problem]:
        return [problem for found in self.found.values() for problem in found]

    @cached_property
    def returned_with(self) -> str:
        """What the recommender wrote when it sent the declaration back, while it is being changed."""
        dossier = self.filling.dossier
        if dossier.state != RETURNED.id:
            return ""
        records = Record.objects.filter(chain_id=dossier.chain_id, to_state=RETURNED.id, inside=False)
        return records.order_by("-seq").values_list("opinion", flat=True).first() or ""

    @property
    def points(self) -> list[tuple[dict[str, Any], str]]:
        """The points of a correction that is being made, each with the address of its place."""
        dossier = self.filling.dossier
        if dossier.state != CORRECTION.id:
            return []
        return [(point, self._place(point["target"])) for point in dossier.correction_points]

    def _place(self, target: str) -> str:
        kind, _dash, name = target.partition("-")
        if kind == SECTION:
            return section_link(self.filling.dossier, name)
        return section_link(self.filling.dossier, MATERIALS) + f"#slot-{name}"

    def next_url(self) -> str:
        """The page after the current one."""
        entries = self.entries
        keys = [entry.id for entry in entries]
        place = keys.index(self.current) if self.current in keys else -1
        return entries[min(place + 1, len(entries) - 1)].url
