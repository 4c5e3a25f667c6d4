"""The only writes to a declaration that are not steps: beginning one, saving a section, putting files into slots."""

from __future__ import annotations

import copy as copying
import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.attachments import actions as attachments
from portal.attachments.models import Attachment
from portal.base import clock
from portal.base.errors import NotPermitted, NotVisible, PortalError
from portal.calls.models import Call
from portal.declaration.access import is_its_own, open_sections, open_slots
from portal.declaration.document import Content, Document, new_row_id, normalise_content, without_blanks
from portal.declaration.filling import Filling
from portal.declaration.models import FormDocument, FormVersion
from portal.declaration.sections import SEALED_FORM, DeclarationForm, Slot, form_of, form_version
from portal.declaration.slots import files_of, latest_number, rows_of
from portal.declaration.states import CORRECTION
from portal.dossiers.models import Dossier
from portal.dossiers.programmes import concrete, programme
from portal.lifecycle.engine import perform

#: columns that a correction does not move: the declaration stays with its recommender and desk
_FIXED_IN_CORRECTION = ("recommender_id", "field_id")


class SectionConflict(PortalError):
    """Somebody saved the section meanwhile. `theirs` is what is stored now, `revision` its number."""

    code = "section_conflict"
    status = 409

    def __init__(self, theirs: Content, revision: int, by: str) -> None:
        self.theirs, self.revision = theirs, revision
        super().__init__(_("%(who)s刚刚保存了本部分，请核对两份内容后选择保留哪一份。") % {"who": by or _("他人")})


# --- beginning ----------------------------------------------------------------------------------
def begin(call: Call, actor: Actor) -> Any:
    """Begins a declaration of the actor's unit under a call, with what the portal knows of the unit already filled in.

    Returns: the dossier, of its programme's class. Raises: the errors of the step `begin`.
    """
    with transaction.atomic():
        dossier = _new(call, actor)
        perform(dossier, "begin", actor=actor)
        form = form_of(dossier)
        _create_document(dossier, form, form.prefill(dossier), actor)
    return dossier


def begin_copy(source: Any, call: Call, actor: Actor) -> Any:
    """Begins a declaration with the contents and materials of an own earlier one, as far as the form still has them.

    The sealed form is not copied. Raises: NotVisible for a foreign source, else the errors of the step `begin_copy`.
    """
    if not is_its_own(source, actor) or source.programme != call.programme:
        raise NotVisible(_("没有找到该事项。"))
    with transaction.atomic():
        dossier = _new(call, actor)
        dossier.copied_from_id = source.pk
        perform(dossier, "begin_copy", actor=actor)
        form = form_of(dossier)
        stored = FormDocument.objects.get(dossier_id=source.pk)
        data, row_ids = _copied(form, Document(stored.data))
        _create_document(dossier, form, {**form.prefill(dossier), **data}, actor)
        _copy_files(source, dossier, form, row_ids, actor)
    return dossier


def _new(call: Call, actor: Actor) -> Any:
    if actor.user is None or actor.membership is None or actor.membership.unit is None:
        raise NotPermitted(_("请先以申报单位身份登录。"))
    form_version(call.form_version)
    unit = actor.membership.unit
    return programme(call.programme).model(
        programme=call.programme, call=call, applicant=unit, district_id=unit.district_id, created_by=actor.user
    )


def _create_document(dossier: Any, form: DeclarationForm, data: dict[str, Any], actor: Actor) -> None:
    clean = {section: normalise_content(content) for section, content in data.items()}
    FormDocument.objects.create(dossier_id=dossier.pk, data=clean, updated_by=actor.user, updated_at=clock.now())
    _project(dossier, form, Document(clean))


def _copied(form: DeclarationForm, source: Document) -> tuple[dict[str, Any], dict[str, str]]:
    """The contents of the sections that the form has, with new row ids; and which row id became which."""
    row_ids: dict[str, str] = {}
    data: dict[str, Any] = {}
    for section in form.sections:
        if section.id not in source.data:
            continue
        content = copying.deepcopy(source.content(section.id))
        for rows in content["tables"].values():
            for row in rows:
                row_ids[row["id"]] = row["id"] = new_row_id()
        data[section.id] = content
    return data, row_ids


def _copy_files(source: Any, dossier: Any, form: DeclarationForm, row_ids: dict[str, str], actor: Actor) -> None:
    known, now = {slot.id for slot in form.slots}, clock.now()
    for file in files_of(source):
        if file.slot in known:
            row = row_ids.get(str(file.row)) if file.row else None
            file.pk, file.key, file.holder_id = None, uuid.uuid4(), dossier.pk
            file.row = uuid.UUID(row) if row else None
            file.uploader_id, file.uploaded_at, file.claimed_at = actor.user.pk, now, now  # type: ignore[union-attr]
            file._state.adding = True
            file.save()


