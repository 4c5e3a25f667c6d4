"""The portal's administration site."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Django's admin under the portal's own site class."""

    default_site = "portal.accounts.site.PortalAdminSite"
