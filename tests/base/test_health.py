"""Alive and ready, told apart, without secrets."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from portal.base import health

pytestmark = pytest.mark.sqlite_core


def _boom() -> None:
    raise RuntimeError("password of db.internal is wrong")


def test_alive_without_database(rf: RequestFactory) -> None:
    response = health.healthz(rf.get("/healthz"))
    assert response.status_code == 200


@pytest.mark.django_db
def test_ready(rf: RequestFactory, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    response = health.readyz(rf.get("/readyz"))
    assert response.status_code == 200, response.content
    assert set(map(str, health.REQUIRED)) <= set(_checks(response))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_not_ready_names_the_check_and_no_reason(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.REQUIRED, "database", _boom)
    response = health.readyz(rf.get("/readyz"))
    assert response.status_code == 503
    assert _checks(response)["database"] is False
    assert b"db.internal" not in response.content


@pytest.mark.django_db
def test_missing_fonts_are_told_and_leave_the_portal_ready(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.REPORTED, "fonts", _boom)
    response = health.readyz(rf.get("/readyz"))
    assert response.status_code == 200
    assert _checks(response)["fonts"] is False


@pytest.mark.django_db
def test_missing_broker_makes_unready(rf: RequestFactory, settings: Any) -> None:
    settings.EMBEDDED = False
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = health.readyz(rf.get("/readyz"))
    assert response.status_code == 503
    assert _checks(response)["broker"] is False


@pytest.mark.django_db
def test_broker_that_answers(rf: RequestFactory, settings: Any, redis_url: str) -> None:
    settings.EMBEDDED = False
    settings.REDIS_URL = redis_url
    assert _checks(health.readyz(rf.get("/readyz")))["broker"] is True


def _checks(response: Any) -> dict[str, bool]:
    return dict(json.loads(response.content)["checks"])
