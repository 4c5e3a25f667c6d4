"""Lockout after wrong passwords: counted per account, whatever the person types to name it, in the shared cache.

The counting is the sign-in library's (`ACCOUNT_RATE_LIMITS["login_failed"]`); here is what an account is, and how long
the person has to wait.
"""

from __future__ import annotations

import math
import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest

from portal.accounts.models import User

_APP, _ACTION = "allauth.account", "login_failed"


def account_key(login: str) -> str:
    """The name under which failures are counted: one per account, be it named by e-mail or by user name."""
    login = login.strip()
    pk = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).values_list("pk", flat=True).first()
    return f"user:{pk}" if pk else f"unknown:{login.lower()}"


def seconds_left(request: HttpRequest, login: str) -> int:
    """How many seconds the account or the network address remains locked; zero when it is not."""
    left, now = 0.0, time.time()
    for rate in ratelimit.get_rates(app=_APP, action=_ACTION):
        key = ratelimit.get_cache_key(request, app=_APP, action=_ACTION, rate=rate, key=account_key(login))
        attempts = [at for at in cache.get(key, []) if at > now - rate.duration]  # newest first
        if len(attempts) >= rate.amount:
            left = max(left, attempts[rate.amount - 1] + rate.duration - now)
    return math.ceil(left)


def unlock(request: HttpRequest, login: str) -> None:
    """Forgets the failures of an account, after its password was reset through its e-mail address."""
    ratelimit.clear(request, app=_APP, action=_ACTION, key=account_key(login))
