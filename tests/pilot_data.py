"""A pilot's declaration for tests: complete, valid form data, and the way through the door into any state.

`pilot_in("recommended")` gives a pilot that really went there: begun, filled in section by section, materials uploaded,
submitted, sealed, recommended. The people who did it are found by `people_of(pilot)`.
"""

from __future__ import annotations

import copy
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Exists, OuterRef, Q
from django.db.models.base import ModelState

from pilots import form as pilot_form
from pilots.models import Pilot
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Body, Membership, Unit
from portal.accounts.roles import Role
from portal.attachments.actions import receive
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.workdays import add_months, term_end
from portal.calls.models import Call
from portal.declaration import actions
from portal.declaration.document import Document, normalise_content
from portal.declaration.models import FormDocument
from portal.declaration.sections import SEALED_FORM
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Record
from tests.factories import BodyFactory, CallFactory, MembershipFactory, UnitFactory, actor_of

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TITLE = "社区嵌入式养老服务标准化试点"
#: steps that only work once the call's dates have passed: how many days after the reporting deadline they are taken
_DAYS_AFTER = 1


@dataclass(frozen=True)
class People:
    """Who acts on a pilot, each in the role that the step wants."""

    applicant: Actor
    recommender: Actor
    handler: Actor
    chief: Actor


def scan(name: str = "扫描件.pdf") -> SimpleUploadedFile:
    """A small real PDF, as a browser would send it."""
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def people_of(pilot: Pilot) -> People:
    """The people around a pilot, whoever came first; who is not there yet is made."""
    desk = Membership.objects.filter(pk=OuterRef("pk"), desks__call=pilot.call_id)
    its_own = Q(role=Role.UNIT_ADMIN, unit=pilot.applicant_id) | Q(role__in=(Role.RECOMMENDER, Role.SECTION_CHIEF))
    around = Membership.objects.annotate(serves=Exists(desk)).filter(its_own | Q(serves=True)).order_by("pk")
    held = list(around.select_related("user", "unit", "body"))

    def first(role: Role, name: str = "", place: str = "") -> Actor:
        key = getattr(pilot, f"{place}_id") if place else None
        mine = (
            one for one in held if one.role == role and one.active and (not key or getattr(one, f"{name}_id") == key)
        )
        if found := next(mine, None):
            return actor_of(found)
        return actor_of(MembershipFactory(role=role, **({name: getattr(pilot, place)} if key else {})))

    return People(
        first(Role.UNIT_ADMIN, "unit", "applicant"),
        first(Role.RECOMMENDER, "body", "recommender"),
        actor_of(next(one for one in held if one.serves)),
        first(Role.SECTION_CHIEF),
    )


# --- form data ----------------------------------------------------------------------------------


