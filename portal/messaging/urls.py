"""Addresses of messages, and of the outbox for the system administrator."""

from django.urls import path

from portal.messaging import views

app_name = "messaging"
urlpatterns = [
    path("messages/", views.messages, name="list"),
    path("messages/read-all/", views.read_all, name="read_all"),
    path("messages/preferences/", views.preferences, name="preferences"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("operation/", views.operation, name="operation"),
    path("operation/outbox/", views.outbox_list, name="outbox"),
    path("operation/outbox/<int:pk>/retry/", views.outbox_retry, name="outbox_retry"),
]
