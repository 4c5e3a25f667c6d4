"""Import of experts into the register 专家库.

An entry of the register has no life of its own, so an undo removes it again: nothing refers to it as long as nobody has
acted on it, and the import keeps which lines it came from.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, ProtectedError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts import audit, credit_code
from portal.accounts.models import AuditEvent, phone_validator
from portal.base import clock
from portal.base.errors import Unmet
from portal.exchange.fields import SomeOfField, YesNoField
from portal.exchange.kinds import Column, Kind, register
from portal.exchange.models import ImportedRow
from portal.exchange.resources import RowResource
from portal.exchange.rows import Row
from portal.reviews.models import Appointment, Assignment, Expert, Qualification, Seat
from portal.reviews.queries import field_names

#: what an entry should have and need not
_WANTED = ("employer_code", "title", "phone", "fields", "expertise")
_BATCH = 500


class CreditCodeField(forms.CharField):
    """A unified social credit code, in whatever width and case it was typed."""

    def to_python(self, value: Any) -> str:
        return credit_code.normalise(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            credit_code.validate(value)


class SeveralField(forms.CharField):
    """Several texts with ； between them, each no longer than the column that will hold it."""

    def __init__(self, *, each: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.each = each

    def clean(self, value: Any) -> list[str]:
        parts = [part for text in super().clean(value).replace(";", "；").split("；") if (part := text.strip())]
        for part in parts:
            if len(part) > self.each:
                raise ValidationError(
                    _t("每项最多 %(most)s 个字，“%(part)s…”有 %(n)s 个字，请缩短，或者用“；”分开。")
                    % {"most": self.each, "part": part[:12], "n": len(part)}
                )
        return parts


def _text(name: str, **more: Any) -> forms.CharField:
    """A field for a column of the register: its words and length are the model's."""
    column: Any = Expert._meta.get_field(name)
    more.setdefault("required", not column.blank)
    return forms.CharField(label=column.verbose_name, max_length=column.max_length, **more)


def columns() -> list[Column]:
    """The columns of the sheet; the choices of 专业领域 are the fields of all calls."""
    fields = {name: code for code, name in field_names().items()}
    mail = forms.EmailField(
        label=_("电子邮箱"),
        max_length=254,
        help_text=_("邀请函发往此邮箱；与姓名一起用于判断是否为同一位专家。"),
        error_messages={"invalid": _("不是电子邮箱地址，应如 name@example.org。")},
    )
    return [
        Column("name", _text("name"), "沈国梁", 12),
        Column("employer", _text("employer", help_text=_("按营业执照或者法人证书的全称填写，用于核对回避。")), "上海示例研究院", 30),
        Column(
            "employer_code",
            CreditCodeField(label=_("单位统一社会信用代码"), required=False, help_text=_("18 位；填写后可按代码核对回避。")),
            "91350100M000100Y43",
            24,
        ),
        Column("group", _text("group"), "", 26),
        Column("post", _text("post"), "室主任"),
        Column("title", _text("title"), "正高级工程师"),
        Column(
            "phone",
            _text("phone", required=True, validators=[phone_validator], help_text=_("手机号码，或者带区号的固定电话。")),
            "13800000000",
            18,
        ),
        Column("email", mail, "shen@example.org", 26),
        Column(
            "fields",
            SomeOfField(label=_("专业领域"), required=False, options=fields, help_text=_("可填多个，用“、”分开。")),
            "、".join(list(fields)[:2]),
            30,
        ),
        Column("expertise", _text("expertise"), "养老服务标准化", 26),
        Column(
            "qualifications",
            SeveralField(
                label=_("资格与业绩"),
                required=False,
                each=100,
                help_text=_("标准化技术委员会委员、起草的标准等，多项用“；”分开。"),
            ),
            "全国专业标准化技术委员会委员；起草地方标准 3 项",
            36,
        ),
        Column("standards_expert", YesNoField(label=_("标准化专家"), help_text=_("填“是”或者“否”，不填视为“否”。")), "是", 12),
        Column("note", _text("note"), "", 26),
    ]  # fmt: skip


