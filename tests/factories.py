"""Makes domain objects for tests: people, units, bodies, roles, published calls. Valid by default, each field can be given.

Roles of the bureau need a second factor outside the demonstration: `sign_in` gives a client a session that has passed it.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import factory
from django.test import Client
from factory.django import DjangoModelFactory

from portal.accounts import credit_code
from portal.accounts.actors import Actor
from portal.accounts.middleware import SESSION_MEMBERSHIP, SESSION_SEEN
from portal.accounts.models import Body, District, Membership, Unit, User
from portal.accounts.roles import Role
from portal.accounts.second_factor import SESSION_PASSED
from portal.base import clock
from portal.calls.models import Call, CallField, Desk, KeyDirection
from portal.lifecycle.engine import perform

PASSWORD = "Tide-Gauge-1949"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def make_credit_code(number: int, region: str = "310101") -> str:
    """A valid code of an invented enterprise; the same number gives the same code."""
    part = f"MA{number // 100000 % 10}{number % 100000:05d}"
    total = sum(int(char, 36) * weight for char, weight in zip(part, _ORGANISATION_WEIGHTS, strict=True))
    check = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    first17 = f"91{region}{part}{check}"
    return first17 + credit_code.check_digit(first17)


class UserFactory(DjangoModelFactory[User]):
    """A person with the password `PASSWORD` and no role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.org")
    name = factory.Sequence(lambda n: f"张三{n}")
    phone = "13800000000"
    privacy_accepted_at = factory.LazyFunction(clock.now)
    password = factory.django.Password(PASSWORD)


class DistrictFactory(DjangoModelFactory[District]):
    """黄浦区, unless another one is given; the same code is the same row."""

    class Meta:
        model = District
        django_get_or_create = ("code",)

    code = "310101"
    name = factory.LazyAttribute(
        lambda o: {"310101": "黄浦区", "310104": "徐汇区", "310115": "浦东新区"}.get(o.code, f"测试区{o.code}")
    )


class UnitFactory(DjangoModelFactory[Unit]):
    """A confirmed enterprise in 黄浦区 with a valid credit code."""

    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"上海示例科技{n}有限公司")
    credit_code = factory.Sequence(make_credit_code)
    nature = Unit.Nature.ENTERPRISE
    registered_address = "上海市黄浦区示例路 1 号"
    district = factory.SubFactory(DistrictFactory)
    legal_representative = "李四"
    registered_capital = 1000
    founded_on = dt.date(2010, 5, 1)
    business = "标准化技术服务"
    employees = 120
    contact_name = "王五"
    contact_post = "标准化主管"
    contact_mobile = "13900000000"
    contact_email = factory.Sequence(lambda n: f"contact{n}@example.org")
    postal_address = "上海市黄浦区示例路 1 号"
    postcode = "200001"
    has_standards_office = True
    full_time_staff = 2
    part_time_staff = 3
    credit_statement = "近三年无严重违法失信记录"
    confirmed_at = factory.LazyFunction(clock.now)


class BodyFactory(DjangoModelFactory[Body]):
    """A department; `kind` and `district` make it a district bureau."""

    class Meta:
        model = Body

    code = factory.Sequence(lambda n: f"body-{n}")
    kind = Body.Kind.DEPARTMENT
    name = factory.Sequence(lambda n: f"市示例{n}委员会")
    full_name = factory.LazyAttribute(lambda o: f"上海{o.name}")


class DistrictBureauFactory(BodyFactory):
    """The district bureau of 黄浦区, unless another district is given."""

    kind = Body.Kind.DISTRICT_BUREAU
    district = factory.SubFactory(DistrictFactory)
    name = factory.LazyAttribute(lambda o: f"{o.district.name}市场监管局")


class BureauFactory(BodyFactory):
    """The municipal bureau; there is one."""

    class Meta:
        model = Body
        django_get_or_create = ("code",)

    code = "shamr"
    kind = Body.Kind.BUREAU
    name = "市市场监督管理局"
    full_name = "上海市市场监督管理局"