# --- sections -----------------------------------------------------------------------------------
def save_section(
    dossier: Dossier,
    section_id: str,
    content: Content,
    *,
    actor: Actor,
    seen: int | None,
    at: dt.datetime | None = None,
) -> FormDocument:
    """Keeps what was typed into a section, valid or not.

    Args:
        content: `{"fields": …, "tables": …}`; brought into one shape here. seen: the section's revision that the person
        saw; None overwrites knowingly. at: the instant (UTC), now when None.

    Raises:
        NotVisible, NotPermitted (the section is not open to the actor), SectionConflict.
    """
    with transaction.atomic():
        locked, stored = _lock(dossier, actor)
        if section_id not in open_sections(locked, actor):
            raise NotPermitted(_("本部分目前不能修改。"))
        content, present = normalise_content(content), stored.document.content(section_id)
        if without_blanks(content) == without_blanks(present):
            return stored
        revision = stored.revision(section_id)
        if seen is not None and seen != revision:
            by = str(stored.saved.get(section_id, {}).get("by", ""))
            raise SectionConflict(present, revision, _("您在另一个窗口") if by == actor.name else by)
        moment = at or clock.now()
        stored.data = {**stored.data, section_id: content}
        stored.revisions = {**stored.revisions, section_id: revision + 1}
        stored.saved = {**stored.saved, section_id: {"by": actor.name, "at": moment.isoformat()}}
        stored.updated_at, stored.updated_by = moment, actor.user
        stored.save()
        _project(locked, form_of(locked), stored.document)
    return stored


def _lock(dossier: Dossier, actor: Actor) -> tuple[Any, FormDocument]:
    """Dossier first, then document: the order in which steps take them."""
    found = Dossier.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=dossier.pk).first()
    if found is None:
        raise NotVisible(_("没有找到该事项。"))
    stored = FormDocument.objects.select_for_update().filter(dossier_id=found.pk).first()
    if stored is None:
        raise NotVisible(_("没有找到该事项。"))
    return concrete(found, alone=True), stored


def _project(dossier: Any, form: DeclarationForm, document: Document) -> None:
    """Brings the columns that lists show up to date with the contents."""
    columns = [field.attname for field in dossier._meta.concrete_fields if field.attname != "state"]
    before = {name: getattr(dossier, name) for name in columns}
    form.project(document, dossier)
    if dossier.state == CORRECTION.id:
        for name in _FIXED_IN_CORRECTION:
            setattr(dossier, name, before[name])
    changed = [name for name in columns if getattr(dossier, name) != before[name]]
    if changed:
        dossier.save(update_fields=changed)


# --- materials ----------------------------------------------------------------------------------
def add_files(
    dossier: Dossier, slot_id: str, files: Iterable[File], *, actor: Actor, row: str = ""
) -> tuple[list[Attachment], list[str]]:
    """Puts files into a slot; a slot for one file gives up the one it had.

    Args:
        row: UUID of the row the files belong to, for a slot of a table.

    Returns: what was taken, and for each file that was not, why (in Chinese).
    Raises: NotVisible, NotPermitted (the slot is not open to the actor).
    """
    with transaction.atomic():
        locked, stored = _lock(dossier, actor)
        if slot_id not in open_slots(locked, actor):
            raise NotPermitted(_("此处目前不能上传文件。"))
        slot = form_of(locked).slot(slot_id)
        row_id, wrong = _row(Filling(locked, stored.document), slot, row)
        if wrong:
            return [], [wrong]
        taken: list[Attachment] = []
        errors: list[str] = []
        for file in list(files)[: None if slot.multiple else 1]:
            present = [f for f in files_of(locked) if f.slot == slot_id and (f.row == row_id or not slot.row_table)]
            if slot.multiple and len(present) >= slot.max_files:
                errors.append(_("“%(label)s”最多上传 %(n)s 个文件。") % {"label": slot.label, "n": slot.max_files})
                break
            try:
                received = attachments.receive(file, slot=slot_id, actor=actor, kinds=slot.kinds)
            except ValidationError as error:
                errors += error.messages
                continue
            for old in present if not slot.multiple else []:
                _take_out(locked, old)
            taken.append(_put_in(locked, received, row_id))
    return taken, errors


def _row(filling: Filling, slot: Slot, row: str) -> tuple[uuid.UUID | None, str]:
    if slot.row_table is None:
        return None, ""
    if row not in {key for key, _words in rows_of(filling, slot)}:
        return None, _("请选择文件对应的表格行。")
    return uuid.UUID(row), ""


def _put_in(dossier: Any, attachment: Attachment, row: uuid.UUID | None) -> Attachment:
    attachment.row = row
    attachment.version = latest_number(dossier) if attachment.slot == SEALED_FORM else None
    attachment.save(update_fields=["row", "version"])
    return attachments.claim([attachment], holder=dossier, at=clock.now())[0]


def remove_file(dossier: Dossier, key: uuid.UUID, *, actor: Actor) -> None:
    """Takes a file out of its slot. What a submitted version names stays readable in that version.

    Raises: NotVisible, NotPermitted (the slot is not open to the actor).
    """
    with transaction.atomic():
        locked, _stored = _lock(dossier, actor)
        found = next((file for file in files_of(locked) if file.key == key), None)
        if found is None:
            raise NotVisible(_("没有找到该文件。"))
        if found.slot not in open_slots(locked, actor):
            raise NotPermitted(_("此处的文件目前不能移除。"))
        _take_out(locked, found)


def _take_out(dossier: Any, attachment: Attachment) -> None:
    named = FormVersion.objects.filter(dossier_id=dossier.pk, data__contains=str(attachment.key)).exists()
    if named or attachment.version is not None:
        attachments.retire(attachment, at=clock.now())
    else:
        attachments.discard(attachment)
