"""What is photographed for the user manual: whose page, how one gets there, what is framed, what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shot:
    """One picture.

    `name` is the file's name without its ending and begins with the chapter's; `login` is empty for the public. From `path`
    the links in `follow` are followed, by their words or by a selector (`css=…`). `opens` are `<details>` to unfold, `marks`
    are framed, and the picture is the smallest that holds all `parts`; without parts it is the window, `height` pixels high.
    With `elsewhere` it goes to docs/images, for the README.
    """

    name: str
    login: str
    path: str
    follow: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    height: int = 0
    elsewhere: bool = False


def of(name: str, login: str, project: str, *follow: str, **rest: object) -> Shot:
    """A picture of a project's page, or of what is reached from there by links."""
    return Shot(name, login, f"/desk/search/?q={project}", (f'css=main a:text-is("{project}")', *follow), **rest)  # type: ignore[arg-type]


HYDROGEN = "氢能加氢站安全运行标准化试点"
WETLAND = "滨海盐沼湿地生态修复与长效管护标准化试点"
SEEDS = "鲜食蔬菜种业全链条标准化试点"
DATA = "数据资产登记与流通服务标准化试点"
DEMENTIA = "认知障碍友好社区服务标准化试点"
BATTERY = "新能源汽车动力电池回收利用与梯次应用标准化试点"
TEXTILES = "纺织服装产业工业互联网平台数据互通标准化试点"
COLD = "生物医药冷链物流全程温控标准化试点"
RURAL = "数字乡村“一图一码一平台”治理标准化试点"
FIRE = "高层住宅消防安全“微网格”管理标准化试点"
#: running pilots: with a task book to sign, before its mid-term, at work, putting things right, applying for acceptance
TO_SIGN = "氢能加氢站安全运行（站控平台）标准化试点"
MIDTERM = "氢能加氢站安全运行（液氢储运）标准化试点"
AT_WORK = "高层住宅消防安全“微网格”管理（城中村）标准化试点"
MENDING = "数字乡村“一图一码一平台”治理（农村宅基地）标准化试点"
APPLYING = "时尚服饰小批量柔性定制服务（高级定制）标准化试点"
PASSED = "氢能加氢站安全运行（一期）标准化试点"
TO_PASS = "长三角生态绿色一体化发展示范区跨域政务服务协同（不动产登记）标准化试点"

#: everything from the breadcrumbs to the end of the page
MAIN = ("main > :first-child", "main > :last-child")

#: the first row of a list in that state
IN = "css=main tr:has-text('{}') td a"

#: the first notice that is running, on the public page
NOTICE = "css=main a[href^='/notices/']:not([href$='/objections/'])"

