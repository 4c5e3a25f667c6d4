"""Who may read the files of the acts around a dossier: whoever may see the act."""

from __future__ import annotations

from typing import Any

from django.db import models

from portal.accounts.actors import Actor
from portal.attachments import access
from portal.attachments.models import Attachment
from portal.dossiers.models import Dossier
from portal.supervision.models import (
    Correction,
    Docket,
    DocketItem,
    Enquiry,
    OnBehalf,
    Request,
    Statement,
    UnitChange,
)


def _with(model: type[models.Model]) -> access.Rule:
    def rule(actor: Actor, key: int, attachment: Attachment) -> bool:
        rows: Any = model._default_manager
        return bool(rows.visible_to(actor).filter(pk=key).exists())

    return rule


def file_of_docket(actor: Actor, key: int, attachment: Attachment) -> bool:
    """The bureau with the docket; the parties of what it carried out read the sealed original once it is issued."""
    if Docket.objects.visible_to(actor).filter(pk=key).exists():
        return True
    if attachment.slot != "sealed_original" or not (actor.is_applicant or actor.body_id):
        return False
    named = DocketItem.objects.filter(docket_id=key, docket__state="issued", decision=DocketItem.Result.DONE)
    mine = Dossier.objects.visible_to(actor).order_by().values("pk")
    listed = DocketItem.papers.through.objects.filter(docketitem__in=named.filter(dossier__in=mine))
    return listed.filter(issuedpaper__readers__contains="|applicant|").exists()


for _model in (Request, Enquiry, OnBehalf, Correction, UnitChange, Statement):
    access.register(_model._meta.label_lower, _with(_model))
access.register(Docket._meta.label_lower, file_of_docket)
