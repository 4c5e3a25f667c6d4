"""The one tree of errors that people can meet. Each has a code for machines and a sentence in Chinese for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _


class PortalError(Exception):
    """Something a person asked for cannot be done. `message` can be shown as it is."""

    code = "error"
    status = 400

    def __init__(self, message: str = "", **context: Any) -> None:
        self.message = message or str(self.default_message())
        self.context = context
        super().__init__(self.message)

    @classmethod
    def default_message(cls) -> str:
        return _("操作未能完成，请刷新页面后再试。")


class NotVisible(PortalError):
    """The object is outside what the person may see: answered with 404, never 403."""

    code = "not_visible"
    status = 404


class StepRefused(PortalError):
    """A step was not taken. Nothing has been changed."""

    code = "refused"
    status = 409


class WrongState(StepRefused):
    """The subject is in a state from which the step does not lead on."""

    code = "wrong_state"


class Stale(StepRefused):
    """Somebody acted in the meantime: the page the person saw is out of date."""

    code = "stale"


class NotPermitted(StepRefused):
    """The acting person's role or relation to the subject does not allow the step."""

    code = "not_permitted"
    status = 403


class Unmet(StepRefused):
    """Conditions of the step (guards, bars) are not met; `reasons` lists every one of them."""

    code = "unmet"

    def __init__(self, reasons: Iterable[Any], **context: Any) -> None:
        # a lazy text becomes a text; a reason that leads somewhere stays what it is
        self.reasons = [reason if isinstance(reason, str) else str(reason) for reason in reasons]
        super().__init__("；".join(self.reasons), **context)


class InvalidInput(PortalError):
    """The form of a step or of a section was not filled in properly; `form` carries the errors beside the fields."""

    code = "invalid_input"
    status = 422

    def __init__(self, form: Any, message: str = "") -> None:
        self.form = form
        super().__init__(message or "；".join(_flat(form)))


def _flat(form: Any) -> list[str]:
    errors: list[str] = []
    for name, messages in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        errors += [f"{label}：{text}" if label else str(text) for text in messages]
    return errors
