"""One docket of the demonstration, told step by step; what follows a docket: corrections of its papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from pilots.demo.acting import Declaration, person, scanned
from portal.accounts.roles import Role
from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.lifecycle.engine import perform
from portal.supervision.behalf import actions as behalf
from portal.supervision.behalf.kinds import kind
from portal.supervision.dockets import actions
from portal.supervision.models import Correction, Docket, OnBehalf

INTENDED, APPROVAL = "pilots.intended", "pilots.approval"


class Signing:
    """A docket and the people who sign it.

    Args:
        drafter: sign-in name of the handler.
    """

    def __init__(self, drafter: str, matter: str, title: str) -> None:
        self.drafter = person(drafter, Role.HANDLER)
        self.chief = person("chuzhang1", Role.SECTION_CHIEF)
        self.leader = person("juzhang1", Role.LEADER)
        self.matter, self.title = matter, title
        self.docket: Any = None

    @property
    def fresh(self) -> Docket:
        """The docket as it is now."""
        return Docket.objects.get(pk=self.docket.pk)

    def begin(self, told: Sequence[Declaration]) -> None:
        """Begins it with these declarations; raises ValueError where one cannot be collected."""
        self.docket, refused = actions.begin_docket(
            actor=self.drafter, matter_id=self.matter, title=self.title, dossiers=[d.fresh for d in told]
        )
        if refused:
            raise ValueError(refused)

    def propose(self, proposals: Mapping[int, tuple[str, str]]) -> None:
        """Sets step and grounds of items, by key of the dossier."""
        items = {item.dossier_id: item for item in self.fresh.items.live()}
        rows = {
            items[key].pk: actions.Proposal(items[key].position, step, grounds)
            for key, (step, grounds) in proposals.items()
        }
        actions.save_items(self.fresh, rows, actor=self.drafter)

    def deliberate(self, legal: str, meeting: str, day: dt.date, minutes: str, conclusion: str) -> None:
        """The legal division's opinion and what a meeting came to."""
        actions.record_deliberation(
            self.fresh,
            actor=self.drafter,
            legal_opinion=legal,
            meeting=meeting,
            meeting_on=day,
            meeting_minutes=minutes,
            meeting_conclusion=conclusion,
        )

    def send_up(self, remark: str) -> None:
        perform(self.fresh, "send_up", actor=self.drafter, data={"remark": remark})

    def pass_on(self, remark: str = "经审核，程序完备，拟同意，请局领导审批。") -> None:
        perform(self.fresh, "pass_on", actor=self.chief, data={"remark": remark})

    def send_back(self, remark: str) -> None:
        """The section chief returns it."""
        perform(self.fresh, "send_back", actor=self.chief, data={"remark": remark})

    def decide(self, remark: str = "同意。") -> None:
        perform(self.fresh, "decide", actor=self.leader, data={"remark": remark})

    def register(self, number: str = "") -> None:
        """Registers what was decided; with a number where a document is issued."""
        perform(self.fresh, "register", actor=self.drafter, data=self._document(number) if number else {})

    def schedule(self, number: str, publish_on: dt.date) -> None:
        data = {**self._document(number), "publish_on": publish_on}
        perform(self.fresh, "schedule", actor=self.drafter, data=data)

    def cancel(self, reason: str) -> None:
        perform(self.fresh, "cancel", actor=self.drafter, data={"reason": reason})

    def _document(self, number: str) -> dict[str, Any]:
        scan = scanned(self.drafter, "sealed_original", "盖章原件", [f"文号：{number}", self.title])
        return {"number": number, "dated": clock.today(), "original": [scan]}

    # --- on paper ------------------------------------------------------------------------------------
    def decided_on_paper(self, remark: str, note: str = "") -> OnBehalf:
        """The leader signed on paper; the handler enters it."""
        scan = scanned(self.drafter, "on_behalf", "局领导签字的呈批件", [self.title, f"批示：{remark}"])
        data = QueryDict(mutable=True)
        data.update(
            {
                "signed_by": f"局领导 {self.leader.name}",
                "signed_on": clock.today().isoformat(),
                "signed_paper": scan,
                "entry_remark": note,
                "remark": remark,
            }
        )
        known = kind("docket_decide")
        assert known is not None
        return behalf.enter(known, self.fresh, actor=self.drafter, data=data, membership=self.leader.membership)

    # --- corrections -----------------------------------------------------------------------------------
    def correct(self, old: str, new: str, reason: str) -> Correction:
        """Proposes another title for the project that the list of its document calls `old`."""
        paper = IssuedPaper.objects.get(
            subject_type=self.fresh.label_of_type(), subject_id=self.docket.pk, kind="approval_notice", status="valid"
        )
        snapshot = paper.snapshot
        names = [name for name, _head, _share in snapshot["columns"]]
        data: dict[str, Any] = {}
        for row, cells in enumerate(snapshot["rows"]):
            for column, name in enumerate(names):
                if name not in ("no", "number"):
                    data[f"cell-{row}-{column}"] = new if name == "title" and cells[column] == old else cells[column]
        scan = scanned(self.drafter, "correction", "更正依据", [self.title, reason])
        data |= {"number": snapshot["docket"]["number"], "dated": snapshot["docket"]["dated"]}
        data |= {"reason": reason, "original": [scan]}
        correction = Correction(docket=self.fresh, paper=paper, chain_id=self.fresh.chain_id)
        perform(correction, "propose", actor=self.drafter, data=data)
        return correction
