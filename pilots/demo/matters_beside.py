"""What happens beside the way of a declaration: requests, enquiries, consultations, objections, entries on behalf."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from pilots.demo.acting import Declaration, scanned
from pilots.demo.units import mobile
from portal.accounts.actors import Actor
from portal.accounts.models import Body
from portal.attachments.models import Attachment
from portal.base import clock
from portal.lifecycle.engine import perform
from portal.notices.actions import enter_letter, file_objection
from portal.notices.models import NoticeItem, Objection
from portal.notices.registrations import FILES
from portal.supervision.behalf import actions as behalf
from portal.supervision.behalf.kinds import kind
from portal.supervision.models import Endorsement, Enquiry, OnBehalf, Request


def ask_to_withdraw(d: Declaration, reason: str) -> Request:
    """The applicant asks to withdraw after acceptance, with a sealed letter."""
    pilot = d.fresh
    letter = scanned(d.applicant, "request_letter", "撤回申报的申请", [pilot.title, f"申报单位：{d.unit.name}"])
    request = Request(dossier_id=pilot.pk, chain_id=pilot.chain_id, kind="pilots.withdrawal")
    perform(request, "file", actor=d.applicant, data={"reason": reason, "letter": [letter]})
    return request


def answer_request(request: Request, d: Declaration, step: str, reason: str) -> None:
    """The handler grants or refuses."""
    perform(Request.objects.get(pk=request.pk), step, actor=d.handler, data={"reason": reason})


def take_request_back(request: Request, d: Declaration) -> None:
    """The applicant does not want it any more."""
    perform(Request.objects.get(pk=request.pk), "take_back", actor=d.applicant)


def enquire(d: Declaration, question: str) -> Enquiry:
    """The handler asks the applicant something."""
    pilot = d.fresh
    enquiry = Enquiry(dossier_id=pilot.pk, chain_id=pilot.chain_id)
    perform(enquiry, "ask", actor=d.handler, data={"question": question})
    return enquiry


def reply(enquiry: Enquiry, d: Declaration, answer: str) -> None:
    perform(Enquiry.objects.get(pk=enquiry.pk), "reply", actor=d.applicant, data={"answer": answer})


def end_enquiry(enquiry: Enquiry, d: Declaration, remark: str) -> None:
    perform(Enquiry.objects.get(pk=enquiry.pk), "close", actor=d.handler, data={"remark": remark})


def consult(d: Declaration, body: str, signer: str, opinion: str) -> None:
    """An industry department was consulted and agrees; known inside only."""
    pilot = d.fresh
    found = Body.objects.get(name=body, valid_to=None)
    record = Endorsement(
        dossier_id=pilot.pk,
        chain_id=pilot.chain_id,
        kind="consultation",
        label="会商记录",
        question="就本项目与行业主管部门会商",
        body=found,
        inside=True,
    )
    scan = scanned(d.handler, "endorsement", "会商材料", [pilot.title, opinion[:36]])
    data = {"body": found.pk, "held_on": clock.today(), "signer": signer, "opinion": opinion, "scan": [scan]}
    perform(record, "consult_agreed", actor=d.handler, data=data)


# --- objections -------------------------------------------------------------------------------------
def object_to(d: Declaration, number: int, name: str, grounds: str, *, unit: bool = False) -> Objection:
    """Somebody of the public objects to a project on a running notice."""
    item = NoticeItem.objects.filter(dossier_id=d.pilot.pk, notice__state="running").latest("pk")
    contact = "联系人 经办" if unit else ""
    return file_objection(
        item,
        by_unit=unit,
        name=name,
        contact=contact,
        phone=mobile(8000 + number),
        email=f"yiyi{number}@demo.example",
        grounds=grounds,
    )


def object_by_letter(d: Declaration, number: int, name: str, grounds: str, entrant: Actor) -> Objection:
    """A letter of a unit objects to a project on a running notice; a handler of the field enters it."""
    item = NoticeItem.objects.filter(dossier_id=d.pilot.pk, notice__state="running").latest("pk")
    scan = scanned(entrant, FILES, "来函", [name, d.fresh.title, grounds[:36]])
    return enter_letter(
        item,
        actor=entrant,
        files=[Attachment.objects.get(key=scan)],
        by_unit=True,
        name=name,
        contact="联系人 文书",
        phone=mobile(8000 + number),
        email="",
        grounds=grounds,
        received_on=clock.today(),
    )


def take_objection(objection: Objection, d: Declaration, step: str, finding: str = "", answer: str = "") -> None:
    """The handler admits it, or answers it (`turn_away`, `uphold`, `reject`)."""
    data: dict[str, Any] = {"finding": finding, "answer": answer} if finding else {"remark": "实名提出，有具体理由。"}
    perform(Objection.objects.get(pk=objection.pk), step, actor=d.handler, data=data)


# --- on behalf --------------------------------------------------------------------------------------
def answered_by_letter(d: Declaration, opinion: str, signer: str) -> OnBehalf:
    """A body answered on paper what it was asked; the handler enters it, and a second person will check."""
    asked = Endorsement.objects.get(dossier_id=d.pilot.pk, state="asked")
    scan = scanned(d.handler, "endorsement", "书面答复扫描件", [str(asked.body), opinion[:36]])
    data = QueryDict(mutable=True)
    data.update(
        {
            "signed_by": str(asked.body),
            "signed_on": clock.today().isoformat(),
            "entry_remark": "来函收悉，原件存处室。",
            "opinion": opinion,
            "signer": signer,
            "scan": scan,
        }
    )
    known = kind("endorse_agree")
    assert known is not None
    return behalf.enter(known, asked, actor=d.handler, data=data)
