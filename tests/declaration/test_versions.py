"""Submitted versions, and the materials and sealed scans that belong to them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pilots.models import Pilot
from portal.accounts.roles import Role
from portal.attachments.access import may_read
from portal.attachments.models import Attachment
from portal.base.canonical import sha256
from portal.base.errors import NotPermitted
from portal.declaration import actions
from portal.declaration.access import open_slots
from portal.declaration.diff import compare_versions
from portal.declaration.document import document_of, new_row_id
from portal.declaration.models import FormVersion
from portal.declaration.printing import plain_sections, printable
from portal.declaration.sections import SEALED_FORM
from portal.declaration.slots import files_of
from portal.declaration.versions import is_untouched, latest, sealed_form_of, versions_of
from tests import factories
from tests.attachments import files
from tests.factories import PilotFactory
from tests.pilot_data import people_of, put, scan, take

pytestmark = pytest.mark.django_db


def _change_goals(pilot: Pilot, text: str) -> None:
    content = document_of(pilot).content("goals")
    content["fields"]["goals"] = text
    actions.save_section(pilot, "goals", content, actor=people_of(pilot).applicant, seen=None)


def test_a_submission_leaves_an_immutable_version() -> None:
    pilot = PilotFactory(state="submitted")
    version = latest(pilot)
    assert version is not None
    assert version.number == 1
    assert version.reason == FormVersion.Reason.SUBMIT
    assert version.sha256 == sha256(version.data)
    assert version.check_code.replace("-", "").lower() == version.sha256[:8]
    assert is_untouched(version)
    assert json.loads(version.data)["sections"] == document_of(pilot).trimmed()
    assert {file["slot"] for file in version.content["attachments"]} >= {"licence", "plan"}
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()
    FormVersion.objects.filter(pk=version.pk).update(data=version.data.replace("养老", "托育"))
    assert not is_untouched(FormVersion.objects.get(pk=version.pk))


def test_a_version_reads_as_it_was_submitted_whatever_names_become() -> None:
    pilot = PilotFactory(state="submitted")
    before = printable(latest(pilot))  # type: ignore[arg-type]
    pilot.recommender.name = "改了名的委员会"  # type: ignore[union-attr]
    pilot.recommender.save()  # type: ignore[union-attr]
    pilot.applicant.name = "改了名的公司"
    pilot.applicant.save()
    assert printable(latest(pilot)) == before  # type: ignore[arg-type]
    assert json.loads(json.dumps(plain_sections(latest(pilot)))) == plain_sections(latest(pilot))  # type: ignore[arg-type]


def test_a_new_submission_empties_the_slot_of_the_sealed_form() -> None:
    pilot = PilotFactory(state="submitted", opinion=False)
    people = people_of(pilot)
    first = sealed_form_of(pilot)
    assert first is not None
    assert first.version == 1
    take(pilot, "retract", people.applicant)
    assert latest(pilot).number == 1  # type: ignore[union-attr]
    take(pilot, "submit", people.applicant)
    assert latest(pilot).number == 2  # type: ignore[union-attr]
    assert sealed_form_of(pilot) is None
    assert may_read(people.recommender, Attachment.objects.get(pk=first.pk)), "the older scan stays in the history"
    codes = {version.check_code for version in versions_of(pilot)}
    assert len(codes) == 2, "the same contents under another number are another paper"
    put(pilot, SEALED_FORM, people.applicant)
    assert sealed_form_of(pilot).version == 2  # type: ignore[union-attr]


def test_a_correction_that_changed_something_is_a_new_version_and_shows_what() -> None:
    pilot = PilotFactory(state="correction")
    people = people_of(pilot)
    _change_goals(pilot, "两年内制定标准二十项，满意度达到百分之九十五。")
    take(pilot, "supplement", people.applicant)
    new, old = versions_of(pilot)
    assert (old.number, new.number, new.reason) == (1, 2, FormVersion.Reason.CORRECTION)
    (section,) = compare_versions(old, new)
    assert section.id == "goals"
    assert [change.label for change in section.changes] == ["试点目标"]
    assert sealed_form_of(pilot) is None
    assert open_slots(pilot, people.applicant) == {SEALED_FORM}
    put(pilot, SEALED_FORM, people.applicant)
    assert not open_slots(pilot, people.applicant)


def test_a_correction_that_changed_nothing_keeps_version_and_scan() -> None:
    pilot = PilotFactory(state="supplemented")
    assert [version.number for version in versions_of(pilot)] == [1]
    assert sealed_form_of(pilot) is not None


def test_the_difference_names_materials() -> None:
    pilot = PilotFactory(state="returned")
    people = people_of(pilot)
    upload = files.upload("新方案.pdf", files.PDF + b"new")
    taken, errors = actions.add_files(pilot, "plan", [upload], actor=people.applicant)
    assert not errors
    take(pilot, "submit", people.applicant)
    new, old = versions_of(pilot)
    (section,) = compare_versions(old, new)
    assert {(change.kind, change.label) for change in section.changes} == {
        ("added", "试点实施方案"),
        ("removed", "试点实施方案"),
    }
    assert [file.name for file in files_of(pilot) if file.slot == "plan"] == [taken[0].name]


# --- materials -------------------------------------------------------------------------------------
def test_slots_keep_their_rules() -> None:
    pilot = PilotFactory(complete=False)
    actor = people_of(pilot).applicant
    taken, errors = actions.add_files(pilot, "licence", [scan(f"{n}.pdf") for n in range(5)], actor=actor)
    assert len(taken) == 3
    assert "最多上传 3 个文件" in errors[0]
    _taken, errors = actions.add_files(pilot, "plan", [files.upload("方案.pdf", b"MZ\x90")], actor=actor)
    assert "方案.pdf" in errors[0]
    _taken, errors = actions.add_files(pilot, "plan", [files.upload("图.png", files.PNG)], actor=actor)
    assert "此处只接受" in errors[0]
    with pytest.raises(NotPermitted):
        actions.add_files(pilot, SEALED_FORM, [scan()], actor=actor)


def test_files_of_a_table_belong_to_a_row() -> None:
    pilot = PilotFactory(complete=False)
    actor = people_of(pilot).applicant
    row = {"id": new_row_id(), "name": "上海参加单位有限公司", "share": "实施"}
    content = {"fields": {}, "tables": {"participants": [row]}}
    actions.save_section(pilot, "participants", content, actor=actor, seen=None)
    _taken, errors = actions.add_files(pilot, "participant_seal", [scan()], actor=actor, row=new_row_id())
    assert "请选择" in errors[0]
    taken, errors = actions.add_files(pilot, "participant_seal", [scan()], actor=actor, row=row["id"])
    assert not errors
    assert str(taken[0].row) == row["id"]


def test_taking_a_file_out_keeps_what_a_version_names() -> None:
    pilot = PilotFactory(state="returned")
    people = people_of(pilot)
    old = next(file for file in files_of(pilot) if file.slot == "plan")
    actions.remove_file(pilot, old.key, actor=people.applicant)
    assert Attachment.objects.get(pk=old.pk).removed_at is not None
    assert may_read(people.recommender, Attachment.objects.get(pk=old.pk))
    taken, _errors = actions.add_files(pilot, "plan", [scan()], actor=people.applicant)
    actions.remove_file(pilot, taken[0].key, actor=people.applicant)
    assert not Attachment.objects.filter(pk=taken[0].pk).exists()


def test_others_read_what_was_submitted_and_nothing_else() -> None:
    pilot = PilotFactory(state="returned")
    people = people_of(pilot)
    submitted = next(file for file in files_of(pilot) if file.slot == "licence")
    actions.add_files(pilot, "others", [scan("草稿附件.pdf")], actor=people.applicant)
    draft = next(file for file in files_of(pilot) if file.slot == "others")
    stranger = factories.actor(Role.UNIT_ADMIN)
    readers: list[tuple[Any, bool, bool]] = [
        (people.applicant, True, True),
        (factories.actor(Role.UNIT_EDITOR, unit=pilot.applicant), True, True),
        (people.recommender, True, False),
        (people.handler, True, False),
        (stranger, False, False),
        (factories.actor(Role.EXPERT), False, False),
    ]
    for actor, reads_submitted, reads_draft in readers:
        assert may_read(actor, submitted) is reads_submitted, actor.role
        assert may_read(actor, draft) is reads_draft, actor.role


def test_a_foreign_draft_is_nobodys() -> None:
    pilot = PilotFactory()
    file = files_of(pilot)[0]
    assert may_read(people_of(pilot).applicant, file)
    assert not may_read(people_of(pilot).recommender, file)
    assert not may_read(people_of(pilot).handler, file)
