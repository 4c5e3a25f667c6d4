"""The material of an acceptance: obligatory slots by parameter."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pilots.states import ACTIVE, ENDS
from portal.attachments.fields import AttachmentField
from portal.attachments.kinds import DOCUMENTS, SCANS, TABLES
from portal.declaration import further

#: what an acceptance can ask for: name, label, help
SLOTS = (
    ("application", _("验收申请表盖章扫描件"), _("可以先提交，打印系统生成的验收申请表，盖章后办理“补传材料”。")),
    ("self_evaluation", _("自我评价报告"), _("加盖公章。")),
    ("summary", _("工作总结"), ""),
    ("standards", _("标准体系和标准明细"), _("标准体系框架图、标准明细表、主要标准文本。")),
    ("records", _("标准实施、宣贯培训和监督检查记录"), ""),
    ("effects", _("成效证明材料"), _("检验检测、满意度调查、第三方评价等。")),
    ("others", _("其他材料"), ""),
)
ALL = frozenset(name for name, _label, _help in SLOTS)


class AcceptanceMaterials:
    """Gives a form the upload fields of the slots; obligatory are those that the parameter `acceptance_materials` names.

    What was handed in with an earlier application is kept on file and has to be handed in anew.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        wanted = set(form.subject.parameter("acceptance_materials"))
        own = {}
        for name, label, help_text in SLOTS:
            own[f"file_{name}"] = AttachmentField(
                slot=f"acceptance_{name}",
                label=label,
                kinds=DOCUMENTS | TABLES | SCANS,
                multiple=True,
                required=name in wanted,
                help_text=help_text,
            )
            own[f"file_{name}"].actor = form.actor
        form.fields = {**own, **form.fields}


further.register(
    "pilots",
    {
        "midterm_report": _("中期自我评价报告盖章扫描件"),
        "midterm_evidence": _("中期佐证材料"),
        **{f"acceptance_{name}": label for name, label, _help in SLOTS},
        "rectification_report": _("整改报告和佐证材料"),
        "later_material": _("补传的材料"),
    },
    states=(*ACTIVE, *ENDS),
)
