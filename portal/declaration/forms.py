"""Bases of the forms that a declaration is made of, fields with counters, and how a post becomes content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.declaration.document import Content, Row, is_blank, normalise_content
from portal.lifecycle.states import Text

if TYPE_CHECKING:
    from django.http import QueryDict

    from portal.declaration.filling import Filling
    from portal.declaration.sections import Section


class SectionForm(forms.Form):
    """The fields of a section.

    Args:
        filling: the whole form with its contents; choices and conditions may depend on it.
    """

    def __init__(self, data: Any = None, *, filling: Filling, **kwargs: Any) -> None:
        self.filling = filling
        super().__init__(data, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _required_words(field)

    @property
    def dossier(self) -> Any:
        return self.filling.dossier

    def raw(self, name: str) -> Any:
        """What was typed into a field, before any check."""
        return self[name].value()

    def hints(self) -> list[tuple[str, Text]]:
        """Remarks that do not block, as (field, text). Asked of valid and of invalid forms."""
        return []

    def offer(self, name: str, choices: Iterable[Any]) -> None:
        """Sets the choices of a field; the empty one goes before them."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *choices]

    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return all(is_blank(self.raw(name)) for name in self.fields)

    def hide_missing(self) -> None:
        """While somebody is still filling in, what is empty is not yet an error: only what was typed is judged."""
        for name in list(self.errors):
            if name in self.fields and is_blank(self.raw(name)):
                del self.errors[name]


def _required_words(field: forms.Field) -> str:
    """What is said of an empty field that must be filled in."""
    if isinstance(field, forms.BooleanField):
        return _("请确认后勾选。")
    return _("请选择。") if isinstance(field, forms.ChoiceField) else _("请填写。")


class RowForm(SectionForm):
    """The fields of a row of a table. `row_id` is its UUID."""

    def __init__(self, data: Any = None, *, filling: Filling, row_id: str, **kwargs: Any) -> None:
        self.row_id = row_id
        super().__init__(data, filling=filling, **kwargs)


# --- widgets: written directly, because a table can have hundreds of them -----------------------
class PlainSelect(forms.Select):
    """A select without a template for each option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(item) for item in self.format_value(value)}
        body = "".join(_options(key, label, chosen) for key, label in self.choices)
        return mark_safe(f"<select{_attributes({**self.build_attrs(self.attrs, attrs), 'name': name})}>{body}</select>")


class PlainInput(forms.TextInput):
    """A text input without a template."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = {**self.build_attrs(self.attrs, attrs), "type": self.input_type, "name": name}
        return mark_safe(f"<input{_attributes({**given, 'value': self.format_value(value) or None})}>")


def _attributes(attrs: dict[str, Any]) -> str:
    """Attributes as HTML, values escaped; True stands alone, None and False are left out."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in attrs.items()
        if value is not None and value is not False
    )


def _options(key: Any, label: Any, chosen: set[str]) -> str:
    if isinstance(label, list | tuple):
        inner = "".join(_options(k, text, chosen) for k, text in label)
        return f'<optgroup label="{escape(key)}">{inner}</optgroup>'
    mark = " selected" if str(key) in chosen else ""
    return f'<option value="{escape(key)}"{mark}>{escape(label)}</option>'


# --- fields -------------------------------------------------------------------------------------
def text(
    label: Text, max_length: int, *, required: bool = True, help_text: Text = "", **kwargs: Any
) -> forms.CharField:
    """A line of text with a limit."""
    kwargs.setdefault("widget", PlainInput())
    return forms.CharField(label=label, max_length=max_length, required=required, help_text=help_text, **kwargs)


def paragraph(
    label: Text,
    max_length: int,
    *,
    required: bool = True,
    help_text: Text = "",
    rows: int = 6,
    min_length: int | None = None,
) -> forms.CharField:
    """A longer text, with a counter beside it."""
    widget = forms.Textarea(attrs={"rows": rows, "data-counter": max_length})
    return forms.CharField(
        label=label, max_length=max_length, min_length=min_length, required=required, help_text=help_text, widget=widget
    )


def date(label: Text, *, required: bool = True, help_text: Text = "") -> forms.DateField:
    """A date."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def number(label: Text, *, required: bool = True, help_text: Text = "", **kwargs: Any) -> forms.IntegerField:
    """A whole number, not below zero."""
    return forms.IntegerField(label=label, required=required, help_text=help_text, min_value=0, **kwargs)


