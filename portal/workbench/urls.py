"""Addresses of the workbench and of the public pages."""

from django.urls import path

from portal.workbench.lists import GUARANTEED, RECOMMENDED, WAITING
from portal.workbench.views import call_editing, calls, dossier, help, home, public, worklist

app_name = "workbench"

urlpatterns = [
    path("desk/", home.home, name="home"),
    path("desk/search/", worklist.search, name="search"),
    path("desk/dossiers/", worklist.worklist, name="worklist"),
    path("desk/dossiers/waiting/", worklist.worklist, {"kind": WAITING}, name="waiting"),
    path("desk/dossiers/recommended/", worklist.worklist, {"kind": RECOMMENDED}, name="recommended"),
    path("desk/guaranteed/", worklist.worklist, {"kind": GUARANTEED}, name="guaranteed"),
    path("desk/supervised/", worklist.supervised, name="supervised"),
    path("desk/supervised/<slug:watch>/", worklist.supervised, name="supervised_list"),
    path("desk/dossiers/export/<slug:kind>/", worklist.export, name="export"),
    path("desk/dossiers/bulk/<slug:name>/", worklist.bulk_step, name="bulk"),
    path("desk/dossiers/<int:pk>/", dossier.dossier, name="dossier"),
    path("desk/dossiers/<int:pk>/steps/<slug:name>/", dossier.step, name="step"),
    path("desk/dossiers/<int:pk>/notes/", dossier.note, name="note"),
    path("desk/dossiers/<int:pk>/call-records/", dossier.call_record, name="call_record"),
    path("calls/", calls.calls, name="calls"),
    path("calls/new/", calls.new, name="call_new"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/<int:pk>/edit/", call_editing.edit, name="call_edit"),
    path("calls/<int:pk>/copy/", calls.copy, name="call_copy"),
    path("calls/<int:pk>/steps/<slug:name>/", calls.step, name="call_step"),
    path("calls/<int:pk>/progress/", calls.progress, name="call_progress"),
    path("calls/<int:pk>/progress/nudge/", calls.nudge, name="call_nudge"),
    path("calls/<int:pk>/progress/<int:body>/", calls.prolong, name="call_prolong"),
    path("help/", help.index, name="help"),
    path("help/<slug:lifecycle>/", help.lifecycle, name="help_lifecycle"),
    path("help/<slug:lifecycle>/<slug:state>/", help.state, name="help_state"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("site-map/", public.sitemap, name="sitemap"),
]
