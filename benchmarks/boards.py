"""The boards of a review with 250 dossiers and seven experts: progress, summary, conclusion."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from benchmarks.measuring import Row, measure
from benchmarks.pages import _client, _get

ITEMS, EXPERTS = 250, 7
MATTER = "pilots.project_review"


def rows(times: int) -> Iterator[Row]:
    """All rows; the reader is a handler. The floor renders as many cells through the same base template."""
    from portal.accounts.models import Membership
    from portal.accounts.roles import Role

    handler = Membership.objects.filter(role=Role.HANDLER).select_related("user")[0]
    round_, client = _round(handler), _client(handler)
    base = measure("floor_250_by_7", partial(_get, client, f"/benchmarks/floor/{round_.pk}/"), size=ITEMS, times=times)
    yield base
    for name, page in (
        ("review_board", "board/"),
        ("review_board_open", "board/?open=1"),
        ("review_summary", "summary/"),
        ("review_conclude", "steps/conclude/"),
    ):
        url = f"/desk/rounds/{round_.pk}/{page}"
        row = measure(name, partial(_get, client, url), size=ITEMS, times=times)
        yield {**row, "times_floor": round(row["cpu_ms"] / base["cpu_ms"], 2)}


def _round(handler: Any) -> Any:
    """A round being scored with nearly all sheets in, written straight into the tables."""
    from portal.accounts.actors import Actor
    from portal.base import clock
    from portal.dossiers.models import Dossier
    from portal.reviews.actions import set_up_round
    from portal.reviews.models import Assignment, Entry, Expert, Round, Seat

    round_ = set_up_round(
        actor=Actor(handler.user, handler), matter_id=MATTER, title="二百五十项评审", held_on=clock.today()
    )
    found = Expert.objects.bulk_create(
        Expert(name=f"专家{n}", employer=f"示例研究院{n}", phone="13800000000", email=f"expert{n}@example.org")
        for n in range(EXPERTS)
    )
    Seat.objects.bulk_create(Seat(round=round_, expert=expert) for expert in found)
    keys = Dossier.objects.filter(private=False).order_by("pk").values_list("pk", flat=True)[:ITEMS]
    entries = Entry.objects.bulk_create(
        Entry(round=round_, dossier_id=key, position=n, pass_line=60) for n, key in enumerate(keys, 1)
    )
    sheets = []
    for entry in entries:
        for number, expert in enumerate(found):
            share = Decimal(70 + (entry.position + number * 7) % 25) / 100
            scores = {item.id: str((item.highest * share * 2).to_integral_value() / 2) for item in round_.sheet.items}
            handed_in = bool((entry.position + number) % 10)
            sheets.append(
                Assignment(
                    entry=entry,
                    expert=expert,
                    chain_id=round_.chain_id,
                    state="submitted" if handed_in else "rating",
                    scores=scores if handed_in else {},
                    total=sum(map(Decimal, scores.values())) if handed_in else None,
                    opinion="目标明确，任务可行。" if handed_in else "",
                    submitted_at=clock.now() if handed_in else None,
                )
            )
    Assignment.objects.bulk_create(sheets, batch_size=500)
    Round._base_manager.filter(pk=round_.pk).update(state="scoring")
    return Round.objects.get(pk=round_.pk)
