"""Addresses of declarations: beginning, filling in, checking, submitting, reading versions."""

from django.urls import path

from portal.declaration.views import beginning, editing, materials, reading, recommending, submitting

app_name = "declaration"
urlpatterns = [
    path("declare/", beginning.new, name="new"),
    path("declare/copy/<int:pk>/", beginning.copy, name="copy"),
    path("desk/dossiers/<int:pk>/form/", editing.edit, name="edit"),
    path("desk/dossiers/<int:pk>/form/review/", submitting.review, name="review"),
    path("desk/dossiers/<int:pk>/form/submit/", submitting.submit, name="submit"),
    path("desk/dossiers/<int:pk>/form/done/", submitting.done, name="done"),
    path("desk/dossiers/<int:pk>/form/preview/", reading.preview, name="preview"),
    path("desk/dossiers/<int:pk>/form/materials/<slug:slot>/", materials.add, name="add_files"),
    path("desk/dossiers/<int:pk>/form/remove/<uuid:key>/", materials.remove, name="remove_file"),
    path("desk/dossiers/<int:pk>/form/<slug:section>/", editing.section, name="section"),
    path("desk/dossiers/<int:pk>/form/<slug:section>/autosave/", editing.autosave, name="autosave"),
    path("desk/dossiers/<int:pk>/versions/", reading.versions, name="versions"),
    path("desk/dossiers/<int:pk>/versions/<int:number>/", reading.print_version, name="print"),
    path("desk/dossiers/<int:pk>/versions/<int:old>/<int:new>/", reading.diff, name="diff"),
    path("desk/recommendations/", recommending.calls, name="recommendation_calls"),
    path("desk/recommendations/<int:pk>/", recommending.recommendation_list, name="recommendations"),
    path("desk/recommendations/<int:pk>/paper/", recommending.issue_list, name="recommendations_issue"),
    path("desk/recommendations/<int:pk>/sealed/", recommending.send_sealed, name="recommendations_sealed"),
    path("desk/recommendations/<int:pk>/deadline/", recommending.set_deadline, name="recommendations_deadline"),
    path("desk/recommendations/<int:pk>/sealed/<int:body>/", recommending.sealed_lists, name="sealed_lists"),
    path("desk/recommendations/<int:pk>/xlsx/", recommending.list_xlsx, name="recommendations_xlsx"),
]
