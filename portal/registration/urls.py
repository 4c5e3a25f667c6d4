"""Addresses of registration."""

from django.urls import path

from portal.registration.views import entry, matters, members

app_name = "registration"

urlpatterns = [
    path("registration/signup/", entry.SignUpView.as_view(), name="signup"),
    path("registration/", entry.start, name="start"),
    path("registration/claim/", entry.claim, name="claim"),
    path("registration/join/", entry.join, name="join"),
    path("registration/claims/", matters.claims, name="claims"),
    path("registration/claims/<int:pk>/", matters.claim_detail, name="claim_detail"),
    path("registration/claims/<int:pk>/<slug:step>/", matters.claim_step, name="claim_step"),
    path("registration/joins/<int:pk>/", matters.join_detail, name="join_detail"),
    path("registration/joins/<int:pk>/<slug:step>/", matters.join_step, name="join_step"),
    path("registration/invitations/<str:token>/", members.invitation, name="invitation"),
    path("unit/", members.members, name="members"),
    path("unit/edit/", members.unit, name="unit"),
    path("unit/invite/", members.invite, name="invite"),
    path("unit/invitations/<int:pk>/cancel/", members.cancel_invitation, name="cancel_invitation"),
    path("unit/members/<int:pk>/", members.member, name="member"),
]
