"""Addresses of the acts around a dossier."""

from django.urls import path

from portal.supervision.dockets.queries import ALL, MINE, PAST, TO_DECIDE, TO_REVIEW
from portal.supervision.views import behalf, corrections, docket, dockets, endorsements, people, requests, units

app_name = "supervision"

urlpatterns = [
    path("desk/endorsements/", endorsements.endorsements, name="endorsements"),
    path("desk/endorsements/<int:pk>/", endorsements.endorsement, name="endorsement"),
    path("desk/endorsements/<int:pk>/steps/<slug:name>/", endorsements.endorsement_step, name="endorsement_step"),
    path("desk/dockets/", dockets.dockets, {"kind": MINE}, name="dockets"),
    path("desk/dockets/review/", dockets.dockets, {"kind": TO_REVIEW}, name="dockets_review"),
    path("desk/dockets/decide/", dockets.dockets, {"kind": TO_DECIDE}, name="dockets_decide"),
    path("desk/dockets/past/", dockets.dockets, {"kind": PAST}, name="dockets_past"),
    path("desk/dockets/all/", dockets.dockets, {"kind": ALL}, name="dockets_all"),
    path("desk/dockets/new/", dockets.new, name="docket_new"),
    path("desk/dockets/bulk/<slug:name>/", dockets.bulk_step, name="dockets_bulk"),
    path("desk/dockets/<int:pk>/", docket.docket, name="docket"),
    path("desk/dockets/<int:pk>/items/", docket.items, name="docket_items"),
    path("desk/dockets/<int:pk>/sort/", docket.sort, name="docket_sort"),
    path("desk/dockets/<int:pk>/collect/", docket.collect, name="docket_collect"),
    path("desk/dockets/<int:pk>/items/<int:item>/out/", docket.out, name="docket_out"),
    path("desk/dockets/<int:pk>/deliberation/", docket.deliberation, name="docket_deliberation"),
    path("desk/dockets/<int:pk>/check/", docket.check, name="docket_check"),
    path("desk/dockets/<int:pk>/docx/", docket.docx, name="docket_docx"),
    path("desk/dockets/<int:pk>/draft/<slug:kind>/", docket.draft, name="docket_draft"),
    path("desk/dockets/<int:pk>/steps/<slug:name>/", docket.step, name="docket_step"),
    path("desk/dockets/<int:pk>/papers/<int:paper>/correct/", corrections.new, name="correction_new"),
    path("desk/corrections/<int:pk>/", corrections.correction, name="correction"),
    path("desk/corrections/<int:pk>/steps/<slug:name>/", corrections.step, name="correction_step"),
    path("desk/requests/", requests.requests, name="requests"),
    path("desk/requests/new/<str:kind>/<int:dossier>/", requests.new, name="request_new"),
    path("desk/requests/<int:pk>/", requests.request_page, name="request"),
    path("desk/requests/<int:pk>/steps/<slug:name>/", requests.step, name="request_step"),
    path("desk/enquiries/new/<int:dossier>/", requests.enquiry_new, name="enquiry_new"),
    path("desk/enquiries/<int:pk>/", requests.enquiry, name="enquiry"),
    path("desk/enquiries/<int:pk>/steps/<slug:name>/", requests.enquiry_step, name="enquiry_step"),
    path("desk/consultations/new/<int:dossier>/", requests.consultation, name="consultation"),
    path("desk/consultations/new/<int:dossier>/<slug:name>/", requests.consultation_step, name="consultation_step"),
    path("desk/contacts/<int:dossier>/", people.contact, name="contact"),
    path("desk/deputies/", people.deputies, name="deputies"),
    path("desk/deputies/<int:pk>/end/", people.deputy_end, name="deputy_end"),
    path("desk/handover/", people.handover, name="handover"),
    path("desk/on-behalf/", behalf.entries, name="on_behalf_list"),
    path("desk/on-behalf/new/<slug:kind>/<int:target>/", behalf.enter, name="enter"),
    path("desk/on-behalf/<int:pk>/", behalf.entry, name="on_behalf"),
    path("desk/on-behalf/<int:pk>/steps/<slug:name>/", behalf.step, name="on_behalf_step"),
    path("desk/unit-changes/", units.changes, name="unit_changes"),
    path("desk/unit-changes/<slug:kind>/", units.change, name="unit_change"),
]
