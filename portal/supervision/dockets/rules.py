"""Who signs a docket, and the conditions of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.lifecycle.states import Text
from portal.lifecycle.steps import guard
from portal.lifecycle.who import who
from portal.supervision.dockets.states import CHIEF_REVIEW, LEADER_REVIEW

if TYPE_CHECKING:
    from portal.supervision.models import Docket


@who(_("经办人"), Role.HANDLER)
def drafts(actor: Actor, docket: Docket) -> bool:
    key = actor.membership.pk if actor.membership else None
    return docket.pk is None or key == docket.responsible_id or key in deputies_of(docket.responsible_id)


@who(_("处室负责人或者其代理人"), Role.SECTION_CHIEF, Role.HANDLER)
def signs_as_chief(actor: Actor, docket: Docket) -> bool:
    return not _wrote_it(actor, docket) and (actor.role == Role.SECTION_CHIEF or _deputises(actor, Role.SECTION_CHIEF))


@who(_("局领导或者其代理人"), Role.LEADER, Role.SECTION_CHIEF)
def signs_as_leader(actor: Actor, docket: Docket) -> bool:
    return not _wrote_it(actor, docket) and (actor.role == Role.LEADER or _deputises(actor, Role.LEADER))


@who(_("审核或者审批人"), Role.SECTION_CHIEF, Role.LEADER, Role.HANDLER)
def signs_now(actor: Actor, docket: Docket) -> bool:
    """Whoever has it before him: the chief in 处室审核, the leader in 局领导审批."""
    whose = {CHIEF_REVIEW.id: signs_as_chief, LEADER_REVIEW.id: signs_as_leader}.get(docket.state)
    return whose is not None and whose.relation(actor, docket)


def _wrote_it(actor: Actor, docket: Docket) -> bool:
    """A deputy does not sign what is his own."""
    own = {docket.drafter_id, docket.responsible_id}
    return actor.membership is not None and actor.membership.pk in own


def _deputises(actor: Actor, role: Role) -> bool:
    """Whether the actor stands in today for somebody of that role."""
    from portal.supervision.models import Deputy

    return bool(
        actor.membership
        and Deputy.objects.on(clock.today()).filter(deputy=actor.membership, absent__role=role).exists()
    )


def deputies_of(membership_id: int | None) -> frozenset[int]:
    """Who stands in today for that membership."""
    from portal.supervision.models import Deputy

    today = Deputy.objects.on(clock.today()).filter(absent_id=membership_id)
    return frozenset(today.values_list("deputy_id", flat=True))


@guard(_("已列入项目，且逐项拟定了处理意见"))
def is_ready(docket: Docket, actor: Actor) -> Text | None:
    items = list(docket.items.live())
    if not items:
        return _t("请先列入项目。")
    wanting = [str(i.dossier) for i in items if docket.matter_info.decision(i.step).reasons and not i.grounds.strip()]
    return _t("以下项目须写明理由：%(list)s。") % {"list": "、".join(wanting)} if wanting else None


@guard(_("呈批件内仍有项目"))
def has_items(docket: Docket, actor: Actor) -> Text | None:
    return None if docket.items.live().exists() else _t("项目已全部退出，请退回经办人处理。")


@guard(_("需要局领导审批"))
def needs_leader(docket: Docket, actor: Actor) -> Text | None:
    return None if docket.levels >= 3 else _t("本事项由处室负责人审批，无须报局领导。")


@guard(_("由处室负责人审批"))
def chief_decides(docket: Docket, actor: Actor) -> Text | None:
    return None if docket.levels < 3 else _t("本事项须报局领导审批。")


@guard(_("审批人不是本件的审核人"))
def another_person_decides(docket: Docket, actor: Actor) -> Text | None:
    user = docket.chief.user_id if docket.chief else None
    same = user is not None and actor.user is not None and user == actor.user.pk
    return _t("您已审核本件，不能再作为代理人审批，请由其他人审批。") if same else None


@guard(_("设定的发布日期已到"))
def date_has_come(docket: Docket, actor: Actor) -> Text | None:
    if docket.publish_on and clock.today() >= docket.publish_on:
        return None
    return _t("设定的发布日期为 %(day)s。") % {"day": docket.publish_on}


@guard(_("仍有同意的项目"))
def something_was_agreed(docket: Docket, actor: Actor) -> Text | None:
    return None if docket.items.agreed().exists() else _t("没有同意办理的项目，可以取消本呈批件。")
