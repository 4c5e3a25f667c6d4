"""The public registers of pilots: 立项名录, 验收结果, 终止撤销名单. A pilot is in one from the day on which the document that
names it was issued: the shown state counts, never the true one."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pilots.models import Pilot
from pilots.running_papers import Certificate
from pilots.states import ACTIVE, APPROVAL_REVOKED, ENDS, PASSED, RESULT_REVOKED, TERMINATED
from portal.base import clock
from portal.calls import parameters
from portal.documents.models import IssuedPaper
from portal.lifecycle.states import State
from portal.notices.registers import Register, register
from portal.ui.lists import Column
from portal.ui.paging import Sort

#: ends that a decision against the pilot, or its own request, brought about
ENDED = (TERMINATED.id, APPROVAL_REVOKED.id, RESULT_REVOKED.id)


def endings_are_published() -> bool:
    """Whether the bureau publishes which pilots were terminated or revoked."""
    return bool(int(parameters.value("endings_published", "pilots", clock.today())))


def _announced(*states: str) -> QuerySet[Pilot]:
    found = Pilot.objects.filter(shown_state__in=states, approved_on__isnull=False)
    return found.select_related("applicant", "field", "district", "guarantor", "call")


def approved() -> QuerySet[Pilot]:
    """What approval documents named, whatever became of it since; ended ones only where ends are published."""
    kept_back = () if endings_are_published() else ENDED
    return _announced(*(state for state in (*ACTIVE, *ENDS) if state not in kept_back))


def passed() -> QuerySet[Pilot]:
    """What a result document names as passed, with the certificate that holds: its number and code."""
    own = IssuedPaper.objects.filter(
        subject_type=Pilot.label_of_type(), subject_id=OuterRef("pk"), kind=Certificate.kind, status="valid"
    ).order_by("-pk")
    return _announced(PASSED.id).annotate(
        certificate_number=Subquery(own.values("number")[:1]), certificate_code=Subquery(own.values("code")[:1])
    )


def ended() -> QuerySet[Pilot]:
    """What was terminated or revoked."""
    return _announced(*ENDED)


# --- cells ----------------------------------------------------------------------------------------
def _term(row: Any) -> str:
    return f"{row.term_starts_on} — {row.term_ends_on}" if row.term_starts_on else ""


def _title(row: Any) -> SafeString:
    return format_html("{}<span class='p-sub'>{}</span>", row.title, row.approval_number)


def _shown(row: Any) -> State:
    found: State = row.shown_info
    return found


def _state(row: Any) -> SafeString:
    info = _shown(row)
    return format_html('<span class="p-badge p-tone-{}">{}</span>', info.tone, info.label)


def _certificate(row: Any) -> Any:
    if not row.certificate_code:
        return ""
    url = reverse("verify_code", args=[row.certificate_code])
    return format_html('<a href="{}">{}</a>', url, row.certificate_number)


def _day(row: Any) -> str:
    return row.ended_on.isoformat() if row.ended_on else ""


NUMBER = Column("number", _("项目编号"), lambda row: row.number, sort="number", fixed=True, css="p-code")
TITLE = Column("title", _("项目名称、立项文号"), lambda row: row.title, cell=_title, fixed=True)
UNIT = Column("applicant", _("承担单位"), lambda row: row.applicant.name, fixed=True)
GUARANTOR = Column("guarantor", _("项目保证单位"), lambda row: row.guarantor.name if row.guarantor else "", fixed=True)
CLASS = Column("class", _("类别"), lambda row: row.class_label, fixed=True, css="p-nowrap")
FIELD = Column("field", _("领域"), lambda row: row.field.name if row.field else "", fixed=True, css="p-nowrap")
DISTRICT = Column(
    "district", _("所在区"), lambda row: row.district.name if row.district else "", fixed=True, css="p-nowrap"
)
RESULT_NUMBER = Column("result", _("文号"), lambda row: row.result_number, fixed=True, css="p-nowrap")
ENDED_ON = Column("ended", _("成文日期"), _day, sort="ended", fixed=True, css="p-nowrap")

_BY_NUMBER = (
    Sort("-number", _("编号（倒序）"), "number", descending=True),
    Sort("number", _("编号"), "number"),
)
_BY_END = (
    Sort("-ended", _("最近公布"), "ended_on", descending=True, nullable=True),
    Sort("ended", _("最早公布"), "ended_on", nullable=True),
)
_CLASSES = tuple((value, str(label)) for value, label in Pilot.ProjectClass.choices)

register(
    Register(
        id="pilots",
        label=_("市级标准化试点立项名录"),
        intro=_("已经立项文件公布的市级标准化试点项目。"),
        empty=_("立项文件印发后，项目在这里公布。"),
        rows=approved,
        columns=(
            NUMBER,
            TITLE,
            UNIT,
            GUARANTOR,
            CLASS,
            FIELD,
            DISTRICT,
            Column("term", _("试点期限"), _term, sort="ends", fixed=True, css="p-nowrap"),
            Column("state", _("状态"), lambda row: _shown(row).label, cell=_state, fixed=True, css="p-nowrap"),
        ),
        sorts=(
            *_BY_NUMBER,
            Sort("ends", _("期限先到"), "term_ends_on"),
            Sort("-ends", _("期限后到"), "term_ends_on", descending=True),
        ),
        classes=_CLASSES,
        class_column="project_class",
    )
)
register(
    Register(
        id="pilots_passed",
        label=_("市级标准化试点验收结果"),
        intro=_("已经验收结果文件公布、通过验收的市级标准化试点项目；证书可以核验。"),
        empty=_("验收结果文件印发后，通过验收的项目在这里公布。"),
        rows=passed,
        columns=(
            NUMBER,
            TITLE,
            UNIT,
            GUARANTOR,
            CLASS,
            FIELD,
            DISTRICT,
            RESULT_NUMBER,
            ENDED_ON,
            Column(
                "certificate",
                _("证书（核验）"),
                lambda row: row.certificate_number or "",
                cell=_certificate,
                fixed=True,
                css="p-code",
            ),
        ),
        sorts=(*_BY_END, *_BY_NUMBER),
        classes=_CLASSES,
        class_column="project_class",
    )
)
register(
    Register(
        id="pilots_ended",
        label=_("市级标准化试点终止、撤销名单"),
        intro=_("已经决定终止、撤销立项或者撤销验收结论的市级标准化试点项目。"),
        empty=_("没有终止、撤销的项目。"),
        rows=ended,
        columns=(
            NUMBER,
            TITLE,
            UNIT,
            GUARANTOR,
            FIELD,
            DISTRICT,
            Column("state", _("处理结果"), lambda row: _shown(row).label, cell=_state, fixed=True, css="p-nowrap"),
            RESULT_NUMBER,
            ENDED_ON,
        ),
        sorts=(*_BY_END, *_BY_NUMBER),
        public=endings_are_published,
    )
)
