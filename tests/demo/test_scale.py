"""Copies for benchmarks are as sound as what they were copied from."""

from __future__ import annotations

import pytest
from django.db.models import Count

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base.models import Counter as Serials
from portal.deadlines.models import Deadline
from portal.declaration.models import FormVersion
from portal.declaration.versions import is_untouched
from portal.dossiers import search
from portal.dossiers.models import Dossier
from portal.execution.models import Evaluation, Milestone, Output, TaskBook, TaskBookVersion
from portal.lifecycle.engine import perform
from portal.supervision.models import Endorsement, Rectification, Request, Statement, Suspension
from tests.commands import run
from tests.factories import actor_of

pytestmark = pytest.mark.usefixtures("demonstration")


@pytest.fixture
def scaled() -> int:
    """The number of dossiers before 300 more were written."""
    before = Pilot.objects.count()
    run("demo", "--scale", "300")
    return before


def test_three_hundred_more_are_consistent(scaled: int) -> None:
    assert Pilot.objects.count() == Dossier.objects.count() == scaled + 300
    assert "in order" in run("check_history")
    states = dict(Pilot.objects.filter(pk__gt=scaled).values_list("state").annotate(Count("pk")))
    assert set(states) == set(Pilot.lifecycle.states)


def test_numbers_have_no_gaps(scaled: int) -> None:
    for serial in Serials.objects.filter(prefix="SD"):
        given = Dossier.objects.filter(number__startswith=f"SD-{serial.year}-").values_list("number", flat=True)
        assert sorted(int(number.rsplit("-", 1)[1]) for number in given) == list(range(1, serial.last + 1))


def test_deadlines_agree_with_their_dossiers(scaled: int) -> None:
    for dossier in Dossier.objects.filter(applicant__memberships__user__username__startswith="guimo"):
        open_ones = list(Deadline.objects.running().filter(dossier=dossier, inside=False).order_by("due_on"))
        assert dossier.due_on == (open_ones[0].due_on if open_ones else None)
        assert all(row.unit_id in (None, dossier.applicant_id) for row in open_ones)
        assert all(row.body_id in (None, dossier.recommender_id) or row.duty == "endorse" for row in open_ones)


def test_they_are_found_and_seen_by_their_own(scaled: int) -> None:
    copy = Dossier.objects.exclude(title="").filter(applicant__memberships__user__username__startswith="guimo")[0]
    assert copy.pk in search.matching(Dossier.objects.all(), copy.title[:4]).values_list("pk", flat=True)
    own = Membership.objects.select_related("user", "unit").get(unit=copy.applicant, role=Role.UNIT_ADMIN)
    assert Dossier.objects.visible_to(actor_of(own)).filter(pk=copy.pk).exists()
    assert all(is_untouched(version) for version in FormVersion.objects.filter(dossier=copy))


def test_running_copies_have_what_their_templates_have(scaled: int) -> None:
    copies = Pilot.objects.filter(pk__gt=scaled, applicant__memberships__user__username__startswith="guimo")
    work = {"dossier__in": copies.values("pk")}
    for model in (Milestone, TaskBook, Request, Rectification, Statement, Suspension):
        assert set(model.objects.filter(**work).values_list("state", flat=True)) == set(model.lifecycle.states)
    assert Output.objects.filter(**work).count() > 300
    assert Evaluation.objects.filter(**work).exclude(filed_at=None).exists()
    assert TaskBookVersion.objects.filter(book__dossier__in=copies.values("pk"), number=2).exists()
    assert Endorsement.objects.filter(request__dossier__in=copies.values("pk")).exists()
    assert copies.filter(extended_months__gt=0).exists()
    assert copies.filter(suspended_on__isnull=False, pauses__ends_on=None).exists()
    ended = Deadline.objects.filter(dossier__in=copies.values("pk")).exclude(status="open")
    assert ended.count() > Deadline.objects.open().filter(dossier__in=copies.values("pk")).count()


def test_a_running_copy_goes_on_through_the_door(scaled: int) -> None:
    own = {"dossier__applicant__memberships__user__username__startswith": "guimo"}
    stages = Milestone.objects.filter(state="planned", dossier__state="implementing", **own)
    stage = stages.exclude(dossier__pilot__suspended_on__isnull=False)[0]
    held = Membership.objects.select_related("user", "unit").get(unit=stage.dossier.applicant, role=Role.UNIT_ADMIN)
    data = {"report": "完成标准初稿并征求意见。", "percent": 60}
    perform(stage, "report_progress", actor=actor_of(held), data=data)
    assert stage.percent == 60
    assert "in order" in run("check_history")


def test_a_copy_goes_on_through_the_door(scaled: int) -> None:
    copies = Pilot.objects.filter(applicant__memberships__user__username__startswith="guimo", state="recommended")
    copy = copies.exclude(endorsements__kind="content_correction").filter(corrections=0).select_related("field")[0]
    held = Membership.objects.filter(desks__fields=copy.field_id).select_related("user", "body")
    perform(copy, "accept", actor=actor_of(held[0]), data={"remark": ""})
    assert copy.state == "accepted"
    assert "in order" in run("check_history")
