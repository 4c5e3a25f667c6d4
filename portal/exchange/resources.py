"""What becomes of the lines of a sheet: read, checked, imported, taken back.

`RowResource` is django-import-export's `Resource` with lines that explain themselves. A dry run reads and checks and
writes nothing; an import reads and checks again, inside the caller's transaction, and then makes the records. A kind
of import overrides what is its own:

* `prepare(rows)`: looks up what all lines need, in a fixed number of queries;
* `identity(row)`, `known(identities)`: when two lines, or a line and a record, are the same thing;
* `check(row)`: rules over several cells; `row.error(column, text)`, `row.warn(column, text)`;
* `create(row)`: makes the record, and returns it; `before(rows)`, `after(rows)`: what is written for all of them at once;
* `obstacles(imported)`, `take_back(imported)`: what forbids an undo, and the undo.

`SubjectResource` has the last three for subjects with a lifecycle: everything goes through `perform`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from import_export import fields, resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import Result

from portal.base.errors import PortalError
from portal.exchange.kinds import Column, Kind
from portal.exchange.queries import acts_since
from portal.exchange.reading import Sheet
from portal.exchange.rows import ERROR, WARNING, Outcome, Problem, Row, Source
from portal.lifecycle.engine import perform
from portal.lifecycle.models import Subject

if TYPE_CHECKING:
    from portal.exchange.models import ImportedRow

#: what a cell shows where the spreadsheet itself could not compute it
_BROKEN = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
Progress = Callable[[int, int], None]


class ColumnField(fields.Field):
    """A field of import-export that cleans with the column's form field."""

    def __init__(self, column: Column) -> None:
        super().__init__(attribute=column.id, column_name=column.head)
        self.form_field = column.field

    def clean(self, row: dict[str, str], **kwargs: Any) -> Any:
        return self.form_field.clean(row.get(self.column_name, ""))


