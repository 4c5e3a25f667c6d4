"""The access table of all addresses: who may reach each, and with which object it is tried.

A new address without a line here fails `tests/test_routes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from portal.accounts.roles import Role
from portal.notices.views.public import receipt_token
from tests.exchange.sheets import an_import
from tests.world import World

Args = Callable[[World], dict[str, Any]]
PUBLIC, PERSON, ROLE, OBJECT = "public", "person", "role", "object"

UNIT = (Role.UNIT_ADMIN, Role.UNIT_EDITOR)
OFFICE = (Role.HANDLER, Role.SECTION_CHIEF)
READING = (*OFFICE, Role.LEADER, Role.AUDITOR)
INSIDE = (*OFFICE, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN)


@dataclass(frozen=True)
class Rule:
    """Who may reach an address.

    Args:
        kind: everybody; everybody who is signed in; some roles; who stands in a relation to an object.
        roles: for `ROLE`. who: for `OBJECT`: names of people of the world who reach it. args: of the address.
        post: whether it takes nothing but POST. hidden: whether the public gets 404 instead of the way to sign in.
        hides: whether strangers get 404; where the whole bureau sees the object, some of it get 403.
        may_not: what people of the world who may not reach it get besides 403, 404, 409 (a page with the refusal).
        may: statuses beside 200 and 302 that those who may reach it meet in the world as it is.
    """

    kind: str
    roles: tuple[Role, ...] = ()
    who: tuple[str, ...] = ()
    args: Args = field(default=lambda world: {})
    post: bool = False
    hidden: bool = False
    may: tuple[int, ...] = ()
    query: str = ""
    may_not: tuple[int, ...] = ()
    to_sign_in: bool = False
    hides: bool = True


def public(args: Args = lambda w: {}, **more: Any) -> Rule:
    return Rule(PUBLIC, args=args, **more)


def person(args: Args = lambda w: {}, **more: Any) -> Rule:
    return Rule(PERSON, args=args, **more)


def role(*roles: Role, args: Args = lambda w: {}, **more: Any) -> Rule:
    return Rule(ROLE, roles=roles, args=args, **more)


def of(args: Args, *who: str, **more: Any) -> Rule:
    return Rule(OBJECT, who=who, args=args, **more)


def _dossier(w: World) -> dict[str, Any]:
    return {"pk": w.pilot.pk}


def _call(w: World) -> dict[str, Any]:
    return {"pk": w.call.pk}


#: everybody who sees the world's dossier; the asked department among them
#: the bureau, which sees all registrations
BUREAU = ("handler", "chief", "leader", "auditor", "handler of another desk", "system admin")
READERS = ("applicant", "recommender", "handler", "chief", "leader", "auditor", "department")
OWN = ("applicant",)
#: everybody who sees a pilot that runs
PARTIES = ("applicant", "recommender", "handler", "chief", "leader", "auditor")

#: what only handlers reach of a round that is being scored: chief, leader and auditor see it once it has ended
HANDLERS = ("handler", "handler of another desk")
#: everybody who sees a docket on its way
DOCKET = (*HANDLERS, "chief", "leader", "auditor")
INSIDERS = ("handler", "chief", "leader", "auditor")


def _round(w: World, **more: Any) -> dict[str, Any]:
    return {"pk": w.decisions.round.pk, **more}


def _entry(w: World) -> dict[str, Any]:
    return _round(w, entry=w.decisions.entry.pk)


def _expert(w: World) -> dict[str, Any]:
    return {"pk": w.decisions.expert.pk}


def _assignment(w: World, **more: Any) -> dict[str, Any]:
    return {"pk": w.decisions.assignment.pk, **more}


def _docket(w: World, **more: Any) -> dict[str, Any]:
    return {"pk": w.decisions.docket.pk, **more}


RULES_OF_REVIEWS: dict[str, Rule] = {
    "reviews:experts": role(*OFFICE, Role.AUDITOR),
    "reviews:workload": role(*OFFICE, Role.AUDITOR),
    "reviews:workload_export": role(*OFFICE, Role.AUDITOR),
    "reviews:appoint": role(Role.HANDLER),
    "reviews:appointment_step": role(Role.HANDLER, args=lambda w: {"pk": 1, "name": "dismiss"}, may=(404,)),
    "reviews:own_letters": role(Role.EXPERT),
    "reviews:appointment_letter": role(Role.EXPERT, args=lambda w: {"pk": 1}, may=(404,)),  # nobody is appointed
    "reviews:draws": of(_round, *HANDLERS),
    "reviews:experts_export": role(*OFFICE, Role.AUDITOR),
    "reviews:expert": role(*OFFICE, Role.AUDITOR, args=_expert),
    "reviews:expert_new": role(Role.HANDLER),
    "reviews:expert_edit": role(Role.HANDLER, args=_expert),
    "reviews:expert_account": role(Role.HANDLER, args=_expert, post=True, may=(409, 422)),
    "reviews:expert_active": role(Role.HANDLER, args=_expert),
    "reviews:rounds": role(*READING),
    "reviews:round_new": role(Role.HANDLER),
    "reviews:selected": role(Role.HANDLER),
    "reviews:checks": role(*OFFICE, Role.RECOMMENDER),
    "reviews:commissions": role(Role.RECOMMENDER),
    "reviews:round_paper": role(
        Role.RECOMMENDER, args=lambda w: {"pk": w.paper.pk}, may=(404,)
    ),  # none is commissioned
    "reviews:notices": of(_round, *HANDLERS, post=True),
    # project reviews know no site visits
    "reviews:visit_new": of(_entry, *HANDLERS, may=(404,)),
    "reviews:visit_withdraw": of(lambda w: {**_entry(w), "visit": 1}, *HANDLERS, may=(404,)),
    "reviews:round": of(_round, *HANDLERS, "reviewer"),
    "reviews:round_edit": of(_round, *HANDLERS),
    "reviews:repeat": of(_round, *HANDLERS, may=(404,)),  # not void
    "reviews:log": of(_round, *HANDLERS),
    "reviews:step": of(lambda w: _round(w, name="annul"), *HANDLERS),
    "reviews:take_in": of(_round, *HANDLERS),
    "reviews:entry": of(_entry, *HANDLERS),
    "reviews:leave_out": of(_entry, *HANDLERS),
    "reviews:drop_items": of(_entry, *HANDLERS),
    "reviews:panel": of(_round, *HANDLERS),
    "reviews:panel_change": of(_round, *HANDLERS, post=True, may=(409, 422)),
    "reviews:panel_draw": of(_round, *HANDLERS, post=True, may=(409, 422)),
    "reviews:panel_chair": of(_round, *HANDLERS, post=True, may=(409, 422)),
    "reviews:panel_note": of(_round, *HANDLERS, post=True),
    "reviews:board": of(_round, *HANDLERS),
    "reviews:summary": of(_round, *HANDLERS),
    "reviews:papers": of(_round, *HANDLERS),
    "reviews:order_package": of(_round, *HANDLERS, post=True),
    "reviews:package": of(lambda w: _round(w, package=1), *HANDLERS, may=(404,)),  # none was ordered
    "reviews:assignment": of(_assignment, *HANDLERS),
    "reviews:assignment_step": of(lambda w: _assignment(w, name="enter_on_behalf"), *HANDLERS),
    # --- an expert's own ---
    "reviews:mine": role(Role.EXPERT),
    "reviews:answer": role(Role.EXPERT, post=True, may=(409, 422)),
    "reviews:me": role(Role.EXPERT),
    "reviews:declare": of(_round, "reviewer"),
    "reviews:letter": of(_round, "reviewer", may=(404, 409)),  # not made yet
    "reviews:sheet": of(_assignment, "reviewer"),
    "reviews:draft": of(_assignment, "reviewer", post=True),
    "reviews:own_step": of(lambda w: _assignment(w, name="recuse"), "reviewer"),
}
RULES_OF_DECISIONS: dict[str, Rule] = {
    **RULES_OF_REVIEWS,
    "supervision:dockets": role(Role.HANDLER),
    "supervision:dockets_review": role(*OFFICE),
    "supervision:dockets_decide": role(Role.LEADER, Role.SECTION_CHIEF),
    "supervision:dockets_past": role(*READING),
    "supervision:dockets_all": role(*READING),
    "supervision:dockets_bulk": role(
        Role.LEADER, Role.SECTION_CHIEF, args=lambda w: {"name": "decide"}, may=(404, 405, 409, 422)
    ),
    "supervision:docket_new": role(Role.HANDLER),
    "supervision:docket": of(_docket, *DOCKET),
    "supervision:docket_docx": of(_docket, *DOCKET),
    "supervision:docket_draft": of(lambda w: _docket(w, kind="refusal_list"), *DOCKET, may=(404,)),
    "supervision:docket_step": of(lambda w: _docket(w, name="decide"), "leader", hides=False),
    # what is signed already is not changed any more
    "supervision:docket_items": of(_docket, "handler", post=True, may=(409,)),
    "supervision:docket_sort": of(_docket, "handler", post=True, may=(409,)),
    "supervision:docket_collect": of(_docket, "handler", may=(404, 409)),
    "supervision:docket_out": of(lambda w: _docket(w, item=w.decisions.item.pk), "handler", post=True, may=(409,)),
    "supervision:docket_deliberation": of(_docket, "handler", may=(404, 409)),
    "supervision:docket_check": of(_docket, "handler"),
    "supervision:correction_new": of(
        lambda w: {"pk": w.decisions.issued.pk, "paper": w.decisions.correction.paper_id},
        "handler",
        may=(409,),
        hides=False,
    ),
    "supervision:correction": of(lambda w: {"pk": w.decisions.correction.pk}, *DOCKET),
    "supervision:correction_step": of(
        lambda w: {"pk": w.decisions.correction.pk, "name": "confirm"}, "chief", hides=False
    ),
    "supervision:requests": role(*UNIT, *READING),
    "supervision:request_choose": role(*UNIT),
    "supervision:request_new": of(
        lambda w: {"kind": "pilots.withdrawal", "dossier": w.decisions.asking.pk}, "applicant", may=(409,)
    ),
    "supervision:request": of(lambda w: {"pk": w.decisions.request.pk}, "applicant", "recommender", *INSIDERS),
    "supervision:request_print": of(lambda w: {"pk": w.decisions.request.pk}, "applicant", hides=False),
    "supervision:request_step": of(lambda w: {"pk": w.decisions.request.pk, "name": "grant"}, "handler"),
    "supervision:rectification": of(
        lambda w: {"pk": w.decisions.rectification.pk}, "applicant", "recommender", *INSIDERS
    ),
    "supervision:statement_choose": of(lambda w: {"dossier": w.decisions.running.pk}, "handler"),
    "supervision:statement_new": of(
        lambda w: {"dossier": w.decisions.running.pk, "name": "revoke_approval"}, "handler"
    ),
    "supervision:statement": of(lambda w: {"pk": w.decisions.statement.pk}, "applicant", *INSIDERS),
    "supervision:statement_step": of(lambda w: {"pk": w.decisions.statement.pk, "name": "serve"}, "handler"),
    "supervision:enquiry_new": of(lambda w: {"dossier": w.decisions.asking.pk}, "handler"),
    "supervision:enquiry": of(lambda w: {"pk": w.decisions.enquiry.pk}, "applicant", *INSIDERS),
    "supervision:enquiry_step": of(lambda w: {"pk": w.decisions.enquiry.pk, "name": "reply"}, "applicant"),
    "supervision:consultation": of(lambda w: {"dossier": w.decisions.asking.pk}, "handler"),
    "supervision:consultation_step": of(
        lambda w: {"dossier": w.decisions.asking.pk, "name": "consult_agreed"}, "handler"
    ),
    "supervision:contact": of(lambda w: {"dossier": w.decisions.asking.pk}, "handler", "applicant"),
    "supervision:deputies": role(*OFFICE, Role.LEADER),
    "supervision:deputy_end": of(lambda w: {"pk": w.decisions.deputy.pk}, "leader", "chief", post=True),
    "supervision:handover": role(*OFFICE),
    "supervision:on_behalf_list": role(*READING),
    "supervision:enter": of(lambda w: {"kind": "recommend", "target": w.decisions.submitted.pk}, "handler", may=(409,)),
    "supervision:on_behalf": of(lambda w: {"pk": w.decisions.on_behalf.pk}, *INSIDERS),
    "supervision:on_behalf_step": of(lambda w: {"pk": w.decisions.on_behalf.pk, "name": "confirm"}, "chief"),
    "supervision:unit_changes": role(*OFFICE, Role.AUDITOR),
    "supervision:unit_change": role(Role.HANDLER, args=lambda w: {"kind": "renamed"}),
}


def _import(w: World) -> dict[str, Any]:
    return {"pk": an_import(w.people["handler"]).pk}


IMPORT_READERS = (Role.HANDLER, Role.SECTION_CHIEF, Role.AUDITOR)
RULES_OF_EXCHANGE: dict[str, Rule] = {
    "exchange:jobs": role(*IMPORT_READERS),
    "exchange:choose": role(Role.HANDLER),
    "exchange:new": role(Role.HANDLER, args=lambda w: {"kind": "experts"}),
    "exchange:template": role(Role.HANDLER, args=lambda w: {"kind": "experts"}),
    "exchange:job": role(*IMPORT_READERS, args=_import),
    "exchange:records": role(*IMPORT_READERS, args=_import, may=(404,)),  # nothing was imported yet
    "exchange:marked": role(*IMPORT_READERS, args=_import),
    "exchange:step": role(Role.HANDLER, args=lambda w: {**_import(w), "name": "confirm"}),
}

OVERVIEW = {"programme": "pilots"}
RULES_OF_STATISTICS: dict[str, Rule] = {
    "statistics:home": role(*READING),
    **{
        f"statistics:{name}": role(*READING, args=lambda w: OVERVIEW)
        for name in ("overview", "export", "list", "list_export")
    },
}

RULES: dict[str, Rule] = {
    # --- public ---
    "home": public(),
    "healthz": public(),
    "readyz": public(may=(503,)),
    "verify": public(),
    "verify_code": public(lambda w: {"code": w.paper.code}),
    "workbench:calls": public(),
    "workbench:call": public(_call),
    "workbench:help": public(),
    "workbench:help_lifecycle": public(lambda w: {"lifecycle": "pilots"}),
    "workbench:help_state": public(lambda w: {"lifecycle": "pilots", "state": "submitted"}),
    "workbench:accessibility": public(),
    "workbench:sitemap": public(),
    "accounts:privacy": public(),
    "accounts:demo": public(post=True, may=(404,)),
    "registration:signup": public(),
    # --- signing in ---
    "account_login": public(),
    "account_logout": public(),
    "account_inactive": public(),
    "account_signup": public(),
    "account_email_verification_sent": public(),
    "account_confirm_email": public(lambda w: {"key": "unknown"}),
    "account_reset_password": public(),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(lambda w: {"uidb36": "1", "key": "unknown"}),
    "account_reset_password_from_key_done": public(),
    "mfa_authenticate": public(to_sign_in=True),  # nobody is half signed in
    # --- the person's own ---
    "account_reauthenticate": person(),
    "account_email": person(),
    "account_change_password": person(),
    "mfa_index": person(),
    "mfa_reauthenticate": person(),
    "mfa_activate_totp": person(),
    "mfa_deactivate_totp": person(may=(404,)),
    "mfa_view_recovery_codes": person(may=(404,)),
    "mfa_generate_recovery_codes": person(may=(404,)),
    "mfa_download_recovery_codes": person(may=(404,)),
    "accounts:profile": person(),
    "accounts:switch": person(post=True, may=(404,)),
    "accounts:log": role(Role.AUDITOR, Role.SYSTEM_ADMIN),
    "messaging:list": person(),
    "messaging:read_all": person(post=True),
    "messaging:preferences": person(),
    "messaging:message": of(lambda w: {"pk": w.message.pk}, "handler"),
    # --- operation ---
    "messaging:operation": role(Role.SYSTEM_ADMIN),
    "messaging:outbox": role(Role.SYSTEM_ADMIN),
    "messaging:outbox_retry": role(Role.SYSTEM_ADMIN, args=lambda w: {"pk": w.outbox.pk}, post=True),
    # --- files ---
    "attachments:upload": person(post=True, may=(422,)),
    "attachments:download": of(lambda w: {"key": w.file.key}, *READERS, hidden=True),
    "attachments:remove": of(lambda w: {"key": w.pending.key}, "applicant", post=True, may=(204,)),
    # --- registration ---
    "registration:start": person(),
    "registration:claim": person(),
    "registration:join": person(post=True, may=(404, 422)),
    "registration:claims": of(lambda w: {}, "district", *BUREAU),
    "registration:claim_detail": of(lambda w: {"pk": w.claim.pk}, "newcomer", "district", *BUREAU),
    "registration:claim_step": of(
        lambda w: {"pk": w.claim.pk, "step": "refuse"},
        *("district", "handler", "handler of another desk"),
        post=True,
        may=(422,),
        hides=False,
    ),
    "registration:join_detail": of(lambda w: {"pk": w.join.pk}, "newcomer", "applicant", *BUREAU),
    "registration:join_step": of(
        lambda w: {"pk": w.join.pk, "step": "refuse"}, "applicant", post=True, may=(422,), hides=False
    ),
    "registration:invitation": person(lambda w: {"token": w.invitation.token}, may=(403, 404, 409)),
    "registration:members": role(*UNIT),
    "registration:unit": role(Role.UNIT_ADMIN),
    "registration:invite": role(Role.UNIT_ADMIN, post=True, may=(422,)),
    "registration:cancel_invitation": of(lambda w: {"pk": w.invitation.pk}, "applicant", post=True),
    "registration:member": of(lambda w: {"pk": w.editor.pk}, "applicant", post=True, may=(404, 422)),
    # --- declarations ---
    "declaration:new": role(*UNIT),
    "declaration:copy": of(_dossier, *OWN, may=(409,)),
    "declaration:edit": of(_dossier, *OWN),
    "declaration:review": of(_dossier, *OWN),
    "declaration:submit": of(_dossier, *OWN, may=(405, 422)),
    "declaration:done": of(_dossier, *OWN),
    "declaration:preview": of(_dossier, *OWN),
    "declaration:add_files": of(lambda w: {"pk": w.pilot.pk, "slot": "others"}, *OWN, post=True, may=(403, 422)),
    "declaration:remove_file": of(lambda w: {"pk": w.pilot.pk, "key": w.file.key}, *OWN, post=True, may=(403, 422)),
    "declaration:section": of(lambda w: {"pk": w.pilot.pk, "section": "goals"}, *OWN),
    "declaration:autosave": of(lambda w: {"pk": w.pilot.pk, "section": "goals"}, *OWN, post=True, may=(403, 409, 422)),
    "declaration:versions": of(_dossier, *READERS),
    "declaration:print": of(lambda w: {"pk": w.pilot.pk, "number": 1}, *READERS),
    "declaration:diff": of(lambda w: {"pk": w.pilot.pk, "old": 1, "new": 2}, *READERS),
    "declaration:recommendation_calls": role(Role.RECOMMENDER),
    "declaration:recommendations": role(Role.RECOMMENDER, args=_call),
    "declaration:recommendations_issue": role(Role.RECOMMENDER, args=_call, post=True, may=(409, 422)),
    "declaration:recommendations_sealed": role(Role.RECOMMENDER, args=_call, post=True, may=(409, 422)),
    "declaration:recommendations_deadline": role(Role.RECOMMENDER, args=_call, post=True, may=(409, 422)),
    "declaration:recommendations_xlsx": role(Role.RECOMMENDER, args=_call),
    "declaration:sealed_lists": role(*INSIDE, args=lambda w: {"pk": w.call.pk, "body": w.pilot.recommender_id}),
    # --- papers ---
    "documents:list": person(),
    "documents:of_dossier": of(_dossier, *READERS),
    "documents:download": of(
        lambda w: {"pk": w.paper.pk},
        "applicant",
        "recommender",
        "handler",
        "chief",
        "leader",
        "auditor",
        may=(409, 404),
    ),
    "documents:retry": of(lambda w: {"pk": w.paper.pk}, "handler", "chief", post=True, may=(409,), may_not=(302,)),
    "documents:revoke": of(lambda w: {"pk": w.paper.pk}, "handler", "chief"),
    # --- notices ---
    "notices:list": public(),
    "notices:notice": public(lambda w: {"pk": w.notice.pk}),
    "notices:file": public(lambda w: {"pk": w.notice.pk}, may=(404,)),  # not made yet
    "notices:object": public(lambda w: {"pk": w.notice.pk, "item": w.objection.item_id}),
    "notices:follow": public(),
    "notices:receipt": public(lambda w: {"token": receipt_token(w.objection)}),
    "notices:registers": public(),
    "notices:register": public(lambda w: {"name": "pilots"}),
    "notices:handling_list": role(*READING),
    "notices:handling": role(*READING, args=lambda w: {"pk": w.notice.pk}),
    "notices:step": of(lambda w: {"pk": w.notice.pk, "name": "close"}, "handler", "handler of another desk"),
    "notices:enter_letter": of(lambda w: {"pk": w.notice.pk}, "handler"),
    "notices:objections": role(*READING),
    "notices:objection": of(lambda w: {"pk": w.objection.pk}, "handler", "chief", "leader", "auditor"),
    "notices:letter": of(lambda w: {"pk": w.objection.pk}, "handler", may=(404,)),  # not answered yet
    "notices:objection_step": of(lambda w: {"pk": w.objection.pk, "name": "admit"}, "handler"),
    # --- endorsements ---
    "supervision:endorsements": role(Role.RECOMMENDER),
    "supervision:endorsement": of(lambda w: {"pk": w.endorsement.pk}, *READERS),
    "supervision:endorsement_step": of(lambda w: {"pk": w.endorsement.pk, "name": "agree"}, "department"),
    **RULES_OF_DECISIONS,
    **RULES_OF_EXCHANGE,
    **RULES_OF_STATISTICS,
    # --- running projects ---
    "execution:task_book": of(lambda w: {"pk": w.running.book.pk}, *PARTIES),
    "execution:task_book_step": of(lambda w: {"pk": w.running.draft.pk, "name": "settle_text"}, *OWN),
    "execution:arrange": of(lambda w: {"pk": w.running.draft.pk}, *OWN),
    "execution:milestone": of(lambda w: {"pk": w.running.milestone.pk}, *PARTIES),
    "execution:milestone_step": of(lambda w: {"pk": w.running.milestone.pk, "name": "report_progress"}, *OWN),
    "execution:outputs": role(*UNIT),
    "execution:output_new": of(lambda w: {"dossier": w.running.pilot.pk, "kind": "standard"}, *OWN),
    "execution:output": of(lambda w: {"pk": w.running.output.pk}, *OWN),
    "execution:output_remove": of(lambda w: {"pk": w.running.output.pk}, *OWN),
    "execution:outputs_export": of(lambda w: {"dossier": w.running.pilot.pk}, *PARTIES),
    "execution:evaluation": of(lambda w: {"dossier": w.running.pilot.pk, "stage": "midterm"}, *OWN),
    # --- workbench ---
    "workbench:home": person(),
    "workbench:search": person(),
    "workbench:worklist": person(),
    "workbench:waiting": person(),
    "workbench:recommended": person(),
    "workbench:guaranteed": role(Role.RECOMMENDER),
    "workbench:supervised": role(*READING),
    "workbench:supervised_list": role(*READING, args=lambda w: {"watch": "suspended"}),
    "workbench:export": person(lambda w: {"kind": "all"}),
    "workbench:bulk": person(lambda w: {"name": "accept"}, may=(404, 405, 409, 422)),
    "workbench:dossier": of(_dossier, *READERS),
    "workbench:step": of(lambda w: {"pk": w.pilot.pk, "name": "receive_copies"}, "handler"),
    "workbench:note": of(_dossier, "handler", "chief", "leader", post=True, may=(422,)),
    "workbench:call_record": of(_dossier, "handler", "chief", "leader", post=True, may=(422,)),
    "workbench:call_new": role(*OFFICE),
    "workbench:call_edit": role(*OFFICE, args=lambda w: {"pk": w.draft_call.pk}),
    "workbench:call_copy": role(*OFFICE, args=_call, post=True),
    "workbench:call_step": role(*OFFICE, args=lambda w: {"pk": w.draft_call.pk, "name": "publish"}),
    "workbench:call_progress": role(*OFFICE, args=_call),
    "workbench:call_nudge": role(*OFFICE, args=_call, may=(405, 409, 422)),
    "workbench:call_prolong": role(*OFFICE, args=lambda w: {"pk": w.call.pk, "body": w.pilot.recommender_id}),
    "deadlines:nudge": person(may=(404, 405)),
}


def walk(
    resolver: URLResolver | None = None, namespace: str = "", prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the portal by its name; the administration's apart."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern, inside, prefix + str(pattern.pattern))
        elif not prefix.startswith("admin/"):
            yield f"{namespace}{pattern.name}", pattern
