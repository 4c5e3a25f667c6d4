"""Addresses of reviews: the register, rounds, the experts' own pages."""

from django.urls import path

from portal.reviews.views import board, entries, experts, me, mine, panel, rounds, sheets

app_name = "reviews"
urlpatterns = [
    path("desk/experts/", experts.experts, name="experts"),
    path("desk/experts/xlsx/", experts.export, name="experts_export"),
    path("desk/experts/new/", experts.new, name="expert_new"),
    path("desk/experts/<int:pk>/", experts.expert, name="expert"),
    path("desk/experts/<int:pk>/edit/", experts.edit, name="expert_edit"),
    path("desk/experts/<int:pk>/account/", experts.account, name="expert_account"),
    path("desk/experts/<int:pk>/active/", experts.active, name="expert_active"),
    path("desk/rounds/", rounds.rounds, name="rounds"),
    path("desk/rounds/new/", rounds.new, name="round_new"),
    path("desk/rounds/selected/", entries.selected, name="selected"),
    path("desk/rounds/checks/", sheets.checks, name="checks"),
    path("desk/rounds/<int:pk>/", rounds.round_page, name="round"),
    path("desk/rounds/<int:pk>/edit/", rounds.edit, name="round_edit"),
    path("desk/rounds/<int:pk>/repeat/", rounds.repeat, name="repeat"),
    path("desk/rounds/<int:pk>/log/", rounds.log, name="log"),
    path("desk/rounds/<int:pk>/steps/<slug:name>/", rounds.step, name="step"),
    path("desk/rounds/<int:pk>/projects/", entries.take_in, name="take_in"),
    path("desk/rounds/<int:pk>/projects/<int:entry>/", entries.entry, name="entry"),
    path("desk/rounds/<int:pk>/projects/<int:entry>/leave/", entries.leave_out, name="leave_out"),
    path("desk/rounds/<int:pk>/projects/<int:entry>/items/", entries.drop_items, name="drop_items"),
    path("desk/rounds/<int:pk>/panel/", panel.panel, name="panel"),
    path("desk/rounds/<int:pk>/panel/change/", panel.change, name="panel_change"),
    path("desk/rounds/<int:pk>/panel/draw/", panel.draw, name="panel_draw"),
    path("desk/rounds/<int:pk>/panel/note/", panel.note, name="panel_note"),
    path("desk/rounds/<int:pk>/panel/chair/", panel.chair, name="panel_chair"),
    path("desk/rounds/<int:pk>/board/", board.board, name="board"),
    path("desk/rounds/<int:pk>/summary/", board.summary, name="summary"),
    path("desk/rounds/<int:pk>/papers/", board.round_papers, name="papers"),
    path("desk/rounds/<int:pk>/package/", board.order_package, name="order_package"),
    path("desk/rounds/<int:pk>/package/<int:package>/", board.download_package, name="package"),
    path("desk/rounds/sheets/<int:pk>/", sheets.assignment, name="assignment"),
    path("desk/rounds/sheets/<int:pk>/steps/<slug:name>/", sheets.step, name="assignment_step"),
    path("desk/reviews/", mine.mine, name="mine"),
    path("desk/reviews/answer/", mine.answer, name="answer"),
    path("desk/reviews/rounds/<int:pk>/declaration/", mine.declare, name="declare"),
    path("desk/reviews/rounds/<int:pk>/letter/", mine.letter, name="letter"),
    path("desk/reviews/<int:pk>/", mine.sheet, name="sheet"),
    path("desk/reviews/<int:pk>/draft/", mine.draft, name="draft"),
    path("desk/reviews/<int:pk>/steps/<slug:name>/", mine.step, name="own_step"),
    path("desk/me/", me.me, name="me"),
]
