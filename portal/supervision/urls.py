"""Addresses of the acts around a dossier."""

from django.urls import path

from portal.supervision import views

app_name = "supervision"

urlpatterns = [
    path("desk/endorsements/", views.endorsements, name="endorsements"),
    path("desk/endorsements/<int:pk>/", views.endorsement, name="endorsement"),
    path("desk/endorsements/<int:pk>/steps/<slug:name>/", views.endorsement_step, name="endorsement_step"),
]