SHOTS = (
    Shot("workbench", "jingban3", "/desk/", height=900, elsewhere=True),
    # --- everybody ------------------------------------------------------------------------------
    Shot("common-login", "", "/accounts/login/", parts=("h1", "form:has(input[name=password])", ".p-entrance-links")),
    Shot("common-workbench", "qiye1", "/desk/", marks=('section[aria-labelledby="duties-head"]',), height=760),
    Shot("common-messages", "qiye1", "/messages/", marks=('a:has-text("提醒设置")',), height=560),
    Shot("common-preferences", "qiye1", "/messages/preferences/", parts=MAIN),
    of("common-dossier", "qiye1", HYDROGEN, marks=(".p-now",), height=860),
    of("common-history", "qiye1", HYDROGEN, "css=a[data-tab][href*=history]", parts=(".p-tabs", "#tab"), height=640),
    Shot("common-filter", "chuzhang1", "/desk/dossiers/", opens=("main details:has(select)",), height=620),
    # --- applicants -----------------------------------------------------------------------------
    Shot("applicant-signup", "", "/registration/signup/", parts=MAIN),
    Shot("applicant-members", "qiye1", "/unit/", parts=MAIN, height=640),
    Shot(
        "applicant-begin", "tianbao1", "/declare/", marks=('main button:has-text("开始申报")',), parts=MAIN, height=640
    ),
    of(
        "applicant-form",
        "qiye13",
        WETLAND,
        "css=main a[href*='/form/']",
        "css=a[href*='/form/']:has-text('基本信息')",
        height=820,
    ),
    of("applicant-check", "qiye10", SEEDS, "css=main a[href*='/form/']", "css=a[href$='/form/review/']", height=860),
    of("applicant-print", "tianbao1", DEMENTIA, marks=(".p-now",), height=760),
    of("applicant-returned", "qiye11", DATA, marks=(".p-now",), height=860),
    of("applicant-supplement", "qiye1", HYDROGEN, "step:supplement", parts=MAIN),
    of("applicant-withdraw", "qiye1", HYDROGEN, "step:withdraw", parts=MAIN),
    Shot("applicant-papers", "qiye1", "/papers/", height=560),
    of("applicant-book", "qiye1", TO_SIGN, "css=main a[href*='/task-books/']", marks=(".p-now",), height=860),
    of(
        "applicant-progress",
        "qiye8",
        AT_WORK,
        "css=a[data-tab][href*=execution]",
        parts=(".p-tabs", "#tab"),
        height=900,
    ),
    of("applicant-outputs", "qiye8", AT_WORK, "css=a[data-tab][href*=outputs]", parts=(".p-tabs", "#tab"), height=760),
    of("applicant-midterm", "qiye1", MIDTERM, "css=main a[href*='/evaluations/']", height=1000),
    of("applicant-rectify", "qiye3", MENDING, "step:report_midterm_rectification", parts=MAIN),
    Shot("applicant-requests", "qiye8", "/desk/requests/", parts=MAIN, height=700),
    of(
        "applicant-change",
        "qiye8",
        AT_WORK,
        "css=main a[href*='/requests/new/?']",
        "css=main a[href*='pilots.change_targets']",
        height=1000,
    ),
    of("applicant-certificate", "qiye1", PASSED, "css=a[data-tab][href*=papers]", height=900),
    of("applicant-statement", "qiye3", MENDING, "css=main a[href*='/statements/']", height=900),
    # --- recommenders ---------------------------------------------------------------------------
    Shot("recommender-list", "quju2", "/desk/dossiers/waiting/", height=420),
    of("recommender-dossier", "quju2", RURAL, marks=(".p-now",), height=800),
    of("recommender-opinion", "quju2", RURAL, "step:note_opinion", parts=MAIN),
    of("recommender-recommend", "quju3", FIRE, "step:recommend", parts=MAIN),
    of("recommender-return", "quju2", RURAL, "step:send_back", parts=MAIN),
    of("recommender-decline", "quju2", RURAL, "step:decline", parts=MAIN),
    Shot(
        "recommender-total",
        "quju1",
        "/desk/recommendations/",
        ("css=main a[href^='/desk/recommendations/']",),
        parts=MAIN,
        height=860,
    ),
    Shot("recommender-endorsement", "bumen2", "/desk/endorsements/", ("css=main td a",), parts=MAIN, height=900),
    Shot("recommender-guaranteed", "quju1", "/desk/guaranteed/", parts=MAIN, height=620),
    Shot("recommender-claims", "quju1", "/registration/claims/", ("css=main td a",), parts=MAIN, height=900),
    # --- handlers: acceptance -------------------------------------------------------------------
    Shot("handler-call", "jingban3", "/calls/new/", parts=MAIN),
    Shot("handler-progress", "jingban3", "/calls/", ("推荐进度",), parts=MAIN, height=760),
    Shot("handler-list", "jingban3", "/desk/dossiers/waiting/", height=460),
    of("handler-dossier", "jingban3", COLD, marks=(".p-now",), height=860),
    of(
        "handler-menu",
        "jingban3",
        COLD,
        opens=("main .p-head details",),
        parts=(".p-head", "main .p-head details .p-menu-body"),
    ),
    of("handler-accept", "jingban3", COLD, "step:accept", parts=MAIN),
    of("handler-correction", "jingban3", COLD, "step:require_correction", parts=MAIN),
    of("handler-diff", "jingban3", BATTERY, "css=main a[href$='/versions/1/2/']", parts=MAIN, height=640),
    of("handler-refuse", "jingban3", COLD, "step:refuse_acceptance", parts=MAIN),
    of("handler-enquiry", "jingban3", COLD, "css=main a[href*='/enquiries/new/']", parts=MAIN),
    of("handler-consultation", "jingban3", COLD, "css=main a[href*='/consultations/new/']", parts=MAIN),
    Shot("handler-claim", "jingban1", "/registration/claims/", ("上海鹤汀微生物制剂有限公司",), parts=MAIN, height=900),
    Shot("handler-units", "jingban1", "/desk/unit-changes/", ("办理更名",), parts=MAIN),
    # --- handlers: review -----------------------------------------------------------------------
    Shot("handler-experts", "jingban1", "/desk/experts/", parts=MAIN, height=640),
    Shot("handler-expert", "jingban1", "/desk/experts/", ("css=main td a",), parts=MAIN, height=900),
    Shot("handler-rounds", "jingban1", "/desk/rounds/", height=560),
    Shot("handler-round-new", "jingban1", "/desk/rounds/new/", parts=MAIN),
    Shot(
        "handler-panel",
        "jingban3",
        "/desk/rounds/",
        (IN.format("筹备中"), "css=a[href$='/panel/']"),
        parts=MAIN,
        height=1000,
    ),
    Shot(
        "handler-inviting",
        "jingban6",
        "/desk/rounds/",
        (IN.format("邀请中"), "css=a[href$='/panel/']"),
        parts=MAIN,
        height=760,
    ),
    Shot(
        "handler-board",
        "jingban5",
        "/desk/rounds/?state=scoring",
        (IN.format("重新组织"), "css=a[href$='/board/']"),
        parts=MAIN,
        height=760,
    ),
    Shot(
        "handler-package",
        "jingban5",
        "/desk/rounds/",
        (IN.format("重新组织"), "css=main a[href$='/papers/']"),
        parts=MAIN,
        height=640,
    ),
    Shot("handler-checks", "jingban2", "/desk/rounds/checks/", parts=MAIN, height=500),
    Shot(
        "handler-summary",
        "jingban4",
        "/desk/rounds/",
        (IN.format("已结束"), "css=a[href$='/summary/']"),
        parts=MAIN,
        height=860,
    ),
    Shot(
        "handler-conclude",
        "jingban2",
        "/desk/rounds/",
        (IN.format("材料和装备制造"), "step:conclude"),
        parts=MAIN,
        height=1000,
    ),
    # --- handlers: dockets, notices, beside -----------------------------------------------------
    Shot("handler-dockets", "jingban4", "/desk/dockets/all/", height=620),
    Shot("handler-docket-new", "jingban2", "/desk/dockets/new/", parts=MAIN, height=700),
    Shot("handler-docket", "jingban1", "/desk/dockets/all/", (IN.format("拟办中"),), height=1000),
    Shot("handler-register", "jingban3", "/desk/dockets/all/", (IN.format("待发文登记"), "step:register"), parts=MAIN),
    Shot("handler-notices", "jingban3", "/desk/notices/", height=520),
    Shot("handler-notice", "jingban3", "/desk/notices/", (IN.format("GS-"),), parts=MAIN, height=1000),
    Shot("handler-close", "jingban1", "/desk/notices/?section=due", ("css=main td a", "step:close"), parts=MAIN),
    Shot("handler-objections", "jingban3", "/desk/objections/", parts=MAIN, height=500),
    Shot("handler-objection", "jingban3", "/desk/objections/", (IN.format("已受理"),), parts=MAIN, height=900),
    Shot(
        "handler-letter",
        "jingban4",
        "/desk/notices/",
        (IN.format("GS-"), "css=main a[href$='/letter/']"),
        parts=MAIN,
        height=1000,
    ),
    Shot("handler-letter-check", "jingban3", "/desk/objections/", (IN.format("来函待复核"),), parts=MAIN, height=900),
    Shot("handler-requests", "jingban3", "/desk/requests/", parts=MAIN, height=560),
    Shot("handler-behalf", "jingban1", "/desk/on-behalf/", parts=MAIN, height=500),
    # --- handlers: running projects -------------------------------------------------------------
    Shot("handler-watch", "chuzhang1", "/desk/supervised/overdue/", height=560),
    Shot("handler-overview", "juzhang1", "/desk/overview/pilots/", height=900),
    of("handler-midterm", "chuzhang1", TO_PASS, marks=(".p-now",), height=860),
    Shot("handler-request", "chuzhang1", "/desk/requests/", ("css=main td a",), height=860),
    of("handler-statement", "chuzhang1", MENDING, "css=main a[href*='/statements/']", height=900),
    of("handler-acceptance", "jingban3", APPLYING, marks=(".p-now",), height=860),
    Shot("handler-workload", "jingban1", "/desk/experts/workload/", parts=MAIN, height=620),
    Shot("handler-import", "jingban1", "/desk/imports/", parts=MAIN, height=560),
    Shot("chief-overview", "chuzhang1", "/desk/overview/pilots/", height=900),
    # --- section chiefs, leaders ----------------------------------------------------------------
    Shot("chief-workbench", "chuzhang1", "/desk/", marks=('section[aria-labelledby="duties-head"]',), height=640),
    of("chief-second", "chuzhang1", BATTERY, "step:agree_second_correction", parts=MAIN),
    Shot("chief-review", "chuzhang1", "/desk/dockets/review/", height=460),
    Shot("chief-docket", "chuzhang1", "/desk/dockets/review/", ("css=main td a",), height=1000),
    Shot("chief-pass", "chuzhang1", "/desk/dockets/review/", ("css=main td a", "step:pass_on"), parts=MAIN),
    Shot("chief-deputies", "chuzhang1", "/desk/deputies/", parts=MAIN),
    Shot("leader-decide", "juzhang1", "/desk/dockets/decide/", height=460),
    Shot("leader-docket", "juzhang1", "/desk/dockets/decide/", ("css=main td a",), height=1000),
    Shot(
        "leader-items", "juzhang1", "/desk/dockets/decide/", ("css=main td a", "step:decide"), parts=MAIN, height=1000
    ),
    Shot("leader-past", "juzhang1", "/desk/dockets/past/", height=560),
    Shot("leader-dossiers", "juzhang1", "/desk/dossiers/", height=620),
    # --- experts --------------------------------------------------------------------------------
    Shot("expert-mine", "zhuanjia1", "/desk/reviews/", height=620),
    Shot(
        "expert-declare",
        "zhuanjia5",
        "/desk/reviews/",
        ("css=main a:has-text('待评分')", "css=main a[href*='/declaration/']"),
        parts=MAIN,
        height=900,
    ),
    Shot(
        "expert-sheet",
        "zhuanjia1",
        "/desk/reviews/",
        ("css=main a:has-text('待评分')", "css=main td a[href^='/desk/reviews/']"),
        height=900,
    ),
    Shot("expert-me", "zhuanjia1", "/desk/me/", parts=MAIN, height=900),
    # --- administrators, auditors ---------------------------------------------------------------
    Shot("admin-index", "guanli1", "/admin/", height=860),
    Shot("admin-parameters", "guanli1", "/admin/calls/parameterversion/", height=760),
    Shot("admin-calendar", "guanli1", "/admin/base/calendarday/", height=640),
    Shot("admin-operation", "guanli1", "/operation/", parts=MAIN, height=860),
    Shot("admin-outbox", "guanli1", "/operation/outbox/", parts=MAIN, height=560),
    Shot("auditor-log", "shenji1", "/accounts/log/", parts=MAIN, height=560),
    of("auditor-history", "shenji1", HYDROGEN, "css=a[data-tab][href*=history]", parts=(".p-tabs", "#tab"), height=700),
    # --- the public -----------------------------------------------------------------------------
    Shot("public-home", "", "/", height=860),
    Shot("public-call", "", "/calls/", ("css=main a[href^='/calls/']",), height=760),
    Shot("public-notices", "", "/notices/", height=620),
    Shot("public-notice", "", "/notices/", (NOTICE,), height=900),
    Shot(
        "public-objection",
        "",
        "/notices/",
        (NOTICE, "css=a[href$='/objection/']"),
        parts=("main",),
        height=1000,
    ),
    Shot("public-follow", "", "/notices/objections/", parts=("main",)),
    Shot("public-register", "", "/registers/pilots/", height=900),
    Shot("public-verify", "", "/verify/", height=560),
    Shot("public-help", "", "/help/pilots/", height=860),
)
