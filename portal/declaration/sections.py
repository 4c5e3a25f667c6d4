"""Declaring a form: sections of fields and tables, materials, and what lists need of them.

A programme declares each version of its form once, as Django forms; editing pages, completeness, print, versions and
differences follow from the declaration. A call pins the version by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.attachments.kinds import SCANS, USUAL
from portal.base.errors import PortalError
from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from portal.declaration.document import Document
    from portal.declaration.filling import Filling
    from portal.declaration.forms import RowForm, SectionForm
    from portal.dossiers.models import Dossier

When = Callable[["Document", "Dossier"], bool]
SEALED_FORM = "sealed_form"


class UnknownForm(PortalError):
    """A call names a form version that no programme registered."""

    code = "unknown_form"
    status = 500


@dataclass(frozen=True)
class Table:
    """A table of a section; its rows carry a UUID.

    Args:
        id, title, help: as in `Section`. row_form: the form of one row.
        advised: fewer rows than this are remarked on, never refused.
        required: fewer rows than this block the submission: a number, or a function of the filling.
        max_rows: more rows cannot be added.
        when: whether the table applies.
        check: findings over all rows together, as (level, row id, field, text); see `completeness`.
        widths: relative widths of the columns in print, by field name; 1 where it says nothing.
    """

    id: str
    title: Text
    row_form: type[RowForm]
    help: Text = ""
    advised: int = 0
    required: int | Callable[[Filling], int] = 0
    max_rows: int = 60
    when: When | None = None
    check: Callable[[Filling], list[tuple[str, str, str, Text]]] | None = None
    widths: dict[str, int] = field(default_factory=dict)

    def applies(self, document: Document, dossier: Dossier) -> bool:
        return self.when is None or self.when(document, dossier)

    def required_rows(self, filling: Filling) -> int:
        return self.required(filling) if callable(self.required) else self.required


@dataclass(frozen=True)
class Section:
    """A section of the form.

    Args:
        id: its name in the document. title: its heading. form: its fields, or None for a section of tables only.
        tables: its tables. help: one or two sentences above it. when: whether it applies (conditional parts).
    """

    id: str
    title: Text
    form: type[SectionForm] | None = None
    tables: tuple[Table, ...] = ()
    help: Text = ""
    when: When | None = None

    def applies(self, document: Document, dossier: Dossier) -> bool:
        return self.when is None or self.when(document, dossier)

    def tables_for(self, document: Document, dossier: Dossier) -> list[Table]:
        return [table for table in self.tables if table.applies(document, dossier)]


@dataclass(frozen=True)
class Slot:
    """A place for materials.

    Args:
        id, label, help: as in `Section`. required: whether the submission wants a file: yes, no, or when.
        multiple: whether it takes several files, at most `max_files`. kinds: permitted kinds.
        row_table: (section, table) whose rows the files belong to, each file to one row.
    """

    id: str
    label: Text
    required: bool | When = False
    multiple: bool = False
    help: Text = ""
    when: When | None = None
    kinds: frozenset[str] = USUAL
    max_files: int = 20
    row_table: tuple[str, str] | None = None

    def applies(self, document: Document, dossier: Dossier) -> bool:
        return self.when is None or self.when(document, dossier)

    def is_required(self, document: Document, dossier: Dossier) -> bool:
        return self.required(document, dossier) if callable(self.required) else self.required


#: the printed, sealed and scanned form: every form has this slot, bound to the submitted version
SEALED_SLOT = Slot(
    SEALED_FORM,
    _("申请表盖章扫描件"),
    kinds=SCANS,
    multiple=True,
    help=_("提交后打印申请表一式三份，加盖单位公章，扫描后上传。每页的版本号和校验码应与当前版本一致。"),
)


@dataclass(frozen=True)
class DeclarationForm:
    """A version of a programme's form.

    Args:
        version: the name that calls pin. sections, slots: its parts, in order.
        commitments: what the unit declares by submitting; printed, and shown above the ticks.
        project: sets the dossier's columns that lists and statistics need (title, field, recommender …); saves nothing.
        prefill: the contents a new declaration begins with, from what the portal knows of the unit.
        check: findings that concern several sections, as (level, section, field, text).
    """

    version: str
    sections: tuple[Section, ...]
    slots: tuple[Slot, ...] = ()
    commitments: tuple[Text, ...] = ()
    project: Callable[[Document, Any], None] = lambda document, dossier: None
    prefill: Callable[[Any], dict[str, Any]] = lambda dossier: {}
    check: Callable[[Filling], list[tuple[str, str, str, Text]]] | None = None

    def section(self, section_id: str) -> Section:
        """The section of that id; KeyError when there is none."""
        return {section.id: section for section in self.sections}[section_id]

    def slot(self, slot_id: str) -> Slot:
        """The slot of that id, the sealed form's included; KeyError when there is none."""
        return {slot.id: slot for slot in (*self.slots, SEALED_SLOT)}[slot_id]

    def sections_for(self, document: Document, dossier: Dossier) -> list[Section]:
        return [section for section in self.sections if section.applies(document, dossier)]

    def slots_for(self, document: Document, dossier: Dossier) -> list[Slot]:
        return [slot for slot in self.slots if slot.applies(document, dossier)]


#: the form of calls from before the portal, whose projects were imported: nothing was filled in here
NO_FORM = DeclarationForm(version="", sections=())
_forms: dict[str, DeclarationForm] = {}


def register(form: DeclarationForm) -> None:
    """Makes a form version known; called when the programme is loaded."""
    _forms[form.version] = form


def form_version(version: str) -> DeclarationForm:
    """The form of that version; UnknownForm when nobody registered it."""
    if version not in _forms:
        raise UnknownForm(f"form version {version!r} is not registered")
    return _forms[version]


def versions_known() -> list[str]:
    """The names of all registered form versions."""
    return list(_forms)


def form_of(dossier: Dossier) -> DeclarationForm:
    """The form that the dossier's call pins; an empty one where the call is older than the portal."""
    return form_version(dossier.call.form_version) if has_form(dossier) else NO_FORM


def has_form(dossier: Dossier) -> bool:
    """Whether its declaration was filled in here."""
    return bool(dossier.call.form_version)
