"""What the bureau does with a running pilot in these tests: a docket from its draft to its registration."""

from __future__ import annotations

from itertools import count
from typing import Any

from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.errors import StepRefused
from portal.calls.models import ParameterVersion
from portal.lifecycle.engine import perform
from portal.supervision.dockets import actions as dockets
from portal.supervision.models import Docket, Request
from tests.factories import actor
from tests.pilot_data import people_of, upload_for
from tests.running_data import REASON, fresh, upload_letter

_NUMBERS = count(100)


def drafted(pilot: Pilot, matter: str, step: str = "") -> Docket:
    """A docket with the pilot; the step is proposed that the matter finds usual, or that one."""
    docket, refused = dockets.begin_docket(
        actor=people_of(pilot).handler, matter_id=matter, title="请示", dossiers=[fresh(pilot)]
    )
    if refused:
        raise StepRefused(str(refused[0][1]))
    docket.items.update(grounds="理由详见附件。", **({"step": step} if step else {}))
    return docket


def refusals(pilot: Pilot, matter: str) -> list[str]:
    """Why the pilot cannot be put into a docket of that matter."""
    _docket, refused = dockets.begin_docket(
        actor=people_of(pilot).handler, matter_id=matter, title="请示", dossiers=[fresh(pilot)]
    )
    return [str(reason) for _dossier, reason in refused]


def signed(docket: Docket, drafter: Actor) -> Docket:
    """The docket, decided by everybody who signs it."""
    chief = actor(Role.SECTION_CHIEF)
    ways = [("send_up", drafter), ("decide_as_chief", chief)]
    if docket.levels == 3:
        ways = [("send_up", drafter), ("pass_on", chief), ("decide", actor(Role.LEADER))]
    for step, person in ways:
        perform(docket, step, actor=person, data={"remark": "同意。"})
    return docket


def document(drafter: Actor) -> dict[str, Any]:
    """A formal document of today, as its registration is sent."""
    original = [upload_for(drafter, "sealed_original")]
    return {"number": f"沪市监标技〔2026〕{next(_NUMBERS)}号", "dated": clock.today().isoformat(), "original": original}


def decided(pilot: Pilot, matter: str, step: str = "") -> Pilot:
    """The pilot after a docket on it was drafted, signed and registered."""
    handler = people_of(pilot).handler
    docket = signed(drafted(pilot, matter, step), handler)
    perform(docket, "register", actor=handler, data=document(handler) if docket.needs_document else {})
    return fresh(pilot)


def allow_suspensions() -> None:
    """Pilots may be suspended, from today on."""
    ParameterVersion.objects.create(
        key="suspension_allowed", programme="pilots", value=1, effective_from=clock.today(), basis="default"
    )


def filed(pilot: Pilot, kind: str, **data: Any) -> Request:
    """A request that was filed and that the guarantor has not answered."""
    applicant = people_of(pilot).applicant
    request = Request(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind=kind)
    perform(request, "file", actor=applicant, data={**REASON, **upload_letter(applicant), **data})
    return request
