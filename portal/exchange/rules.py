"""Who may import, and when an import may go on: one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.lifecycle.states import Text
from portal.lifecycle.steps import guard
from portal.lifecycle.who import Who, who

if TYPE_CHECKING:
    from portal.exchange.models import ImportJob

#: who reads imports; those who may import a kind also act on it
READERS = frozenset({Role.HANDLER, Role.SECTION_CHIEF, Role.AUDITOR})
#: the worker's own steps
BY_WORKER = Who(_("系统（后台办理）"), frozenset(), lambda actor, job: False, system=True)


@who(_("经办人"), Role.HANDLER)
def may_import(actor: Actor, job: ImportJob) -> bool:
    return job.kind_info is not None and actor.role in job.kind_info.roles


@guard(_("检查没有差错"))
def is_without_errors(job: ImportJob, actor: Actor) -> Text | None:
    if not job.error_count:
        return None
    return _t("检查发现 %(n)s 处差错，请修改文件后重新上传。") % {"n": job.error_count}


@guard(_("有可导入的数据"))
def has_something_to_import(job: ImportJob, actor: Actor) -> Text | None:
    return None if job.good_count else _t("没有可导入的数据。")


@guard(_("导入的记录尚未被办理或者修改"))
def nobody_has_acted(job: ImportJob, actor: Actor) -> Text | None:
    found = len(job.obstacles)
    if not found:
        return None
    return _t("有 %(n)s 条导入的记录已被办理或者修改，不能整批撤销，原因见“导入的记录”。") % {"n": found}
