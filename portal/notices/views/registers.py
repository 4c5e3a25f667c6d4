"""The public registers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.notices.registers import filters_of, register_of, registers, tiles_of
from portal.notices.tiles import HEIGHT, WIDTH, size
from portal.ui.filters import FilterSet
from portal.ui.lists import List


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All registers; a single one is shown at once."""
    found = registers()
    if len(found) == 1:
        return redirect("notices:register", found[0].id)
    return render(request, "notices/registers.html", {"registers": found})


@login_not_required
@require_safe
def register(request: HttpRequest, name: str) -> HttpResponse:
    """A register: search and filters, the districts as tiles with their numbers and as a table, the projects."""
    found = register_of(name)
    if found is None:
        raise Http404
    announced = found.rows()
    filters = filters_of(found, announced)
    shown = List(
        request,
        name=f"register_{found.id}",
        rows=announced,
        columns=found.columns,
        sorts=found.sorts,
        filters=filters,
    )
    elsewhere = [item for item in filters if item.name != "district"]
    wider = FilterSet(elsewhere, request.GET).narrow(announced)
    tiles = tiles_of(wider, lambda code: shown.filters.address(district=code), shown.filters.values.get("district", ""))
    width, height = size(tiles)
    context = {
        "register": found,
        "list": shown,
        "tiles": tiles,
        "total": sum(tile.number for tile in tiles),
        "picture": {"width": width + 4, "height": height + 4, "tile_width": WIDTH, "tile_height": HEIGHT},
    }
    return render(request, "notices/register.html", context)
