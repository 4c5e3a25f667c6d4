"""Public pages: home, site map, accessibility statement."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.actors import PUBLIC
from portal.base import clock
from portal.calls.models import Call
from portal.dossiers.programmes import programmes
from portal.notices.queries import running

#: calls that are over, on the home page
EARLIER = 4


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """The public home: open calls and running notices with their countdown, verification, guides, earlier calls, the programmes."""
    today = clock.today()
    public = Call.objects.visible_to(PUBLIC)
    calls = public.open_on(today).order_by("closes_on", "pk")
    earlier = public.filter(closes_on__lt=today).order_by("-closes_on", "-pk")[:EARLIER]
    shown = {"calls": calls, "earlier": earlier, "notices": running(today), "programmes": programmes()}
    return render(request, "public/home.html", shown)


@login_not_required
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public places on one page."""
    return render(request, "public/sitemap.html", {"programmes": programmes()})


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the portal does for accessible use, and what to do where it falls short."""
    return render(request, "public/accessibility.html")
