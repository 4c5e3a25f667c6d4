"""The administration site in the portal's words."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    """Administration of people, units, bodies, parameters and the calendar."""

    site_header = _("上海市标准化项目全生命周期管理平台 · 系统管理")
    site_title = _("系统管理")
    index_title = _("系统管理")
