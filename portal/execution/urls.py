"""Addresses of running projects."""

from django.urls import path

from portal.execution.views import evaluations, milestones, outputs, task_books

app_name = "execution"

urlpatterns = [
    path("desk/dossiers/task-books/<int:pk>/", task_books.task_book, name="task_book"),
    path("desk/dossiers/task-books/<int:pk>/arrange/", task_books.arrange, name="arrange"),
    path("desk/dossiers/task-books/<int:pk>/steps/<slug:name>/", task_books.step, name="task_book_step"),
    path("desk/dossiers/milestones/<int:pk>/", milestones.milestone, name="milestone"),
    path("desk/dossiers/milestones/<int:pk>/steps/<slug:name>/", milestones.step, name="milestone_step"),
    path("desk/outputs/", outputs.registers, name="outputs"),
    path("desk/outputs/new/<int:dossier>/<slug:kind>/", outputs.new, name="output_new"),
    path("desk/outputs/export/<int:dossier>/", outputs.export, name="outputs_export"),
    path("desk/outputs/<int:pk>/", outputs.edit, name="output"),
    path("desk/outputs/<int:pk>/remove/", outputs.remove, name="output_remove"),
    path("desk/dossiers/evaluations/<int:dossier>/<slug:stage>/", evaluations.evaluation, name="evaluation"),
]
