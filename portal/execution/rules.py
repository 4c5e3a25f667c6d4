"""Who stands in which relation to a running project, and to what belongs to it: one sentence each."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.dossiers.rules import is_its_applicant, is_its_handler, is_its_recommender
from portal.lifecycle.who import who
from portal.messaging.refs import dossier_of


@who(_("承担单位"), Role.UNIT_ADMIN, Role.UNIT_EDITOR)
def is_its_undertaker(actor: Actor, subject: Any) -> bool:
    return is_its_applicant.relation(actor, dossier_of(subject))


@who(_("项目保证单位"), Role.RECOMMENDER)
def is_its_guarantor(actor: Actor, subject: Any) -> bool:
    return is_its_recommender.relation(actor, dossier_of(subject))


@who(_("经办人（所属领域）"), Role.HANDLER)
def handles_it(actor: Actor, subject: Any) -> bool:
    return is_its_handler.relation(actor, dossier_of(subject))
