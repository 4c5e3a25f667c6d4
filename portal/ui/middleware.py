"""Answers the errors that people can meet with a page, wherever a view lets them through."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.base.errors import NotVisible, PortalError


class PortalErrorMiddleware:
    """A `PortalError` that no view caught becomes a page with its sentence and its status; `NotVisible` the 404 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotVisible):
            return render(request, "404.html", status=404)
        if isinstance(exception, PortalError):
            return render(request, "ui/error.html", {"error": exception}, status=exception.status)
        return None