def contents(
    pilot: Pilot, recommender: Body, *, title: str = TITLE, key: bool = False, industry_department: Body | None = None
) -> dict[str, dict[str, Any]]:
    """What is typed into each section, as `{"fields": …, "tables": …}`; valid and complete."""
    start = add_months(clock.today().replace(day=1), 3)
    end = term_end(start, 24)
    field = pilot.call.fields.order_by("position").first()
    assert field is not None
    direction = field.directions.first()
    data: dict[str, dict[str, Any]] = {
        "basic": {
            "title": title,
            "project_class": "key" if key else "general",
            "field": field.code,
            "key_direction": direction.name if direction else "other",
            "key_direction_other": "" if direction else "社区养老",
            "recommender": recommender.code,
            "industry": "Q8514 托儿所服务",
            "starts_on": start.isoformat(),
            "ends_on": end.isoformat(),
            "internal_only": "no",
        },
        "unit": {
            **pilot_form.prefill(pilot)["unit"]["fields"],
            "leader_name": "钱六",
            "leader_post": "副总经理",
            "leader_phone": "13700000000",
            "office_name": "标准化管理部",
        },
        "foundation": {"foundation": "单位设有标准化管理部，已发布企业标准十二项，参与制定地方标准一项，运行三年。"},
        "goals": {
            "aims": ["mechanism", "system"],
            "goals": "两年内建成覆盖机构、社区、居家三类服务的标准体系，服务满意度达到百分之九十五。",
            "scope": "本单位在三个街道运营的六家综合为老服务中心。",
        },
        "standards": {"framework": "体系由通用基础、服务提供、服务保障三个子体系组成。"},
        "results": {"results": "形成可在全市推广的社区嵌入式养老服务标准一套，编印实施指南。"},
        "key": {
            "strategy": "对应本市养老服务发展规划的重点任务。",
            "output": "主导制定地方标准一项。",
            "mechanism": "建立由行业主管部门牵头的标准实施评估机制。",
            "industry_department": (industry_department or recommender).code,
            "joint_push": "行业主管部门组织在全市推广。",
        },
        "public": {
            "body_type": "service",
            "functions": "受街道委托提供基本养老服务，依据委托协议。",
            "government_led": True,
        },
        "statement": {
            "policy": True,
            "no_penalty": True,
            "no_accident": True,
            "registered": True,
            "no_secrets": True,
            "opinion": "同意申报，保证人员和经费投入。",
        },
    }
    tables: dict[str, dict[str, list[dict[str, Any]]]] = {
        "team": {
            "members": [
                {"name": "钱六", "unit": pilot.applicant.name, "post": "副总经理", "work": "总负责"},
                {"name": "孙七", "unit": pilot.applicant.name, "post": "工程师", "work": "体系编制"},
                {"name": "周八", "unit": "上海示例标准化研究所", "post": "研究员", "work": "标准制定"},
            ]
        },
        "tasks": {
            "tasks": [
                {"kind": kind, "content": content, "owner": "标准化管理部"}
                for kind, content in (
                    ("system", "构建服务标准体系并编制明细"),
                    ("draft", "制定服务提供标准二十项"),
                    ("implement", "在六家中心实施标准"),
                    ("train", "每季度组织一次培训"),
                    ("improve", "每半年开展一次实施评价"),
                )
            ]
        },
        "standards": {
            "standards": [
                {
                    "branch": "通用基础",
                    "number": "GB/T 35796—2017",
                    "name": "养老机构服务质量基本规范",
                    "level": "national",
                    "status": "in_force",
                },
                {
                    "branch": "服务提供",
                    "number": "",
                    "name": "社区嵌入式养老服务规范",
                    "level": "enterprise",
                    "status": "draft",
                },
            ]
        },
        "outputs": {
            "outputs": [
                {"level": "local", "name": "社区嵌入式养老服务规范", "role": "lead", "planned_on": end.isoformat()}
            ]
        },
        "plan": {
            "plan": [
                {
                    "stage": "建设阶段",
                    "starts_on": start.isoformat(),
                    "ends_on": term_end(start, 12).isoformat(),
                    "content": "编制体系和标准",
                },
                {
                    "stage": "运行阶段",
                    "starts_on": add_months(start, 12).isoformat(),
                    "ends_on": end.isoformat(),
                    "content": "实施、评价、改进",
                },
            ]
        },
        "results": {
            "measures": [
                {"name": "服务满意度", "unit": "%", "present": "88", "target": "95"},
                {"name": "制定标准", "unit": "项", "present": "12", "target": "32"},
            ]
        },
        "budget": {"budget": [{"item": "标准制修订", "amount": "30", "source": "own"}]},
        "participants": {"participants": [], "support": [{"name": "上海示例标准化研究所", "content": "体系编制"}]},
    }
    return {
        section: {"fields": data.get(section, {}), "tables": tables.get(section, {})} for section in {*data, *tables}
    }


