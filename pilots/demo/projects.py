"""The texts of the demonstration's projects: `projects/*.toml`, and the variants that follow one of them."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

from pilots.demo.units import all_units

_FOLDER = Path(__file__).with_name("projects")
_VARIANTS = Path(__file__).with_name("variants.toml")
#: names for the teams of variants; invented
_NAMES = (
    "余静姝",
    "纪长风",
    "白书衡",
    "宁以恒",
    "麦子青",
    "罗望津",
    "安之若",
    "路遥知",
    "史可鉴",
    "万千里",
    "易知秋",
    "钟离安",
)

Project = dict[str, Any]


@functools.cache
def all_projects() -> dict[str, Project]:
    """Every project by its name."""
    found = {path.stem: tomllib.loads(path.read_text()) for path in sorted(_FOLDER.glob("*.toml"))}
    for number, (name, own) in enumerate(tomllib.loads(_VARIANTS.read_text()).items()):
        found[name] = _variant(found[own["base"]], own, number)
    return found


def _variant(base: Project, own: Project, number: int) -> Project:
    followed: Project = base
    for before, after in own.get("swap", []):
        followed = _swapped(followed, before, after)
    project = {**followed, **{key: value for key, value in own.items() if key not in ("base", "swap")}}
    unit = all_units()[project["unit"]]
    names = [unit["head"], unit["contact"], *_rotated(number)]
    project["team"] = [[name, *member[1:]] for name, member in zip(names, project["team"], strict=False)]
    return project


def _rotated(number: int) -> tuple[str, ...]:
    start = number * 2 % len(_NAMES)
    return _NAMES[start:] + _NAMES[:start]


def _swapped(value: Any, before: str, after: str) -> Any:
    """A value with one text replaced by another, wherever it stands."""
    if isinstance(value, str):
        return value.replace(before, after)
    if isinstance(value, list):
        return [_swapped(item, before, after) for item in value]
    return {key: _swapped(item, before, after) for key, item in value.items()} if isinstance(value, dict) else value
