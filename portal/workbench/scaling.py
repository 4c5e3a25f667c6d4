"""Many dossiers out of few: copies of dossiers that really went through the door, for benchmarks.

A copy has the records, deadlines, versions and scans of its template, and the acts around it (`scaling_parts`), moved to
keys, a unit, a person, a title and minutes of its own, with its hashes computed anew; so the history of each copy is as
sound as that of its template, whatever the declared steps are. Of the form only the sections in `KEPT` are copied, and no
papers, rounds and dockets.
Rows are written by plain inserts: parents first, children beside them.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Q

from portal.attachments.actions import holder_label
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.canonical import canonical_json, sha256
from portal.deadlines.models import Deadline
from portal.declaration.models import FormDocument, FormVersion
from portal.declaration.versions import check_code
from portal.dossiers import search
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete, programme
from portal.lifecycle.history import person_hmac
from portal.lifecycle.models import Chain, Record, RecordPerson
from portal.workbench.scaling_parts import PARTS, Row, rows_of
from portal.workbench.scaling_tables import Numbers, Table

#: sections of the form that copies keep
KEPT = ("basic",)
#: scans that are copied beside those that the history names
SCANS = ("sealed_form",)
CHUNK = 500
_DAYTIME = 90 * 60


@dataclass(frozen=True)
class Retold:
    """Whose copy it is: the unit, the person who acts for it, and the title."""

    unit_id: int
    unit: str
    user_id: int
    user: str
    title: str


class _Template:
    """One dossier that really went its way, with all that is copied of it."""

    def __init__(self, dossier: Any, tables: _Tables) -> None:
        self.dossier = dossier
        self.parent = tables.dossiers.pattern(Dossier.objects.get(pk=dossier.pk))
        self.child = tables.programme.pattern(dossier)
        self.data: dict[str, Any] = {}
        self.document: Any = None
        if (document := FormDocument.objects.filter(dossier_id=dossier.pk).first()) is not None:
            self.data = {name: document.data[name] for name in KEPT if name in document.data}
            document.data, document.revisions, document.saved = {}, {}, {}
            self.document = tables.documents.pattern(document)
        versions = FormVersion.objects.filter(dossier_id=dossier.pk).order_by("number")
        self.versions = [(tables.versions.pattern(v), _light(v.content)) for v in versions]
        deadlines = Deadline.objects.filter(dossier_id=dossier.pk).order_by("pk")
        self.deadlines = [(tables.deadlines.pattern(d), d) for d in deadlines]
        self.parts = [(tables.parts[row.part.label].pattern(row.instance), row) for row in rows_of(dossier)]
        records = Record.objects.filter(chain_id=dossier.chain_id).select_related("person").order_by("seq")
        self.records = [
            (tables.records.pattern(r), tables.persons.pattern(r.person), r, json.loads(r.payload)) for r in records
        ]
        self.scans = [(tables.attachments.pattern(scan), scan) for scan in self._scans()]
        self.last = max(r.at for _p, _q, r, _l in self.records)

    def _scans(self) -> list[Attachment]:
        """Files that the history names, held by the dossier or by an act around it."""
        named = {file["key"] for *_patterns, payload in self.records for file in payload["attachments"]}
        own = Q(holder_type=holder_label(Dossier), holder_id=self.dossier.pk)
        held = own & Q(slot__in=SCANS)
        for holder in (own, *(Q(holder_type=row.part.label, holder_id=row.key) for _p, row in self.parts)):
            held |= holder & Q(key__in=named)
        return list(Attachment.objects.filter(held).order_by("pk"))


class _Tables:
    """The tables that a copy has rows in, in the order of their insertion."""

    def __init__(self, model: type[Dossier]) -> None:
        self.chains = Table(Chain)
        self.dossiers = Table(Dossier)
        self.programme = Table(model)
        self.documents = Table(FormDocument)
        self.versions = Table(FormVersion)
        self.parts = {part.label: Table(part.model) for part in PARTS}
        self.deadlines = Table(Deadline)
        self.attachments = Table(Attachment)
        self.records = Table(Record)
        self.persons = Table(RecordPerson)

    def all(self) -> list[Table]:
        single = [table for table in vars(self).values() if isinstance(table, Table)]
        return [*single, *self.parts.values()]


def copyable(dossiers: Iterable[Dossier]) -> list[Dossier]:
    """Those of the dossiers that nothing hangs on but what is copied: no act around them has a record or a duty (three
    queries)."""
    found = list(dossiers)
    known = (Dossier.label_of_type(), *(part.label for part in PARTS))
    chains = Record.objects.filter(chain__in=[d.chain_id for d in found]).exclude(subject_type__in=known)
    duties = Deadline.objects.filter(dossier__in=[d.pk for d in found]).exclude(subject_type__in=known)
    acted, owing = set(chains.values_list("chain", flat=True)), set(duties.values_list("dossier", flat=True))
    return [dossier for dossier in found if dossier.chain_id not in acted and dossier.pk not in owing]


def multiply(
    dossiers: Iterable[Dossier], number: int, retold: Callable[[int, Any], Retold], progress: Callable[[int], None]
) -> int:
    """Writes so many copies, as many of each template.

    Args:
        dossiers: the templates, of one programme. retold: whose copy number n of a template is.
        progress: told after each chunk how many there are.
    """
    found = [concrete(dossier) for dossier in dossiers]
    owner = programme(found[0].programme)
    tables, numbers = _Tables(owner.model), Numbers(owner.serial)
    templates = [_Template(dossier, tables) for dossier in found]
    words: list[tuple[int, str]] = []
    for n in range(number):
        template = templates[n % len(templates)]
        words.append(_copy(template, retold(n, template.dossier), n, tables, numbers))
        if len(words) == CHUNK or n == number - 1:
            _write(tables, words)
            words = []
            progress(n + 1)
    numbers.settle()
    _reset_sequences(tables)
    return number


@transaction.atomic
def _write(tables: _Tables, words: list[tuple[int, str]]) -> None:
    for table in tables.all():
        table.flush()
    search.index(words)


def _reset_sequences(tables: _Tables) -> None:
    written = [table.model for table in tables.all() if table.model._meta.auto_field]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(sql)


def _copy(t: _Template, new: Retold, n: int, tables: _Tables, numbers: Numbers) -> tuple[int, str]:
    """One copy of a template; gives its key and the text under which it is found."""
    dossier = t.dossier
    shift = min(dt.timedelta(seconds=n * 37 % _DAYTIME), max(clock.now() - t.last, dt.timedelta()))
    key, chain = tables.dossiers.take_key(), tables.chains.take_key()
    serial = numbers.next(dossier.call.year) if dossier.number else None
    title = new.title if dossier.title else ""
    changes: dict[str, Any] = {"applicant_id": new.unit_id, "created_by_id": new.user_id, "chain_id": chain}
    tables.dossiers.add(t.parent, shift, id=key, number=serial, title=title, **changes)
    moved = {"copied_from_id": None} if "copied_from_id" in tables.programme.index else {}
    tables.programme.add(t.child, shift, dossier_ptr_id=key, **moved)
    _copy_form(t, key, new, title, shift, tables)
    keys = {(holder_label(Dossier), dossier.pk): key}
    for pattern, row in t.parts:
        table = tables.parts[row.part.label]
        keys[row.part.label, row.key] = table.take_key()
        table.add(pattern, shift, id=keys[row.part.label, row.key], **_moved(row, keys, chain, new))
    for pattern, deadline in t.deadlines:
        unit = {"unit_id": new.unit_id} if deadline.unit_id == dossier.applicant_id else {}
        subject = keys[deadline.subject_type, deadline.subject_id]
        tables.deadlines.add(pattern, shift, id=tables.deadlines.take_key(), dossier_id=key, subject_id=subject, **unit)
    files: dict[str, str] = {}
    for pattern, scan in t.scans:
        files[str(scan.key)] = str(uuid.uuid4())
        holder = keys[scan.holder_type, scan.holder_id]
        tables.attachments.add(
            pattern, shift, id=tables.attachments.take_key(), key=uuid.UUID(files[str(scan.key)]), holder_id=holder
        )
    _copy_history(t, chain, keys, files, new, shift, tables)
    return key, search.text_of(serial, title, new.unit)


def _moved(row: Row, keys: dict[tuple[str, int], int], chain: int, new: Retold) -> dict[str, Any]:
    """What of an act around a dossier is another in its copy: what it belongs to, and the person of the unit."""
    moved = {name: keys[label, old] for name, label, old in row.links}
    moved |= dict.fromkeys(row.people, new.user_id)
    return {**moved, "chain_id": chain} if row.part.has_chain else moved


def _light(content: dict[str, Any]) -> dict[str, Any]:
    """A version's contents without the long sections and the materials."""
    return {
        **content,
        "sections": {name: content["sections"][name] for name in KEPT if name in content["sections"]},
        "printed": [section for section in content["printed"] if section["id"] in KEPT],
        "attachments": [],
    }


