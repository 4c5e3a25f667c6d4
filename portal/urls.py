"""All addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from portal.workbench.views.public import home

urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("portal.attachments.urls")),
    path("", include("portal.workbench.urls")),
]
