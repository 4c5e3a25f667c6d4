"""Each setting is explained in .env.example and reaches the containers; locks hold no addresses; no model uses the raw clock."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from portal.settings import env

ROOT = Path(settings.ROOT)


def test_every_setting_is_explained() -> None:
    told = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(env.scheme) <= told


def test_every_setting_reaches_the_containers() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(env.scheme) <= set(re.findall(r"^    ([A-Z_]+): ", compose, re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements/base.txt", "requirements/dev.txt", "requirements/node.txt"])
def test_locks_of_python_hold_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    packages = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert packages
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_of_npm_holds_no_addresses_of_packages() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert '"integrity"' in text


def test_no_own_model_reads_the_machine_clock() -> None:
    own = [model for model in apps.get_models() if model.__module__.split(".")[0] in ("portal", "pilots")]
    raw = [
        f"{model.__name__}.{field.name}"
        for model in own
        for field in model._meta.local_fields
        if isinstance(field, models.DateField) and (field.auto_now or field.auto_now_add)
    ]
    assert raw == []
