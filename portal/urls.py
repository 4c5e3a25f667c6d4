"""All addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from portal.base.health import healthz, readyz
from portal.workbench.views.public import home

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("portal.accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("portal.attachments.urls")),
    path("", include("portal.declaration.urls")),
    path("", include("portal.documents.public_urls")),
    path("", include("portal.documents.urls")),
    path("", include("portal.deadlines.urls")),
    path("", include("portal.exchange.urls")),
    path("", include("portal.execution.urls")),
    path("", include("portal.messaging.urls")),
    path("", include("portal.notices.urls")),
    path("", include("portal.registration.urls")),
    path("", include("portal.reviews.urls")),
    path("", include("portal.statistics.urls")),
    path("", include("portal.supervision.urls")),
    path("", include("portal.workbench.urls")),
]
