"""The people of the demonstration: who they are, in which roles, with which sign-in names. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password

from pilots.demo.experts import logins
from pilots.demo.units import all_units, mobile
from portal.accounts.demo import DemoAccount, provide
from portal.accounts.models import Body, Membership, Unit, User
from portal.accounts.roles import Role
from portal.base import clock

#: the password of all of them, which is no secret
PASSWORD = "Shidian-2026"


@dataclass(frozen=True)
class Person:
    """One person: sign-in name, name, and roles as (role, place); `listed` on the sign-in page with a note.

    A place is a short name of a unit, a name of a body, or empty.
    """

    login: str
    name: str
    roles: tuple[tuple[Role, str], ...]
    note: str = ""
    listed: bool = False


BUREAU = "市市场监督管理局"
#: desks of the calls, in their order, and who sits there
DESKS = ("social", "service", "industry", "modern", "green", "international")
#: who sits at a desk beside its handler: in 2023 nobody, since then one for the letters that two people handle
ALONE: dict[str, str] = {}
TOGETHER = {"industry": "jingban4"}
_HANDLERS = ("方予宁", "顾庭筠", "陆知衡", "沈若溪", "程望舒", "邵亦安")
_HANDLER_NOTES = (
    "社会管理领域，有拟办中的呈批件、公示期满的项目、待签署的任务书和待办理的变更申请",
    "公共服务领域，有待作出结论的评审、待拟办呈批件的项目、刚申请验收和逾期未验收的项目",
    "科技创新、制造业领域，有公示中的项目、待答复的异议、评分中的验收、待核查的整改和待呈批的延期",
    "现代服务业、农业农村领域，协办科技创新、制造业领域，有退回的和定期发布的呈批件、待复核的陈述申辩",
    "生态绿色、长三角一体化领域，正在组织评分，有待出具结果的中期评估、暂停中的项目",
    "国际标准化领域，出差中，由生态绿色领域经办人代理，有邀请中的验收",
)
# those who have live work come first: they are listed on the sign-in page
_DISTRICTS = (
    ("徐汇区市场监管局", "宋知远"),
    ("崇明区市场监管局", "林屿青"),
    ("普陀区市场监管局", "任以南"),
    ("虹口区市场监管局", "卓清池"),
    ("浦东新区市场监管局", "梁书意"),
    ("嘉定区市场监管局", "贺临川"),
    ("静安区市场监管局", "段怀瑾"),
    ("黄浦区市场监管局", "崔映真"),
    ("长宁区市场监管局", "柳如磐"),
    ("杨浦区市场监管局", "董若谷"),
    ("闵行区市场监管局", "费思齐"),
    ("宝山区市场监管局", "康宁远"),
    ("金山区市场监管局", "舒望海"),
    ("松江区市场监管局", "邱鹤鸣"),
    ("青浦区市场监管局", "庄亦澄"),
    ("奉贤区市场监管局", "解语冰"),
    ("临港新片区市场监管局", "向海生"),
)
_DEPARTMENTS = (
    ("市经济和信息化委员会", "严思衡"),
    ("市数据局", "简若愚"),
    ("市发展和改革委员会", "明怀远"),
    ("市民政局", "江慕白"),
    ("市农业农村委员会", "田若禾"),
    ("市交通委员会", "岑远帆"),
    ("市卫生健康委员会", "乔安和"),
    ("市生态环境局", "葛青岚"),
    ("市商务委员会", "韦知行"),
    ("市药品监督管理局", "欧阳清"),
    ("市科学技术委员会", "司徒明"),
    ("市消防救援总队", "上官毅"),
    ("市应急管理局", "夏侯安"),
    ("市文化和旅游局", "慕容雅"),
)
_EDITORS = (("yunjin", "陶然之"), ("chengyu", "叶知非"), ("zhiyun", "祝余年"))
#: units whose administrators are listed on the sign-in page
_LISTED_UNITS = ("chengyu", "yunjin", "hexu", "xuheng", "xinxi")


def everybody() -> list[Person]:
    """All people, in the order in which they are listed."""
    people = [
        Person(f"qiye{n}", data["contact"], ((Role.UNIT_ADMIN, name),), data["name"], name in _LISTED_UNITS)
        for n, (name, data) in enumerate(all_units().items(), 1)
    ]
    people += [
        Person(f"tianbao{n}", name, ((Role.UNIT_EDITOR, unit),), all_units()[unit]["name"], True)
        for n, (unit, name) in enumerate(_EDITORS, 1)
    ]
    people += [
        Person(f"quju{n}", name, ((Role.RECOMMENDER, body),), body, n <= 4)
        for n, (body, name) in enumerate(_DISTRICTS, 1)
    ]
    people += [
        Person(f"bumen{n}", name, ((Role.RECOMMENDER, body),), body, n <= 3)
        for n, (body, name) in enumerate(_DEPARTMENTS, 1)
    ]
    people += [
        Person(f"jingban{n}", name, ((Role.HANDLER, BUREAU),), _HANDLER_NOTES[n - 1], True)
        for n, name in enumerate(_HANDLERS, 1)
    ]
    return [
        *people,
        Person(
            "chuzhang1",
            "韩静川",
            ((Role.SECTION_CHIEF, BUREAU),),
            "标准技术管理处，有待审核的呈批件和待复核的代录",
            True,
        ),
        Person("juzhang1", "苏怀谷", ((Role.LEADER, BUREAU),), "分管局领导，有待审批的立项和验收呈批件", True),
        *(Person(login, name, ((Role.EXPERT, ""),), note, n < 5) for n, (login, name, note) in enumerate(logins())),
        Person("shenji1", "裘正言", ((Role.AUDITOR, BUREAU),), "只读", True),
        Person("guanli1", "盛云帆", ((Role.SYSTEM_ADMIN, BUREAU),), "", True),
        Person(
            "duojiao1",
            "章予安",
            ((Role.UNIT_EDITOR, "beitai"), (Role.EXPERT, ""), (Role.RECOMMENDER, "市经济和信息化委员会")),
            "一人多个身份，登录后可切换；也在专家库中",
            True,
        ),
    ]


def make(units: dict[str, Unit]) -> dict[str, Membership]:
    """Makes the accounts and their roles; gives the first role of each person, by sign-in name.

    Outside the demonstration nobody can sign in with them: they have no usable password.
    """
    bodies = {body.name: body for body in Body.objects.filter(valid_to=None)}
    bodies |= {name.partition("（")[0]: body for name, body in list(bodies.items()) if "（" in name}
    password, made = make_password(PASSWORD if settings.DEMO else None), {}
    for number, person in enumerate(everybody(), 1):
        user, _new = User.objects.get_or_create(
            username=person.login,
            defaults={
                "name": person.name,
                "email": f"{person.login}@demo.example",
                "phone": mobile(3000 + number),
                "password": password,
                "privacy_accepted_at": clock.now(),
            },
        )
        roles = [
            Membership.objects.get_or_create(user=user, role=role, unit=units.get(place), body=bodies.get(place))[0]
            for role, place in person.roles
        ]
        made[person.login] = roles[0]
    return made


@provide
def listed() -> list[DemoAccount]:
    """The accounts that the sign-in page offers, as far as the demonstration's data is loaded."""
    people = [person for person in everybody() if person.listed]
    there = set(User.objects.filter(username__in=[p.login for p in people]).values_list("username", flat=True))
    return [_account(person) for person in people if person.login in there]


def _account(person: Person) -> DemoAccount:
    roles = "、".join(str(role.label) for role, _place in person.roles)
    return DemoAccount(
        role=roles, label=f"{roles} {person.name}", login=person.login, password=PASSWORD, note=person.note
    )
