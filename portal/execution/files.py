"""Who may read the files of this room: whoever may see what holds them."""

from __future__ import annotations

from typing import Any

from django.db import models

from portal.accounts.actors import Actor
from portal.attachments import access
from portal.attachments.models import Attachment
from portal.execution.models import Milestone, Output, TaskBook


def _with(model: type[models.Model]) -> access.Rule:
    def rule(actor: Actor, key: int, attachment: Attachment) -> bool:
        rows: Any = model._default_manager
        return bool(rows.visible_to(actor).filter(pk=key).exists())

    return rule


for _model in (TaskBook, Milestone, Output):
    access.register(_model._meta.label_lower, _with(_model))
