"""Loading a call from a file: fields with their key directions, desks, downloads; drafted and published through the door.

The file is TOML, as `fixtures/calls/pilots_2023.toml`. Which handlers sit at a desk belongs to the installation and is
given beside the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.attachments import actions as attachments
from portal.calls import actions, docx
from portal.calls.models import Call, CallField, Desk, KeyDirection
from portal.lifecycle.engine import perform

#: what the file says of the call itself; the rest are its parts
_PARTS = ("desks", "fields", "downloads")


def read(path: Path) -> dict[str, Any]:
    """The contents of a call's file. Raises OSError, tomllib.TOMLDecodeError."""
    with path.open("rb") as file:
        return tomllib.load(file)


def load(
    data: Mapping[str, Any],
    *,
    actor: Actor,
    folder: Path,
    handlers: Mapping[str, Iterable[Membership]] | None = None,
    publish: bool = False,
) -> Call:
    """Makes a call of the data, as the acting handler or section chief.

    Args:
        data: see `read`. folder: where the texts of its downloads lie.
        handlers: who sits at which desk, by the desk's id. publish: whether it is published at once.

    Raises: the errors of the steps `draft` and `publish`.
    """
    with transaction.atomic():
        columns = {name: value for name, value in data.items() if name not in _PARTS}
        call = Call(**{**columns, "text": str(columns.get("text", "")).strip()})
        perform(call, "draft", actor=actor)
        desks = {desk["id"]: _desk(call, desk, position) for position, desk in enumerate(data["desks"])}
        for name, members in (handlers or {}).items():
            desks[name].handlers.set(members)
        for position, field in enumerate(data["fields"]):
            _field(call, field, desks, position)
        for position, download in enumerate(data.get("downloads", [])):
            _download(call, download, folder, actor, position)
        if publish:
            perform(call, "publish", actor=actor, data={"number": call.number, "issued_on": call.issued_on})
    return call


def _desk(call: Call, data: Mapping[str, Any], position: int) -> Desk:
    return Desk.objects.create(call=call, contact_name=data["contact_name"], phone=data["phone"], position=position)


def _field(call: Call, data: Mapping[str, Any], desks: Mapping[str, Desk], position: int) -> None:
    field = CallField.objects.create(
        call=call,
        code=data["code"],
        name=data["name"],
        desk=desks[data["desk"]],
        traits=data.get("traits", []),
        other_allowed=data.get("other_allowed", True),
        position=position,
    )
    KeyDirection.objects.bulk_create(
        KeyDirection(field=field, name=name, position=n) for n, name in enumerate(data["directions"])
    )


def _download(call: Call, data: Mapping[str, Any], folder: Path, actor: Actor, position: int) -> None:
    """A text becomes a Word document, any other file is taken as it is."""
    source = folder / data["file"]
    content = source.read_bytes()
    name = source.name
    if source.suffix == ".txt":
        content, name = docx.make(content.decode()), f"{source.stem}.docx"
    pending = attachments.receive(ContentFile(content, name=name), slot=actions.DOWNLOAD_SLOT, actor=actor)
    actions.offer(call, pending, title=data["title"], position=position)