class MembershipFactory(DjangoModelFactory[Membership]):
    """A person's role; the place that the role needs (unit, department, the bureau) is made unless it is given."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.UNIT_ADMIN

    @factory.lazy_attribute
    def unit(self) -> Unit | None:
        return UnitFactory() if self.role in (Role.UNIT_ADMIN, Role.UNIT_EDITOR) else None

    @factory.lazy_attribute
    def body(self) -> Body | None:
        if self.role == Role.RECOMMENDER:
            return BodyFactory()
        if self.role in (Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN):
            return BureauFactory()
        return None


class CallFactory(DjangoModelFactory[Call]):
    """A published call whose window is open today, with two fields, their directions, and a desk with a handler.

    `CallFactory(handler=membership)` names the handler; `CallFactory(published=False)` leaves a draft.
    """

    class Meta:
        model = Call

    handler = None
    published = True
    programme = "pilots"
    year = factory.LazyFunction(lambda: clock.today().year)
    number = factory.Sequence(lambda n: f"沪市监标技〔2023〕{n + 1}号")
    title = factory.LazyAttribute(lambda o: f"关于开展{o.year}年度市级标准化试点项目申报工作的通知")
    issued_on = factory.LazyFunction(clock.today)
    opens_on = factory.LazyFunction(lambda: clock.today() - dt.timedelta(days=10))
    closes_on = factory.LazyFunction(lambda: clock.today() + dt.timedelta(days=30))
    reporting_closes_on = factory.LazyAttribute(lambda o: o.closes_on + dt.timedelta(days=14))
    form_version = "pilot-2023"
    fairness_review = "不影响公平竞争"
    legality_review = "合法"

    @classmethod
    def _create(cls, model_class: type[Call], *args: Any, **kwargs: Any) -> Call:
        handler = kwargs.pop("handler") or MembershipFactory(role=Role.HANDLER)
        published = kwargs.pop("published")
        call = model_class(*args, **kwargs)
        perform(call, "draft", actor=actor_of(handler))
        desk = Desk.objects.create(call=call, contact_name="赵六", phone="021-64220000-2500")
        desk.handlers.add(handler)
        for position, (code, name, directions) in enumerate(_FIELDS):
            field = CallField.objects.create(call=call, code=code, name=name, desk=desk, position=position)
            KeyDirection.objects.bulk_create(KeyDirection(field=field, name=text) for text in directions)
        if published:
            data = {"number": call.number, "issued_on": call.issued_on}
            perform(call, "publish", actor=actor_of(handler), data=data)
        return call


_FIELDS = (
    ("governance", "社会管理", ("城市数字治理", "安全生产")),
    ("manufacturing", "制造业", ("新能源汽车", "先进材料")),
)


class PilotFactory(DjangoModelFactory[Any]):
    """A pilot that went through the door into the given state; see `tests.pilot_data.pilot_in` for what can be given.

    `PilotFactory(state="recommended", title="…", call=…, unit=…, recommender=…)`
    """

    class Meta:
        model = "pilots.Pilot"

    state = "draft"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        from tests.pilot_data import pilot_in

        return pilot_in(**kwargs)


def actor_of(membership: Membership) -> Actor:
    """The person of that role, acting in it."""
    return Actor(membership.user, membership, address="192.0.2.1")


def actor(role: Role, **places: Any) -> Actor:
    """A new person acting in that role; `unit=` or `body=` as wanted."""
    return actor_of(MembershipFactory(role=role, **places))


def handler_of(call: Call) -> Actor:
    """The handler whose desk serves the call's fields."""
    return actor_of(Membership.objects.select_related("user", "body").filter(desks__call=call).distinct().get())


def sign_in(client: Client, membership: Membership) -> Client:
    """The client, signed in as that person in that role, second factor passed."""
    client.force_login(membership.user)
    session = client.session
    session[SESSION_MEMBERSHIP] = membership.pk
    session[SESSION_SEEN] = time.time()
    session[SESSION_PASSED] = membership.user_id
    session.save()
    return client
