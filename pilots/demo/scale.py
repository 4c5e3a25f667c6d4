"""Thousands of declarations for benchmarks: the demonstration's own, copied for invented units with invented titles."""

from __future__ import annotations

from typing import Any

from pilots.demo.units import CREDIT, invented_code, landline, mobile
from pilots.models import Pilot
from portal.accounts.models import District, Membership, Unit, User
from portal.accounts.roles import Role
from portal.base import clock
from portal.workbench.demo import Say
from portal.workbench.scaling import Retold, copyable, multiply

#: dossiers per unit, and the least number of units
_EACH, _LEAST = 8, 34
_LOGIN = "guimo"
_FIRST_CODE = 500_000
_PLACES = (
    "澄塘", "云锦浜", "荷泾", "舟岚", "澜桥", "凛舟", "衡津", "桃湾", "织云", "禾叙", "序衡", "青溪", "清澜", "莘溪", "驰屿", "潮澜",
    "绮序", "泰坪", "文澜", "应澜", "净序", "沐研", "岚翼", "稻序", "屿港", "芯屿", "序达", "鹤汀", "鸣泉", "松风", "枫泾浜", "望潮",
)  # fmt: skip
_SUBJECTS = (
    "社区助餐服务", "家庭照护床位", "认知障碍支持", "托育服务", "公共图书馆延伸服务", "体育场馆开放", "慢性病随访", "院前急救协同",
    "高层建筑消防巡查", "燃气安全管理", "电梯应急救援", "危化品运输监管", "防汛排水调度", "气象灾害预警", "垃圾分类投放", "道路保洁作业",
    "加氢站运行", "燃料电池系统测试", "动力电池回收", "智能网联道路测试", "细胞治疗产品制备", "医疗器械临床评价", "航空复合材料制造", "卫星数据应用",
    "集成电路封装测试", "半导体零部件清洗", "工业互联网平台", "智能工厂建设", "服装柔性定制", "化妆品功效评价", "数据产品登记", "跨境电商仓储",
    "在线新经济平台治理", "会展绿色搭建", "湿地生态修复", "船舶岸电使用", "内河航运减排", "园区绿色评价", "跨域政务服务", "长三角检测互认",
    "蔬菜种业", "水稻智慧种植", "数字乡村治理", "农村人居环境管护", "海外工程标准应用", "国际标准研制", "标准外文版翻译", "中医药服务出海",
)  # fmt: skip
_TRADES = ("科技", "物流", "装备", "生物技术", "环境工程", "数据服务", "农业", "文化传播", "医疗服务", "材料")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_NAMES = ("知行", "若水", "怀瑾", "明远", "清和", "望舒", "静好", "思齐", "以宁", "修远", "嘉言", "慕白", "临川")


def fill(number: int, say: Say) -> int:
    """Copies the declarations of the demonstration until so many more are there; gives their number."""
    units = _units(number, say)
    own = Pilot.objects.filter(applicant__memberships__user__username__startswith="qiye").order_by("pk")
    templates = copyable(own)
    offsets: dict[str, int] = {}

    def retold(n: int, template: Any) -> Retold:
        listed = units[template.district_id]
        offsets[template.district_id] = offsets.get(template.district_id, 0) + 1
        held = listed[offsets[template.district_id] % len(listed)]
        title = f"{_PLACES[n * 7 % len(_PLACES)]}{_SUBJECTS[n * 11 % len(_SUBJECTS)]}标准化试点"
        return Retold(held.unit_id, held.unit.name, held.user_id, held.user.name, title)  # type: ignore[arg-type, union-attr]

    step = max(number // 10, 1)
    marks = iter(range(step, number, step))
    next_mark = [next(marks, number)]

    def progress(done: int) -> None:
        while done >= next_mark[0] and done < number:
            say(f"{done} of {number}")
            next_mark[0] = next((mark for mark in marks if mark > done), number + 1)

    return multiply(templates, number, retold, progress)


def _units(number: int, say: Say) -> dict[str, list[Membership]]:
    """The units that declare, by district, each with its administrator; made in bulk when they are not there yet."""
    held = Membership.objects.filter(user__username__startswith=_LOGIN).select_related("unit", "user")
    if not held.exists():
        say(f"{_make_units(max(number // _EACH, _LEAST))} units")
    found: dict[str, list[Membership]] = {}
    for membership in held.order_by("pk"):
        found.setdefault(membership.unit.district_id, []).append(membership)  # type: ignore[union-attr]
    return found


def _make_units(count: int) -> int:
    districts, now = list(District.objects.order_by("position")), clock.now()
    units = Unit.objects.bulk_create(
        [_unit(n, districts[n % len(districts)], now) for n in range(count)], batch_size=500
    )
    users = User.objects.bulk_create(
        [
            User(
                username=f"{_LOGIN}{n}",
                name=unit.contact_name,
                email=f"{_LOGIN}{n}@demo.example",
                password="!",  # nobody signs in as one of these
                date_joined=now,
            )
            for n, unit in enumerate(units)
        ],
        batch_size=500,
    )
    Membership.objects.bulk_create(
        [
            Membership(user=user, role=Role.UNIT_ADMIN, unit=unit, created_at=now)
            for user, unit in zip(users, units, strict=True)
        ],
        batch_size=500,
    )
    return count


def _unit(n: int, district: District, now: Any) -> Unit:
    place, trade = _PLACES[n % len(_PLACES)], _TRADES[n // len(_PLACES) % len(_TRADES)]
    region = district.code if district.code.isdigit() else "310115"
    name = _SURNAMES[n * 5 % len(_SURNAMES)] + _NAMES[n * 3 % len(_NAMES)]
    address = f"上海市{district.name}{place}路{n % 900 + 1}号"
    return Unit(
        name=f"上海{place}{trade}（{n + 1}）有限公司",
        credit_code=invented_code(Unit.Nature.ENTERPRISE, region, _FIRST_CODE + n),
        nature=Unit.Nature.ENTERPRISE,
        registered_address=address,
        district=district,
        legal_representative=name,
        registered_capital=500 + n % 20 * 100,
        founded_on=now.date().replace(year=2010 + n % 10, month=n % 12 + 1, day=1),
        business=f"{trade}相关技术开发与服务",
        employees=20 + n % 400,
        contact_name=name,
        contact_mobile=mobile(10_000_000 + n),
        contact_phone=landline(100_000 + n),
        contact_email=f"{_LOGIN}{n}@demo.example",
        postal_address=address,
        postcode="200000",
        has_standards_office=True,
        full_time_staff=1 + n % 4,
        part_time_staff=n % 8,
        credit_statement=CREDIT,
        confirmed_at=now,
        created_at=now,
    )
