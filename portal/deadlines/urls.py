"""Addresses of this room."""

from django.urls import path

from portal.deadlines import views

app_name = "deadlines"
urlpatterns = [path("deadlines/nudge/", views.nudge, name="nudge")]
