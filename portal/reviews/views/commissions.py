"""受托验收: the rounds that a body runs for the bureau."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.accounts.http import HttpRequest
from portal.accounts.roles import Role
from portal.reviews.models import Round
from portal.reviews.queries import progress_of, to_check
from portal.reviews.registry import matter
from portal.reviews.states import ROUND
from portal.reviews.views.common import for_roles
from portal.ui.filters import Filter, equals
from portal.ui.lists import Column, List
from portal.ui.paging import Sort

SORTS = (
    Sort("-held", _("评审日期（最近）"), "held_on", descending=True),
    Sort("held", _("评审日期（最早）"), "held_on"),
)


def _title(row: Round) -> SafeString:
    return format_html('<a href="{}" data-main>{}</a>', row.get_absolute_url(), row.title)


def _state(row: Round) -> SafeString:
    return format_html('<span class="p-badge p-tone-{}">{}</span>', row.state_info.tone, row.state_info.label)


def _columns(progress: dict[int, dict[str, int]]) -> list[Column]:
    def sheets(row: Round) -> str:
        found = progress[row.pk]
        return f"{found['valid']} / {found['asked']}" if found["asked"] else ""

    return [
        Column("title", _("名称"), str, cell=_title, fixed=True, width=44),
        Column("matter", _("评审事项"), lambda r: matter(r.matter).label, css="p-nowrap"),
        Column("held", _("评审日期"), lambda r: r.held_on.isoformat(), sort="held", css="p-nowrap"),
        Column("place", _("地点或者方式"), lambda r: r.place, width=24),
        Column("until", _("委托期限"), lambda r: r.commissioned_until.isoformat(), css="p-nowrap"),
        Column("entries", _("项目"), lambda r: progress[r.pk]["entries"], css="p-num"),
        Column("sheets", _("评审表（已交 / 应交）"), sheets, css="p-num"),
        Column("state", _("状态"), lambda r: r.state_info.label, cell=_state, fixed=True),
        Column("organiser", _("经办人"), lambda r: r.organiser.user.name, css="p-nowrap"),
    ]


@for_roles(Role.RECOMMENDER)
def commissions(request: HttpRequest) -> HttpResponse:
    """The rounds that this person's body is commissioned with, the latest sitting first."""
    progress: dict[int, dict[str, int]] = {}
    states = tuple((state.id, str(state.label)) for state in ROUND.states.values())
    shown = List(
        request,
        name="commissions",
        rows=Round.objects.visible_to(request.actor).select_related("organiser__user").defer("rule", "conclusion"),
        columns=_columns(progress),
        sorts=SORTS,
        filters=[
            Filter("q", _("名称"), lambda rows, text: rows.filter(title__icontains=text), kind="text"),
            Filter("state", _("状态"), equals("state"), options=states),
        ],
    )
    progress.update(progress_of(shown.page.rows))
    context = {"list": shown, "checks": to_check(request.actor).count()}
    return shown.remember(render(request, "reviews/commissions.html", context))
