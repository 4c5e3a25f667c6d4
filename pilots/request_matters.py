"""What undertakers of pilots ask for, as dockets decide it: extension, change, suspension and resumption, termination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.requests import CHANGE, EXTENSION, SUSPENSION, TERMINATION
from pilots.states import ACTIVE, OVERDUE
from portal.base import clock
from portal.deadlines.models import Deadline
from portal.lifecycle.states import Text
from portal.supervision.dockets import matters as dockets
from portal.supervision.models import DocketItem, Endorsement, Request
from portal.supervision.requests.queries import named_in, opinion_on, waiting_in
from portal.supervision.states import ASKED


def _because_of(matter: str) -> Any:
    """What the ordered step is told of the request."""

    def data(pilots: list[Any]) -> dict[int, dict[str, Any]]:
        found = {}
        for key, request in waiting_in(matter, [pilot.pk for pilot in pilots]).items():
            kept = {name: request.data[name] for name in ("months", "changes") if name in request.data}
            found[key] = {"request": request.pk, **kept}
        return found

    return data


def _refuses(matter: str) -> Any:
    """Why a pilot cannot be put into a docket of that matter yet."""

    def refuses(pilots: list[Any]) -> dict[int, Text]:
        waiting = waiting_in(matter, [pilot.pk for pilot in pilots])
        found: dict[int, Text] = {p.pk: _t("没有待办理的申请。") for p in pilots if p.pk not in waiting}
        asked = {}
        for key, request in waiting.items():
            opinion = opinion_on(request)
            if opinion is not None and opinion.state == ASKED.id:
                asked[opinion.pk] = key
        open_ones = Deadline.objects.open().filter(subject_type=Endorsement.label_of_type(), subject_id__in=asked)
        for endorsement, due in open_ones.values_list("subject_id", "due_on"):
            if due >= clock.today():
                found[asked[endorsement]] = _t("等待保证单位答复（期限 %(day)s），逾期后可以呈批。") % {"day": due}
        return found

    return refuses


def _request_says(matter: str) -> Any:
    """The request and the guarantor's opinion in one line; of an item that was decided the request that it answered."""

    def says(pilots: list[Any], items: Mapping[int, DocketItem]) -> dict[int, Text]:
        named = named_in(item.data["request"] for item in items.values() if item.data.get("request"))
        rest = [pilot.pk for pilot in pilots if pilot.pk not in named]
        return {key: _in_words(request) for key, request in {**waiting_in(matter, rest), **named}.items()}

    return says


def _in_words(request: Request) -> str:
    lines = request.kind_info.shown(request)
    shown = [f"{what}：{before or '—'} → {after or '—'}" for what, before, after in lines[:3]]
    if len(lines) > 3:
        shown.append(_t("等 %(n)s 处") % {"n": len(lines)})
    opinion = opinion_on(request)
    words = _t("保证单位%(state)s") % {"state": opinion.state_info.label} if opinion else ""
    if opinion and opinion.opinion:
        words = f"{words}（{opinion.opinion[:60].rstrip('。')}）"
    reason = _t("理由：%(reason)s") % {"reason": request.reason[:80].rstrip("。")}
    return "；".join(str(part) for part in (request.kind_info.label, "，".join(shown), reason, words) if part)


def _request_flags(matter: str) -> Any:
    """A guarantor that does not agree, or stays silent; a pilot that stands still."""

    def flags(pilots: list[Any]) -> dict[int, list[Text]]:
        found: dict[int, list[Text]] = {}
        waiting = waiting_in(matter, [pilot.pk for pilot in pilots])
        for pilot in pilots:
            request = waiting.get(pilot.pk)
            opinion = opinion_on(request) if request else None
            if opinion is not None and opinion.state != "agreed":
                words = _t("保证单位意见：%(state)s") % {"state": opinion.state_info.label}
                found.setdefault(pilot.pk, []).append(words)
            if pilot.suspended_on:
                found.setdefault(pilot.pk, []).append(_t("项目自 %(day)s 起暂停") % {"day": pilot.suspended_on})
        return found

    return flags


def _request_matter(
    matter: str,
    label: Text,
    title: Text,
    sources: tuple[str, ...],
    decisions: tuple[dockets.Decision, ...],
    **more: Any,
) -> None:
    dockets.register(
        dockets.Matter(
            matter,
            label,
            "pilots",
            title=title,
            sources=sources,
            decisions=(*decisions, dockets.Decision("refuse_request", _("不同意"), reasons=True, document=False)),
            document=True,
            number_hint=_("如：沪市监标技〔2026〕1号"),
            data=_because_of(matter),
            refuses=_refuses(matter),
            says=_request_says(matter),
            flags=_request_flags(matter),
            requests=True,
            **more,
        )
    )


_request_matter(
    EXTENSION,
    _("试点延期"),
    _("关于市级标准化试点项目延期的请示"),
    ACTIVE,
    (dockets.Decision("extend", _("同意延期")), dockets.Decision("extend_late", _("同意延期（逾期后）"))),
    usual=lambda pilot: "extend_late" if pilot.state == OVERDUE.id else "extend",
)
_request_matter(
    CHANGE,
    _("试点变更"),
    _("关于市级标准化试点项目变更的请示"),
    ACTIVE,
    (dockets.Decision("change", _("同意变更")),),
    levels=2,
)
_request_matter(
    SUSPENSION,
    _("试点暂停和恢复"),
    _("关于市级标准化试点项目暂停（恢复）的请示"),
    ACTIVE,
    (dockets.Decision("suspend", _("同意暂停")), dockets.Decision("resume", _("同意恢复"))),
    usual=lambda pilot: "resume" if pilot.suspended_on else "suspend",
)
_request_matter(
    TERMINATION,
    _("试点终止（承担单位申请）"),
    _("关于市级标准化试点项目终止的请示"),
    ACTIVE,
    (dockets.Decision("terminate", _("同意终止")),),
    corrects="correct",
)
