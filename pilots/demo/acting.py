"""One declaration of the demonstration and the people around it: what they do, through the same doors as on the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from pilots.demo import content, files
from pilots.demo.projects import Project
from pilots.form import FORM
from pilots.models import Pilot
from portal.accounts.actors import Actor
from portal.accounts.models import Body, Membership, Unit
from portal.accounts.roles import Role
from portal.attachments.actions import claim, receive
from portal.base import clock
from portal.base.workdays import add_months
from portal.calls.models import Call
from portal.deadlines.nudges import nudge
from portal.declaration import actions, recommendations
from portal.declaration.document import Content, document_of, normalise_content
from portal.declaration.filling import Filling
from portal.declaration.models import FormDocument
from portal.declaration.sections import SEALED_FORM
from portal.declaration.slots import rows_of
from portal.lifecycle.engine import perform
from portal.supervision.models import Endorsement

#: materials that a careful unit uploads, with the words on the page
_MATERIALS = {
    "licence": "法人证书（营业执照）副本",
    "commitment": "不得申报情形承诺书",
    "credit": "信用状况证明",
    "plan": "试点实施方案",
    "system": "标准体系框架图和标准明细表",
    "foundation": "标准化管理机构文件和已发布标准目录",
    "functions": "职能依据文件",
}


def acting(membership: Membership) -> Actor:
    """The person of that membership, acting from an address of the documentation range."""
    return Actor(membership.user, membership, address="192.0.2.17")


def person(login: str, role: Role) -> Actor:
    """Somebody of the demonstration by the sign-in name, in one of the roles."""
    held = Membership.objects.select_related("user", "unit", "body")
    return acting(held.filter(user__username=login, role=role).order_by("pk")[0])


def scanned(actor: Actor, slot: str, title: str, lines: list[str], *, picture: bool = False) -> str:
    """Uploads a page that looks like a sealed scan; gives the key of the pending file."""
    name = f"{title}.{'png' if picture else 'pdf'}"
    data = files.png() if picture else files.pdf(f"{title}（演示）", lines)
    return str(receive(ContentFile(data, name=name), slot=slot, actor=actor).key)


def send_list(call: Call, recommender: str) -> None:
    """A body makes its list of what it recommends, and sends it sealed."""
    held = Membership.objects.filter(role=Role.RECOMMENDER, body__name=recommender, body__valid_to=None)
    actor = acting(held.select_related("user", "unit", "body").order_by("pk")[0])
    recommendations.issue_list(call, actor=actor)
    data = files.pdf("推荐汇总表（演示）", [f"推荐单位：{recommender}", f"申报通知：{call.number}"])
    scan = receive(
        ContentFile(data, name="推荐函和推荐汇总表盖章扫描件.pdf"), slot=recommendations.SEALED_LIST, actor=actor
    )
    recommendations.send_sealed_list(call, [scan], actor=actor)


class Declaration:
    """One project of one unit under a call, told step by step.

    Args:
        recommender: name of the body that is asked to recommend. suffix: put before 标准化试点 in the title, so that a
        project can be told again.
    """

    def __init__(self, call: Call, unit: Unit, project: Project, recommender: str, suffix: str = "") -> None:
        self.call, self.unit = call, unit
        title = project["title"].removesuffix("标准化试点") + suffix + "标准化试点"
        self.project: Project = {**project, "title": title}
        self.recommender = Body.objects.get(name=recommender, valid_to=None)
        self.pilot: Any = None
        self._filled: set[str] = set()
        self._people: dict[tuple[Any, ...], Actor] = {}

    # --- people ---------------------------------------------------------------------------------
    def one(self, role: Role, **place: Any) -> Actor:
        key = (role, *place.items())
        if key not in self._people:
            held = Membership.objects.filter(role=role, active=True, **place).select_related("user", "unit", "body")
            self._people[key] = acting(held.order_by("pk")[0])
        return self._people[key]

    @property
    def applicant(self) -> Actor:
        return self.one(Role.UNIT_ADMIN, unit=self.unit)

    @property
    def first_reviewer(self) -> Actor:
        return self.one(Role.RECOMMENDER, body=self.recommender)

    @property
    def handler(self) -> Actor:
        return self.one(Role.HANDLER, desks__fields=self.pilot.field_id)

    @property
    def chief(self) -> Actor:
        return self.one(Role.SECTION_CHIEF)

    def take(self, step: str, actor: Actor, data: dict[str, Any] | None = None) -> None:
        perform(self.pilot, step, actor=actor, data=data)

    @property
    def fresh(self) -> Any:
        """The pilot as it is now."""
        return Pilot.objects.get(pk=self.pilot.pk)

    # --- the applicant ---------------------------------------------------------------------------
    def begin(self) -> None:
        self.pilot = actions.begin(self.call, self.applicant)

    def begin_copy(self, source: Declaration, recommender: str) -> None:
        """Copies an own earlier declaration and turns to another recommender."""
        self.recommender = Body.objects.get(name=recommender, valid_to=None)
        self.pilot = actions.begin_copy(Pilot.objects.get(pk=source.pilot.pk), self.call, self.applicant)
        self.change("basic", lambda found: found["fields"].update(recommender=self.recommender.code))

    def fill(self, *, sections: int | None = None) -> None:
        """Fills in the form; with `sections` only so many of them."""
        start = add_months(self.call.closes_on.replace(day=1), 4)
        told = content.sections_of(self.pilot, self.project, self.recommender, start)
        order = [section.id for section in FORM.sections if section.id in told]
        for name in [name for name in order[:sections] if name not in self._filled]:
            self._filled.add(name)
            actions.save_section(self.pilot, name, told[name], actor=self.applicant, seen=None)

    def change(self, section: str, edit: Callable[[Content], Any]) -> None:
        """Changes what is in a section now."""
        found = document_of(self.pilot).content(section)
        edit(found)
        actions.save_section(self.pilot, section, found, actor=self.applicant, seen=None)

    def add_material(self, slot: str) -> None:
        """Uploads one material, or one more of it."""
        self._put(slot, _MATERIALS[slot], self._lines())

    def _lines(self) -> list[str]:
        return [f"项目名称：{self.project['title']}", f"申报单位：{self.unit.name}", "本页为演示材料，内容虚构。"]

    def add_materials(self) -> None:
        """Uploads every obligatory material, and the pages of the participants."""
        for slot, row, title in self._wanted_files():
            self._put(slot, title, self._lines(), row=row)

    def _wanted_files(self) -> list[tuple[str, str, str]]:
        """Slot, row and title of what a careful unit uploads."""
        pilot = Pilot.objects.select_related("call").get(pk=self.pilot.pk)
        filling, found = Filling(pilot), []
        for slot in FORM.slots_for(filling.document, pilot):
            rows: list[tuple[str, str]] = rows_of(filling, slot)
            if slot.is_required(filling.document, pilot) or rows:
                for row, words in rows or [("", "")]:
                    found.append((slot.id, row, _MATERIALS.get(slot.id, f"{slot.label}{words}")))
        return found

    def _put(self, slot: str, title: str, lines: list[str], *, row: str = "", picture: bool = False) -> None:
        name = f"{title}.{'png' if picture else 'pdf'}"
        data = files.png() if picture else files.pdf(f"{title}（演示）", lines)
        taken, errors = actions.add_files(
            self.pilot, slot, [ContentFile(data, name=name)], actor=self.applicant, row=row
        )
        if errors or not taken:
            raise ValueError(f"{slot}: {errors}")

    def submit(self) -> None:
        self.take("submit", self.applicant, {"truthful": "on", "no_secrets": "on"})

    def prepare(self) -> None:
        """Begins, fills in and submits in one go, for stories that are about what follows."""
        self.begin()
        self.complete()
        self.submit()

    def complete(self) -> None:
        """Puts down all contents and materials in one go; how a form grows visit by visit is told by `fill`."""
        self._write_down()
        for slot, row, title in self._wanted_files():
            file = ContentFile(files.pdf(f"{title}（演示）", self._lines()), name=f"{title}.pdf")
            received = receive(file, slot=slot, actor=self.applicant)
            received.row = uuid.UUID(row) if row else None
            received.save(update_fields=["row"])
            claim([received], holder=self.pilot, at=clock.now())

    def _write_down(self) -> None:
        start = add_months(self.call.closes_on.replace(day=1), 4)
        told = content.sections_of(self.pilot, self.project, self.recommender, start)
        stored = FormDocument.objects.get(dossier_id=self.pilot.pk)
        fresh = {name: normalise_content(told[name]) for name in told if name not in self._filled}
        self._filled |= fresh.keys()
        note = {"by": self.applicant.name, "at": clock.now().isoformat()}
        stored.data = {**stored.data, **fresh}
        stored.revisions = {**stored.revisions, **dict.fromkeys(fresh, 1)}
        stored.saved = {**stored.saved, **dict.fromkeys(fresh, note)}
        stored.updated_at, stored.updated_by = clock.now(), self.applicant.user
        stored.save()
        self.pilot = self.fresh
        columns = [column.attname for column in self.pilot._meta.concrete_fields]
        before = {name: getattr(self.pilot, name) for name in columns}
        FORM.project(stored.document, self.pilot)
        self.pilot.save(update_fields=[name for name in columns if getattr(self.pilot, name) != before[name]])

    def seal(self, *, picture: bool = False) -> None:
        """Uploads the scan of the printed and sealed form."""
        lines = [
            f"项目编号：{self.pilot.number}",
            f"项目名称：{self.project['title']}",
            f"申报单位：{self.unit.name}",
            f"{clock.today():%Y年%m月%d日}",
        ]
        self._put(SEALED_FORM, "申请表盖章扫描件", lines, picture=picture)

    def retract(self, reason: str) -> None:
        self.take("retract", self.applicant, {"reason": reason})

    def withdraw(self, reason: str) -> None:
        self.take("withdraw", self.applicant, {"reason": reason})

    def supplement(self, note: str) -> None:
        self.take("supplement", self.applicant, {"note": note, "no_secrets": "on"})

    # --- the recommender -------------------------------------------------------------------------
    def note_opinion(self, opinion: str, rank: int | None = None) -> None:
        self.take("note_opinion", self.first_reviewer, {"opinion": opinion, "rank": rank or ""})

    def recommend(self, rank: int | None = None) -> None:
        lines = [f"项目编号：{self.pilot.number}", self.pilot.opinion[:36], f"推荐单位：{self.recommender}"]
        key = scanned(self.first_reviewer, "recommendation_opinion", "推荐部门意见页盖章扫描件", lines)
        self.take("recommend", self.first_reviewer, {"opinion_scan": [key], "rank": rank or ""})

    def send_back(self, reason: str, due_on: dt.date) -> None:
        self.take("send_back", self.first_reviewer, {"reason": reason, "due_on": due_on})

    def decline(self, reason: str) -> None:
        self.take("decline", self.first_reviewer, {"reason": reason})

    # --- the bureau ------------------------------------------------------------------------------
    def accept(self, remark: str = "") -> None:
        self.take("accept", self.handler, {"remark": remark})

    def require_correction(self, points: dict[str, tuple[str, bool]], due_on: dt.date, remark: str = "") -> None:
        """`points`: by target (`section-plan`, `slot-credit`) the text and whether it is of substance."""
        data: dict[str, Any] = {"due_on": due_on, "remark": remark}
        for target, (text, substance) in points.items():
            data[f"text-{target}"] = text
            data |= {f"content-{target}": "on"} if substance else {}
        self.take("require_correction", self.handler, data)

    def ask_second_correction(self, reason: str) -> None:
        self.take("ask_second_correction", self.handler, {"reason": reason})

    def agree_second_correction(self, reply: str) -> None:
        self.take("agree_second_correction", self.chief, {"reply": reply})

    def refuse_acceptance(self, clause: str, reason: str) -> None:
        self.take("refuse_acceptance", self.handler, {"clause": clause, "reason": reason})

    def receive_copies(self, copies: int = 3) -> None:
        data = {"copies": copies, "received_on": clock.today(), "receiver": self.handler.name}
        self.take("receive_copies", self.handler, data)

    def permit_late(self, reason: str, until: dt.date, recommend_until: dt.date) -> None:
        data = {"reason": reason, "until": until, "recommend_until": recommend_until}
        self.take("permit_late", self.handler, data)

    def nudge(self, note: str) -> None:
        nudge(Pilot.objects.get(pk=self.pilot.pk), actor=self.handler, note=note)

    def lapse_silent(self, reason: str) -> None:
        self.take("lapse_silent", self.handler, {"reason": reason})

    def put_forward(self, remark: str = "") -> None:
        data = {"remark": remark, "exclusions_checked": "on", "internal_considered": "on"}
        self.take("put_forward", self.handler, data)

    # --- those who are asked ---------------------------------------------------------------------
    def answer(self, step: str, kind: str, opinion: str, signer: str) -> None:
        """The body that was asked (`key_consent`, `content_correction`) takes `agree` or `disagree`, with a sealed scan."""
        asked = Endorsement.objects.get(dossier_id=self.pilot.pk, kind=kind, state="asked")
        actor = self.one(Role.RECOMMENDER, body=asked.body)
        key = scanned(actor, "endorsement", f"{asked.label}盖章扫描件", [opinion[:36], f"签署人：{signer}"])
        perform(asked, step, actor=actor, data={"opinion": opinion, "signer": signer, "scan": [key]})
