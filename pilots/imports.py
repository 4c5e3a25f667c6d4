"""Import of pilots that were approved before the portal: what a sheet holds, what is checked, what a line becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.importing import ENTRIES
from pilots.models import Pilot
from pilots.states import ACCEPTANCE_APPLIED, ENDS, FAILED, IMPLEMENTING, OVERDUE, PASSED, TERMINATED
from portal.accounts import credit_code
from portal.accounts.models import Body, District, Unit, phone_validator
from portal.base import clock
from portal.base.counters import next_serials
from portal.base.workdays import term_end
from portal.calls import parameters
from portal.calls.models import Call, CallField, Desk
from portal.dossiers import search
from portal.exchange.experts import CreditCodeField
from portal.exchange.fields import DayField, OneOfField, WholeField
from portal.exchange.kinds import Column, Kind, register
from portal.exchange.resources import SubjectResource
from portal.exchange.rows import Row
from portal.lifecycle.engine import perform

_STATES = {
    str(state.label): state.id for state in (IMPLEMENTING, OVERDUE, ACCEPTANCE_APPLIED, PASSED, FAILED, TERMINATED)
}
_MIDTERM = {"通过": Pilot.Midterm.PASSED, "免中期": Pilot.Midterm.WAIVED, "未进行": ""}
#: rows written in one statement
_BATCH = 500
#: what a project should have and need not: column, words of the gap
_WANTED = (
    ("credit_code", _("统一社会信用代码")),
    ("number", _("项目编号")),
    ("approval_number", _("立项文号")),
    ("field", _("领域")),
    ("contact_name", _("联系人")),
    ("contact_mobile", _("联系电话")),
)


def columns() -> list[Column]:
    """The columns of the sheet; bodies, districts and fields are those that the portal knows now."""
    bodies = Body.objects.filter(kind__in=(Body.Kind.DEPARTMENT, Body.Kind.DISTRICT_BUREAU), valid_to=None)
    named = {body.name: body.pk for body in bodies}
    districts = {district.name: district.pk for district in District.objects.all()}
    fields = {field.name: field.code for field in latest_fields()}
    classes = {str(label): value for value, label in Pilot.ProjectClass.choices}
    return [
        Column("year", WholeField(label=_("立项年度"), min_value=2005, max_value=clock.today().year), "2022", 10),
        Column("number", forms.CharField(label=_("项目编号"), max_length=20, required=False, help_text=_("没有的不填，由系统编号。")), "", 16),
        Column("title", forms.CharField(label=_("项目名称"), max_length=120), "社区嵌入式养老服务标准化试点", 36),
        Column("class", OneOfField(label=_("项目类别"), options=classes, required=False, help_text=_("不填的按一般项目。")), "一般项目", 12),
        Column("field", OneOfField(label=_("领域"), options=fields, required=False), next(iter(fields), ""), 14),
        Column("unit", forms.CharField(label=_("承担单位"), max_length=100, help_text=_("按营业执照或者法人证书的全称填写。")), "上海示例养老服务有限公司", 30),
        Column("credit_code", CreditCodeField(label=_("统一社会信用代码"), required=False, help_text=_("暂缺的不填，列为待补。")), "91350100M000100Y43", 22),
        Column("district", OneOfField(label=_("所在区"), options=districts, required=False, help_text=_("区局推荐的可不填。")), next(iter(districts), ""), 12),
        Column("guarantor", OneOfField(label=_("项目保证单位"), options=named, help_text=_("推荐单位。")), next(iter(named), ""), 24),
        Column("approval_number", forms.CharField(label=_("立项文号"), max_length=60, required=False), "沪市监标技〔2022〕88号", 24),
        Column("starts_on", DayField(label=_("立项日期"), help_text=_("立项文件成文日期，试点期限自该日起算。")), "2022-09-15", 14),
        Column("extended", WholeField(label=_("已延期月数"), required=False, min_value=0, max_value=24), "0", 12),
        Column("state", OneOfField(label=_("当前状态"), options=_STATES), str(IMPLEMENTING.label), 14),
        Column("midterm", OneOfField(label=_("中期评估"), options=_MIDTERM, required=False, help_text=_("通过、免中期或者未进行。")), "通过", 12),
        Column("result_number", forms.CharField(label=_("结果文号"), max_length=60, required=False, help_text=_("已通过、未通过验收或者终止的填写。")), "", 24),
        Column("ended_on", DayField(label=_("结果日期"), required=False, help_text=_("已通过、未通过验收或者终止的填写。")), "", 14),
        Column("contact_name", forms.CharField(label=_("联系人"), max_length=40, required=False), "李明", 12),
        Column("contact_mobile", forms.CharField(label=_("联系电话"), max_length=20, required=False, validators=[phone_validator]), "13800000000", 16),
    ]  # fmt: skip


def latest_call() -> Call | None:
    """The newest published call, whose fields and desks the imported projects are filed under."""
    own = Call.objects.filter(programme="pilots").exclude(state="draft")
    return own.exclude(published_at=None).order_by("-year", "-pk").first()


def latest_fields() -> list[CallField]:
    """The fields of the newest published call; none before there is one."""
    call = latest_call()
    return list(call.fields.all()) if call else []


class PilotResource(SubjectResource):
    """Lines that become pilots in their present state."""

    model = Pilot
    void_step = "undo_import"

    def prepare(self, rows: Sequence[Row]) -> None:
        codes = {row.values.get("credit_code") for row in rows} - {None, ""}
        names = {row.values.get("unit") for row in rows} - {None}
        known = list(Unit.objects.filter(credit_code__in=codes)) + list(Unit.objects.filter(name__in=names))
        self._by_code = {unit.credit_code: unit for unit in known if unit.credit_code}
        self._by_name: dict[str, list[Unit]] = {}
        for unit in {unit.pk: unit for unit in known}.values():
            self._by_name.setdefault(unit.name, []).append(unit)
        keys = [key for row in rows if (key := row.values.get("guarantor")) is not None]
        bodies = Body.objects.filter(pk__in=keys)
        self._bodies = {body.pk: body for body in bodies.select_related("district")}
        self._calls = _Calls(self.source.actor)
        self._parameters = parameters.snapshot("pilots", clock.today())
        self._months, self._midterm = (int(self._parameters[key]) for key in ("term_months", "midterm_month"))
        numbers = {row.values.get("number") for row in rows} - {None, ""}
        self._taken = set(Pilot.objects.filter(number__in=numbers).values_list("number", flat=True))

    def identity(self, row: Row) -> Hashable | None:
        title, unit, year = (row.values.get(name) for name in ("title", "unit", "year"))
        return (title, unit, year) if title and unit and year else None

    def known(self, identities: set[Any]) -> dict[Hashable, str]:
        found = Pilot.objects.filter(title__in={title for title, _unit, _year in identities}).exclude(
            state="import_undone"
        )
        rows = found.values_list("title", "applicant__name", "call__year", "number")
        return {
            (title, unit, year): _t("同一单位、同一年度的同名项目（%(number)s）") % {"number": number or _t("未编号")}
            for title, unit, year, number in rows
            if (title, unit, year) in identities
        }

    def check(self, row: Row) -> None:
        values, today = row.values, clock.today()
        missing = [str(words) for name, words in _WANTED if not values[name]]
        if missing:
            row.warn("", _t("资料待补：%(what)s。") % {"what": "、".join(missing)})
        if not values["district"] and self._bodies[values["guarantor"]].district_id is None:
            row.error("district", _t("由市有关部门保证的项目，请填写承担单位所在区。"))
        if values["number"] and values["number"] in self._taken:
            row.error("number", _t("该项目编号已被使用，请核对，或者不填由系统编号。"))
        self._taken.add(values["number"])  # by this line
        if values["starts_on"] > today:
            row.error("starts_on", _t("立项日期不能晚于今天。"))
        elif values["starts_on"].year != values["year"]:
            row.warn("starts_on", _t("立项日期不在立项年度 %(year)s 内，请核对。") % {"year": values["year"]})
        self._check_state(row, today)
        if len(self._by_name.get(values["unit"], ())) > 1 and not values["credit_code"]:
            row.error("credit_code", _t("有多个同名单位，请填写统一社会信用代码。"))
        unit = self._by_code.get(values["credit_code"])
        if unit is not None and unit.name != values["unit"]:
            row.warn("unit", _t("该代码在系统中的单位名称为“%(name)s”，将归入该单位。") % {"name": unit.name})

    def _check_state(self, row: Row, today: dt.date) -> None:
        values = row.values
        ends = term_end(values["starts_on"], self._months + (values["extended"] or 0))
        if values["state"] in ENDS:
            if values["ended_on"] is None:
                row.error("ended_on", _t("已有结果的项目，请填写结果日期。"))
            elif not values["starts_on"] <= values["ended_on"] <= today:
                row.error("ended_on", _t("结果日期应在立项日期至今天之间。"))
            return
        if values["ended_on"] or values["result_number"]:
            row.warn("ended_on", _t("尚在进行的项目没有结果，结果日期和文号不导入。"))
        if values["state"] == OVERDUE.id and ends >= today:
            row.error("state", _t("试点期限至 %(day)s，尚未届满，不能填写“逾期未验收”。") % {"day": ends})
        elif values["state"] == IMPLEMENTING.id and ends < today:
            row.error("state", _t("试点期限至 %(day)s，已届满，应填写“逾期未验收”，或者核对延期月数。") % {"day": ends})

    # --- what a line becomes ----------------------------------------------------------------------
    def before(self, rows: Sequence[Row]) -> None:
        """The units that the portal does not know yet."""
        new = [unit for row in rows if (unit := self._new_unit(row.values)) is not None]
        Unit.objects.bulk_create(new, batch_size=_BATCH)

    def begin(self, row: Row) -> Pilot:
        values, actor = row.values, self.source.actor
        assert actor.user is not None
        guarantor = self._bodies[values["guarantor"]]
        unit = self._unit(values)
        assert unit is not None, "it was made before the first line"
        call = self._calls.of(values["year"])
        ended = values["state"] in ENDS
        pilot = Pilot(
            programme="pilots",
            call=call,
            number=values["number"] or None,
            parameters=self._parameters,
            title=values["title"],
            applicant=unit,
            recommender=guarantor,
            guarantor=guarantor,
            field=self._calls.field(call, values["field"]),
            district_id=unit.district_id,
            handler=actor.membership,
            project_class=values["class"] or Pilot.ProjectClass.GENERAL,
            created_by=actor.user,
            approval_number=values["approval_number"],
            approved_on=values["starts_on"],
            term_starts_on=values["starts_on"],
            extended_months=values["extended"] or 0,
            midterm_outcome=values["midterm"] or "",
            result_number=values["result_number"] if ended else "",
            ended_on=values["ended_on"] if ended else None,
            gaps=[str(words) for name, words in _WANTED if not values[name]],
        )
        pilot.indexed = pilot.indexed_now  # put into the index with all others, by `after`
        return pilot

    def after(self, rows: Sequence[Row]) -> None:
        """Serial numbers and the search index: last, so that nobody else waits for a number as long as an import takes."""
        pilots = [row.record for row in rows if isinstance(row.record, Pilot)]
        for year in sorted({pilot.call.year for pilot in pilots}):
            bare = [pilot for pilot in pilots if pilot.call.year == year and pilot.number is None]
            for pilot, number in zip(bare, next_serials("SD", year, len(bare)) if bare else (), strict=True):
                pilot.number = number
        Pilot.objects.bulk_update(pilots, ["number"], batch_size=_BATCH)
        search.index((pilot.pk, search.text_of(pilot.number, pilot.title, pilot.applicant.name)) for pilot in pilots)

    def data(self, row: Row) -> dict[str, Any]:
        return {}

    def step_of(self, row: Row) -> str:
        """The step that lets it in; of a running one by whether its mid-term lies ahead."""
        values = row.values
        steps = ENTRIES[values["state"]]
        if len(steps) == 1:
            return steps[0]
        ahead = not values["midterm"] and term_end(values["starts_on"], self._midterm) >= clock.today()
        return steps[0] if ahead else steps[1]

    def _unit(self, values: dict[str, Any]) -> Unit | None:
        """The unit of that code, else the only one of that name; None when the portal does not know it."""
        code, name = credit_code.normalise(values["credit_code"] or ""), values["unit"]
        return self._by_code.get(code) if code else next(iter(self._by_name.get(name, [])), None)

    def _new_unit(self, values: dict[str, Any]) -> Unit | None:
        """A unit that is not known yet, with what the line says of it; not saved."""
        if self._unit(values) is not None:
            return None
        district = values["district"] or self._bodies[values["guarantor"]].district_id
        assert district is not None, "the check wants a district"
        unit = Unit(
            name=values["unit"],
            credit_code=credit_code.normalise(values["credit_code"] or ""),
            nature=Unit.Nature.OTHER,
            district_id=district,
            contact_name=values["contact_name"] or "",
            contact_mobile=values["contact_mobile"] or "",
            confirmed_at=self.source.at,
        )
        if unit.credit_code:
            self._by_code[unit.credit_code] = unit
        self._by_name.setdefault(unit.name, []).append(unit)
        return unit


class _Calls:
    """The call of each year: that of the portal, or one recorded for the years before it, with today's fields and desks."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor
        self._by_year: dict[int, Call] = {}
        self._fields: dict[int, dict[str, CallField]] = {}

    def of(self, year: int) -> Call:
        if year not in self._by_year:
            past = Call.objects.filter(programme="pilots", year=year, state="closed").order_by("pk").first()
            self._by_year[year] = past or self._recorded(year)
        return self._by_year[year]

    def field(self, call: Call, code: str | None) -> CallField | None:
        if call.pk not in self._fields:
            self._fields[call.pk] = {field.code: field for field in call.fields.all()}
        return self._fields[call.pk].get(code) if code else None

    def _recorded(self, year: int) -> Call:
        """A closed call of that year, with the fields and desks of the newest one."""
        last = dt.date(year, 12, 31)
        call = Call(
            programme="pilots",
            year=year,
            title=_t("%(year)s年度市级标准化试点（平台启用前立项）") % {"year": year},
            opens_on=dt.date(year, 1, 1),
            closes_on=last,
            reporting_closes_on=last,
            form_version="",
        )
        perform(call, "record_past", actor=self._actor)
        newest = latest_call()
        if newest is not None:
            self._copy_desks(newest, call)
        return call

    def _copy_desks(self, source: Call, call: Call) -> None:
        desks: dict[int, Desk] = {}
        for desk in source.desks.prefetch_related("handlers"):
            copy = Desk.objects.create(
                call=call, contact_name=desk.contact_name, phone=desk.phone, position=desk.position
            )
            copy.handlers.set(desk.handlers.all())
            desks[desk.pk] = copy
        for field in source.fields.all():
            CallField.objects.create(
                call=call,
                code=field.code,
                name=field.name,
                desk=desks.get(field.desk_id) if field.desk_id else None,
                traits=field.traits,
                other_allowed=field.other_allowed,
                position=field.position,
            )


register(
    Kind(
        "pilots",
        _("平台启用前立项的试点项目"),
        "pilots",
        _(
            "将平台启用前立项、正在实施或者已有结果的试点项目按现状导入。资料可以不全，缺少的列为待补；"
            "只产生今后的期限，导入之前的事项不再提醒。"
        ),
        columns,
        PilotResource,
        measure=_("项"),
    )
)
