"""Districts, bodies and the calendar: loaded once, never over what an administrator has changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from portal.accounts.models import Body, District, Membership
from portal.accounts.roles import Role
from portal.base import workdays
from portal.base.models import CalendarDay
from tests.factories import BodyFactory, MembershipFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db: None) -> None:
    call_command("load_reference", verbosity=0)


def test_what_is_loaded(loaded: None) -> None:
    assert District.objects.count() == 17
    kinds = {kind: Body.objects.filter(kind=kind).count() for kind in Body.Kind.values}
    assert (kinds["bureau"], kinds["district_bureau"], kinds["district_government"]) == (1, 17, 16)
    assert kinds["department"] > 30
    assert Body.objects.get(kind=Body.Kind.INSTITUTE).full_name == "上海市质量和标准化研究院"
    for name in ("市教育委员会", "市规划和自然资源局", "市数据局", "市药品监督管理局"):
        assert Body.objects.get(name=name).kind == Body.Kind.DEPARTMENT
    assert Body.objects.get(name="临港新片区市场监管局").district == District.objects.get(name="临港新片区")
    assert not Body.objects.filter(kind="district_bureau", district=None).exists()


def test_abolished_bodies_lead_to_their_successors(loaded: None) -> None:
    former = Body.objects.get(name="市质量技监局")
    assert former.successor == Body.objects.get(kind=Body.Kind.BUREAU)
    assert former.valid_to is not None
    for body in Body.objects.exclude(valid_to=None):
        assert body.successor is not None
        assert body.successor.valid_to is None, "a successor is there today"
    assert "崇明县人民政府" in Body.objects.get(name="崇明区人民政府").former_names


def test_a_second_run_changes_nothing_and_undoes_nothing(loaded: None) -> None:
    Body.objects.filter(code="shamr").update(name="改过的名称")
    CalendarDay.objects.filter(date=dt.date(2023, 5, 1)).delete()
    before = (Body.objects.count(), District.objects.count(), CalendarDay.objects.count())
    call_command("load_reference", verbosity=0)
    assert (Body.objects.count(), District.objects.count(), CalendarDay.objects.count()) == before
    assert Body.objects.get(code="shamr").name == "改过的名称"


def test_the_calendar_knows_holidays_and_made_up_days(loaded: None) -> None:
    assert not workdays.is_workday(dt.date(2023, 5, 3)), "Labour Day holiday"
    assert workdays.is_workday(dt.date(2023, 4, 23)), "a Sunday that was worked"
    assert workdays.add_workdays(dt.date(2023, 4, 28), 5) == dt.date(2023, 5, 9)
    assert CalendarDay.objects.get(date=dt.date(2023, 5, 1)).name == "劳动节"


def test_a_year_is_filled_in_again_on_demand(loaded: None, capsys: Any) -> None:
    CalendarDay.objects.filter(date=dt.date(2023, 5, 1)).delete()
    call_command("load_calendar", "2023")
    assert CalendarDay.objects.filter(date=dt.date(2023, 5, 1)).exists()
    with pytest.raises(CommandError, match="尚不包括 2099 年"):
        call_command("load_calendar", "2099")


def test_a_role_is_held_once_on_every_database() -> None:
    membership = MembershipFactory(role=Role.EXPERT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=membership.user, role=Role.EXPERT)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_stands_where_it_belongs(role: Role) -> None:
    MembershipFactory(role=role).full_clean()
    wrong = Membership(user=UserFactory(), role=role, unit=UnitFactory(), body=None)
    if role in (Role.UNIT_ADMIN, Role.UNIT_EDITOR):
        wrong = Membership(user=UserFactory(), role=role, body=BodyFactory())
    if role != Role.EXPERT:
        with pytest.raises(ValidationError):
            wrong.full_clean()
