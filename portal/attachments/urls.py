"""Addresses of uploads and protected downloads."""

from django.urls import path

from portal.attachments import views

app_name = "attachments"
urlpatterns = [
    path("files/", views.upload, name="upload"),
    path("files/<uuid:key>/", views.download, name="download"),
    path("files/<uuid:key>/remove/", views.remove, name="remove"),
]