class RowResource(resources.Resource):
    """See the module.

    Args:
        kind: whose lines they are. source: where they come from. skip_known: whether lines that are there already are
        left out; otherwise they are errors.
    """

    class Meta:
        force_init_instance = True
        instance_loader_class = BaseInstanceLoader  # lines are never matched with records; see `identity`
        skip_diff = True
        report_skipped = False

    def __init__(self, kind: Kind, source: Source, *, skip_known: bool = False) -> None:
        super().__init__()
        self.kind, self.source, self.skip_known = kind, source, skip_known
        self.columns = list(kind.columns())
        self.fields = {column.id: ColumnField(column) for column in self.columns}
        self.rows: list[Row] = []

    # --- what a kind of import overrides --------------------------------------------------------
    def prepare(self, rows: Sequence[Row]) -> None:
        """Looks up what all lines need."""

    def identity(self, row: Row) -> Hashable | None:
        """What makes a line the same as another one; None when it cannot be told."""
        return None

    def known(self, identities: set[Hashable]) -> dict[Hashable, str]:
        """Those of the identities that are in the database, each with the words that name the record there."""
        return {}

    def check(self, row: Row) -> None:
        """Rules over several cells of a line whose cells are all right."""

    def before(self, rows: Sequence[Row]) -> None:
        """Writes what the records of these lines need beside them, before the first one is made."""

    def after(self, rows: Sequence[Row]) -> None:
        """Writes what follows from the records of these lines, once all are made."""

    def create(self, row: Row) -> Model:
        """Makes the record of a line, inside the import's transaction.

        Raises:
            PortalError: why it cannot be made; the whole import is then undone and the reason stands at its line.
        """
        raise NotImplementedError

    def obstacles(self, imported: Sequence[ImportedRow]) -> dict[int, str]:
        """Why records may not be taken back, by the key of the imported row: what was done with them since."""
        raise NotImplementedError

    def take_back(self, imported: Sequence[ImportedRow]) -> None:
        """Undoes the import of these records, inside the undo's transaction.

        Raises:
            PortalError: why not; nothing is then undone.
        """
        raise NotImplementedError

    # --- a run over a sheet ---------------------------------------------------------------------
    def run(self, sheet: Sheet, *, dry_run: bool, progress: Progress | None = None) -> Outcome:
        """Reads and checks all lines, and makes their records unless it is a dry run or any line has an error."""
        self._sheet, self._progress = sheet, progress
        self.going = not dry_run
        # The library would run dry inside a transaction with a savepoint for each line, and roll it back; here a dry run
        # writes nothing in the first place, and holds no lock.
        result: Result = self.import_data(sheet.dataset, dry_run=False, use_transactions=False)
        for error in (*result.base_errors, *(e for _line, errors in result.row_errors() for e in errors)):
            raise error.error
        first = sheet.lines[0] - 1
        foreign = [Problem(first, head, WARNING, _("模板中没有这一列，该列不导入。"), "") for head in sheet.foreign]
        return Outcome(self.rows, [*foreign, *(problem for row in self.rows for problem in row.problems)])

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Reads all cells first, so that lookups and comparisons are made for all lines at once."""
        heads = {column.id: column.head for column in self.columns}
        self.rows = [
            Row(line, dict(zip(dataset.headers, cells, strict=True)), heads)
            for line, cells in zip(self._sheet.lines, dataset, strict=True)
        ]
        for row in self.rows:
            self._read(row)
        self.prepare(self.rows)
        self._compare()
        for row in self.rows:
            if row.good and not row.skipped:
                self.check(row)
        self.going = self.going and all(row.good for row in self.rows)
        if self.going:
            self.before(self._wanted)

    def after_import(self, dataset: Any, result: Result, **kwargs: Any) -> None:
        if self.going:
            self.after(self._wanted)

    @property
    def _wanted(self) -> list[Row]:
        """The lines that become records."""
        return [row for row in self.rows if not row.skipped]

    def _read(self, row: Row) -> None:
        for name, reader in self.fields.items():
            text = row.cells.get(reader.column_name, "")
            if text in _BROKEN:
                row.error(name, _("单元格是表格软件的错误值，请改为实际内容。"))
                continue
            if text.startswith("="):
                row.warn(name, _("单元格是公式，不作计算，按文字读取；请核对，需要结果的请粘贴为数值。"))
            try:
                row.values[name] = reader.clean(row.cells)
            except ValidationError as error:
                for message in error.messages:
                    row.error(name, message)

    def _compare(self) -> None:
        """Finds lines that are the same as an earlier line, or as a record that is there."""
        first: dict[Hashable, int] = {}
        identities = [(row, found) for row in self.rows if (found := self.identity(row)) is not None]
        known = self.known({found for _row, found in identities}) if identities else {}
        for row, found in identities:
            if found in first:
                row.error("", _("与第 %(line)s 行重复，请删除其中一行。") % {"line": first[found]})
                continue
            first[found] = row.line
            if found not in known:
                continue
            if self.skip_known:
                row.skip(_("系统中已有%(what)s，本行不导入。") % {"what": known[found]})
            else:
                row.error(
                    "", _("系统中已有%(what)s，请删除本行，或者在上传时选择跳过已有的记录。") % {"what": known[found]}
                )

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        self._row = self.rows[kwargs["row_number"] - 1]
        if self._progress is not None:
            self._progress(kwargs["row_number"], len(self.rows))

    def init_instance(self, row: Any = None) -> Row:
        return self._row

    def import_instance(self, instance: Row, row: Any, **kwargs: Any) -> None:
        """The cells were read by `before_import`; here a line with errors is refused."""
        if not instance.good:
            raise ValidationError([problem.text for problem in instance.problems if problem.level == ERROR])

    def skip_row(self, instance: Row, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return instance.skipped

    def validate_instance(
        self, instance: Row, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        if import_validation_errors:
            raise ValidationError(import_validation_errors)

    def save_instance(self, instance: Row, is_create: bool, row: Any, **kwargs: Any) -> None:
        if not self.going:
            return
        try:
            instance.record = self.create(instance)
        except PortalError as error:
            self.going = False
            instance.error("", error.message)
            raise ValidationError(error.message) from error


class SubjectResource(RowResource):
    """Lines that become subjects with a lifecycle.

    The programme declares two steps. The *import step* leads from NEW; its form has the fields of
    `exchange.forms.SourceForm`, so that the record says from which job, file and line it came. The *void step* leads from
    the state after import to a terminal one that nothing lists; its form is `exchange.forms.VoidForm`. A serial number
    that was given is kept by the void subject and is not given out again: history names it.
    """

    #: the concrete class of the subjects
    model: type[Subject]
    import_step = "import_entry"
    void_step = "void_import"

    def step_of(self, row: Row) -> str:
        """The step by which a line comes in, where there is more than one; by default `import_step`."""
        return self.import_step

    def begin(self, row: Row) -> Any:
        """The subject of a line, not yet saved."""
        raise NotImplementedError

    def data(self, row: Row) -> dict[str, Any]:
        """What the import step's form takes beside the source: the cells as they were typed, unless overridden."""
        return {column.id: row.cells.get(column.head, "") for column in self.columns}

    def create(self, row: Row) -> Model:
        subject = self.begin(row)
        data = {**self.data(row), "job": self.source.job, "file": self.source.file, "line": row.line}
        perform(subject, self.step_of(row), actor=self.source.actor, data=data)
        return subject

    def obstacles(self, imported: Sequence[ImportedRow]) -> dict[int, str]:
        """Any record on the subject's chain after its import is an act of somebody."""
        return {
            key: _("%(when)s 已由%(who)s办理“%(what)s”。") % {"when": act.when, "who": act.who, "what": act.what}
            for key, act in acts_since(imported).items()
        }

    def take_back(self, imported: Sequence[ImportedRow]) -> None:
        found = self.model._default_manager.in_bulk([row.object_id for row in imported])
        for row in imported:
            subject = found[row.object_id]
            try:
                perform(subject, self.void_step, actor=self.source.actor, data={"job": self.source.job})
            except PortalError as error:
                raise PortalError(_("第 %(line)s 行：%(why)s") % {"line": row.line, "why": error.message}) from error
