"""Loads a call from a file, as a handler or section chief of the bureau."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.actors import Actor
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.base.errors import PortalError
from portal.calls import loading
from portal.calls.models import Call


class Command(BaseCommand):
    """Prints the key of the call it made."""

    help = "Loads a call (fields, key directions, desks, downloads) from a TOML file such as fixtures/calls/pilots_2023.toml."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="login", required=True, help="sign-in name of a handler or section chief")
        parser.add_argument("--publish", action="store_true", help="publish it at once")

    def handle(self, *args: Any, file: Path, login: str, publish: bool, **options: Any) -> None:
        roles = (Role.HANDLER, Role.SECTION_CHIEF)
        held = Membership.objects.filter(user__username=login, role__in=roles, active=True, user__is_active=True)
        membership = held.select_related("user", "unit", "body").first()
        if membership is None:
            raise CommandError(f"{login} is no handler or section chief")
        try:
            data = loading.read(file)
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
        if Call.objects.filter(programme=data["programme"], number=data["number"]).exists():
            raise CommandError(f"{data['number']} is there already")
        try:
            call = loading.load(data, actor=Actor(membership.user, membership), folder=file.parent, publish=publish)
        except PortalError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"call {call.pk}: {call.title}")
