"""What the stories of one call share: its days, its units, and ways that several of them go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from pilots.demo.acting import Declaration, send_list
from pilots.demo.projects import all_projects
from pilots.demo.timeline import Story
from portal.accounts.models import Unit
from portal.base import clock
from portal.base.workdays import add_workdays
from portal.calls.models import Call

_OPINIONS = (
    "经初审，{unit}具备申报条件，{title}项目目标明确、任务具体，标准化基础较好，材料齐全，同意推荐，并承诺立项后履行项目保证单位职责。",
    "{title}项目符合本行业年度重点工作，拟输出标准具有推广价值。经审核，申报材料真实、完整，未发现不得申报的情形，同意推荐。",
    "我单位组织了现场核查，{unit}标准化管理机构健全、人员到位，项目实施计划可行，预期成果可以复制推广。同意推荐申报。",
)
_CONSENTS = (
    "经研究，该项目符合本市相关领域重点任务要求，我单位予以认可，将共同推动项目实施和试点成果推广应用。",
    "同意该项目作为重点项目申报。我单位将在标准研制、专家支持和成果推广方面给予指导。",
)
_SIGNERS = ("分管领导 顾言之", "处室负责人 秦望川", "分管领导 许清嘉", "处室负责人 甄怀玉")


@dataclass(frozen=True)
class Scene:
    """A call with the units of the demonstration.

    `suffix` distinguishes projects that are told again; `told` are the latest declarations by project.
    """

    call: Call
    units: dict[str, Unit]
    suffix: str = ""
    told: dict[str, Declaration] = field(default_factory=dict)

    def day(self, number: int, hour: int = 10, minute: int = 0) -> dt.datetime:
        """The instant of an hour on a working day, counted from the call's opening (0)."""
        return clock.at(self.date(number), hour, minute)

    def date(self, number: int) -> dt.date:
        """The date so many working days after the opening."""
        return add_workdays(self.call.opens_on, number)

    def declaration(
        self, project: str, recommender: str, *, suffix: str = "", name: str = "", **changes: Any
    ) -> Declaration:
        """A project of `all_projects`, with texts changed where `changes` says so; `name`: under which it is told, where
        a project is told twice under one call."""
        data = {**all_projects()[project], **changes}
        told = Declaration(self.call, self.units[data["unit"]], data, recommender, suffix + self.suffix)
        self.told[name or project] = told
        return told


def opinion_of(d: Declaration, number: int) -> str:
    """A recommender's opinion on a declaration."""
    text = _OPINIONS[number % len(_OPINIONS)]
    return text.format(unit=d.unit.name, title=f"“{d.project['title']}”")


def consent(d: Declaration, number: int) -> None:
    """The industry department agrees to a key project."""
    d.answer("agree", "key_consent", _CONSENTS[number % len(_CONSENTS)], _SIGNERS[number % len(_SIGNERS)])


def substance(d: Declaration, number: int) -> None:
    """The recommender confirms corrected content."""
    text = "补正内容与项目目标一致，指标测算有据，同意补正后的内容。"
    d.answer("agree", "content_correction", text, _SIGNERS[number % len(_SIGNERS)])


def to_submitted(scene: Scene, d: Declaration, start: int, *, sealed: bool = True, picture: bool = False) -> Story:
    """Begun on one day, finished on another, submitted, then sealed."""
    yield scene.day(start, 9 + start % 3, 10)
    d.begin()
    d.fill(sections=2)
    yield scene.day(start + 2, 14, 25)
    d.complete()
    yield scene.day(start + 3, 10, 5 + start % 40)
    d.submit()
    if sealed:
        yield scene.day(start + 4, 15, 30)
        d.seal(picture=picture)


def to_recommended(
    scene: Scene, d: Declaration, start: int, *, asked: bool = False, rank: int | None = None, picture: bool = False
) -> Story:
    """As `to_submitted`; the industry department agrees where it is asked; the recommender recommends."""
    yield from to_submitted(scene, d, start, picture=picture)
    if asked:
        yield scene.day(start + 5, 11, 15)
        consent(d, start)
    yield scene.day(start + 6, 9, 50)
    d.note_opinion(opinion_of(d, start), rank)
    yield scene.day(start + 7, 16, 5)
    d.recommend(rank)


def to_accepted(
    scene: Scene, d: Declaration, start: int, *, asked: bool = False, rank: int | None = None, copies: bool = True
) -> Story:
    """As `to_recommended`; the paper copies come in; the bureau accepts."""
    yield from to_recommended(scene, d, start, asked=asked, rank=rank)
    if copies:
        yield scene.day(start + 9, 11, 0)
        d.receive_copies()
    yield scene.day(start + 10, 15, 20)
    d.accept("材料齐全，符合形式要求。")


def list_sent(scene: Scene, recommender: str, day: int) -> Story:
    """A recommender sends its sealed list to the bureau."""
    yield scene.day(day, 16, 45)
    send_list(scene.call, recommender)