def fill(pilot: Pilot, actor: Actor, recommender: Body, **details: Any) -> None:
    """Types the whole form in and uploads every material it wants; see `contents` for the details.

    The last section and the first material go through the door, what precedes and follows them is written as the door
    writes it: hundreds of tests begin here.
    """
    typed = contents(pilot, recommender, **details)
    stored = FormDocument.objects.get(dossier_id=pilot.pk)
    sections: list[str] = []
    document = Document({})
    for section in pilot_form.SECTIONS:
        if section.id in typed and (not sections or section.applies(document, pilot)):
            sections.append(section.id)
            document = Document({**document.data, section.id: normalise_content(typed[section.id])})
    *before, last = sections
    # the last section is typed anew below
    earlier = {name: content for name, content in stored.data.items() if name != last}
    stored.data = {**earlier, **{name: document.data[name] for name in before}}
    stored.revisions = {**stored.revisions, **{name: stored.revision(name) + 1 for name in before}}
    stamp = {"by": actor.name, "at": clock.now().isoformat()}
    stored.saved = {**stored.saved, **dict.fromkeys(before, stamp)}
    stored.save()
    stored = actions.save_section(pilot, last, document.data[last], actor=actor, seen=None)
    pilot.refresh_from_db()
    wanted = [
        slot.id
        for slot in pilot_form.SLOTS
        if slot.applies(stored.document, pilot) and slot.is_required(stored.document, pilot)
    ]
    if wanted:
        file = put(pilot, wanted[0], actor)
        Attachment.objects.bulk_create(_copies(file, wanted[1:]))


def _copies(file: Attachment, slots: list[str]) -> Iterator[Attachment]:
    """The same scan in other slots."""
    for slot in slots:
        other = copy.copy(file)
        other.pk, other.key, other.slot, other._state = None, uuid.uuid4(), slot, ModelState()
        yield other


def put(pilot: Pilot, slot: str, actor: Actor) -> Attachment:
    """Uploads one scan into a slot."""
    taken, errors = actions.add_files(pilot, slot, [scan()], actor=actor)
    assert not errors, errors
    return taken[0]


# --- data of steps ------------------------------------------------------------------------------


def upload_for(actor: Actor, slot: str) -> str:
    """The key of a pending upload."""
    return str(receive(scan(), slot=slot, actor=actor).key)


def step_data(pilot: Pilot, step: str, actor: Actor, *, content: bool = False) -> dict[str, Any]:
    """What a person types into the form of a step: valid, and no more than it asks for."""
    today = clock.today()
    reason = {"reason": "申报材料与申报通知的要求不符，理由详见初审记录。"}
    forms: dict[str, Callable[[], dict[str, Any]]] = {
        "submit": lambda: {"truthful": "on", "no_secrets": "on"},
        "supplement": lambda: {"note": "已逐条补正。", "no_secrets": "on"},
        "retract": lambda: {"reason": "需要补充参加单位。"},
        "withdraw": lambda: reason,
        "note_opinion": lambda: {"opinion": "该项目基础扎实、目标明确，同意推荐。", "rank": "1"},
        "set_rank": lambda: {"rank": "2"},
        "recommend": lambda: {"opinion_scan": [upload_for(actor, "recommendation_opinion")], "rank": "1"},
        "send_back": lambda: {**reason, "due_on": (today + dt.timedelta(days=5)).isoformat()},
        "decline": lambda: reason,
        "accept": lambda: {"remark": ""},
        "require_correction": lambda: {
            "due_on": (today + dt.timedelta(days=14)).isoformat(),
            "text-section-goals": "试点目标未量化，请补充。",
            **({"content-section-goals": "on"} if content else {}),
            "remark": "",
        },
        "ask_second_correction": lambda: reason,
        "agree_second_correction": lambda: {"reply": "同意。"},
        "refuse_second_correction": lambda: reason,
        "refuse_acceptance": lambda: {**reason, "clause": "沪市监标技〔2023〕139号 二（五）"},
        "receive_copies": lambda: {"copies": "3", "received_on": today.isoformat(), "receiver": "吴九"},
        "permit_late": lambda: {
            **reason,
            "until": (today + dt.timedelta(days=5)).isoformat(),
            "recommend_until": (today + dt.timedelta(days=10)).isoformat(),
        },
        "lapse_silent": lambda: reason,
    }
    return forms[step]() if step in forms else {}


