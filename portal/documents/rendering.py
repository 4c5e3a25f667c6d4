"""From snapshot to PDF. For the worker only: WeasyPrint takes a second to import.

Nothing is fetched: style sheets are our own texts, the QR code comes as data, and every other address is refused, so
that what people typed cannot make the portal read files or talk to other machines. The same snapshot gives the same
bytes.
"""

from __future__ import annotations

import atexit
import logging
from functools import lru_cache
from threading import Lock
from typing import Any

import segno
from django.template.loader import get_template, render_to_string

from portal.documents import fonts
from portal.documents.paper import Paper, Snapshot

#: threads of the embedded worker share one font configuration, which is not made for two at a time
_one_at_a_time = Lock()

logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # refused addresses are no news
logging.getLogger("fontTools").setLevel(logging.WARNING)


def render(paper: Paper, snapshot: Snapshot) -> bytes:
    """The PDF of an issued paper.

    Args:
        snapshot: as stored with the paper, `paper` (number, code, address of verification) among it.

    Raises:
        OSError: a library is missing. Anything else is an error of the template.
    """
    return to_pdf(to_html(paper, snapshot), paper.style)


def to_html(paper: Paper, snapshot: Snapshot) -> str:
    """The paper as HTML; the programme's own template where there is one."""
    own = (snapshot.get("programme") or {}).get("id", "")
    names = [f"papers/{own}/{paper.template}", f"papers/{paper.template}"] if own else [f"papers/{paper.template}"]
    return render_to_string(names, {**snapshot, "qr": qr(snapshot["paper"]["verify_url"])})


def to_pdf(html: str, style: str) -> bytes:
    """HTML to bytes with one of the portal's style sheets."""
    from weasyprint import HTML

    with _one_at_a_time:
        document = HTML(string=html, base_url="about:blank", url_fetcher=_fetcher())
        pdf: bytes = document.write_pdf(font_config=fonts.font_config(), stylesheets=[_stylesheet(style)])
    return pdf


def qr(address: str) -> str:
    """The address as a QR code: an SVG in a data address. Level M is read from a copy of a copy."""
    return segno.make_qr(address, error="m").svg_data_uri(border=0, omitsize=True, nl=False, xmldecl=False)


@lru_cache(maxsize=1)
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False)


@lru_cache(maxsize=8)
def _stylesheet(style: str) -> Any:
    """A parsed style sheet, with the families of `portal.documents.fonts`; once per process."""
    from weasyprint import CSS

    families = f":root {{ --song: {fonts.SONG}; --hei: {fonts.HEI}; --kai: {fonts.KAI}; }}"
    texts = [families, *(_source(f"papers/{name}.css") for name in ("base", *style.split()))]
    return CSS(string="\n".join(texts), font_config=fonts.font_config(), url_fetcher=_fetcher())


def _source(name: str) -> str:
    """A style sheet as it is written: not a template."""
    return str(get_template(name).template.source)  # type: ignore[attr-defined]


@atexit.register
def _forget() -> None:
    """Before the modules are taken down from which WeasyPrint clears its fonts."""
    _stylesheet.cache_clear()
    fonts.font_config.cache_clear()
