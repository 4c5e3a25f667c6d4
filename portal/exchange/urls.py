"""Addresses of imports."""

from django.urls import path

from portal.exchange.views import job, jobs

app_name = "exchange"
urlpatterns = [
    path("desk/imports/", jobs.jobs, name="jobs"),
    path("desk/imports/new/", jobs.choose, name="choose"),
    path("desk/imports/new/<slug:kind>/", jobs.new, name="new"),
    path("desk/imports/template/<slug:kind>/", jobs.template, name="template"),
    path("desk/imports/<int:pk>/", job.job, name="job"),
    path("desk/imports/<int:pk>/records/", job.records, name="records"),
    path("desk/imports/<int:pk>/marked/", job.marked, name="marked"),
    path("desk/imports/<int:pk>/steps/<slug:name>/", job.step, name="step"),
]
