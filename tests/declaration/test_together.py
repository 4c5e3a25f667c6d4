"""Two people who save the same section at the same instant: one is stored, the other is told."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from portal.accounts.roles import Role
from portal.declaration import actions
from portal.declaration.actions import SectionConflict
from portal.declaration.document import document_of
from portal.declaration.models import FormDocument
from tests import factories
from tests.factories import PilotFactory


@pytest.mark.django_db(transaction=True)
def test_one_of_many_simultaneous_saves_is_stored() -> None:
    pilot = PilotFactory()
    actors = [factories.actor(Role.UNIT_EDITOR, unit=pilot.applicant) for _n in range(6)]
    before = FormDocument.objects.get(dossier=pilot).revision("goals")
    content = document_of(pilot).content("goals")
    results: list[str] = []
    start = threading.Barrier(len(actors))

    def save(number: int) -> None:
        mine = {"fields": {**content["fields"], "goals": f"第 {number} 人的目标"}, "tables": {}}
        try:
            start.wait()
            actions.save_section(pilot, "goals", mine, actor=actors[number], seen=before)
            results.append(mine["fields"]["goals"])
        except SectionConflict:
            results.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(number,)) for number in range(len(actors))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("conflict") == len(actors) - 1
    stored = FormDocument.objects.get(dossier=pilot)
    assert stored.revision("goals") == before + 1
    assert [stored.document.value("goals", "goals")] == [text for text in results if text != "conflict"]