def _titled(sections: dict[str, Any], title: str) -> dict[str, Any]:
    return {
        name: {**content, "fields": {**content["fields"], "title": title}} if "title" in content["fields"] else content
        for name, content in sections.items()
    }


def _copy_form(t: _Template, key: int, new: Retold, title: str, shift: dt.timedelta, tables: _Tables) -> None:
    if t.document is not None:
        tables.documents.add(
            t.document,
            shift,
            id=tables.documents.take_key(),
            dossier_id=key,
            data=_titled(t.data, title) if title else t.data,
            updated_by_id=new.user_id,
        )
    for pattern, content in t.versions:
        printed = json.loads(json.dumps(content["printed"]).replace(*_escaped(t.dossier.title, title)))
        told = {**content, "sections": _titled(content["sections"], title), "printed": printed, "dossier": key}
        data = canonical_json(told)
        digest = sha256(data)
        tables.versions.add(
            pattern,
            shift,
            id=tables.versions.take_key(),
            dossier_id=key,
            data=data,
            sha256=digest,
            check_code=check_code(digest),
            submitted_by_id=new.user_id,
        )


def _escaped(before: str, after: str) -> tuple[str, str]:
    return json.dumps(before)[1:-1], json.dumps(after)[1:-1]


def _copy_history(
    t: _Template,
    chain: int,
    keys: dict[tuple[str, int], int],
    files: dict[str, str],
    new: Retold,
    shift: dt.timedelta,
    tables: _Tables,
) -> None:
    """The records of a template, chained anew; the declaring unit's are those of the new unit's person."""
    previous, at = "", None
    for pattern, person, record, payload in t.records:
        key = tables.records.take_key()
        own = record.unit_id is not None and record.unit_id == t.dossier.applicant_id
        changes: dict[str, Any] = {"chain_id": chain, "previous": previous}
        changes["subject_id"] = keys[record.subject_type, record.subject_id]
        told = {**payload, "at": (record.at + shift).astimezone(dt.UTC).isoformat()}
        if own:
            changes |= {"user_id": new.user_id, "unit_id": new.unit_id, "place": new.unit}
            told["person"] = person_hmac(record.person.salt, new.user, record.person.address)
        text = canonical_json({**told, **changes})
        for before, after in files.items() if payload["attachments"] else ():
            text = text.replace(before, after)
        digest = sha256(previous + text)
        tables.records.add(pattern, shift, id=key, payload=text, hash=digest, **changes)
        tables.persons.add(person, shift, record_id=key, **({"name": new.user} if own else {}))
        previous, at = digest, record.at + shift
    head = {"id": chain, "head_seq": len(t.records), "head_hash": previous, "head_at": at}
    tables.chains.rows.append([head[name] for name in tables.chains.index])
