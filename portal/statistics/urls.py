"""Addresses of the overview."""

from django.urls import path

from portal.statistics import views

app_name = "statistics"
urlpatterns = [
    path("desk/overview/", views.home, name="home"),
    path("desk/overview/<slug:programme>/", views.overview, name="overview"),
    path("desk/overview/<slug:programme>/xlsx/", views.export, name="export"),
    path("desk/overview/<slug:programme>/list/", views.listed, name="list"),
    path("desk/overview/<slug:programme>/list/xlsx/", views.list_export, name="list_export"),
]
