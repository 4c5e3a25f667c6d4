"""Public addresses: they stand on printed papers and never change."""

from django.urls import path

from portal.documents import public_views

urlpatterns = [
    path("verify/", public_views.verify, name="verify"),
    path("verify/<str:code>/", public_views.verify_code, name="verify_code"),
]
