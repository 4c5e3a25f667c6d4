"""Addresses of declarations: beginning, filling in, checking, submitting, reading versions."""

from django.urls import path

from portal.declaration.views import beginning, editing, materials, reading, recommending, submitting

app_name = "declaration"
urlpatterns = [
    path("declare/", beginning.new, name="new"),
    path("declare/copy/<int:pk>/", beginning.copy, name="copy"),
    path("work/dossiers/<int:pk>/form/", editing.edit, name="edit"),
    path("work/dossiers/<int:pk>/form/review/", submitting.review, name="review"),
    path("work/dossiers/<int:pk>/form/submit/", submitting.submit, name="submit"),
    path("work/dossiers/<int:pk>/form/done/", submitting.done, name="done"),
    path("work/dossiers/<int:pk>/form/preview/", reading.preview, name="preview"),
    path("work/dossiers/<int:pk>/form/materials/<slug:slot>/", materials.add, name="add_files"),
    path("work/dossiers/<int:pk>/form/remove/<uuid:key>/", materials.remove, name="remove_file"),
    path("work/dossiers/<int:pk>/form/<slug:section>/", editing.section, name="section"),
    path("work/dossiers/<int:pk>/form/<slug:section>/autosave/", editing.autosave, name="autosave"),
    path("work/dossiers/<int:pk>/versions/", reading.versions, name="versions"),
    path("work/dossiers/<int:pk>/versions/<int:number>/", reading.print_version, name="print"),
    path("work/dossiers/<int:pk>/versions/<int:old>/<int:new>/", reading.diff, name="diff"),
    path("work/recommendations/", recommending.calls, name="recommendation_calls"),
    path("work/recommendations/<int:pk>/", recommending.recommendation_list, name="recommendations"),
    path("work/recommendations/<int:pk>/paper/", recommending.issue_list, name="recommendations_issue"),
    path("work/recommendations/<int:pk>/sealed/", recommending.send_sealed, name="recommendations_sealed"),
    path("work/recommendations/<int:pk>/deadline/", recommending.set_deadline, name="recommendations_deadline"),
    path("work/recommendations/<int:pk>/sealed/<int:body>/", recommending.sealed_lists, name="sealed_lists"),
    path("work/recommendations/<int:pk>/xlsx/", recommending.list_xlsx, name="recommendations_xlsx"),
]
