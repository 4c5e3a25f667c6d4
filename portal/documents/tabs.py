"""The tab 文书 of a dossier's page, and the entries of the menu."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import APPLICANTS, Role
from portal.documents import queries, rules
from portal.documents.models import IssuedPaper
from portal.ui import menu, tabs


def papers_context(papers: Iterable[IssuedPaper], actor: Actor, address: str) -> dict[str, Any]:
    """What the list of papers needs.

    Args:
        address: where the list is asked for again while a paper is being made.
    """
    rows = [
        {"paper": paper, "may_manage": rules.may_manage(actor, paper), "may_revoke": rules.may_revoke(actor, paper)}
        for paper in papers
    ]
    # a paper that waits for a reason (fonts are missing) is not worth asking for every two seconds
    under_way = any(paper.is_pending and not paper.error for paper in papers)
    return {"rows": rows, "again_at": address if under_way else "", "actor": actor}


def context(dossier: Any, actor: Actor) -> dict[str, Any]:
    """The papers of one dossier (one query)."""
    papers = list(
        queries.of_dossier(dossier, actor).select_related("replaced_by").defer("snapshot", "replaced_by__snapshot")
    )
    return papers_context(papers, actor, reverse("documents:of_dossier", args=[dossier.pk]))


def _count(dossier: Any, actor: Actor) -> QuerySet[IssuedPaper]:
    return queries.of_dossier(dossier, actor)


tabs.register(tabs.Tab("papers", _("文书"), 50, "documents/_papers.html", context, _count))
menu.register(
    menu.Entry(_("文书与证书"), "file-certificate", "documents:list", order=500, roles=APPLICANTS),
    menu.Entry(
        _("文书"),
        "file-certificate",
        "documents:list",
        order=500,
        roles=frozenset({Role.RECOMMENDER, Role.HANDLER, Role.SECTION_CHIEF, Role.LEADER, Role.AUDITOR}),
    ),
)
