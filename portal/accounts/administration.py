"""Who may do what in the administration: system administrators work in it, auditors read.

It goes by the role in which the person acts, never by Django's staff or superuser flags.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.accounts.actors import PUBLIC, Actor
from portal.accounts.roles import Role

READERS = frozenset({Role.SYSTEM_ADMIN, Role.AUDITOR})


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request."""
    return getattr(request, "actor", PUBLIC)


def may_read(request: HttpRequest) -> bool:
    """Whether the administration is open to the acting role."""
    return actor_of(request).role in READERS


def may_write(request: HttpRequest) -> bool:
    """Whether the acting role administers."""
    return actor_of(request).role == Role.SYSTEM_ADMIN


class _ByRole:
    """Permissions by the acting role; the flags say what the administration offers at all for a table."""

    may_add = True
    may_change = True
    may_delete = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_read(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_read(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and may_write(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and may_write(request)


class PortalAdmin(_ByRole, admin.ModelAdmin):
    """Base of the administration's tables."""

    list_per_page = 50
    show_full_result_count = False


class PortalInline(_ByRole, admin.TabularInline):
    """Base of tables inside another one's page."""

    extra = 0


class ReadOnlyAdmin(PortalAdmin):
    """A table to look at."""

    may_add = may_change = False
