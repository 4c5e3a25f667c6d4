"""A first batch of last year's call: half of its term is over, and its pilots lie around the mid-term."""

from __future__ import annotations

from pilots.demo import around_running as around
from pilots.demo import running
from pilots.demo.acting import Declaration
from pilots.demo.course import EXPERTS, Assessment, Course, approved, assessed, begun, declared, worked
from pilots.demo.scene import Scene
from pilots.demo.timeline import Story
from pilots.guards import MIDTERM_ROUND

#: project, words put before 标准化试点, recommender
_DECLARED = (
    ("hydrogen_station", "（液氢储运）", "嘉定区市场监管局"),
    ("city_signs", "（网格治理）", "杨浦区市场监管局"),
    ("delta_service", "（不动产登记）", "市发展和改革委员会"),
    ("composite", "（尾翼构件）", "宝山区市场监管局"),
    ("digital_village", "（农村宅基地）", "崇明区市场监管局"),
    ("cold_chain", "（疫苗配送）", "浦东新区市场监管局"),
)
_QUALITY = {name: 0.84 + n % 3 * 0.02 for n, (name, _w, _r) in enumerate(_DECLARED)}
_EARLY = {"composite": 0.54, "digital_village": 0.5, "cold_chain": 0.56}
_POINTS = {
    "composite": ["补充固化工艺标准的验证报告。", "完成无损检测人员的培训和考核。", "建立标准实施检查台账。"],
    "digital_village": ["补齐三个村组积分制标准的公示和执行记录。", "平台数据更新频率达到标准要求。"],
    "cold_chain": ["补充冷藏车验证的空载、满载和开门数据。", "统一超温处置记录表式。"],
}
_LOW = "计划制定的标准多数尚未发布，实施检查记录不完整，须限期整改。"


def stories(scene: Scene, course: Course, words: str, numbers: dict[str, str]) -> list[Story]:
    """All stories of the batch; `numbers` of the documents: "approved"."""
    told = {n: scene.declaration(n, body, suffix=suffix) for n, suffix, body in _DECLARED}
    return [
        *(declared(scene, d, n) for n, d in enumerate(told.values())),
        approved(course, told, _QUALITY, "jingban5", words, numbers["approved"]),
        *(begun(course, d, n) for n, d in enumerate(told.values())),
        *(worked(course, d, course.before(7).date(), number=n) for n, d in enumerate(told.values())),
        _evaluated_early(course, told, words),
        _reported(course, told["cold_chain"]),
        _silent(course, told["digital_village"]),
        _evaluated_lately(course, told, words),
        _in_evaluation(course, told, words),
        _writing(course, told["hydrogen_station"]),
    ]


def _evaluated_early(course: Course, told: dict[str, Declaration], words: str) -> Story:
    """The handlers open three mid-terms earlier; all have to put things right."""
    chosen = {name: told[name] for name in _EARLY}
    yield course.after(8, 2, 10)
    for d in chosen.values():
        d.take("open_midterm", running.handler_of(d))
    for n, (name, d) in enumerate(chosen.items()):
        yield course.after(8, 15, 9, 10 + 5 * n)
        running.file_midterm(d, _EARLY[name] - 0.2)
    panel = Assessment("jingban4", _EARLY, MIDTERM_ROUND)
    days = course.after(9, 2), course.after(9, 10, 16)
    yield from assessed(panel, chosen, f"{words}项目中期评估会（提前）", days, dict.fromkeys(_POINTS, _LOW))
    yield course.after(9, 14, 10)
    for name, due_on in (("digital_village", course.date(11)), ("cold_chain", course.date(12, 10))):
        running.order_midterm(told[name], _POINTS[name], due_on)
    yield course.after(9, 25, 10)
    running.order_midterm(told["composite"], _POINTS["composite"], course.date(12, 24))


def _reported(course: Course, d: Declaration) -> Story:
    """What was put right waits to be checked."""
    yield course.before(6, 15)
    answers = ["已完成三种工况验证，报告编号见附件。", "已统一表式并在各车组执行，见近一个月记录。"]
    running.report_rectified(d, "midterm", answers)


def _silent(course: Course, d: Declaration) -> Story:
    """Nothing was reported in time; heard, it asks for patience."""
    yield course.before(9, 10)
    facts = "中期整改期限届满，经提醒仍未提交整改报告。"
    notice = around.give_notice(d, "terminate", facts)
    yield course.before(7, 15)
    around.serve(d, notice, "电子送达")
    yield course.before(2, 16)
    text = "平台迁移导致数据中断两个月，积分制记录已补录，正在由各村核对，请求给予二十个工作日完成整改报告。"
    around.state_case(d, notice, text)


def _evaluated_lately(course: Course, told: dict[str, Declaration], words: str) -> Story:
    """The panel came to its conclusion; the handler has to give the result."""
    d = told["delta_service"]
    yield course.after(10, 2, 10)
    for name in ("city_signs", "delta_service"):
        told[name].take("open_midterm", running.handler_of(told[name]))
    yield course.after(10, 18, 10)
    running.file_midterm(d, 0.6)
    yield course.after(10, 22, 10)
    running.file_midterm(told["city_signs"], 0.5)
    panel = Assessment("jingban5", {"delta_service": 0.84}, MIDTERM_ROUND)
    days = course.before(14), course.before(5, 16)
    yield from assessed(panel, {"delta_service": d}, "长三角一体化项目中期评估会", days, {})


def _in_evaluation(course: Course, told: dict[str, Declaration], words: str) -> Story:
    """A round is being scored."""
    d = told["city_signs"]
    yield course.before(10, 9)
    panel = Assessment("jingban1", {"city_signs": 0.79}, MIDTERM_ROUND)
    panel.prepare({"city_signs": d}, "社会管理领域项目中期评估会", course.before(-1).date(), EXPERTS)
    panel.take("invite")
    yield course.before(8, 15)
    panel.answer()
    panel.take("open_scoring")
    yield course.before(2, 10)
    panel.declare()
    yield course.before(1, 16)
    panel.score(EXPERTS[2:4])


def _writing(course: Course, d: Declaration) -> Story:
    """Its mid-term has begun; the self-evaluation is half written."""
    yield course.before(2, 10)
    running.evaluate(d, "midterm", 0.5, half=True)
