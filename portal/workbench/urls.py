"""Addresses of the workbench and of the public pages."""

from django.urls import path

from portal.workbench.views import calls, home, public

app_name = "workbench"

urlpatterns = [
    path("work/", home.home, name="home"),
    path("calls/", calls.calls, name="calls"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("site-map/", public.sitemap, name="sitemap"),
]
