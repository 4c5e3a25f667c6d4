"""Who stands in which relation to a dossier: one sentence each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.dossiers.models import Dossier
from portal.lifecycle.who import who


@who(_("申报单位"), Role.UNIT_ADMIN, Role.UNIT_EDITOR)
def is_its_applicant(actor: Actor, dossier: Dossier) -> bool:
    return actor.unit_id is not None and actor.unit_id == dossier.applicant_id


@who(_("推荐单位"), Role.RECOMMENDER)
def is_its_recommender(actor: Actor, dossier: Dossier) -> bool:
    return actor.body_id is not None and actor.body_id == dossier.recommender_id


@who(_("经办人（所属领域）"), Role.HANDLER)
def is_its_handler(actor: Actor, dossier: Dossier) -> bool:
    key = actor.membership.pk if actor.membership else None
    return key is not None and (
        key == dossier.handler_id or key in dossier.desk_handler_ids or key in dossier.deputy_handler_ids
    )


@who(_("处室负责人"), Role.SECTION_CHIEF)
def is_section_chief(actor: Actor, dossier: Dossier) -> bool:
    return True
