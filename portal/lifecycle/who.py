"""Who may take a step: roles, and the relation of the person to the subject. One sentence each, composed with `|`.

The roles are data, so that the permission matrix and the help pages can be read off the declaration; the relation is
a predicate over (actor, subject).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.lifecycle.states import Text


@dataclass(frozen=True)
class Who:
    """A rule of the form "a person in one of these roles who stands in this relation to the subject".

    `person` means anybody who is signed in, whatever the role, also without one (a newcomer who registers a unit).
    """

    label: Text
    roles: frozenset[Role]
    relation: Callable[[Actor, Any], bool]
    system: bool = False
    docket: bool = False
    others: tuple[Who, ...] = ()
    person: bool = False

    def admits_role(self, role: Role | None) -> bool:
        """Whether the role alone could take the step: the pure part, used by the permission table."""
        return self.person or role in self.roles or any(other.admits_role(role) for other in self.others)

    def admits(self, actor: Actor, subject: Any) -> bool:
        """Whether this actor may take the step on this subject."""
        if actor.system:
            return self.system or any(other.system for other in self.others)
        known = actor.role in self.roles or (self.person and actor.user is not None)
        mine = known and self.relation(actor, subject)
        return mine or any(other.admits(actor, subject) for other in self.others)

    def all_roles(self) -> frozenset[Role]:
        return self.roles.union(*(other.all_roles() for other in self.others)) if self.others else self.roles

    def labels(self) -> list[str]:
        return [str(self.label), *(text for other in self.others for text in other.labels())]

    def __or__(self, other: Who) -> Who:
        return replace(self, others=(*self.others, other))


def who(label: Text, *roles: Role) -> Callable[[Callable[[Actor, Any], bool]], Who]:
    """Decorator: makes a `Who` of a relation predicate."""

    def wrap(relation: Callable[[Actor, Any], bool]) -> Who:
        return Who(label, frozenset(roles), relation)

    return wrap


def person(label: Text) -> Callable[[Callable[[Actor, Any], bool]], Who]:
    """Decorator: makes a `Who` of a relation in which anybody who is signed in can stand."""

    def wrap(relation: Callable[[Actor, Any], bool]) -> Who:
        return Who(label, frozenset(), relation, person=True)

    return wrap


#: Steps that time takes: performed by the sweep, never by a person.
BY_TIME = Who(_("系统（到期自动）"), frozenset(), lambda actor, subject: False, system=True)
#: Steps that a docket's registration orders; the door wants a warrant for them.
BY_DOCKET = Who(_("呈批件（发文登记）"), frozenset(), lambda actor, subject: False, docket=True)