class ExpertResource(RowResource):
    """Lines that become entries of the register, inserted together."""

    def identity(self, row: Row) -> Hashable | None:
        name, email = row.values.get("name"), row.values.get("email")
        return (name, email.lower()) if name and email else None

    def known(self, identities: set[Any]) -> dict[Hashable, str]:
        names = {name for name, _email in identities}
        rows = Expert.objects.filter(name__in=names).values_list("name", "email", "employer")
        return {
            (name, email.lower()): _t("同名、同电子邮箱的专家（%(name)s，%(employer)s）")
            % {"name": name, "employer": employer}
            for name, email, employer in rows
            if (name, email.lower()) in identities
        }

    def prepare(self, rows: Sequence[Row]) -> None:
        """Who of that name works there already under another address: perhaps the same person."""
        names = {row.values["name"] for row in rows if "name" in row.values}
        found = Expert.objects.filter(name__in=names).values_list("name", "employer", "email")
        self._namesakes = {(name, employer): email for name, employer, email in found}

    def check(self, row: Row) -> None:
        heads = {column.id: column.head for column in self.columns}
        missing = [heads[name] for name in _WANTED if not row.values[name]]
        if missing:
            row.warn("", _t("资料待补：%(what)s。") % {"what": "、".join(missing)})
        other = self._namesakes.get((row.values["name"], row.values["employer"]))
        if other:
            row.warn("name", _t("该单位已有同名专家（电子邮箱 %(email)s），请核对是否为同一人。") % {"email": other})

    def create(self, row: Row) -> Model:
        """An entry that is not saved yet."""
        values = {name: value for name, value in row.values.items() if name != "qualifications"}
        return Expert(**values, created_at=self.source.at, updated_at=self.source.at)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Saves all of them."""
        rows = [row for row in self.rows if row.record is not None]
        if not self.going or not rows:
            return
        Expert.objects.bulk_create((row.record for row in rows), batch_size=_BATCH)  # type: ignore[misc]
        Qualification.objects.bulk_create(
            (Qualification(expert=row.record, name=name) for row in rows for name in row.values["qualifications"]),  # type: ignore[misc]
            batch_size=_BATCH,
        )
        self._log(_t("批量导入专家 %(n)s 名（%(job)s）"), len(rows))

    def obstacles(self, imported: Sequence[ImportedRow]) -> dict[int, str]:
        """An entry that was changed, got an account or was chosen for a review stays."""
        keys = [row.object_id for row in imported]
        here = OuterRef("pk")
        found = Expert.objects.filter(pk__in=keys).annotate(
            seated=Exists(Seat.objects.filter(expert=here)),
            asked=Exists(Assignment.objects.filter(expert=here)),
            appointed=Exists(Appointment.objects.filter(expert=here)),
        )
        experts: dict[int, Any] = {expert.pk: expert for expert in found}
        reasons = ((row.pk, self._obstacle(experts.get(row.object_id))) for row in imported)
        return {key: reason for key, reason in reasons if reason}

    def _obstacle(self, expert: Any) -> str:
        if expert is None:
            return _t("已不在专家库中。")
        if expert.seated or expert.asked:
            return _t("已列入评审的专家组。")
        if expert.appointed:
            return _t("已聘任。")
        if expert.user_id:
            return _t("已开通账号。")
        if expert.updated_at != expert.created_at:
            return _t("%(day)s 修改过。") % {"day": clock.local(expert.updated_at).date().isoformat()}
        return ""

    def take_back(self, imported: Sequence[ImportedRow]) -> None:
        try:
            Expert.objects.filter(pk__in=[row.object_id for row in imported]).delete()
        except ProtectedError as error:
            raise Unmet([_t("有专家已被其他事项引用，不能撤销。")]) from error
        self._log(_t("撤销批量导入的专家 %(n)s 名（%(job)s）"), len(imported))

    def _log(self, words: str, number: int) -> None:
        label = words % {"n": number, "job": self.source.job}
        audit.note(AuditEvent.Kind.MEMBERSHIP, actor=self.source.actor, label=label)


EXPERTS = Kind(
    "experts",
    _("专家"),
    "",
    _("将专家成批录入专家库。只新增，不修改已有专家；账号在入库后由经办人逐一开通。"),
    columns,
    ExpertResource,
    measure=_("名"),
)
register(EXPERTS)
