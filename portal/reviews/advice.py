"""What the organiser of a round should know although it bars nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.reviews.models import Round
from portal.reviews.seats import panel_of


def advice_on(round_: Round) -> list[str]:
    """Sentences about panel and list; two queries."""
    experts = panel_of(round_)
    found = []
    if experts and not any(expert.standards_expert for expert in experts):
        found.append(_("专家组中没有标准化专家，建议至少选定一名。"))
    if experts and round_.chair_id is None and round_.state != "preparing":
        found.append(_("尚未确定专家组组长。"))
    without = [expert.name for expert in experts if expert.user_id is None]
    if without:
        found.append(_("%(names)s没有账号，其答复和评审表须由经办人登记、代录。") % {"names": "、".join(without)})
    entries = round_.entries.count() if round_.comparative else 0
    if round_.intended is not None and entries and round_.intended >= entries:
        found.append(_("拟立项数量不少于评审项目数量，请核对。"))
    return found
