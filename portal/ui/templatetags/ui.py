"""Template tags and filters of all pages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.accounts.roles import Role
from portal.attachments.fields import AttachmentField
from portal.attachments.models import Attachment
from portal.base import clock
from portal.lifecycle.states import State
from portal.ui import words

register = template.Library()


@lru_cache(maxsize=512)
def _icon(name: str, sprite: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', sprite, name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; decoration only, a word stands beside it."""
    return _icon(name, static("vendor/icons.svg"))


@register.filter
def capped(number: int | None) -> str:
    """A count for people: `12`, `10,000+`."""
    return words.count(number)


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A date as `2023-05-15`; an instant as the date in Shanghai."""
    if value is None or value == "":
        return ""
    return (clock.local(value).date() if isinstance(value, dt.datetime) else value).isoformat()


@register.filter
def moment(value: dt.datetime | None) -> str:
    """An instant as `2023-05-15 14:03` in Shanghai."""
    return clock.local(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def money(value: Decimal | float | None) -> str:
    """An amount in 万元 with its unit."""
    return "" if value is None else _("%(amount)s 万元") % {"amount": f"{value:,.2f}".rstrip("0").rstrip(".")}


@register.filter
def plain_number(value: Decimal | None) -> str:
    """A number without idle zeros."""
    return words.number(value)


@register.filter
def due_words(value: dt.date | None) -> str:
    """How far a due date is: `还有 3 个工作日`, `今天到期`, `已逾期 2 天`."""
    return words.due(value)


@register.filter
def due_tone(value: dt.date | None) -> str:
    """The colour family that goes with `due_words`."""
    return words.due_tone(value)


@register.filter
def days_left(value: dt.date) -> int:
    """Calendar days up to and including a closing date; never below zero."""
    return max(0, (value - clock.today()).days)


@register.simple_tag
def badge(state: State | None) -> SafeString:
    """The badge of a state: words in a tone."""
    return (
        format_html('<span class="p-badge p-tone-{}">{}</span>', state.tone, state.label) if state else SafeString("")
    )


@register.filter
def role_words(role: str) -> str:
    """A role's name as kept in records, in words."""
    return str(Role(role).label) if role in Role.values else _("系统（自动）")


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """The value of a key, None when it or the whole mapping is missing."""
    return mapping.get(key) if mapping else None


# --- forms --------------------------------------------------------------------------------------
@register.filter
def anchor(field: BoundField) -> str:
    """The id of the element that the error summary leads to."""
    usual = field.auto_id in ("", f"id_{field.html_name}")  # another form of the page may have fields of the same names
    return f"field-{field.html_name if usual else field.auto_id}"


@register.filter
def field_kind(field: BoundField) -> str:
    """Which of the field template's shapes fits: check, group, files or plain."""
    widget = field.field.widget
    if isinstance(field.field, AttachmentField):
        return "files"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "group" if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else "plain"


def _css_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


@register.filter
def styled(field: BoundField) -> SafeString:
    """The widget with the classes of the look; what a form sets itself stays."""
    attrs: dict[str, Any] = {
        "class": f"{_css_class(field.field.widget)} {field.field.widget.attrs.get('class', '')}".strip()
    }
    if isinstance(field.field.widget, forms.Textarea):
        attrs["rows"] = field.field.widget.attrs.get("rows") if field.field.widget.attrs.get("rows") != "10" else 5
        attrs.setdefault("cols", 40)
    return field.as_widget(attrs=attrs)


@register.filter
def pending(field: BoundField) -> list[Attachment]:
    """The uploads that were already received for this field and wait for its form to be sent."""
    value = field.value()
    keys = [value] if isinstance(value, str) else [str(key) for key in value or []]
    actor = getattr(field.field, "actor", None)
    if not keys or actor is None:
        return []
    found = {str(item.key): item for item in Attachment.objects.pending_of(actor)}
    return [found[key] for key in keys if key in found]


@register.filter
def file_hint(field: BoundField) -> str:
    """What may be uploaded, in words."""
    limit = filesizeformat(getattr(field.field, "max_bytes", None) or settings.UPLOAD_MAX_BYTES)
    permitted = getattr(field.field, "kinds", None)
    if permitted:
        kinds = "、".join(sorted(permitted)).upper()
        return _("可上传 %(kinds)s 文件，每个不超过 %(limit)s。") % {"kinds": kinds, "limit": limit}
    return _("每个文件不超过 %(limit)s。") % {"limit": limit}
