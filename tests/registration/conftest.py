"""What the tests of registration share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import DistrictFactory, make_credit_code


@pytest.fixture
def record(db: None) -> dict[str, Any]:
    """A unit's record as a browser sends it."""
    return {
        "name": "上海浦江智造科技有限公司",
        "credit_code": make_credit_code(42, "310115"),
        "nature": "enterprise",
        "district": DistrictFactory(code="310115").pk,
        "registered_address": "上海市浦东新区张江路 1 号",
        "legal_representative": "李明",
        "registered_capital": "1000.50",
        "founded_on": "2012-03-01",
        "employees": "85",
        "business": "智能制造装备研发",
        "credit_statement": "近三年无严重违法失信记录",
        "contact_name": "王芳",
        "contact_post": "标准化主管",
        "contact_mobile": "13900000001",
        "contact_phone": "021-58000000",
        "contact_email": "wang@example.org",
        "fax": "",
        "postal_address": "",
        "postcode": "201203",
        "full_time_staff": "1",
        "part_time_staff": "2",
    }
