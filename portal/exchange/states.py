"""The life of an import."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lifecycle.states import HANDLER, Lifecycle, Party, State

WORKER = Party("worker", _("系统"))
UPLOADED = State(
    "uploaded", _("检查中"), waits_for=WORKER, help=_("文件已上传，系统正在逐行检查；检查不写入任何数据。")
)
CHECKED = State(
    "checked",
    _("已检查，待确认"),
    waits_for=HANDLER,
    help=_("检查已完成，尚未导入任何数据。没有差错的，可以确认导入；有差错的，修改文件后重新上传。"),
    tone="orange",
)
CONFIRMED = State(
    "confirmed",
    _("导入中"),
    waits_for=WORKER,
    help=_("正在导入：再次检查后全部写入；有任何一行不能写入的，全部不写入。"),
)
IMPORTED = State(
    "imported",
    _("已导入"),
    terminal=True,
    help=_("全部数据已导入。导入的记录尚未被办理或者修改的，可以整批撤销。"),
    tone="green",
)
UNDOING = State("undoing", _("撤销中"), waits_for=WORKER, help=_("正在撤销本次导入的全部记录。"))
UNDONE = State("undone", _("已撤销导入"), terminal=True, help=_("本次导入的全部记录已撤销。"), tone="secondary")
DISCARDED = State("discarded", _("已放弃"), terminal=True, help=_("没有导入任何数据。"), tone="secondary")
BROKEN = State(
    "broken",
    _("未能检查"),
    terminal=True,
    help=_("系统未能完成检查，没有导入任何数据。请重新上传；仍不能检查的，请联系系统管理员。"),
    tone="red",
)

LIFECYCLE = Lifecycle(
    "import_job",
    _("批量导入"),
    {s.id: s for s in (UPLOADED, CHECKED, CONFIRMED, IMPORTED, UNDOING, UNDONE, DISCARDED, BROKEN)},
)
#: states in which the worker has something to do
WORKING = (UPLOADED.id, CONFIRMED.id, UNDOING.id)
