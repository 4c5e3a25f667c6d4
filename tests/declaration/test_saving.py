"""Saving sections: as a draft, under the section's revision, only where it is open; columns follow."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.base.errors import NotPermitted, NotVisible
from portal.declaration import actions
from portal.declaration.access import open_sections, open_slots
from portal.declaration.actions import SectionConflict
from portal.declaration.document import document_of
from portal.declaration.models import FormDocument
from portal.declaration.sections import SEALED_FORM, form_of
from tests import factories
from tests.factories import PilotFactory
from tests.pilot_data import people_of

pytestmark = pytest.mark.django_db


def _content(pilot: Pilot, section: str) -> dict[str, Any]:
    return document_of(pilot).content(section)


def test_a_new_declaration_knows_the_unit() -> None:
    pilot = PilotFactory(complete=False)
    unit = document_of(pilot).fields("unit")
    assert unit["contact_name"] == pilot.applicant.contact_name
    assert unit["district"] == pilot.applicant.district_id
    assert pilot.state == "draft"
    assert pilot.private


def test_invalid_input_is_kept_as_it_was_typed() -> None:
    pilot = PilotFactory(complete=False)
    content = _content(pilot, "basic")
    content["fields"].update({"title": "短", "starts_on": "下个月", "industry": "不知道\r\n"})
    saved = actions.save_section(pilot, "basic", content, actor=people_of(pilot).applicant, seen=0)
    assert saved.document.value("basic", "starts_on") == "下个月"
    assert saved.document.value("basic", "industry") == "不知道"
    assert saved.revision("basic") == 1
    assert Pilot.objects.get(pk=pilot.pk).title == "短"


def test_a_stale_save_is_refused_and_shows_what_is_stored() -> None:
    pilot = PilotFactory(complete=False)
    first, second = people_of(pilot).applicant, factories.actor(Role.UNIT_EDITOR, unit=pilot.applicant)
    mine, theirs = _content(pilot, "goals"), _content(pilot, "goals")
    mine["fields"]["goals"], theirs["fields"]["goals"] = "甲的目标", "乙的目标"
    actions.save_section(pilot, "goals", theirs, actor=second, seen=0)
    with pytest.raises(SectionConflict) as caught:
        actions.save_section(pilot, "goals", mine, actor=first, seen=0)
    assert caught.value.revision == 1
    assert caught.value.theirs["fields"]["goals"] == "乙的目标"
    assert second.name in caught.value.message
    actions.save_section(pilot, "goals", theirs, actor=first, seen=0)  # the same words are no conflict
    saved = actions.save_section(pilot, "goals", mine, actor=first, seen=1)
    assert saved.revision("goals") == 2
    other = _content(pilot, "foundation")
    other["fields"]["foundation"] = "另一部分"
    assert actions.save_section(pilot, "foundation", other, actor=second, seen=0).revision("foundation") == 1


def test_who_may_save() -> None:
    pilot = PilotFactory(state="submitted")
    people = people_of(pilot)
    content = _content(pilot, "goals")
    content["fields"]["goals"] = "改"
    with pytest.raises(NotPermitted):
        actions.save_section(pilot, "goals", content, actor=people.applicant, seen=None)
    with pytest.raises(NotPermitted):
        actions.save_section(pilot, "goals", content, actor=people.recommender, seen=None)
    with pytest.raises(NotVisible):
        actions.save_section(pilot, "goals", content, actor=factories.actor(Role.UNIT_ADMIN), seen=None)
    assert "改" not in FormDocument.objects.get(dossier=pilot).data["goals"]["fields"]["goals"]


EVERY = ("draft", "returned")
NONE = ("recommended", "accepted", "not_recommended", "not_accepted", "withdrawn", "lapsed")


@pytest.mark.parametrize("state", EVERY)
def test_everything_is_open_before_a_submission(state: str) -> None:
    pilot = PilotFactory(state=state)
    actor = people_of(pilot).applicant
    assert open_sections(pilot, actor) == {section.id for section in form_of(pilot).sections}
    assert open_slots(pilot, actor) == {slot.id for slot in form_of(pilot).slots}
    for stranger in (people_of(pilot).recommender, people_of(pilot).handler, factories.actor(Role.UNIT_ADMIN)):
        assert not open_sections(pilot, stranger)
        assert not open_slots(pilot, stranger)


@pytest.mark.parametrize("state", NONE)
def test_nothing_is_open_afterwards(state: str) -> None:
    pilot = PilotFactory(state=state)
    assert not open_sections(pilot, people_of(pilot).applicant)
    assert not open_slots(pilot, people_of(pilot).applicant)


def test_after_the_submission_only_the_sealed_form_is_open() -> None:
    pilot = PilotFactory(state="submitted")
    assert not open_sections(pilot, people_of(pilot).applicant)
    assert open_slots(pilot, people_of(pilot).applicant) == {SEALED_FORM}


def test_a_correction_opens_what_it_names() -> None:
    pilot = PilotFactory(state="correction")
    actor = people_of(pilot).applicant
    assert open_sections(pilot, actor) == {"goals"}
    assert not open_slots(pilot, actor)
    content = _content(pilot, "basic")
    with pytest.raises(NotPermitted):
        actions.save_section(pilot, "basic", content, actor=actor, seen=None)


def test_a_correction_moves_neither_recommender_nor_field() -> None:
    pilot = PilotFactory(state="correction")
    Pilot.objects.filter(pk=pilot.pk).update(
        correction_points=[{"target": "section-basic", "label": "基本信息", "text": "名称", "content": True}]
    )
    content, other = _content(pilot, "basic"), factories.BodyFactory()
    content["fields"].update({"title": "改名后的标准化试点", "recommender": other.code})
    actions.save_section(pilot, "basic", content, actor=people_of(pilot).applicant, seen=None)
    after = Pilot.objects.get(pk=pilot.pk)
    assert after.title == "改名后的标准化试点"
    assert after.recommender_id == pilot.recommender_id
    assert after.state == "correction"


def test_columns_follow_the_form() -> None:
    pilot = PilotFactory(key=True)
    assert pilot.is_key
    assert pilot.recommender is not None
    assert pilot.field is not None
    assert pilot.key_direction
    assert pilot.industry_department == pilot.recommender
    content = _content(pilot, "basic")
    content["fields"].update({"project_class": "general", "field": "没有这个领域", "recommender": "nobody"})
    actions.save_section(pilot, "basic", content, actor=people_of(pilot).applicant, seen=None)
    after = Pilot.objects.get(pk=pilot.pk)
    assert not after.is_key
    assert after.field is None
    assert after.recommender is None
    assert after.industry_department is None


def test_a_copy_has_the_contents_and_materials_but_its_own_rows_and_keys() -> None:
    source = PilotFactory(state="not_recommended")
    actor = people_of(source).applicant
    made = actions.begin_copy(source, source.call, actor)
    assert made.state == "draft"
    assert made.follows_refusal
    assert made.title == source.title
    old, new = document_of(source), document_of(made)
    assert new.value("goals", "goals") == old.value("goals", "goals")
    assert [r["name"] for r in new.rows("team", "members")] == [r["name"] for r in old.rows("team", "members")]
    assert {r["id"] for r in new.rows("team", "members")}.isdisjoint(r["id"] for r in old.rows("team", "members"))
    from portal.declaration.slots import files_of

    assert {f.slot for f in files_of(made)} == {f.slot for f in files_of(source)} - {SEALED_FORM}
    assert {f.key for f in files_of(made)}.isdisjoint(f.key for f in files_of(source))
    with pytest.raises(NotVisible):
        actions.begin_copy(source, source.call, factories.actor(Role.UNIT_ADMIN))


def test_removing_an_unknown_file_is_not_found() -> None:
    pilot = PilotFactory()
    with pytest.raises(NotVisible):
        actions.remove_file(pilot, uuid.uuid4(), actor=people_of(pilot).applicant)
