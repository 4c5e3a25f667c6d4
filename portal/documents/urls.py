"""Addresses of papers."""

from django.urls import path

from portal.documents import views

app_name = "documents"
urlpatterns = [
    path("papers/", views.papers, name="list"),
    path("papers/of/<int:pk>/", views.of_dossier, name="of_dossier"),
    path("papers/<int:pk>/file/", views.download, name="download"),
    path("papers/<int:pk>/retry/", views.retry, name="retry"),
    path("papers/<int:pk>/revoke/", views.revoke, name="revoke"),
]
