"""The administration site in the portal's words."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    """Administration of people, units, bodies, parameters and the calendar."""

    site_header = _("系统管理")
    site_title = _("系统管理")
    index_title = _("系统管理")
    enable_nav_sidebar = True
    empty_value_display = "—"

    def has_permission(self, request: HttpRequest) -> bool:
        """System administrators and auditors, by the role in which they act."""
        from portal.accounts.administration import may_read

        return may_read(request)

    @method_decorator(login_not_required)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign-in is the portal's own; who is signed in without the role finds nothing here."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        return redirect(f"{resolve_url('account_login')}?{urlencode({'next': request.GET.get('next', request.path)})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Signing out is the portal's own, too."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """So is one's password."""
        return redirect("account_change_password")
