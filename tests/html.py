"""Reading rendered pages: what a strict content security policy would not let through."""

from __future__ import annotations

from html.parser import HTMLParser

#: data for scripts, not scripts
_DATA = {"application/json", "application/ld+json"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[tuple[str, dict[str, str | None]]] = []
        self._in_label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style":
            self.found.append("<style>")
        if tag == "script" and "src" not in given and given.get("type") not in _DATA:
            self.found.append("inline script")
        for name, value in attrs:
            if name == "style" or name.startswith("on") or name in ("hx-on", "hx-vals-js"):
                self.found.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction") and (value or "").strip().lower().startswith(
                "javascript:"
            ):
                self.found.append(f"{tag} {name}={value}")
            if (
                name in ("src", "href")
                and tag in ("script", "link", "img")
                and (value or "").startswith(("http:", "https:", "//"))
            ):
                self.found.append(f"{tag} loads {value}")
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "label":
            self._in_label += 1
            self.labels.add(str(given.get("for")))
        if tag in ("input", "select", "textarea") and not self._in_label:
            self.fields.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        self._in_label -= tag == "label"


def _read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    return page


def inline_code(html: str) -> list[str]:
    """Scripts, styles, handlers and foreign addresses in a page; none in a page of the portal."""
    return _read(html).found


def repeated_ids(html: str) -> list[str]:
    """Ids that stand more than once in a page."""
    ids = _read(html).ids
    return sorted({name for name in ids if ids.count(name) > 1})


def unlabelled_fields(html: str) -> list[str]:
    """Fields that a screen reader cannot name."""
    page = _read(html)
    lacking = []
    for tag, given in page.fields:
        if given.get("type") in ("hidden", "submit", "button") or "aria-hidden" in given:
            continue
        if (
            given.get("aria-label")
            or given.get("aria-labelledby")
            or given.get("title")
            or given.get("id") in page.labels
        ):
            continue
        lacking.append(f"{tag} {given.get('name')}")
    return lacking
