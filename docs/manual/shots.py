#!/usr/bin/env python3
"""Makes the pictures of the user manual from a running demonstration.

    bin/manual                                            sets up the browser library and runs this file
    python docs/manual/shots.py --url http://127.0.0.1:8000/ [--only PART-OF-A-NAME] [--password PASSWORD]

It needs Playwright and Pillow (requirements/dev.txt), the distribution's Chromium with its languages and a portal that runs with `DEMO=1` and
the data of `manage.py demo`. It only follows links and never sends a form except the one for signing in, so the data stays
as it was. What is photographed stands in `table.py`; a picture that could not be made is named, and the exit status tells.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright
from table import SHOTS, Shot

HERE = Path(__file__).resolve().parent
IMAGES = HERE / "images"
WIDTH, HEIGHT = 1366, 768
#: no picture is higher, in pixels; what hangs below is cut off
HIGHEST = 1100
MARGIN = 12
COLOURS = 128
PASSWORD = "Shidian-2026"
_FRAME = "e => { e.style.outline = '3px solid #d6336c'; e.style.outlineOffset = '3px'; e.style.borderRadius = '4px'; }"
_STILL = "document.activeElement && document.activeElement.blur()"


def main() -> int:
    """Makes all pictures, or those whose names contain --only; 1 when one failed."""
    parser = argparse.ArgumentParser(description="Makes the pictures of the user manual from a running demonstration.")
    parser.add_argument("--url", default="http://127.0.0.1:8000/", help="where the demonstration runs")
    parser.add_argument("--only", default="", help="a part of the names of the pictures to make")
    parser.add_argument("--password", default=PASSWORD, help="the password of the demonstration's accounts")
    parser.add_argument("--browser", default=shutil.which("chromium") or "chromium", help="the Chromium to use")
    wanted = parser.parse_args()
    shots = [shot for shot in SHOTS if wanted.only in shot.name]
    failed: list[str] = []
    IMAGES.mkdir(exist_ok=True)
    (HERE.parent / "images").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=wanted.browser,
            args=["--no-sandbox", "--lang=zh-CN"],
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )
        for login, group in groupby(sorted(shots, key=lambda shot: shot.login), key=lambda shot: shot.login):
            failed += _of_person(browser, wanted.url.rstrip("/"), login, wanted.password, list(group))
        browser.close()
    size = sum(path.stat().st_size for path in IMAGES.glob("*.png"))
    sys.stderr.write(f"{len(list(IMAGES.glob('*.png')))} pictures, {size / 1e6:.1f} MB\n")
    for line in failed:
        sys.stderr.write(f"failed: {line}\n")
    return 1 if failed else 0


def _of_person(browser: Browser, url: str, login: str, password: str, shots: list[Shot]) -> Iterator[str]:
    """All pictures of one person (the public without a sign-in name); gives the failures as lines."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": WIDTH, "height": HEIGHT},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    try:
        if login:
            _sign_in(page, login, password)
        for shot in shots:
            try:
                _take(page, shot)
            except (Error, ValueError) as error:
                yield f"{shot.name}: {str(error).splitlines()[0]}"
    except (Error, ValueError) as error:
        yield f"{login}: {str(error).splitlines()[0]}"
    finally:
        context.close()


def _sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(login)
    page.locator("[name=password]").fill(password)
    page.locator("form:has([name=password]) button.btn-primary").click()
    page.wait_for_load_state()
    if "/accounts/login" in page.url:
        raise ValueError("this account cannot sign in")


def _take(page: Page, shot: Shot) -> None:
    """Goes to the page, follows the links, frames what matters, writes the file."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    answer = page.goto(shot.path)
    if answer is None or answer.status >= 400:
        raise ValueError(f"{shot.path} answers {answer.status if answer else 'nothing'}")
    for link in shot.follow:
        place = page.locator(_link(link)).first.get_attribute("href")
        answer = page.goto(urljoin(page.url, place))
        if answer is None or answer.status >= 400:
            raise ValueError(f"{place} answers {answer.status if answer else 'nothing'}")
    page.evaluate(_STILL)
    for selector in shot.opens:
        page.locator(selector).first.evaluate("e => { e.open = true; }")
    for selector in shot.marks:
        page.locator(selector).first.evaluate(_FRAME)
    target = (HERE / f"../images/{shot.name}.png" if shot.elsewhere else IMAGES / f"{shot.name}.png").resolve()
    _write(_picture(page, [page.locator(part).first for part in shot.parts], shot.height), target)


def _link(words: str) -> str:
    """The selector of a link: by its words, or `step:name` for a step's page, or a selector that begins with css=."""
    if words.startswith("step:"):
        return f'main a[href*="/steps/{words[5:]}/"]'
    return words if words.startswith("css=") else f'main a:text-is("{words}")'


def _picture(page: Page, parts: list[Locator], height: int) -> bytes:
    """The window's upper part, or what holds all the named parts."""
    if not parts:
        page.set_viewport_size({"width": WIDTH, "height": height or HEIGHT})
        return page.screenshot()
    boxes = [box for box in (part.bounding_box() for part in parts) if box]
    if not boxes:
        raise ValueError("what is to be shown is not visible")
    scrolled = page.evaluate("window.scrollY")
    left = max(0.0, min(box["x"] for box in boxes) - MARGIN)
    top = max(0.0, min(box["y"] for box in boxes) + scrolled - MARGIN)
    right = min(float(WIDTH), max(box["x"] + box["width"] for box in boxes) + MARGIN)
    bottom = max(box["y"] + box["height"] for box in boxes) + scrolled + MARGIN
    size = min(bottom - top, float(height or HIGHEST))
    return page.screenshot(full_page=True, clip={"x": left, "y": top, "width": right - left, "height": size})


def _write(picture: bytes, target: Path) -> None:
    """Pages have few colours: the most frequent ones, kept as they are, make a file a fraction of the browser's."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    counted = sorted(image.getcolors(image.width * image.height) or [], key=lambda pair: -pair[0])[:COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for _count, colour in counted for value in _triple(colour)])
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(target, optimize=True)


def _triple(colour: object) -> tuple[int, int, int]:
    if not isinstance(colour, tuple):
        raise ValueError("the picture is not in colours")
    return colour[0], colour[1], colour[2]


if __name__ == "__main__":
    sys.exit(main())
