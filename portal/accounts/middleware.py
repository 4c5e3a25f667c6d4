"""Gives each request its actor, and ends idle sessions."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts.actors import PUBLIC, Actor
from portal.accounts.http import HttpRequest
from portal.accounts.models import Membership, User
from portal.accounts.network import client_address
from portal.base import clock

SESSION_MEMBERSHIP = "membership"
SESSION_SEEN = "seen"


class ActorMiddleware:
    """`request.actor`, `request.memberships`; idle time-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = PUBLIC
        request.memberships = []
        if request.user.is_authenticated:
            if self._idle(request):
                logout(request)
                messages.info(request, _("您已较长时间未操作，为保证安全请重新登录。"))
                return redirect(settings.LOGIN_URL)
            self._identify(request)
        return self.get_response(request)

    def _identify(self, request: HttpRequest) -> None:
        user: Any = request.user
        memberships = list(Membership.objects.filter(user=user, active=True).select_related("unit", "body"))
        chosen = request.session.get(SESSION_MEMBERSHIP)
        current = next((m for m in memberships if m.pk == chosen), memberships[0] if memberships else None)
        request.memberships = memberships
        request.actor = Actor(user, current, address=client_address(request))

    def _idle(self, request: HttpRequest) -> bool:
        """Whether the session was idle too long; notes activity at most once a minute."""
        user: Any = request.user
        now = time.time()  # the machine's time: a session ages in real minutes, also when the clock is moved
        seen = request.session.get(SESSION_SEEN, now)
        if now - seen > settings.IDLE_MINUTES * 60:
            return True
        if now - seen > 60 or SESSION_SEEN not in request.session:
            request.session[SESSION_SEEN] = now
            User.objects.filter(pk=user.pk).update(last_seen_at=clock.now())
        return False
