"""Pilots that ran before the portal: they enter their present state with a record that says so, and only future duties open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from pilots.duties import ACCEPTANCE_OPENING, GRACE, MIDTERM_OPENING, TERM
from pilots.plaques import Plaques
from pilots.states import (
    ACCEPTANCE_APPLIED,
    FAILED,
    IMPLEMENTING,
    IMPORT_UNDONE,
    OVERDUE,
    PASSED,
    TERMINATED,
)
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.calls.models import CallField
from portal.dossiers.rules import is_its_handler
from portal.exchange.forms import SourceForm, VoidForm
from portal.lifecycle.forms import StepForm
from portal.lifecycle.models import Record
from portal.lifecycle.states import NEW, Text
from portal.lifecycle.steps import Act, guard, step
from portal.lifecycle.who import who

if TYPE_CHECKING:
    from pilots.models import Pilot

#: the states in which a pilot can come in, with the step that lets it in
ENTRIES = {
    IMPLEMENTING.id: ("import_running", "import_after_midterm"),
    OVERDUE.id: ("import_overdue",),
    ACCEPTANCE_APPLIED.id: ("import_applied",),
    PASSED.id: ("import_passed",),
    FAILED.id: ("import_failed",),
    TERMINATED.id: ("import_terminated",),
}

#: gaps of an import that are columns of the project
FILLABLE = {"approval_number": _("立项文号"), "field": _("领域")}


@who(_("经办人"), Role.HANDLER)
def imports(actor: Actor, pilot: Pilot) -> bool:
    return True


@guard(_("导入之后没有办理过任何事项"))
def nothing_happened_since(pilot: Plaques, actor: Actor) -> Text | None:
    since = Record.objects.filter(chain_id=pilot.chain_id).exclude(
        step__in=[s for row in ENTRIES.values() for s in row]
    )
    later = since.order_by("seq").first()
    return _t("导入之后已办理“%(what)s”，不能撤销导入。") % {"what": later.label} if later else None


@guard(_("有可以补充的资料"))
def something_is_missing(pilot: Plaques, actor: Actor) -> Text | None:
    wanted = {str(words) for words in FILLABLE.values()}
    return None if wanted & set(pilot.gaps) else _t("没有可以在此补充的资料。")


@guard(_("是导入的项目"))
def was_imported(pilot: Plaques, actor: Actor) -> Text | None:
    return None if pilot.is_imported else _t("不是导入的项目。")


class GapsForm(StepForm):
    """The facts that are still missing, as far as they are columns of the project."""

    approval_number = forms.CharField(label=_("立项文号"), max_length=60, required=False)
    field = forms.ModelChoiceField(label=_("领域"), queryset=CallField.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = CallField.objects.filter(call_id=self.subject.call_id)  # type: ignore[attr-defined]
        for name, words in FILLABLE.items():
            if str(words) not in self.subject.gaps:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not any(data.get(name) for name in FILLABLE):
            raise ValidationError(_("请至少补充一项。"))
        return data


class Imported(Plaques):
    """The steps by which running and ended pilots come in, and by which a whole import is taken back."""

    class Meta:
        abstract = True

    def _come_in(self, act: Act) -> None:
        self.imported_on = clock.local(act.at).date()
        self.parameters = self.parameters or self.pinned_now()
        self.reckon()

    def pinned_now(self) -> dict[str, Any]:
        """The parameters in force today: those of an earlier call were never in the portal."""
        from portal.calls.parameters import snapshot

        return snapshot(self.programme, clock.today())

    @step(
        _("导入（实施中，中期之前）"),
        source=NEW,
        target=IMPLEMENTING.id,
        by=imports,
        form=SourceForm,
        opens=[MIDTERM_OPENING, TERM],
        listed=False,
        help=_("平台启用前立项的项目，按现状导入；只产生今后的期限。"),
    )
    def import_running(self, act: Act) -> None:
        """It is carried out, and its mid-term lies ahead."""
        self._come_in(act)

    @step(
        _("导入（实施中，中期之后）"),
        source=NEW,
        target=IMPLEMENTING.id,
        by=imports,
        form=SourceForm,
        opens=[TERM],
        listed=False,
        help=_("平台启用前立项的项目，按现状导入；只产生今后的期限。"),
    )
    def import_after_midterm(self, act: Act) -> None:
        """It is carried out, and its mid-term lies behind."""
        self._come_in(act)

    @step(
        _("导入（逾期未验收）"),
        source=NEW,
        target=OVERDUE.id,
        by=imports,
        form=SourceForm,
        opens=[GRACE],
        listed=False,
        help=_("期限已届满尚未验收的项目，按现状导入，宽限期自导入之日起计算。"),
    )
    def import_overdue(self, act: Act) -> None:
        """Its term is over and it was not accepted."""
        self._come_in(act)
        self.overdue_since = self.imported_on

    @step(
        _("导入（已申请验收）"),
        source=NEW,
        target=ACCEPTANCE_APPLIED.id,
        by=imports,
        form=SourceForm,
        opens=[ACCEPTANCE_OPENING],
        listed=False,
        help=_("已申请验收尚未评审的项目，按现状导入。"),
    )
    def import_applied(self, act: Act) -> None:
        """It waits for its acceptance."""
        self._come_in(act)

    @step(
        _("导入（通过验收）"),
        source=NEW,
        target=PASSED.id,
        by=imports,
        form=SourceForm,
        listed=False,
        help=_("平台启用前已通过验收的项目，按结果导入。"),
    )
    def import_passed(self, act: Act) -> None:
        """It had passed."""
        self._come_in(act)

    @step(
        _("导入（未通过验收）"),
        source=NEW,
        target=FAILED.id,
        by=imports,
        form=SourceForm,
        listed=False,
        help=_("平台启用前未通过验收的项目，按结果导入。"),
    )
    def import_failed(self, act: Act) -> None:
        """It had not passed."""
        self._come_in(act)

    @step(
        _("导入（终止）"),
        source=NEW,
        target=TERMINATED.id,
        by=imports,
        form=SourceForm,
        listed=False,
        help=_("平台启用前已终止的项目，按结果导入。"),
    )
    def import_terminated(self, act: Act) -> None:
        """It had been terminated."""
        self._come_in(act)

    @step(
        _("补充资料"),
        source=list(ENTRIES),
        target=None,
        by=is_its_handler,
        guards=[was_imported, something_is_missing],
        form=GapsForm,
        help=_("补充导入时缺少的立项文号、领域等资料；单位的信用代码在“单位更名合并”中办理。"),
    )
    def fill_gaps(self, act: Act) -> None:
        """What the import lacked is filled in."""
        for name, words in FILLABLE.items():
            if value := act.data.get(name):
                setattr(self, name, value)
                self.gaps = [gap for gap in self.gaps if gap != str(words)]

    @step(
        _("撤销导入"),
        source=list(ENTRIES),
        target=IMPORT_UNDONE.id,
        by=imports,
        guards=[was_imported, nothing_happened_since],
        form=VoidForm,
        listed=False,
        help=_("误导入的，整批撤销；项目留存备查，不再显示。"),
    )
    def undo_import(self, act: Act) -> None:
        """The import that brought it in is taken back."""
