"""The fonts of papers: what is there, what is missing, and the style rules that name them.

Families: "Portal Song" (text and titles), "Portal Hei" (heads), "Portal Kai" (second heads). WeasyPrint is imported by
`font_config` alone, which only the worker calls.
"""

from ctypes import CDLL
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal.documents import font_build

LIBRARIES = {  # what WeasyPrint opens, with the Debian package; without the last one a paper takes seconds
    "pango-1.0": ("libpango-1.0.so.0", "libpango-1.0-0"),
    "pangoft2-1.0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    "harfbuzz-subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
}
FACES = (
    ("Portal Song", "normal", "song-regular.otf"),
    ("Portal Song", "bold", "song-bold.otf"),
    ("Portal Hei", "normal", "hei-regular.otf"),
    ("Portal Hei", "bold", "hei-bold.otf"),
    ("Portal Kai", "normal", "kai-regular.ttf"),
    ("Portal Signs", "normal", "signs.ttf"),
)
# For `font-family`: the subset, the ticks in boxes, then the full font for a character that the subset lacks.
SONG = '"Portal Song", "Portal Signs", "Noto Serif CJK SC", serif'
HEI = '"Portal Hei", "Portal Signs", "Noto Sans CJK SC", sans-serif'
KAI = '"Portal Kai", "Portal Signs", "LXGW WenKai", "Noto Serif CJK SC", serif'


def folder() -> Path:
    """Where the subsets lie."""
    return Path(settings.VAR) / "fonts"


def missing_packages() -> list[str]:
    """Debian packages that papers need and this machine lacks."""
    packages = [package for file, package in LIBRARIES.values() if not _loads(file)]
    absent = font_build.missing(folder())
    packages += [subset.package for subset in absent if font_build.find(subset.source) is None]
    return list(dict.fromkeys(packages))


def paper_problems() -> list[str]:
    """Why papers have to wait on this machine, in Chinese, each with its remedy; empty when all is well."""
    problems = []
    packages = missing_packages()
    if packages:
        command = "apt-get install " + " ".join(packages)
        problems.append(_("缺少生成文书所需的系统组件，请执行：%(command)s") % {"command": command})
    files = [subset.name for subset in font_build.missing(folder())]
    if files:
        names = "、".join(files)
        problems.append(_("缺少文书字体 %(names)s，请执行：python manage.py build_fonts") % {"names": names})
    return problems


def font_css() -> str:
    """@font-face rules of the faces that are there. Trusted: it names our own files and nothing from a person."""
    rules = []
    for family, weight, name in FACES:
        path = folder() / name
        if path.is_file():
            address = path.resolve().as_uri()
            rules.append(f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("{address}"); }}')
    return "\n".join(rules)


@lru_cache(maxsize=1)
def font_config() -> Any:
    """WeasyPrint's FontConfiguration with our faces loaded; one per process, as loading costs 30 ms a face.

    Only for the worker: it imports WeasyPrint, which takes a second. OSError when a library is missing.
    """
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    config = FontConfiguration()
    CSS(string=font_css(), font_config=config)
    return config


@lru_cache(maxsize=len(LIBRARIES))
def _opened(file: str) -> bool:
    CDLL(file)
    return True


def _loads(file: str) -> bool:
    """Whether the library can be opened; success is remembered, failure is tried again."""
    try:
        return _opened(file)
    except OSError:
        return False
