"""The steps of an import: a person uploads, confirms, undoes; the worker checks, imports, takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.base.counters import next_serial
from portal.exchange import forms
from portal.exchange.rules import BY_WORKER, has_something_to_import, is_without_errors, may_import, nobody_has_acted
from portal.exchange.states import BROKEN, CHECKED, CONFIRMED, DISCARDED, IMPORTED, UNDOING, UNDONE, UPLOADED
from portal.lifecycle.states import NEW
from portal.lifecycle.steps import Act, step

SERIAL = "DR"


class ImportSteps:
    """What a person does, and what the worker does after it."""

    if TYPE_CHECKING:
        serial: Any
        owner: Any
        owner_id: Any
        confirmed_by: Any
        undone_by: Any
        created_at: Any
        checked_at: Any
        ended_at: Any
        note: Any
        skip_known: Any

    @step(
        _("上传并检查"),
        source=NEW,
        target=UPLOADED.id,
        by=may_import,
        form=forms.UploadForm,
        help=_("上传填写好的模板，系统逐行检查并列出差错和提示。"),
        confirm=_("检查不写入任何数据；检查完成并由您确认后才导入。"),
        tone="primary",
    )
    def upload(self, act: Act) -> None:
        """The file is there; it is checked next."""
        assert act.actor.membership is not None
        self.serial = next_serial(SERIAL, clock.local(act.at).year)
        self.owner, self.created_at = act.actor.membership, act.at
        self.skip_known = act.data["skip_known"]

    @step(
        _("完成检查"),
        source=UPLOADED.id,
        target=CHECKED.id,
        by=BY_WORKER,
        form=forms.FiguresForm,
        help=_("系统逐行检查完毕，列出差错和提示。"),
    )
    def finish_check(self, act: Act) -> None:
        """Every line was read and checked; nothing was written."""
        self._take_figures(act)

    @step(
        _("未能检查"),
        source=UPLOADED.id,
        target=BROKEN.id,
        by=BY_WORKER,
        form=forms.WhyForm,
        help=_("系统未能完成检查，没有导入任何数据。"),
    )
    def break_off(self, act: Act) -> None:
        """The check itself failed."""
        self.note, self.ended_at = act.data["reason"], act.at

    @step(
        _("重新检查"),
        source=CHECKED.id,
        target=UPLOADED.id,
        by=may_import,
        help=_("检查之后系统中的数据有变化的，可以重新检查同一文件。"),
        confirm=_("检查不写入任何数据。"),
    )
    def recheck(self, act: Act) -> None:
        """The same file against the data of now."""

    @step(
        _("整批导入"),
        source=CHECKED.id,
        target=CONFIRMED.id,
        by=may_import,
        guards=[is_without_errors, has_something_to_import],
        help=_("按检查结果导入全部数据。"),
        confirm=_(
            "导入前再次检查，全部写入或者全部不写入；每条记录注明来源文件和行号。导入的记录尚未被办理或者修改的，可以整批撤销。"
        ),
        tone="primary",
    )
    def confirm(self, act: Act) -> None:
        """A person has looked at the check and wants it imported."""
        self.confirmed_by = act.actor.membership
        self.note = ""

    @step(
        _("完成导入"),
        source=CONFIRMED.id,
        target=IMPORTED.id,
        by=BY_WORKER,
        form=forms.FiguresForm,
        help=_("全部数据已写入。"),
    )
    def finish(self, act: Act) -> None:
        """All lines are records now."""
        self._take_figures(act)
        self.ended_at = act.at

    @step(
        _("未能导入"),
        source=CONFIRMED.id,
        target=CHECKED.id,
        by=BY_WORKER,
        form=forms.RefusedForm,
        help=_("再次检查发现差错或者与确认时不同，没有写入任何数据。"),
    )
    def refuse(self, act: Act) -> None:
        """Something has changed since the check; nothing was written."""
        self._take_figures(act)
        self.note = act.data["reason"]

    @step(
        _("放弃导入"),
        source=[UPLOADED.id, CHECKED.id],
        target=DISCARDED.id,
        by=may_import,
        help=_("不导入这个文件。"),
        confirm=_("没有导入任何数据；放弃后不能恢复，需要时重新上传。"),
    )
    def discard(self, act: Act) -> None:
        """A person has looked at the check and does not want it."""
        self.ended_at = act.at

    @step(
        _("撤销导入"),
        source=IMPORTED.id,
        target=UNDOING.id,
        by=may_import,
        guards=[nobody_has_acted],
        form=forms.UndoForm,
        help=_("导入有误的，整批撤销。"),
        confirm=_(
            "本次导入的全部记录将撤销，不再列出；已给出的编号不再使用，办理历史保留。撤销后不能恢复，需要时重新导入。"
        ),
        tone="danger",
    )
    def undo(self, act: Act) -> None:
        """A person wants the whole import taken back."""
        self.undone_by = act.actor.membership
        self.note = ""

    @step(
        _("完成撤销"),
        source=UNDOING.id,
        target=UNDONE.id,
        by=BY_WORKER,
        help=_("导入的全部记录已撤销。"),
    )
    def finish_undo(self, act: Act) -> None:
        """Nothing of the import is left but its history."""
        self.ended_at = act.at

    @step(
        _("未能撤销"),
        source=UNDOING.id,
        target=IMPORTED.id,
        by=BY_WORKER,
        form=forms.WhyForm,
        help=_("有记录不能撤销，全部记录保持不变。"),
    )
    def keep(self, act: Act) -> None:
        """Somebody was faster; everything stays as it was."""
        self.note = act.data["reason"]

    def _take_figures(self, act: Act) -> None:
        for name in forms.FiguresForm.base_fields:
            setattr(self, name, act.data[name])
        self.checked_at = act.at