def amount(label: Text, *, required: bool = True, help_text: Text = "") -> forms.DecimalField:
    """An amount in 万元, two places."""
    return forms.DecimalField(
        label=label, required=required, help_text=help_text, min_value=0, max_digits=12, decimal_places=2
    )


def choice(
    label: Text, choices: Any, *, required: bool = True, help_text: Text = "", radio: bool = False
) -> forms.ChoiceField:
    """One of several; the empty choice says so."""
    given = list(choices)
    if radio:
        return forms.ChoiceField(
            label=label, choices=given, required=required, help_text=help_text, widget=forms.RadioSelect
        )
    return forms.ChoiceField(
        label=label, choices=[("", _("请选择")), *given], required=required, help_text=help_text, widget=PlainSelect()
    )


def yes_no(label: Text, *, required: bool = True, help_text: Text = "") -> forms.ChoiceField:
    """Yes or no, neither chosen beforehand."""
    return choice(label, [("yes", _("是")), ("no", _("否"))], required=required, help_text=help_text, radio=True)


def tick(label: Text, *, required: bool = True, help_text: Text = "") -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=required, help_text=help_text)


# --- what a value says to a reader --------------------------------------------------------------
def shown(field: forms.Field, raw: Any) -> str:
    """A typed value in words: the label of a choice, 是 for a tick; what was typed otherwise."""
    if is_blank(raw):
        return ""
    if isinstance(field, forms.BooleanField):
        return _("是")
    if isinstance(field, forms.MultipleChoiceField):
        labels = {str(key): str(label) for key, label in flat_choices(field.choices)}
        return _("、").join(labels.get(str(item), str(item)) for item in raw)
    if isinstance(field, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in flat_choices(field.choices)}
        return labels.get(str(raw), str(raw))
    return raw.isoformat() if isinstance(raw, dt.date) else str(raw)


def flat_choices(choices: Any) -> list[tuple[Any, Any]]:
    """Keys and labels of all choices, groups opened."""
    pairs: list[tuple[Any, Any]] = []
    for key, label in choices:
        pairs += list(label) if isinstance(label, list | tuple) else [(key, label)]
    return pairs


# --- from a post to content ---------------------------------------------------------------------
def content_from_post(section: Section, filling: Filling, post: QueryDict) -> Content:
    """What a browser sent for a section, in the shape in which it is kept.

    Fields that were not sent keep their value: a part that was not on the page is not emptied. Rows come in the order
    of their `rows-TABLE` inputs; those that are missing there are gone.
    """
    from portal.declaration.filling import FIELDS_PREFIX, row_prefix

    content = filling.document.content(section.id)
    form = filling.bound(section)
    if form is not None:
        content["fields"].update(_values(form, post, FIELDS_PREFIX))
    for table in section.tables_for(filling.document, filling.dossier):
        if f"table-{table.id}" not in post:
            continue
        stored = {row["id"]: row for row in filling.document.rows(section.id, table.id, filled=False)}
        rows: list[Row] = []
        for row_id in post.getlist(f"rows-{table.id}")[: table.max_rows]:
            blank = table.row_form(filling=filling, row_id=row_id)
            sent = _values(blank, post, row_prefix(table.id, row_id))
            rows.append({**stored.get(row_id, {}), "id": row_id, **sent})
        content["tables"][table.id] = rows
    return normalise_content(content)


def _values(form: forms.Form, post: QueryDict, prefix: str) -> Row:
    values: Row = {}
    for name, field in form.fields.items():
        if field.disabled:
            continue
        value = field.widget.value_from_datadict(post, {}, f"{prefix}-{name}")
        if value is not None:
            values[name] = value
    return values
