"""Worklist, dossier pages, overviews, search, export and sweep, as requests in this process."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import Any

from benchmarks.measuring import Row, measure

#: how far the deep page lies: so many pages after the first, less where there are fewer
DEEP = 60
WORDS = "服务"
#: lists of running dossiers: name of the row, what the worklist's address asks for
RUNNING = (
    ("worklist_implementing", "state=implementing"),
    ("worklist_overdue", "state=overdue"),
    ("worklist_acceptance", "stage=accepting&sort=due"),
)
#: pages that stand for themselves: name of the row, address; what this portal does not have is left out
PAGES = (("overview", "/desk/overview/pilots/"), ("overview_list", "/desk/overview/pilots/list/"))
#: the ends of a dossier that ran, as its page is measured
ENDS = ("passed", "failed", "terminated", "result_revoked")


def rows(times: int) -> Iterator[Row]:
    """All rows for the database as it is. The reader is a section chief, who sees every dossier but drafts."""
    from portal.accounts.models import Membership
    from portal.accounts.roles import Role
    from portal.dossiers.models import Dossier

    size = Dossier.objects.count()
    chief = _client(Membership.objects.filter(role=Role.SECTION_CHIEF).select_related("user")[0])
    yield from _worklist(chief, size, times)
    yield from _dossier(chief, size, times)
    yield from _ended(chief, size, times)
    yield from _pages(chief, size, times)
    yield from _search(size, times)
    yield _export(chief, size)
    yield from _sweep(size)


def _worklist(chief: Any, size: int, times: int) -> Iterator[Row]:
    base = measure("floor_50_rows", lambda: _get(chief, "/benchmarks/floor/"), size=size, times=times)
    yield base
    url = "/desk/dossiers/"
    deep, pages = _deep(chief, url)
    for name, address in (
        ("worklist_first", url),
        ("worklist_deep", deep),
        ("worklist_searched", f"{url}?q={WORDS}"),
        ("worklist_by_due", f"{url}?sort=due"),
        *((name, f"{url}?{asked}") for name, asked in RUNNING),
    ):
        row = measure(name, lambda address=address: _get(chief, address), size=size, times=times)
        more = {"page": pages + 1} if name == "worklist_deep" else {}
        yield {**row, "times_floor": round(row["cpu_ms"] / base["cpu_ms"], 2), **more}


def _deep(client: Any, url: str) -> tuple[str, int]:
    """The address of a page far behind, and how many pages were turned."""
    address, turned = url, 0
    while turned < DEEP:
        found = re.search(r'<a href="([^"]+)" rel="next"', _get(client, address))
        if not found:
            break
        address, turned = url + unescape(found.group(1)).removeprefix(url), turned + 1
    return address, turned


def _dossier(chief: Any, size: int, times: int) -> Iterator[Row]:
    from portal.dossiers.models import Dossier

    dossier = Dossier.objects.filter(private=False).exclude(accepted_at=None).order_by("-pk")[0]
    yield from _tabs("dossier", chief, dossier, size, times)


def _tabs(name: str, chief: Any, dossier: Any, size: int, times: int) -> Iterator[Row]:
    """The page of a dossier, then each tab of it that is read later."""
    url = f"/desk/dossiers/{dossier.pk}/"
    records = dossier.chain.head_seq
    yield measure(f"{name}_first_tab", lambda: _get(chief, url), size=size, times=times, records=records)
    tabs = dict.fromkeys(re.findall(r'hx-get="\?tab=([\w-]+)"', _get(chief, url)))
    ask = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "tab"}
    for tab in tabs:
        yield measure(f"{name}_tab_{tab}", partial(_get, chief, f"{url}?tab={tab}", **ask), size=size, times=times)


def _ended(chief: Any, size: int, times: int) -> Iterator[Row]:
    """The ended dossier with the longest history."""
    from portal.dossiers.models import Dossier

    found = Dossier.objects.filter(state__in=ENDS).select_related("chain").order_by("-chain__head_seq", "-pk")
    yield from _tabs("ended", chief, found[0], size, times)


def _pages(chief: Any, size: int, times: int) -> Iterator[Row]:
    from django.urls import Resolver404, resolve

    for name, address in PAGES:
        try:
            resolve(address)
        except Resolver404:
            continue
        yield measure(name, partial(_get, chief, address), size=size, times=times)


def _sweep(size: int) -> Iterator[Row]:
    """What the worker's beat does: on a day when nothing is due any more, and on the next day with something due, whose
    steps and reminders are taken back afterwards."""
    import datetime as dt

    from portal.base import clock
    from portal.deadlines.models import Deadline
    from portal.deadlines.sweep import sweep

    today = clock.today()
    day = (
        Deadline.objects.open().filter(next_on__gt=today).order_by("next_on").values_list("next_on", flat=True).first()
    )
    for name, on in (("sweep_idle", today - dt.timedelta(days=3650)), ("sweep_due", day or today)):
        started, spent = time.perf_counter(), time.process_time()
        report = _taken_back(on, lambda on=on: sweep(on))
        yield {
            "name": name,
            "size": size,
            "cpu_ms": round((time.process_time() - spent) * 1000, 1),
            "wall_ms": round((time.perf_counter() - started) * 1000, 1),
            "deadlines": Deadline.objects.count(),
            "looked_at": report.looked_at,
            "steps": report.steps_taken,
            "reminders": report.reminders,
        }


def _taken_back(day: Any, run: Callable[[], Any]) -> Any:
    """Runs something on the moved clock, and takes back what it wrote."""
    from django.db import transaction

    from portal.base import clock

    with clock.moved(day), transaction.atomic():
        found = run()
        transaction.set_rollback(True)
    return found


def _search(size: int, times: int) -> Iterator[Row]:
    """Two characters that few, and that nearly all dossiers have, newest first, one page: the database alone."""
    from portal.dossiers import search
    from portal.dossiers.models import Dossier

    for name, words in (("search_rare", "岸电"), ("search_common", "标准")):
        found = search.matching(Dossier.objects.all(), words)

        def page(found: Any = found) -> list[Any]:
            return list(found.order_by("-updated_at", "-pk").values_list("pk", flat=True)[:50])

        row = measure(name, page, size=size, times=times)
        yield {**row, "matches": found.count()}


def _export(chief: Any, size: int) -> Row:
    def export() -> int:
        return sum(len(part) for part in chief.get("/desk/dossiers/export/all/").streaming_content)

    started = time.perf_counter()
    given = export()
    once = time.perf_counter() - started
    row = measure("export_xlsx", export, size=size, times=1 if once > 5 else 3, warm=0)
    return {**row, "bytes": given}


def _client(membership: Any) -> Any:
    """A client signed in with the second factor passed."""
    from django.test import Client

    from portal.accounts.middleware import SESSION_MEMBERSHIP, SESSION_SEEN
    from portal.accounts.second_factor import SESSION_PASSED

    client = Client()
    client.force_login(membership.user)
    session = client.session
    session.update({SESSION_MEMBERSHIP: membership.pk, SESSION_SEEN: time.time(), SESSION_PASSED: membership.user_id})
    session.save()
    return client


def _get(client: Any, url: str, **headers: str) -> str:
    response = client.get(url, **headers)
    assert response.status_code == 200, (url, response.status_code)
    return str(response.content.decode())
