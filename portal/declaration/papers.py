"""The papers of the front end: application form, opinion page, notices, the recommender's list.

Their wording stands in `templates/papers/`; a programme replaces a template by one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import SYSTEM, Actor
from portal.base import clock
from portal.declaration.facts import call_facts, dossier_facts, full_name, programme_facts, row_of_list
from portal.documents.actions import issue
from portal.documents.models import IssuedPaper
from portal.documents.paper import Paper, Snapshot, register
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import programme
from portal.lifecycle.states import APPLICANT, RECOMMENDER, Text
from portal.lifecycle.steps import Act

if TYPE_CHECKING:
    from portal.accounts.models import Body
    from portal.calls.models import Call
    from portal.declaration.models import FormVersion
    from portal.declaration.steps import FrontEnd

#: names in a form's declaration that the printed form treats in a way of its own
UNIT_OPINION, PARTICIPANTS = "opinion", "participants"


class DossierPaper(Paper):
    """A paper on one declaration; strangers may compare project, number and unit."""

    def snapshot(self, dossier: FrontEnd, act: Act) -> Snapshot:  # type: ignore[override]
        return dossier_facts(dossier)

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        project = snapshot["project"]
        return [
            (_("项目名称"), project["title"]),
            (_("项目编号"), project["number"]),
            (_("申报单位"), snapshot["applicant"]["name"]),
        ]


@register
class ApplicationForm(DossierPaper):
    """申请表: the submitted version, printed to be sealed."""

    kind = "application_form"
    label = _("申请表")
    prefix = "SB"
    template = "application_form.html"
    style = "form"
    readers = (APPLICANT, RECOMMENDER)
    single = True

    def wanted(self, dossier: FrontEnd, act: Act) -> bool:  # type: ignore[override]
        """A correction that changed no word of the form leaves the version and its sealed print in force."""
        from portal.declaration import versions

        version = versions.latest(dossier)
        printed = IssuedPaper.objects.filter(dossier_id=dossier.pk, kind=self.kind, status=IssuedPaper.Status.VALID)
        return version is None or not printed.filter(snapshot__version__number=version.number).exists()

    def title(self, dossier: FrontEnd) -> str:  # type: ignore[override]
        from portal.declaration import versions

        version = versions.latest(dossier)
        return str(_("申请表（第%(number)s版）") % {"number": version.number if version else 1})

    def snapshot(self, dossier: FrontEnd, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.declaration import printing, versions

        version = versions.latest(dossier)
        assert version is not None, "the step that issues the form leaves a version behind"
        sections, opinion = _without_opinion(printing.plain_sections(version))
        return {
            **dossier_facts(dossier),
            "version": {
                "number": version.number,
                "check_code": version.check_code,
                "sha256": version.sha256,
                "submitted_on": clock.local(version.submitted_at).date(),
            },
            "copies": dossier.parameter("application_copies"),
            "sections": sections,
            "unit_opinion": opinion,
            "commitments": version.content["commitments"],
            "participants": _participants(sections),
            "attachments": _attachments(version),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        version = snapshot["version"]
        return [
            *super().verify_facts(snapshot),
            (_("申报书版本"), _("第 %(number)s 版") % version),
            (_("版本校验码"), version["check_code"]),
        ]


def _without_opinion(sections: list[Snapshot]) -> tuple[list[Snapshot], str]:
    """The sections without the field `opinion`: the unit's own opinion is printed in its seal box."""
    kept, opinion = [], ""
    for section in sections:
        opinion = next((pair["text"] for pair in section["pairs"] if pair["name"] == UNIT_OPINION), opinion)
        kept.append({**section, "pairs": [pair for pair in section["pairs"] if pair["name"] != UNIT_OPINION]})
    return kept, opinion


def _participants(sections: list[Snapshot]) -> list[str]:
    """Who seals beside the applicant: the first column of the table `participants`."""
    tables = [table for section in sections for table in section["tables"] if table["id"] == PARTICIPANTS]
    return [row["cells"][0] for table in tables for row in table["rows"]]


def _attachments(version: FormVersion) -> list[Snapshot]:
    """The materials of a version, with the labels of their slots."""
    from portal.declaration.sections import form_version

    form = form_version(version.content["form"])
    return [
        {"slot": str(form.slot(file["slot"]).label), "name": file["name"]} for file in version.content["attachments"]
    ]


