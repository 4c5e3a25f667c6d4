"""A running portal with its worker, the offices around a call, and the windows of the people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from portal.accounts.models import Body, District, Membership
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import Call
from tests.factories import (
    BodyFactory,
    CallFactory,
    DistrictBureauFactory,
    DistrictFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
)
from tests.journeys.pages import Visitor, scan_file
from tests.worker import Running, worker


@dataclass
class Stage:
    """The offices: a district bureau that recommends, a second recommender, the bureau with its desk, an open call."""

    call: Call
    district: District
    bureau: Body
    department: Body
    recommender: Membership
    second: Membership
    handler: Membership
    chief: Membership
    scan: Path
    folder: Path


def _person(login: str, name: str, role: Role, **places: Any) -> Membership:
    user = UserFactory(username=login, name=name)
    return MembershipFactory(user=user, role=role, **places)


@pytest.fixture
def stage(transactional_db: None, demo: Any, tmp_path: Path) -> Stage:
    district = DistrictFactory(code="310115")
    bureau = DistrictBureauFactory(district=district, full_name="上海市浦东新区市场监督管理局")
    department = BodyFactory(name="市民政局")
    handler = _person("jingban", "经办甲", Role.HANDLER)
    return Stage(
        call=CallFactory(handler=handler),
        district=district,
        bureau=bureau,
        department=department,
        recommender=_person("quju", "推荐甲", Role.RECOMMENDER, body=bureau),
        second=_person("minzheng", "推荐乙", Role.RECOMMENDER, body=department),
        handler=handler,
        chief=_person("chuzhang", "处长甲", Role.SECTION_CHIEF),
        scan=scan_file(tmp_path),
        folder=tmp_path,
    )


@pytest.fixture
def leader(stage: Stage) -> Membership:
    """The leader, login `juling`."""
    return _person("juling", "局领导甲", Role.LEADER)


@pytest.fixture
def unit(stage: Stage) -> Membership:
    """The administrator of the applicant's unit, login `shenbao`."""
    place = UnitFactory(name="上海浦江养老服务有限公司", district=stage.district)
    return _person("shenbao", "申报甲", Role.UNIT_ADMIN, unit=place)


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    """The demonstration's clock, which a test may have moved, is read anew by the next one."""
    yield
    clock._offset_cache.update(read=0.0, seconds=0.0)


Open = Callable[..., Visitor]


@pytest.fixture
def window(browser: Browser, live_server: Any) -> Iterator[Open]:
    """Opens windows: `window("jingban", width=390)`. At the end nothing must have gone wrong in any of them."""
    opened: list[Visitor] = []

    def open_window(login: str | None = None, *, width: int = 1366, scripts: bool = True) -> Visitor:
        visitor = Visitor(browser, live_server.url, width=width, scripts=scripts)
        opened.append(visitor)
        return visitor.sign_in(login) if login else visitor

    yield open_window
    faults = [fault for visitor in opened for fault in visitor.faults]
    for visitor in opened:
        visitor.context.close()
    assert faults == []


@pytest.fixture
def running(stage: Stage) -> Iterator[Running]:
    """The real embedded worker on the database of the test."""
    with worker(module="portal.settings", DEMO="1") as started:
        yield started
