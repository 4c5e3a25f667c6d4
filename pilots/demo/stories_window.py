"""A second batch of the call before last: in the last months of its term, the time of applications for acceptance."""

from __future__ import annotations

from pilots.demo import around_running as around
from pilots.demo import running
from pilots.demo.acting import Declaration
from pilots.demo.course import EXPERTS, Assessment, Course, approved, assessed, begun, declared, worked
from pilots.demo.projects import all_projects
from pilots.demo.scene import Scene
from pilots.demo.signing import Signing
from pilots.demo.timeline import Story
from pilots.guards import ACCEPTANCE_ROUND, MIDTERM_ROUND
from pilots.requests import CHANGE, RESUMPTION, SUSPENSION
from portal.accounts.models import Body
from portal.reviews.registry import matter

#: project, words put before 标准化试点, recommender
_DECLARED = (
    ("dementia", "（喘息服务）", "徐汇区市场监管局"),
    ("fashion", "（高级定制）", "长宁区市场监管局"),
    ("elevator", "（公租房）", "静安区市场监管局"),
    ("wetland_repair", "（海岸带）", "金山区市场监管局"),
    ("iot_standard", "（健康管理）", "市商务委员会"),
)
_QUALITY = {name: 0.84 + n % 3 * 0.02 for n, (name, _w, _r) in enumerate(_DECLARED)}
#: whom the acceptance of one is commissioned to
_COMMISSIONED = "静安区市场监管局"


def stories(scene: Scene, course: Course, words: str, numbers: dict[str, str]) -> list[Story]:
    """All stories of the batch; `numbers` of the documents: "approved", "suspended"."""
    told = {}
    for name, suffix, body in _DECLARED:
        own = {"unit": "yunjin", "team": all_projects()["elder_care"]["team"]} if name == "dementia" else {}
        told[name] = scene.declaration(name, body, suffix=suffix, name=f"window_{name}", **own)
    return [
        *(declared(scene, d, n + 3) for n, d in enumerate(told.values())),
        approved(course, told, _QUALITY, "jingban3", words, numbers["approved"]),
        *(begun(course, d, n) for n, d in enumerate(told.values())),
        *(worked(course, d, course.before(9).date(), number=n) for n, d in enumerate(told.values())),
        _midterm(course, told, words),
        _just_applied(course, told["dementia"]),
        _endorsed(course, told["fashion"]),
        _given_back(course, told["elevator"]),
        _suspended(course, told["wetland_repair"], numbers["suspended"]),
        _commissioned(course, told["iot_standard"]),
    ]


def _midterm(course: Course, told: dict[str, Declaration], words: str) -> Story:
    """Half of them are evaluated, the others need not be."""
    held = {name: told[name] for name in ("dementia", "elevator", "iot_standard")}
    yield course.after(11, 3, 10)
    for d in told.values():
        if d not in held.values():
            reason = "标准制定任务已提前完成，年度检查情况良好，免予中期评估。"
            d.take("waive_midterm", running.handler_of(d), {"reason": reason})
    for n, d in enumerate(held.values()):
        yield course.after(12, 10, 9, 10 + n * 4)
        running.file_midterm(d)
    panel = Assessment("jingban1", {**dict.fromkeys(held, 0.84), "elevator": 0.55}, MIDTERM_ROUND)
    days = course.after(12, 25), course.after(12, 33, 16)
    opinions = {"elevator": "监测终端加装滞后，维保检查记录不连续，须限期整改。"}
    yield from assessed(panel, held, f"{words}项目中期评估会", days, opinions)
    yield course.after(12, 37, 10)
    for name in ("dementia", "iot_standard"):
        held[name].take("pass_midterm", running.handler_of(held[name]), {"remark": ""})
    yield from _put_right(course, held["elevator"])


def _put_right(course: Course, d: Declaration) -> Story:
    """What was reported first did not suffice; the second report did."""
    running.order_midterm(d, ["补装监测终端，加装率达到任务书要求。", "补齐维保检查记录。"], course.date(14))
    yield course.after(13, 20, 15)
    running.report_rectified(d, "midterm", ["已补装终端六十台。", "已补齐两个季度的记录。"])
    yield course.after(13, 28, 10)
    running.order_midterm(d, ["终端加装率仍差一成，须全部补装并联网。"], course.date(15))
    yield course.after(14, 20, 15)
    running.report_rectified(d, "midterm", ["剩余终端已全部补装，监测平台在线率百分之九十九。"])
    yield course.after(14, 26, 10)
    words = "现场抽查二十台，终端均在线，记录完整，整改合格。"
    d.take("pass_midterm", running.handler_of(d), {"remark": "", "verification": words})


def _just_applied(course: Course, d: Declaration) -> Story:
    """The guarantor has not answered yet."""
    yield course.before(4, 10, 30)
    running.apply_for_acceptance(d)


def _endorsed(course: Course, d: Declaration) -> Story:
    """The guarantor agrees; the bureau has to organise the acceptance."""
    yield course.before(15, 10)
    running.apply_for_acceptance(d)
    yield course.before(9, 14)
    running.endorse(d, "acceptance_consent")


def _given_back(course: Course, d: Declaration) -> Story:
    """Incomplete; it may be filed again without being overdue."""
    yield course.before(19, 10)
    running.apply_for_acceptance(d, 0.9)
    yield course.before(14, 14)
    running.endorse(d, "acceptance_consent")
    yield course.before(6, 10)
    around.begin_request(d, f"{CHANGE}_targets")
    reason = "成效证明材料只有一个季度的数据，困人救援时间缺少原始记录，请补齐后重新申请。"
    d.take("return_acceptance", running.handler_of(d), {"reason": reason})


def _suspended(course: Course, d: Declaration, number: str) -> Story:
    """Suspended by docket; its resumption has just been asked for."""
    yield course.before(70, 10)
    reason = "修复区海堤应急加固，施工期间无法进入样地，申请暂停试点，施工结束后恢复。"
    around.ask_for(d, SUSPENSION, reason)
    yield course.before(66, 10)
    around.endorsed(d, SUSPENSION)
    docket = Signing("jingban5", SUSPENSION, "关于滨海盐沼湿地试点项目暂停的请示")
    days = course.before(64, 10), course.before(62, 15), course.before(60, 16)
    yield from around.decided(docket, [d], days, "海堤加固属不可抗力，拟同意暂停，妥否，请批示。")
    yield course.before(58, 10)
    docket.register(number)
    yield course.before(2, 10)
    around.ask_for(d, RESUMPTION, "海堤加固工程已完工并移交，样地恢复通行，申请恢复试点。")


def _commissioned(course: Course, d: Declaration) -> Story:
    """A district bureau runs the acceptance for the bureau: the experts are invited, the sheets not yet in."""
    yield course.before(28, 10)
    running.apply_for_acceptance(d)
    yield course.before(23, 15)
    running.endorse(d, "acceptance_consent")
    panel = Assessment("jingban6", {"iot_standard": 0.86}, ACCEPTANCE_ROUND)
    yield course.before(16, 10)
    panel.prepare({"iot_standard": d}, "国际标准化领域项目验收会", course.before(-4).date(), EXPERTS)
    if matter(ACCEPTANCE_ROUND).commission:
        until = course.before(-15).date()
        reason = "项目实施地在该区，由区市场监管局就近组织现场检查。"
        body = Body.objects.get(name=_COMMISSIONED, valid_to=None)
        panel.take("commission", {"body": body.pk, "until": until, "reason": reason})
    panel.take("invite")
    yield course.before(13, 14)
    panel.answer()
