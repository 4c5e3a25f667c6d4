"""The part of the world beyond acceptance: a round being scored, dockets, what is asked and entered beside them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from pilots.models import Pilot
from portal.accounts.actors import SYSTEM
from portal.accounts.models import Membership
from portal.base import clock
from portal.dossiers.models import Dossier
from portal.lifecycle.engine import perform
from portal.reviews.models import Assignment, Entry, Expert, Round
from portal.supervision.behalf import actions as behalf
from portal.supervision.behalf.kinds import kind
from portal.supervision.models import (
    Correction,
    Deputy,
    Docket,
    DocketItem,
    Enquiry,
    OnBehalf,
    Rectification,
    Request,
    Statement,
)
from tests.factories import actor_of
from tests.matrix.decisions import corrected
from tests.pilot_data import People, pilot_in, upload_for
from tests.reviews.rounds import sitting
from tests.supervision.desk import INTENDED, Desk


@dataclass
class Decisions:
    """`reviewer` is the first expert of the panel of `round`; the docket lies before the leader."""

    round: Round
    entry: Entry
    assignment: Assignment
    expert: Expert
    reviewer: Membership
    docket: Docket
    item: DocketItem
    issued: Docket
    correction: Correction
    asking: Pilot
    request: Request
    enquiry: Enquiry
    submitted: Pilot
    on_behalf: OnBehalf
    deputy: Deputy
    running: Pilot
    rectification: Rectification
    statement: Statement


def make_decisions(pilot: Pilot, around: People, leader: Membership) -> Decisions:
    """Everything of it on the call, for the unit and before the recommender of that pilot."""
    desk = Desk(call=pilot.call, chief=around.chief, leader=actor_of(leader))
    same: dict[str, Any] = {"call": pilot.call, "unit": pilot.applicant, "recommender": pilot.recommender}
    reviewed = pilot_in("accepted", title="评审中的<b>标准化</b>试点", **same)
    asking = pilot_in("accepted", title="申请撤回的标准化试点", **same)
    found = sitting([reviewed], state="scoring")
    own = {"unit": pilot.applicant, "recommender": pilot.recommender}
    docket = desk.passed_on(INTENDED, [desk.decided_on(**own)])
    issued = desk.signed(INTENDED, [desk.decided_on(conclusion="not_recommended", **own)])
    desk.issue(issued, document=False)
    correction = Correction(docket=issued, paper=issued.items.get().papers.get(), chain_id=issued.chain_id)
    perform(correction, "propose", actor=desk.handler, data=corrected(correction, desk.handler))
    request = Request(dossier_id=asking.pk, chain_id=asking.chain_id, kind="pilots.withdrawal")
    letter = [upload_for(around.applicant, "request_letter")]
    perform(request, "file", actor=around.applicant, data={"reason": "不再实施。", "letter": letter})
    enquiry = Enquiry(dossier_id=asking.pk, chain_id=asking.chain_id)
    perform(enquiry, "ask", actor=desk.handler, data={"question": "请说明经费来源。"})
    submitted = pilot_in("submitted", opinion=False, title="来函推荐的标准化试点", **same)
    running = put_into_work(pilot_in("accepted", title="实施中的标准化试点", **same))
    ordered = Rectification(
        dossier_id=running.pk,
        chain_id=running.chain_id,
        kind="midterm",
        points=["补齐记录"],
        due_on=running.term_ends_on,
    )
    perform(ordered, "order", actor=SYSTEM)
    statement = Statement(dossier_id=running.pk, chain_id=running.chain_id, step="terminate")
    perform(statement, "draw_up", actor=desk.handler, data={"facts": "未按期实施。", "grounds": "依据任务书。"})
    assignment = Assignment.objects.filter(expert=found.experts[0]).get()
    assert found.actors[0].membership is not None
    return Decisions(
        round=found.round,
        entry=found.round.entries.get(),
        assignment=assignment,
        expert=found.experts[0],
        reviewer=found.actors[0].membership,
        docket=docket,
        item=docket.items.get(),
        issued=issued,
        correction=correction,
        asking=asking,
        request=request,
        enquiry=enquiry,
        submitted=submitted,
        on_behalf=by_letter(submitted, around),
        deputy=Deputy.objects.create(
            absent=leader,
            deputy=around.chief.membership,
            first=clock.today() + dt.timedelta(days=40),
            last=clock.today() + dt.timedelta(days=50),
            reason="出差",
            created_by=leader,
        ),
        running=running,
        rectification=ordered,
        statement=statement,
    )


def put_into_work(pilot: Pilot) -> Pilot:
    """A pilot that is carried out; how pilots come there is proved elsewhere."""
    day = clock.today()
    Dossier.objects.filter(pk=pilot.pk).update(state="implementing", shown_state="implementing", stage="implementation")
    Pilot.objects.filter(pk=pilot.pk).update(
        approved_on=day,
        approval_number="沪市监标技〔2026〕1号",
        term_starts_on=day,
        term_ends_on=day + dt.timedelta(days=729),
        guarantor=pilot.recommender,
    )
    return Pilot.objects.get(pk=pilot.pk)


def by_letter(pilot: Pilot, around: People) -> OnBehalf:
    """A recommendation that came by letter, entered and not yet checked."""
    data = QueryDict(mutable=True)
    data.update(
        {
            "signed_by": "推荐单位",
            "signed_on": clock.today().isoformat(),
            "opinion": "同意推荐。",
            "rank": "1",
            "opinion_scan": upload_for(around.handler, "recommendation_opinion"),
        }
    )
    known = kind("recommend")
    assert known is not None
    return behalf.enter(known, pilot, actor=around.handler, data=data)
