"""What a cell of a spreadsheet may hold: form fields that read what people type there, with words that say what is right.

Any Django form field can stand behind a column; these are the ones that Django does not have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: how people write a date in a cell
DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_SEPARATORS = re.compile(r"[、，,；;\n]+")

#: words of ours in place of Django's, for every field that does not bring its own
MESSAGES: dict[str, Any] = {
    "required": _("必填，未填写。"),
    "max_length": _("最多 %(limit_value)s 个字，现为 %(show_value)s 个字，请缩短。"),
    "min_value": _("不能小于 %(limit_value)s。"),
    "max_value": _("不能大于 %(limit_value)s。"),
}


class DayField(forms.DateField):
    """A date, typed or as a date cell."""

    default_error_messages = {"invalid": _("不是日期，请填写为 2023-05-15 的形式。")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=DAY_FORMATS, **kwargs)


class WholeField(forms.IntegerField):
    """A whole number."""

    default_error_messages = {"invalid": _("不是整数，请只填数字。")}


class OneOfField(forms.Field):
    """One of several labels; cleans to the value behind it.

    Args:
        options: values by the labels that people choose.
    """

    default_error_messages = {"invalid_choice": _("“%(value)s”不在可选范围内，请填写：%(options)s。")}

    def __init__(self, *, options: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.options = {str(label): value for label, value in options.items()}

    def to_python(self, value: Any) -> Any:
        return self.option(value) if value else None

    def option(self, label: str) -> Any:
        """The value behind a label.

        Raises:
            ValidationError: there is no such label; it names those that there are.
        """
        if label not in self.options:
            params = {"value": label, "options": "、".join(self.options)}
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params=params)
        return self.options[label]


class SomeOfField(OneOfField):
    """Several labels with a separator between them (、); cleans to the list of values, each once."""

    def to_python(self, value: Any) -> list[Any]:
        labels = [label for part in _SEPARATORS.split(value or "") if (label := part.strip())]
        return list(dict.fromkeys(self.option(label) for label in labels))


class YesNoField(OneOfField):
    """是 or 否; an empty cell means no."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(options={str(_("是")): True, str(_("否")): False}, required=False, **kwargs)

    def to_python(self, value: Any) -> bool:
        return bool(super().to_python(value))
