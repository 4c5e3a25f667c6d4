"""A desk for tests of dockets: a call with its handler, a chief, a leader, and pilots in the states that dockets collect."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Membership, Unit
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import Call
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Chain, Record
from portal.notices import actions as notices
from portal.reviews.models import Entry, Round
from portal.supervision.dockets import actions
from portal.supervision.models import Docket, DocketItem
from tests.factories import CallFactory, MembershipFactory, UnitFactory, actor_of, handler_of
from tests.pilot_data import pilot_in, upload_for

NUMBER = "沪市监标技〔2026〕1号"
INTENDED, APPROVAL = "pilots.intended", "pilots.approval"


@dataclass
class Desk:
    """The people who decide, and the call they decide on."""

    call: Call = field(default_factory=CallFactory)
    chief: Actor = field(default_factory=lambda: actor_of(MembershipFactory(role=Role.SECTION_CHIEF)))
    leader: Actor = field(default_factory=lambda: actor_of(MembershipFactory(role=Role.LEADER)))

    def __post_init__(self) -> None:
        self.handler = handler_of(self.call)
        self._titles = 0

    # --- pilots ---
    def accepted(self, **details: Any) -> Pilot:
        self._titles += 1
        details.setdefault("title", f"第{self._titles}项社区养老服务标准化试点")
        return pilot_in("accepted", call=self.call, unit=details.pop("unit", None) or UnitFactory(), **details)

    def decided_on(self, **details: Any) -> Pilot:
        """A pilot that waits for a decision: reviewed, put forward."""
        conclusion, mean = details.pop("conclusion", "recommended"), details.pop("mean", "80.00")
        spread, opinion = details.pop("spread", "5.00"), details.pop("opinion", "目标明确，任务可行。")
        pilot = self.accepted(**details)
        perform(pilot, "open_review", actor=self.handler)
        review(self.handler, pilot, conclusion=conclusion, mean=mean, spread=spread, opinion=opinion)
        perform(
            pilot, "put_forward", actor=self.handler, data={"exclusions_checked": "on", "internal_considered": "on"}
        )
        return pilot

    def on_notice(self, number: int = 1, **details: Any) -> list[Pilot]:
        """Pilots that are shown to the public, by one docket."""
        pilots = [self.decided_on(**details) for _ in range(number)]
        self.issue(self.signed(INTENDED, pilots), document=False)
        return [Pilot.objects.get(pk=pilot.pk) for pilot in pilots]

    # --- dockets ---
    def drafted(self, matter: str, pilots: list[Pilot], title: str = "请示") -> Docket:
        docket, refused = actions.begin_docket(actor=self.handler, matter_id=matter, title=title, dossiers=pilots)
        assert refused == []
        return docket

    def sent_up(self, matter: str, pilots: list[Pilot]) -> Docket:
        docket = self.drafted(matter, pilots)
        perform(docket, "send_up", actor=self.handler, data={"remark": "拟同意。"})
        return docket

    def passed_on(self, matter: str, pilots: list[Pilot]) -> Docket:
        docket = self.sent_up(matter, pilots)
        perform(docket, "pass_on", actor=self.chief, data={"remark": "同意报批。"})
        return docket

    def signed(self, matter: str, pilots: list[Pilot], disagree: dict[int, str] | None = None) -> Docket:
        docket = self.passed_on(matter, pilots)
        self.decide(docket, disagree)
        return docket

    def decide(self, docket: Docket, disagree: dict[int, str] | None = None, who: Actor | None = None) -> Record:
        """The leader decides; `disagree`: reasons by key of the dossier."""
        data: dict[str, Any] = {"remark": "同意。"}
        for item in DocketItem.objects.filter(docket=docket, dossier__in=disagree or ()):
            data[f"disagree-{item.pk}"], data[f"note-{item.pk}"] = "on", (disagree or {})[item.dossier_id]
        return perform(docket, "decide", actor=who or self.leader, data=data)

    def document(self, number: str = NUMBER, **more: Any) -> dict[str, Any]:
        """What the registration of a document is sent."""
        return {
            "number": number,
            "dated": clock.today().isoformat(),
            "original": [upload_for(self.handler, "sealed_original")],
            **more,
        }

    def issue(self, docket: Docket, *, document: bool = True) -> Record:
        return perform(docket, "register", actor=self.handler, data=self.document() if document else {})


def review(
    handler: Actor, pilot: Pilot, *, conclusion: str, mean: str, spread: str = "5.00", opinion: str = "", rank: int = 1
) -> Entry:
    """A concluded review of one pilot, put straight into the tables."""
    assert handler.membership is not None
    round_ = Round(
        programme="pilots",
        matter="pilots.project_review",
        title="立项评审",
        held_on=clock.today(),
        organiser=handler.membership,
        rule={},
        concluded_at=clock.now(),
        state="concluded",
        chain=Chain.objects.create(),
    )
    round_.save()
    return Entry.objects.create(
        round=round_,
        dossier_id=pilot.pk,
        position=1,
        pass_line=Decimal("60.00"),
        sheets=5,
        mean=Decimal(mean),
        spread=Decimal(spread),
        rank=rank,
        passed=Decimal(mean) >= 60,
        conclusion=conclusion,
        opinion=opinion,
    )


def after_notice(pilot: Pilot) -> dt.date:
    """The day after the notice of a pilot is over."""
    item = pilot.notice_items.select_related("notice").latest("pk")
    assert item.notice.closes_on is not None
    return item.notice.closes_on + dt.timedelta(days=1)


def close_notice() -> int:
    """Closes what is due on a notice."""
    return notices.close_due_items()


def member(unit: Unit) -> Membership:
    """Somebody of a unit."""
    found = Membership.objects.filter(unit=unit, active=True).select_related("user", "unit").first()
    return found or MembershipFactory(unit=unit)


def fresh(pilot: Pilot) -> Pilot:
    """The pilot as it is now."""
    return Pilot.objects.get(pk=pilot.pk)
