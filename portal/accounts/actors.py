"""Who acts: a person in one of the person's roles, or the system itself. Always passed explicitly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portal.accounts.roles import APPLICANTS, BUREAU, Role

if TYPE_CHECKING:
    from portal.accounts.models import Membership, User


@dataclass(frozen=True)
class Actor:
    """A person and the role in which the person acts now.

    `user` is None for the system (steps by time) and for the public; `membership` is None for the public and for a
    person who holds no role yet. `address` is the network address of the request, kept in the erasable part of the
    history only. `visitor` names one form that a member of the public has open: uploads belong to it.
    """

    user: User | None
    membership: Membership | None = None
    address: str = ""
    system: bool = False
    visitor: str = ""

    @property
    def role(self) -> Role | None:
        return Role(self.membership.role) if self.membership else None

    @property
    def unit_id(self) -> int | None:
        return self.membership.unit_id if self.membership else None

    @property
    def body_id(self) -> int | None:
        return self.membership.body_id if self.membership else None

    @property
    def is_applicant(self) -> bool:
        return self.role in APPLICANTS

    @property
    def is_inside(self) -> bool:
        """Whether the actor works inside the bureau and may see what has not been announced."""
        return self.system or self.role in BUREAU

    @property
    def name(self) -> str:
        if self.system:
            return _("系统")
        return self.user.name if self.user else _("社会公众")

    @property
    def place(self) -> str:
        """The unit or body the actor acts for, in words."""
        if self.membership is None:
            return ""
        return str(self.membership.unit or self.membership.body or "")

    @property
    def role_label(self) -> str:
        return str(self.role.label) if self.role else ""


SYSTEM = Actor(user=None, system=True)
PUBLIC = Actor(user=None)
