"""Calls: who sees them, drafts and their editing, copies, the recommenders' progress."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.forms import BaseForm
from django.urls import reverse

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.attachments import actions as attachments
from portal.attachments.models import Attachment
from portal.base import clock
from portal.calls.actions import DOWNLOAD_SLOT, offer
from portal.calls.models import Call
from portal.lifecycle.models import Record
from portal.messaging import outbox
from tests.attachments.files import DOCX, PDF, upload
from tests.factories import BodyFactory, CallFactory, PilotFactory, actor, handler_of
from tests.pilot_data import people_of

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"workbench:{name}", args=args)


def test_the_public_reads_published_calls_only(client) -> None:  # type: ignore[no-untyped-def]
    shown, draft = CallFactory(title="公开的通知"), CallFactory(title="未公开的通知", published=False)
    listed = client.get("/calls/").content.decode()
    assert shown.title in listed
    assert draft.title not in listed
    page = client.get(url("call", shown.pk)).content.decode()
    assert "城市数字治理；安全生产；其他" in page
    assert "还有 30 天" in page
    assert "起草" not in page
    assert client.get(url("call", draft.pk)).status_code == 404


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.RECOMMENDER, Role.AUDITOR, Role.LEADER])
def test_who_does_not_manage_calls_cannot_reach_their_tools(as_actor, role: Role) -> None:  # type: ignore[no-untyped-def]
    call, draft = CallFactory(), CallFactory(published=False)
    client = as_actor(actor(role))
    addresses = [url("call_new"), url("call_edit", draft.pk), url("call_progress", call.pk)]
    addresses += [url("call_nudge", call.pk), url("call_prolong", call.pk, 1)]
    for address in addresses:
        assert client.get(address).status_code == 404, address
    assert client.post(url("call_copy", call.pk)).status_code == 404
    assert client.post(url("call_step", draft.pk, "publish")).status_code == 404


def _data(form: BaseForm) -> dict[str, Any]:
    """What a browser would send back of a form as it was shown."""
    sent = {}
    for field in form:
        value = field.value()
        if value is True:
            sent[field.html_name] = "on"
        elif value is not None and value is not False:
            sent[field.html_name] = value
    return sent


def _edit_data(response: Any, **changes: Any) -> dict[str, Any]:
    data = {"seen": response.context["seen"], **_data(response.context["form"])}
    for name in ("desks", "fields", "downloads"):
        formset = response.context[name]
        data |= _data(formset.management_form)
        for form in formset:
            data |= _data(form)
    return data | changes


def _draft(client: Any) -> Call:
    today = clock.today()
    data = {
        "programme": "pilots",
        "year": 2030,
        "title": "2030年度通知",
        "opens_on": today.isoformat(),
        "closes_on": (today + dt.timedelta(days=30)).isoformat(),
        "reporting_closes_on": (today + dt.timedelta(days=40)).isoformat(),
        "form_version": "pilot-2023",
    }
    assert client.post(url("call_new"), data).status_code == 302
    return Call.objects.get(year=2030)


def test_a_call_is_drafted_filled_and_published_in_plain_forms(as_actor) -> None:  # type: ignore[no-untyped-def]
    handler = actor(Role.HANDLER)
    client = as_actor(handler)
    call = _draft(client)
    edit = url("call_edit", call.pk)
    changes = {
        "desks-0-contact_name": "赵六",
        "desks-0-phone": "021-64220000",
        "desks-0-handlers": handler.membership.pk,
    }
    assert client.post(edit, _edit_data(client.get(edit), **changes, more="")).status_code == 302
    desk = call.desks.get()
    changes = {
        "fields-0-name": "公共服务",
        "fields-0-code": "service",
        "fields-0-desk": desk.pk,
        "fields-0-directions": "养老服务\n\n医疗便利化\n",
        "fairness_review": "不影响公平竞争",
        "legality_review": "合法",
    }
    assert client.post(edit, _edit_data(client.get(edit), **changes)).status_code == 302
    assert [d.name for d in call.fields.get().directions.all()] == ["养老服务", "医疗便利化"]
    call.refresh_from_db()
    page = client.get(url("call_step", call.pk, "publish"))
    assert "发布后通知将公开" in page.content.decode()
    data = {"seen": call.revision, "number": "沪市监标技〔2030〕1号", "issued_on": "2030-01-04"}
    assert client.post(url("call_step", call.pk, "publish"), data).status_code == 302
    call.refresh_from_db()
    assert call.state == "published"
    assert client.get(edit).status_code == 409


def test_blank_rows_are_added_before_anything_is_saved(as_actor) -> None:  # type: ignore[no-untyped-def]
    handler = actor(Role.HANDLER)
    client = as_actor(handler)
    call = _draft(client)
    edit = url("call_edit", call.pk)
    typed = _edit_data(client.get(edit), **{"desks-2-contact_name": "赵六", "title": ""}, add="desks")
    response = client.post(edit, typed)
    assert response.status_code == 200
    assert len(response.context["desks"].forms) == 6
    assert response.context["desks"].forms[2]["contact_name"].value() == "赵六"
    assert "p-error" not in response.content.decode()
    changes = {f"desks-{n}-contact_name": name for n, name in enumerate("甲乙丙丁")}
    changes |= {f"desks-{n}-phone": "021-64220000" for n in range(4)}
    changes |= {f"desks-{n}-handlers": handler.membership.pk for n in range(4)}
    assert client.post(edit, _edit_data(response, **changes, title="新标题")).status_code == 302
    assert [desk.contact_name for desk in call.desks.all()] == list("甲乙丙丁")


def test_a_desk_that_a_field_names_stays(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory(published=False)
    client = as_actor(handler_of(call))
    edit = url("call_edit", call.pk)
    response = client.post(edit, _edit_data(client.get(edit), **{"desks-0-DELETE": "on"}))
    assert response.status_code == 422
    assert "请先为其改选其他窗口" in response.content.decode()
    assert call.desks.count() == 1
    going = {f"fields-{n}-DELETE": "on" for n in range(call.fields.count())}
    assert client.post(edit, _edit_data(client.get(edit), **going, **{"desks-0-DELETE": "on"})).status_code == 302
    assert not call.desks.exists()


# --- downloads ----------------------------------------------------------------------------------
def test_downloads_are_offered_renamed_and_removed_while_drafting(as_actor, client) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory(published=False)
    staff = as_actor(handler_of(call))
    edit = url("call_edit", call.pk)
    files = {
        "downloads-0-title": "申报指南",
        "downloads-0-file__file": upload("a.pdf", PDF),
        "downloads-1-file__file": upload("承诺书样式.docx", DOCX),
    }
    assert staff.post(edit, _edit_data(staff.get(edit), **files)).status_code == 302
    assert [d.title for d in call.downloads.all()] == ["申报指南", "承诺书样式"]
    address = reverse("attachments:download", args=[call.downloads.first().attachment.key])
    received = staff.get(address)
    assert b"".join(received.streaming_content) == PDF
    assert client.get(address).status_code == 404  # not before the call is published
    changes = {"downloads-0-DELETE": "on", "downloads-1-title": "承诺书"}
    assert staff.post(edit, _edit_data(staff.get(edit), **changes)).status_code == 302
    assert [d.title for d in call.downloads.all()] == ["承诺书"]
    assert staff.get(address).status_code == 404
    assert Attachment.objects.count() == 1


def test_a_file_waits_until_the_rest_is_right(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory(published=False)
    staff = as_actor(handler_of(call))
    edit = url("call_edit", call.pk)
    bad = {"downloads-0-file__file": upload("假.pdf", b"hello"), "downloads-1-title": "只有名称"}
    answer = staff.post(edit, _edit_data(staff.get(edit), **bad))
    assert answer.status_code == 422
    assert "无法识别文件内容" in answer.content.decode()
    assert "请上传文件" in answer.content.decode()
    files = {"title": "", "downloads-0-file__file": upload("指南.pdf", PDF)}
    answer = staff.post(edit, _edit_data(staff.get(edit), **files))
    assert answer.status_code == 422
    assert "指南.pdf" in answer.content.decode()
    assert not call.downloads.exists()
    key = answer.context["downloads"].forms[0]["file"].value()
    dropped = staff.post(edit, _edit_data(answer, title="通知", **{"downloads-0-file": key}, drop=key[0]))
    assert dropped.status_code == 200
    assert "指南.pdf" not in dropped.content.decode()
    assert staff.post(edit, _edit_data(answer, title="通知", **{"downloads-0-file": key})).status_code == 302
    assert [d.title for d in call.downloads.all()] == ["指南"]


def test_downloads_are_copied_with_last_years_call(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    handler = handler_of(call)
    pending = attachments.receive(upload("指南.pdf", PDF), slot=DOWNLOAD_SLOT, actor=handler)
    offer(call, pending, title="指南", position=0)
    as_actor(handler).post(url("call_copy", call.pk))
    copy = Call.objects.get(year=call.year + 1)
    assert copy.downloads.get().title == "指南"
    assert copy.downloads.get().attachment.path == pending.path
    assert copy.downloads.get().attachment.holder_id == copy.pk


def test_a_stale_edit_changes_nothing(as_actor) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(actor(Role.HANDLER))
    call = _draft(client)
    edit = url("call_edit", call.pk)
    first, second = client.get(edit), client.get(edit)
    assert client.post(edit, _edit_data(first, title="先改的标题")).status_code == 302
    response = client.post(edit, _edit_data(second, title="后改的标题"))
    assert response.status_code == 409
    assert "刚刚被他人修改" in response.content.decode()
    call.refresh_from_db()
    assert call.title == "先改的标题"


def test_dates_in_the_wrong_order_are_told_beside_the_field(as_actor) -> None:  # type: ignore[no-untyped-def]
    client = as_actor(actor(Role.HANDLER))
    call = _draft(client)
    edit = url("call_edit", call.pk)
    response = client.post(edit, _edit_data(client.get(edit), closes_on="2020-01-01"))
    assert response.status_code == 422
    assert "申报截止日期不能早于申报开始日期" in response.content.decode()


def test_last_years_call_is_copied_as_a_draft(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    client = as_actor(handler_of(call))
    client.post(url("call_copy", call.pk))
    copy = Call.objects.get(year=call.year + 1)
    assert copy.state == "draft"
    assert str(copy.year) in copy.title
    assert [f.name for f in copy.fields.all()] == [f.name for f in call.fields.all()]
    assert copy.desks.get().handlers.get() == handler_of(call).membership
    assert [d.name for d in copy.fields.first().directions.all()] == ["城市数字治理", "安全生产"]


# --- progress -----------------------------------------------------------------------------------
def _lines(response: Any) -> list[tuple[str, int, int, int, int, int]]:
    return [
        (line.body.name, line.total, line.waiting, line.recommended, line.returned, line.declined)
        for line in response.context["lines"]
    ]


def test_progress_tells_how_each_body_stands(as_actor, queries) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    busy, idle = BodyFactory(name="市民政局"), BodyFactory(name="市商务委员会")
    client = as_actor(handler_of(call))
    PilotFactory(state="submitted", call=call, recommender=busy, title="一号标准化试点")
    one = queries(client, url("call_progress", call.pk), 12)
    PilotFactory(state="returned", call=call, recommender=busy, title="二号标准化试点")
    PilotFactory(state="recommended", call=call, recommender=idle, title="三号标准化试点")
    PilotFactory(state="not_recommended", call=call, recommender=idle, title="四号标准化试点")
    PilotFactory(state="draft", call=call, recommender=idle, title="五号标准化试点")
    assert queries(client, url("call_progress", call.pk), 12) == one
    assert _lines(client.get(url("call_progress", call.pk))) == [
        ("市民政局", 2, 1, 0, 1, 0),
        ("市商务委员会", 2, 0, 1, 0, 1),
    ]


def test_bodies_are_nudged_in_bulk(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    pilots = [PilotFactory(state="submitted", call=call, title=f"{n}号标准化试点") for n in "一二"]
    client = as_actor(handler_of(call))
    response = client.get(url("call_nudge", call.pk), {"id": [pilot.recommender_id for pilot in pilots]})
    assert response.url.startswith(reverse("deadlines:nudge"))
    assert client.get(response.url).status_code == 200
    assert client.get(url("call_nudge", call.pk)).url == url("call_progress", call.pk)


def test_the_deadline_of_one_body_is_prolonged(as_actor) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    pilot = PilotFactory(state="submitted", call=call)
    other = PilotFactory(state="submitted", call=call, title="另一标准化试点")
    handler: Actor = people_of(pilot).handler
    client = as_actor(handler)
    address = url("call_prolong", call.pk, pilot.recommender_id)
    early = {"until": call.reporting_closes_on.isoformat(), "reason": "机构调整"}
    assert client.post(address, early).status_code == 422
    until = call.reporting_closes_on + dt.timedelta(days=10)
    assert client.post(address, {"until": until.isoformat(), "reason": "机构调整"}).status_code == 302
    for changed, due in ((pilot, until), (other, call.reporting_closes_on)):
        changed.refresh_from_db()
        assert changed.due_on == due
    record = Record.objects.get(chain=call.chain, label="延长推荐报送期限")
    assert "机构调整" in record.opinion
    assert record.inside


def test_the_window_of_a_published_call_is_extended_for_everybody(as_actor, client) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    draft, waiting = PilotFactory(call=call), PilotFactory(state="submitted", call=call, title="另一标准化试点")
    before = {pilot.pk: pilot.due_on for pilot in (draft, waiting)}
    staff = as_actor(people_of(waiting).handler)
    address = reverse("workbench:call_step", args=[call.pk, "extend"])
    days = {name: getattr(call, name) + dt.timedelta(days=20) for name in ("closes_on", "reporting_closes_on")}
    given = {**{name: day.isoformat() for name, day in days.items()}, "reason": "应申报单位要求"}
    early = staff.post(address, {**given, "closes_on": call.closes_on.isoformat(), "seen": call.revision})
    assert early.status_code == 422
    assert "须晚于目前的截止日期" in early.content.decode()
    assert staff.post(address, {**given, "seen": call.revision}).status_code == 302
    with clock.moved(clock.now() + dt.timedelta(minutes=1)):
        outbox.drain()
    for pilot in (draft, waiting):
        pilot.refresh_from_db()
        assert pilot.due_on == before[pilot.pk] + dt.timedelta(days=20)
    page = client.get(url("call", call.pk)).content.decode()
    assert "原申报截止日期" in page
    assert "应申报单位要求" in page
