"""What a stranger learns about a paper: whether it is genuine and in force, and no more than the paper itself says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import IO

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from portal.documents.models import IssuedPaper
from portal.documents.paper import paper_of
from portal.lifecycle.states import Text

#: so many misses of one address within so many seconds; a code has 80 random bits, this is against idle trying only
MISSES, WINDOW = 30, 600


@dataclass(frozen=True)
class Verdict:
    """The answer at a glance. `tone` and `icon` only repeat what the words say."""

    id: str
    label: Text
    text: Text
    tone: str
    icon: str
    facts: list[tuple[Text, str]] = field(default_factory=list)
    paper: IssuedPaper | None = None


UNKNOWN = Verdict(
    "unknown",
    _("未查到"),
    _("没有与此校验码对应的文书。请核对校验码是否输入完整；仍未查到的，该文书不是由本平台出具。"),
    "red",
    "circle-x",
)
FILE_UNKNOWN = Verdict(
    "unknown",
    _("未查到"),
    _(
        "没有与此文件一致的文书：该文件不是由本平台生成的原始文件，或者内容已被改动。经扫描、另存或者加盖电子印章的文件请用校验码核验。"
    ),
    "red",
    "circle-x",
)
_PENDING = (_("生成中"), _("该文书已经编号，文件正在生成，请稍后再查。"), "yellow", "clock")
_STATUS = {
    IssuedPaper.Status.VALID: (_("有效"), _("该文书由本平台出具，现行有效。"), "green", "circle-check"),
    IssuedPaper.Status.REPLACED: (
        _("已被替换"),
        _("该文书由本平台出具，但已被后来出具的文书替换，不再有效。"),
        "yellow",
        "alert-triangle",
    ),
    IssuedPaper.Status.REVOKED: (_("已撤销"), _("该文书由本平台出具，但已被撤销，不再有效。"), "red", "alert-circle"),
}


def verdict_on(paper: IssuedPaper | None) -> Verdict:
    """The verdict on a paper that was looked up; `UNKNOWN` for none."""
    if paper is None:
        return UNKNOWN
    valid = paper.status == IssuedPaper.Status.VALID
    state = "pending" if valid and not paper.is_made else str(paper.status)
    label, text, tone, icon = _PENDING if state == "pending" else _STATUS[IssuedPaper.Status(paper.status)]
    return Verdict(state, label, text, tone, icon, facts_of(paper), paper)


def facts_of(paper: IssuedPaper) -> list[tuple[Text, str]]:
    """The paper's main facts, to be compared with the sheet at hand: no personal data, no reasons."""
    declared = paper_of(paper.kind)
    own = declared.verify_facts(paper.snapshot) if declared else []
    facts: list[tuple[Text, str]] = [
        (_("文书名称"), paper.title),
        (_("文书编号"), paper.number),
        *own,
        (_("出具日期"), paper.issued_on.isoformat()),
    ]
    if paper.replaced_by:
        facts.append((_("替换日期"), paper.replaced_by.issued_on.isoformat()))
    if paper.sha256:
        facts.append((_("文件校验值（SHA-256）"), paper.sha256))
    return [(label, value) for label, value in facts if value]


def digest_of(file: IO[bytes]) -> str:
    """The SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    while piece := file.read(1 << 16):
        digest.update(piece)
    return digest.hexdigest()


def may_ask(address: str) -> bool:
    """Whether this network address has not missed too often lately."""
    return int(cache.get(_counter(address), 0)) < MISSES


def note_miss(address: str) -> None:
    """Counts a code or a file that was not found."""
    if not cache.add(_counter(address), 1, WINDOW):
        try:
            cache.incr(_counter(address))
        except ValueError:  # it ran out between the two calls
            cache.set(_counter(address), 1, WINDOW)


def _counter(address: str) -> str:
    return f"verify-miss:{address}"
