"""The page of a step and of a step for many: consequences, errors, uploads that survive, who was faster."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.accounts.roles import Role
from portal.attachments.models import Attachment
from portal.documents.models import IssuedPaper
from portal.lifecycle.models import Record
from tests.factories import CallFactory, PilotFactory, actor, handler_of
from tests.pilot_data import PDF, people_of, take

pytestmark = pytest.mark.django_db
SCAN = "opinion_scan__file"


def url(pilot, step: str) -> str:  # type: ignore[no-untyped-def]
    return reverse("workbench:step", args=[pilot.pk, step])


def pdf(name: str = "推荐意见页.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def test_the_page_tells_what_will_happen(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    html = as_actor(people_of(pilot).handler).get(url(pilot, "accept")).content.decode()
    assert "受理后出具受理通知书" in html
    assert "确认受理" in html


def test_a_step_is_taken_and_confirmed(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    client = as_actor(people_of(pilot).handler)
    response = client.post(url(pilot, "accept"), {"seen": pilot.revision, "remark": ""}, follow=True)
    assert "已办理“受理”，当前状态：已受理。" in response.content.decode()
    pilot.refresh_from_db()
    assert pilot.state == "accepted"


def test_errors_stand_beside_their_fields_and_what_was_typed_is_kept(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    client = as_actor(people_of(pilot).handler)
    response = client.post(url(pilot, "refuse_acceptance"), {"seen": pilot.revision, "clause": "二（五）"})
    html = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#field-reason">理由</a>' in html
    assert 'value="二（五）"' in html
    pilot.refresh_from_db()
    assert pilot.state == "recommended"


def test_an_upload_survives_a_failed_validation(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    client = as_actor(people_of(pilot).recommender)
    response = client.post(url(pilot, "recommend"), {"seen": pilot.revision, "rank": "0", SCAN: pdf()})
    assert response.status_code == 422
    key = str(Attachment.objects.get(slot="recommendation_opinion").key)
    html = response.content.decode()
    assert f'name="opinion_scan" value="{key}"' in html
    assert "推荐意见页.pdf" in html
    response = client.post(url(pilot, "recommend"), {"seen": pilot.revision, "rank": "1", "opinion_scan": key})
    assert response.status_code == 302
    pilot.refresh_from_db()
    assert pilot.state == "recommended"


def test_a_pending_upload_can_be_taken_away(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    client = as_actor(people_of(pilot).recommender)
    client.post(url(pilot, "recommend"), {"seen": pilot.revision, "rank": "0", SCAN: pdf()})
    key = str(Attachment.objects.get(slot="recommendation_opinion").key)
    data = {"seen": pilot.revision, "rank": "7", "opinion_scan": key, "drop": key}
    response = client.post(url(pilot, "recommend"), data)
    html = response.content.decode()
    assert response.status_code == 200
    assert key not in html
    assert 'value="7"' in html
    pilot.refresh_from_db()
    assert pilot.state == "submitted"


def test_a_disguised_upload_is_refused_beside_its_field(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    client = as_actor(people_of(pilot).recommender)
    fake = SimpleUploadedFile("意见.pdf", b"MZ" + b"\0" * 200, content_type="application/pdf")
    response = client.post(url(pilot, "recommend"), {"seen": pilot.revision, "rank": "", SCAN: fake})
    html = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#field-opinion_scan">' in html
    assert "请上传文件。" not in html


def test_who_comes_second_is_told_and_shown_the_fresh_page(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    people = people_of(pilot)
    seen = pilot.revision
    take(pilot, "set_rank", people.recommender)
    client = as_actor(people.recommender)
    response = client.post(url(pilot, "decline"), {"seen": seen, "reason": "不符合条件"})
    assert response.status_code == 409
    assert "页面已更新" in response.content.decode()
    assert reverse("workbench:step", args=[pilot.pk, "decline"]) in response.content.decode()
    take(pilot, "decline", people.recommender)
    response = client.get(url(pilot, "recommend"))
    assert response.status_code == 409
    assert "当前状态为“不予推荐”" in response.content.decode()


def test_unmet_conditions_are_named(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted", sealed=False)
    client = as_actor(people_of(pilot).recommender)
    page = client.get(url(pilot, "recommend"))
    assert page.status_code == 200
    assert "现在还不能办理“推荐”" in page.content.decode()
    response = client.post(url(pilot, "recommend"), {"seen": pilot.revision, SCAN: pdf()})
    assert response.status_code == 409
    assert "盖章扫描件" in response.content.decode()


def test_steps_of_others_and_unknown_ones_are_not_found(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    client = as_actor(people_of(pilot).applicant)
    for step in ("accept", "lapse", "nonsense"):
        assert client.get(url(pilot, step)).status_code == 404
        assert client.post(url(pilot, step)).status_code == 404


# --- many at once -------------------------------------------------------------------------------
BULK = "/desk/dossiers/bulk/"


def _bulk(*pilots, **data):  # type: ignore[no-untyped-def]
    seen = {f"seen-{pilot.pk}": pilot.revision for pilot in pilots}
    return {"id": [pilot.pk for pilot in pilots], **seen, **data}


def test_each_item_passes_the_door_by_itself(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    ready, late, foreign = (
        PilotFactory(state="recommended", call=call, title="一号标准化试点"),
        PilotFactory(state="accepted", call=call, title="二号标准化试点"),
        PilotFactory(state="recommended", title="别处的标准化试点"),
    )
    client = as_actor(handler_of(call))
    page = client.get(f"{BULK}accept/", {"id": [ready.pk, late.pk, foreign.pk]}).content.decode()
    assert "当前状态为“已受理”" in page
    assert foreign.title not in page
    html = client.post(f"{BULK}accept/", _bulk(ready, late, foreign, remark="")).content.decode()
    assert "已办理 1 项，未办理 1 项" in html
    for pilot, state in ((ready, "accepted"), (foreign, "recommended")):
        pilot.refresh_from_db()
        assert pilot.state == state


def test_a_stale_item_fails_alone(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    one, two = (PilotFactory(state="recommended", call=call, title=f"{n}号标准化试点") for n in "一二")
    data = _bulk(one, two, remark="")
    take(two, "receive_copies", people_of(two).handler)
    html = as_actor(handler_of(call)).post(f"{BULK}accept/", data).content.decode()
    assert "已办理 1 项，未办理 1 项" in html
    assert "页面已更新" in html


def test_an_invalid_form_takes_nothing(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    pilot = PilotFactory(state="submitted", call=call)
    client = as_actor(people_of(pilot).recommender)
    response = client.post(f"{BULK}decline/", _bulk(pilot, reason=""))
    assert response.status_code == 422
    assert "#field-reason" in response.content.decode()
    assert not Record.objects.filter(step="decline").exists()


def test_one_scan_serves_many_recommendations(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    first = PilotFactory(state="submitted", call=call, title="一号标准化试点")
    second = PilotFactory(state="submitted", call=call, title="二号标准化试点", recommender=first.recommender)
    client = as_actor(people_of(first).recommender)
    assert 'name="rank"' not in client.get(f"{BULK}recommend/", {"id": [first.pk, second.pk]}).content.decode()
    html = client.post(f"{BULK}recommend/", _bulk(first, second, **{SCAN: pdf()})).content.decode()
    assert "已办理 2 项，未办理 0 项" in html
    scans = Attachment.objects.filter(slot="recommendation_opinion")
    assert sorted(scans.values_list("holder_id", flat=True)) == sorted([first.pk, second.pk])
    assert len(set(scans.values_list("sha256", flat=True))) == 1


def test_nothing_chosen_leads_back(as_actor) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(actor(Role.HANDLER))
    assert client.get(f"{BULK}accept/").url == "/desk/dossiers/"
    assert client.get(f"{BULK}accept/", {"back": "https://example.org/"}).url == "/desk/dossiers/"


def test_all_points_of_a_correction_are_told_on_one_page(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    client = as_actor(people_of(pilot).handler)
    form = client.get(url(pilot, "require_correction")).context["form"]
    response = client.post(url(pilot, "require_correction"), {"seen": pilot.revision, "due_on": form["due_on"].value()})
    assert response.status_code == 422
    assert "请至少写明一处需要补正的内容" in response.content.decode()
    _target, text, content = form.rows()[0]
    data = {text.html_name: "请核对项目名称", content.html_name: "on", "due_on": form["due_on"].value()}
    assert client.post(url(pilot, "require_correction"), {"seen": pilot.revision, **data}).status_code == 302
    pilot.refresh_from_db()
    assert pilot.state == "correction"
    assert pilot.correction_points[0]["text"] == "请核对项目名称"


def test_the_remedies_of_a_refusal_are_filled_in_and_can_be_changed(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="recommended")
    client = as_actor(people_of(pilot).handler)
    page = client.get(url(pilot, "refuse_acceptance"))
    assert page.context["form"]["remedies"].value() == pilot.parameter("remedies")
    data = {"seen": pilot.revision, "clause": "二（五）", "reason": "主体不符", "remedies": "可以依法申请行政复议。"}
    assert client.post(url(pilot, "refuse_acceptance"), data).status_code == 302
    notice = IssuedPaper.objects.get(dossier_id=pilot.pk, kind="not_accepted_notice")
    assert notice.snapshot["remedies"] == "可以依法申请行政复议。"
