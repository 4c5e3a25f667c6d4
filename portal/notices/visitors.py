"""Forms of the public: who has one open, and how often an address may send one.

A visitor has no account and no session. The form carries a random key, signed and with its time; what is uploaded with
the form belongs to that key. Counters stand in the shared cache.
"""

from __future__ import annotations

import secrets

from django.core import signing
from django.core.cache import cache

from portal.accounts.actors import Actor

_SALT = "notices.visitor"
#: seconds for which a form may stay open
OPEN_SECONDS = 6 * 3600
#: so many forms may an address send within so many seconds, refused ones too; and so many may succeed
SENT, SENT_WINDOW = 12, 600
FILED, FILED_WINDOW = 5, 3600
#: so often may an address ask for the handling of an objection within so many seconds
ASKED, ASKED_WINDOW = 20, 600
#: signs of the code of an objection: none that are mistaken for each other
_SIGNS, _CODE_LENGTH = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 10


def new_key() -> str:
    """A signed key for a new form."""
    return signing.dumps(secrets.token_urlsafe(24), salt=_SALT)


def new_code() -> str:
    """The code with which an objector follows the handling: known to the objector and the dossier's handlers."""
    return "".join(secrets.choice(_SIGNS) for _place in range(_CODE_LENGTH))


def plain_code(typed: str) -> str:
    """A code as it is kept, from what somebody typed: capitals, without spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())[:40]


def visitor_of(signed: str) -> Actor | None:
    """The visitor of a form that came back; None when the key is forged or too old."""
    try:
        key = signing.loads(signed, salt=_SALT, max_age=OPEN_SECONDS)
    except signing.BadSignature:
        return None
    return Actor(user=None, visitor=str(key)[:64])


def may_send(address: str) -> bool:
    """Whether this network address has sent and filed little enough; counts this try."""
    return _count("sent", address, SENT_WINDOW) <= SENT and int(cache.get(_name("filed", address), 0)) < FILED


def may_ask(address: str) -> bool:
    """Whether this network address has asked for objections little enough; counts this try."""
    return _count("asked", address, ASKED_WINDOW) <= ASKED


def note_filed(address: str) -> None:
    """Counts a form that was accepted."""
    _count("filed", address, FILED_WINDOW)


def _name(what: str, address: str) -> str:
    return f"objection-{what}:{address}"


def _count(what: str, address: str, window: int) -> int:
    name = _name(what, address)
    if cache.add(name, 1, window):
        return 1
    try:
        return int(cache.incr(name))
    except ValueError:  # it ran out between the two calls
        cache.set(name, 1, window)
        return 1