@register
class RecommendationOpinionPage(DossierPaper):
    """推荐意见页: the recommender's typed opinion, printed back to be sealed."""

    kind = "recommendation_opinion"
    label = _("推荐部门意见页")
    prefix = "TJ"
    template = "recommendation_opinion.html"
    style = "form"
    readers = (RECOMMENDER,)
    single = True

    def snapshot(self, dossier: FrontEnd, act: Act) -> Snapshot:  # type: ignore[override]
        from portal.declaration import versions

        version = versions.latest(dossier)
        assert version is not None, "an opinion is given on a submitted version"
        return {
            **dossier_facts(dossier),
            "version": {"number": version.number, "check_code": version.check_code},
            "opinion": act.data["opinion"],
            "rank": act.data.get("rank"),
        }


@register
class AcceptanceNotice(DossierPaper):
    """受理通知书."""

    kind = "acceptance_notice"
    label = _("受理通知书")
    prefix = "SL"
    template = "acceptance_notice.html"
    readers = (APPLICANT, RECOMMENDER)
    revocable = True


@register
class CorrectionNotice(DossierPaper):
    """补正通知书: all points at once, and until when."""

    kind = "correction_notice"
    label = _("补正通知书")
    prefix = "BZT"
    template = "correction_notice.html"
    readers = (APPLICANT, RECOMMENDER)
    revocable = True

    def snapshot(self, dossier: FrontEnd, act: Act) -> Snapshot:  # type: ignore[override]
        return {
            **dossier_facts(dossier),
            "points": act.data["points"],
            "due_on": act.data["due_on"],
            "remark": act.data.get("remark", ""),
            "content": any(point["content"] for point in act.data["points"]),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [*super().verify_facts(snapshot), (_("补正期限"), snapshot["due_on"])]


@register
class NotAcceptedNotice(DossierPaper):
    """不予受理告知书: the clause that is not met, the reasons, the remedies."""

    kind = "not_accepted_notice"
    label = _("不予受理告知书")
    prefix = "BSL"
    template = "not_accepted_notice.html"
    readers = (APPLICANT, RECOMMENDER)
    revocable = True

    def snapshot(self, dossier: FrontEnd, act: Act) -> Snapshot:  # type: ignore[override]
        return {
            **dossier_facts(dossier),
            "clause": act.data["clause"],
            "reason": act.data["reason"],
            "remedies": act.data.get("remedies") or dossier.parameter("remedies"),
        }


@register
class RecommendationList(Paper):
    """推荐汇总表: what one recommender sends on under a call, in its order. `act.data`: `body`, `dossiers`."""

    kind = "recommendation_list"
    label = _("推荐汇总表")
    prefix = "HZ"
    template = "recommendation_list.html"
    style = "list"
    readers = (RECOMMENDER,)
    single = True

    def title(self, call: Call) -> str:  # type: ignore[override]
        return f"{call.year}年度{programme(call.programme).label}{self.label}"

    def snapshot(self, call: Call, act: Act) -> Snapshot:  # type: ignore[override]
        rows = [row_of_list(dossier) for dossier in act.data["dossiers"]]
        return {
            "programme": programme_facts(call.programme),
            "call": call_facts(call),
            "recommender": full_name(act.data["body"]),
            "rows": rows,
            "classes": any(row["class"] for row in rows),
        }

    def verify_facts(self, snapshot: Snapshot) -> list[tuple[Text, str]]:
        return [
            (_("推荐单位"), snapshot["recommender"]),
            (_("申报通知"), snapshot["call"]["number"] or snapshot["call"]["title"]),
            (_("推荐项目数"), str(len(snapshot["rows"]))),
        ]


def issue_recommendation_list(
    call: Call, body: Body, dossiers: Iterable[Dossier], *, actor: Actor = SYSTEM
) -> IssuedPaper:
    """Issues the list of what a body recommends under a call; an earlier list of the same body is replaced.

    Args:
        dossiers: in the order of the list, with unit and field at hand; concrete ones, so that their class is known.
    """
    data: dict[str, Any] = {"body": body, "dossiers": list(dossiers)}
    return issue(RecommendationList, call, actor, clock.now(), data)
