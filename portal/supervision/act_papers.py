"""Papers of the acts around a running project: rectification, prior notice, service receipt, requests and replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.base import clock
from portal.documents.models import IssuedPaper
from portal.documents.paper import Snapshot, register
from portal.documents.templatetags.papers import quoted
from portal.dossiers.programmes import concrete
from portal.execution.papers import RunningPaper, running_facts
from portal.lifecycle.states import APPLICANT, Text
from portal.lifecycle.steps import Act

if TYPE_CHECKING:
    from portal.supervision.models import Rectification, Request, Statement


class ActPaper(RunningPaper):
    """A paper on an act around a running project: the act's dossier stands for its subject."""

    def about(self, subject: Any) -> Any:
        """The (concrete) project of the act."""
        return concrete(subject.dossier)

    def snapshot(self, subject: Any, act: Act) -> Snapshot:
        return {**running_facts(self.about(subject)), **self.facts(subject, act)}

    def facts(self, subject: Any, act: Act) -> Snapshot:
        """What the paper says of the act."""
        return {}


@register
class RectificationNotice(ActPaper):
    """整改通知书: the points and until when."""

    kind = "rectification_notice"
    label = _("整改通知书")
    prefix = "ZG"
    template = "rectification_notice.html"
    revocable = True

    def facts(self, subject: Rectification, act: Act) -> Snapshot:
        return {
            "matter": str(subject.get_kind_display()),
            "kind": subject.kind,
            "points": list(subject.points),
            "due_on": subject.due_on,
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [*super().verify_facts(snapshot), (_("整改期限"), snapshot["due_on"])]


@register
class PriorNotice(ActPaper):
    """事先告知书: the intended decision, the facts, the grounds, the right to be heard."""

    kind = "prior_notice"
    label = _("事先告知书")
    prefix = "GZ"
    template = "prior_notice.html"
    readers = (APPLICANT,)
    revocable = True

    def facts(self, subject: Statement, act: Act) -> Snapshot:
        return {
            "decision": str(subject.kind_info.label),
            "facts": act.data["facts"],
            "grounds": act.data["grounds"],
            "days": subject.dossier.parameter("statement_days"),
        }


@register
class ServiceReceipt(ActPaper):
    """送达回证: an empty form to be signed when the notice is handed over."""

    kind = "service_receipt"
    label = _("送达回证")
    prefix = "SDHZ"
    template = "service_receipt.html"
    style = "form running"
    readers = ()

    def facts(self, subject: Statement, act: Act) -> Snapshot:
        notices = IssuedPaper.objects.filter(subject_type=subject.label_of_type(), subject_id=subject.pk)
        served = notices.filter(kind=PriorNotice.kind).order_by("-pk").first()
        return {
            "served": {"title": served.title, "number": served.number} if served else None,
            "decision": str(subject.kind_info.label),
        }


@register
class RequestPaper(ActPaper):
    """申请表 of a request (变更申请表, 延期申请表, …): what is asked for, with boxes for the seals."""

    kind = "request_form"
    label = _("申请事项申请表")
    prefix = "SQ"
    template = "request_form.html"
    style = "form running"

    def title(self, subject: Request) -> str:  # type: ignore[override]
        return _t("%(kind)s申请表") % {"kind": subject.kind_info.label}

    def facts(self, subject: Request, act: Act) -> Snapshot:
        return {
            "matter": str(subject.kind_info.label),
            "reason": act.data["reason"],
            "changes": subject.kind_info.shown(subject),
            "filed_on": clock.local(act.at).date(),
            "endorses": subject.kind_info.endorser is not None,
        }


#: characters of a paper's title, less those that stand around the project's name
_ROOM = 110


@register
class RequestReply(ActPaper):
    """关于同意……的函: the reply to a granted request, under the number of the document. A request that ends the project
    is answered by the decision itself."""

    kind = "request_reply"
    label = _("复函")
    prefix = "FH"
    template = "request_reply.html"
    revocable = True

    def wanted(self, subject: Request, act: Act) -> bool:  # type: ignore[override]
        return not subject.kind_info.danger

    def title(self, subject: Request) -> str:  # type: ignore[override]
        matter = str(subject.kind_info.label)
        facts = {"project": quoted(former_title(subject)[: _ROOM - len(matter)]), "matter": matter}
        return _t("关于同意%(project)s%(matter)s的函") % facts

    def facts(self, subject: Request, act: Act) -> Snapshot:
        return {
            "matter": str(subject.kind_info.label),
            "step": subject.kind_info.step,
            "former_title": former_title(subject),
            "number": act.data.get("number", ""),
            "dated": act.data.get("dated"),
            "changes": subject.kind_info.shown(subject),
            "filed_on": clock.local(subject.filed_at).date(),
            "remark": act.data.get("reason", ""),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [*super().verify_facts(snapshot), (_("文号"), snapshot["number"])]


def former_title(request: Request) -> str:
    """The project's name when it was asked for: a granted request may have changed it."""
    before = request.data.get("before")
    return str((isinstance(before, dict) and before.get("title")) or request.dossier.title)
