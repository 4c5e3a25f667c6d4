"""Addresses of notices, objections and public registers."""

from django.urls import path

from portal.notices.views import handling, letters, public, registers

app_name = "notices"

urlpatterns = [
    path("notices/", public.notices, name="list"),
    path("notices/receipt/<str:token>/", public.receipt, name="receipt"),
    path("notices/objections/", public.follow, name="follow"),
    path("notices/<int:pk>/", public.notice, name="notice"),
    path("notices/<int:pk>/file/", public.file, name="file"),
    path("notices/<int:pk>/items/<int:item>/objection/", public.objection, name="object"),
    path("registers/", registers.index, name="registers"),
    path("registers/<slug:name>/", registers.register, name="register"),
    path("desk/notices/", handling.notices, name="handling_list"),
    path("desk/notices/<int:pk>/", handling.notice, name="handling"),
    path("desk/notices/<int:pk>/steps/<slug:name>/", handling.notice_step, name="step"),
    path("desk/notices/<int:pk>/letter/", letters.enter, name="enter_letter"),
    path("desk/objections/", handling.objections, name="objections"),
    path("desk/objections/<int:pk>/", handling.objection, name="objection"),
    path("desk/objections/<int:pk>/letter/", handling.letter, name="letter"),
    path("desk/objections/<int:pk>/steps/<slug:name>/", handling.objection_step, name="objection_step"),
]
