"""The factories themselves: what others build their tests on."""

from __future__ import annotations

import pytest

from portal.accounts import credit_code
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import Call
from portal.lifecycle import history
from portal.lifecycle.models import Chain
from tests.factories import (
    PASSWORD,
    CallFactory,
    DistrictBureauFactory,
    MembershipFactory,
    UnitFactory,
    handler_of,
    make_credit_code,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [0, 7, 99_999, 123_456])
def test_made_credit_codes_are_valid_and_without_warnings(number: int) -> None:
    code = make_credit_code(number)
    credit_code.validate(code)
    assert credit_code.warnings(code) == []


def test_units_pass_their_own_check() -> None:
    unit = UnitFactory()
    unit.full_clean()


@pytest.mark.parametrize("role", list(Role))
def test_memberships_stand_at_the_place_the_role_needs(role: Role) -> None:
    membership = MembershipFactory(role=role)
    membership.full_clean()
    assert membership.user.check_password(PASSWORD)
    assert (membership.unit is not None) == (role in (Role.UNIT_ADMIN, Role.UNIT_EDITOR))


def test_calls_are_published_through_the_door() -> None:
    call = CallFactory()
    assert call.state == "published"
    assert call.is_open(clock.today())
    assert call.fields.count() == 2
    assert handler_of(call).role == Role.HANDLER
    assert list(history.problems_of(Chain.objects.get(pk=call.chain_id))) == []
    assert CallFactory(published=False).state == "draft"
    assert Call.objects.count() == 2


def test_district_bureaus_carry_their_district() -> None:
    assert DistrictBureauFactory().district.name == "黄浦区"
