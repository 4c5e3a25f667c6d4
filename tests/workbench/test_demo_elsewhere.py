"""Demonstration data outside the demonstration."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import User
from tests.commands import run


def test_outside_the_demonstration_nobody_can_sign_in(db: None, settings: Any) -> None:
    settings.DEMO = False
    run("demo", "--force-demo", "--stage", "people")
    assert User.objects.count() > 50
    assert not any(user.has_usable_password() for user in User.objects.all())
