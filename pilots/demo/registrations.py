"""Units that ask to be registered and people who ask to join one: a matter in each state, for those who decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.hashers import make_password

from pilots.demo.acting import acting
from pilots.demo.timeline import Story
from pilots.demo.units import CREDIT, invented_code, landline, mobile
from portal.accounts.actors import Actor
from portal.accounts.models import District, Membership, User
from portal.accounts.roles import Role
from portal.base import clock
from portal.base.workdays import add_workdays
from portal.lifecycle.engine import perform
from portal.registration.models import Claim, Join

#: sign-in name, name, unit, district, nature, and what becomes of the claim
_CLAIMS = (
    ("xinren1", "潘若昀", "上海澄塘智慧养老科技有限公司", "徐汇区", "enterprise", ""),
    ("xinren2", "管清扬", "上海鹤汀微生物制剂有限公司", "浦东新区", "enterprise", "check"),
    ("xinren3", "褚望亭", "上海市嘉定区枫泾浜社区文化活动中心", "嘉定区", "institution", "send_back"),
    ("xinren4", "戴予希", "上海松风汽车零部件有限公司", "嘉定区", "enterprise", "confirm"),
    ("xinren5", "范以宁", "上海鸣泉企业管理咨询工作室", "静安区", "other", "refuse"),
    ("xinren6", "苗若谷", "上海望潮海洋仪器有限公司", "虹口区", "enterprise", "withdraw"),
)
_REASONS = {
    "send_back": "单位性质应按事业单位法人证书填写，请一并核对单位负责人姓名后重新提交。",
    "refuse": "所附信息显示主体为个体工商户，不属于可以申报的单位。",
}
#: sign-in name, name, short name of the unit's administrator, note, what becomes of the request
_JOINS = (
    ("jiaru1", "阮清越", "qiye1", "安全技术部，负责加氢站运行标准编写", ""),
    ("jiaru2", "凌小满", "qiye2", "新入职", "send_back"),
    ("jiaru3", "容与之", "qiye4", "船舶管理部，协助填报", "admit"),
    ("jiaru4", "云知意", "qiye11", "外部咨询机构人员", "refuse"),
    ("jiaru5", "时若安", "qiye9", "平台研发部", "withdraw"),
)


def stories(password: str) -> Iterator[Story]:
    """One story for each matter, in the working weeks before the present day.

    Args:
        password: of the people who ask; with an empty one nobody can sign in as them.
    """
    hashed = make_password(password or None)
    for number, claim in enumerate(_CLAIMS):
        yield _claim(number, claim, hashed)
    for number, join in enumerate(_JOINS):
        yield _join(number, join, hashed)


def _person(login: str, name: str, number: int, password: str) -> Actor:
    user = User.objects.create(
        username=login,
        name=name,
        email=f"{login}@demo.example",
        phone=mobile(number),
        password=password,
        privacy_accepted_at=clock.now(),
        date_joined=clock.now(),
    )
    return Actor(user, address="192.0.2.44")


def _facts(number: int, name: str, unit: str, district: District, nature: str) -> dict[str, Any]:
    region = district.code if district.code.isdigit() else "310115"
    address = f"上海市{district.name}{unit[2:4]}路{number * 10 + 8}号"
    return {
        "name": unit,
        "credit_code": invented_code(nature, region, 90_000 + number),
        "nature": nature,
        "registered_address": address,
        "district": district.pk,
        "legal_representative": name,
        "registered_capital": "800" if nature == "enterprise" else "",
        "founded_on": f"{2012 + number}-05-18",
        "business": f"{unit}章程（执照）载明的业务",
        "employees": str(30 + number * 11),
        "contact_name": name,
        "contact_post": "办公室主任",
        "contact_mobile": mobile(4000 + number),
        "contact_phone": landline(4000 + number),
        "contact_email": f"contact{number}@demo.example",
        "postal_address": address,
        "postcode": "200000",
        "has_standards_office": "on",
        "full_time_staff": "1",
        "part_time_staff": "2",
        "credit_statement": CREDIT,
    }


def _claim(number: int, told: tuple[str, ...], password: str) -> Story:
    login, name, unit, district_name, nature, then = told
    district = District.objects.get(name=district_name)
    today = clock.today()
    yield clock.at(add_workdays(today, -4 - number), 10, 12)
    claimant = _person(login, name, 5000 + number, password)
    data = _facts(number, name, unit, district, nature)
    if then == "check":  # the last place does not fit, and the person says that the licence reads so
        code = data["credit_code"]
        data["credit_code"] = code[:17] + ("0" if code[17] != "0" else "1")
        data |= {"manual_check": "on", "manual_reason": "执照所载代码即为此号，系早年由原登记机关核发，附原件备查。"}
    claim = Claim(user=claimant.user)
    perform(claim, "submit", actor=claimant, data=data)
    if then in ("", "check"):
        return
    yield clock.at(add_workdays(today, -2), 14, 10 + number)
    if then == "withdraw":
        perform(claim, "withdraw", actor=claimant)
        return
    bureau = Membership.objects.select_related("user", "unit", "body").get(
        role=Role.RECOMMENDER, body__district=district
    )
    reasons = {"opinion": "经核对营业执照，信息一致。"} if then == "confirm" else {"reasons": _REASONS[then]}
    perform(claim, then, actor=acting(bureau), data=reasons)


def _join(number: int, told: tuple[str, ...], password: str) -> Story:
    login, name, administrator, note, then = told
    held = Membership.objects.select_related("user", "unit", "body").get(user__username=administrator)
    assert held.unit is not None
    unit, today = held.unit, clock.today()
    yield clock.at(add_workdays(today, -3 - number), 15, 20)
    asker = _person(login, name, 6000 + number, password)
    join = Join(user=asker.user, unit=unit)
    perform(join, "ask", actor=asker, data={"note": note})
    if not then:
        return
    yield clock.at(add_workdays(today, -1), 9, 30 + number)
    if then == "withdraw":
        perform(join, "withdraw", actor=asker)
    elif then == "admit":
        perform(join, "admit", actor=acting(held), data={"role": Role.UNIT_EDITOR})
    else:
        text = "请说明岗位和在本项目中的分工。" if then == "send_back" else "非本单位人员，不能加入。"
        perform(join, then, actor=acting(held), data={"reasons": text})