def take(pilot: Pilot, step: str, actor: Actor, **details: Any) -> Record:
    """Takes a step through the door with its usual data; `content=True` makes a correction one of substance."""
    return perform(pilot, step, actor=actor, data=step_data(pilot, step, actor, **details))


# --- states -------------------------------------------------------------------------------------


def begin(call: Call, unit: Unit, *, complete: bool = True, recommender: Body | None = None, **details: Any) -> Pilot:
    """A draft of that unit; complete unless it shall stay empty."""
    held = Membership.objects.filter(role=Role.UNIT_ADMIN, active=True, unit=unit).select_related("user", "unit")
    applicant = actor_of(held.first() or MembershipFactory(role=Role.UNIT_ADMIN, unit=unit))
    pilot: Pilot = actions.begin(call, applicant)
    if complete:
        fill(pilot, applicant, recommender or BodyFactory(), **details)
    return pilot


def pilot_in(
    state: str = "draft",
    *,
    call: Call | None = None,
    unit: Unit | None = None,
    recommender: Body | None = None,
    complete: bool = True,
    sealed: bool = True,
    opinion: bool = True,
    content: bool = False,
    **details: Any,
) -> Pilot:
    """A pilot in that state of the front end.

    Args:
        state: id of the state. call, unit, recommender: made when None.
        complete: False leaves a draft empty. sealed, opinion: False leaves a submitted one without its sealed scan, without
        the recommender's opinion. content: whether the correction is one of substance.
        details: `title`, `key`, `industry_department`; see `contents`.
    """
    call = call or CallFactory()
    pilot = begin(call, unit or UnitFactory(), complete=complete, recommender=recommender, **details)
    for step, who in _WAYS[state]:
        people = people_of(pilot)
        actor = SYSTEM if who == "time" else getattr(people, who)
        if step == "seal":
            if sealed:
                put(pilot, SEALED_FORM, actor)
        elif step == "note_opinion" and not opinion:
            continue
        elif step in ("lapse", "lapse_correction"):
            with clock.moved(_after(pilot)):
                take(pilot, step, actor)
        else:
            take(pilot, step, actor, **({"content": content} if step == "require_correction" else {}))
    return pilot


def _after(pilot: Pilot) -> dt.date:
    """A day on which every limit of the pilot has passed."""
    limits = [pilot.call.reporting_closes_on, pilot.correction_due_on, pilot.return_due_on, pilot.late_recommend_until]
    return max(day for day in limits if day) + dt.timedelta(days=_DAYS_AFTER)


_SUBMITTED = [("submit", "applicant"), ("seal", "applicant"), ("note_opinion", "recommender")]
_RECOMMENDED = [*_SUBMITTED, ("recommend", "recommender")]
_CORRECTION = [*_RECOMMENDED, ("require_correction", "handler")]
_WAYS: dict[str, list[tuple[str, str]]] = {
    "draft": [],
    "submitted": _SUBMITTED,
    "returned": [("submit", "applicant"), ("send_back", "recommender")],
    "not_recommended": [("submit", "applicant"), ("decline", "recommender")],
    "recommended": _RECOMMENDED,
    "correction": _CORRECTION,
    "supplemented": [*_CORRECTION, ("supplement", "applicant")],
    "accepted": [*_RECOMMENDED, ("accept", "handler")],
    "not_accepted": [*_RECOMMENDED, ("refuse_acceptance", "handler")],
    "withdrawn": [("submit", "applicant"), ("withdraw", "applicant")],
    "lapsed": [("lapse", "time")],
}
#: the states that `pilot_in` knows; "supplemented" is "recommended" again, after a correction
WAYS = tuple(_WAYS)
