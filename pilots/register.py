"""立项名录: the pilots that an approval document names. A pilot is in it from the day on which the document was issued."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pilots.models import Pilot
from pilots.states import APPROVED
from portal.notices.registers import Register, register
from portal.ui.lists import Column
from portal.ui.paging import Sort

#: the announced states in which a pilot stands in the register
LISTED = (APPROVED.id,)


def rows() -> QuerySet[Pilot]:
    """What was announced: the shown state counts, never the true one."""
    announced = Pilot.objects.filter(shown_state__in=LISTED, approved_on__isnull=False)
    return announced.select_related("applicant", "field", "district", "guarantor", "call")


def _term(row: Any) -> str:
    return f"{row.term_starts_on} — {row.term_ends_on}" if row.term_starts_on else ""


def _title(row: Any) -> SafeString:
    return format_html("{}<span class='p-sub'>{}</span>", row.title, row.approval_number)


register(
    Register(
        id="pilots",
        label=_("市级标准化试点立项名录"),
        intro=_("已经立项文件公布的市级标准化试点项目。"),
        empty=_("立项文件印发后，项目在这里公布。"),
        rows=rows,
        columns=(
            Column("number", _("项目编号"), lambda row: row.number, sort="number", fixed=True, css="p-code"),
            Column("title", _("项目名称、立项文号"), lambda row: row.title, cell=_title, fixed=True),
            Column("applicant", _("承担单位"), lambda row: row.applicant.name, fixed=True),
            Column("guarantor", _("项目保证单位"), lambda row: row.guarantor.name if row.guarantor else "", fixed=True),
            Column("class", _("类别"), lambda row: row.class_label, fixed=True, css="p-nowrap"),
            Column("field", _("领域"), lambda row: row.field.name if row.field else "", fixed=True, css="p-nowrap"),
            Column(
                "district",
                _("所在区"),
                lambda row: row.district.name if row.district else "",
                fixed=True,
                css="p-nowrap",
            ),
            Column("term", _("试点期限"), _term, sort="ends", fixed=True, css="p-nowrap"),
        ),
        sorts=(
            Sort("-number", _("编号（倒序）"), "number", descending=True),
            Sort("number", _("编号"), "number"),
            Sort("ends", _("期限先到"), "term_ends_on"),
            Sort("-ends", _("期限后到"), "term_ends_on", descending=True),
        ),
        classes=tuple((value, str(label)) for value, label in Pilot.ProjectClass.choices),
        class_column="project_class",
    )
)
