"""The pages of a declaration, without scripts: what a browser sends and what it gets back."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from pilots.models import Pilot
from portal.accounts.models import Membership
from portal.accounts.roles import Role
from portal.declaration import actions
from portal.declaration.document import document_of
from portal.declaration.models import FormDocument
from portal.declaration.slots import files_of
from portal.dossiers.models import Dossier
from tests import factories
from tests.attachments import files
from tests.factories import CallFactory, PilotFactory, sign_in
from tests.pilot_data import people_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    return PilotFactory()


@pytest.fixture
def applicant(client: Client, pilot: Pilot) -> Client:
    return _as(client, people_of(pilot).applicant.membership)


def _as(client: Client, membership: Membership | None) -> Client:
    assert membership is not None
    return sign_in(client, membership)


def _url(name: str, pilot: Pilot, *args: Any) -> str:
    return reverse(f"declaration:{name}", args=[pilot.pk, *args])


def _form_of(answer: HttpResponse) -> dict[str, Any]:
    """What the page's form would send as it stands."""
    html = answer.content.decode()
    form = html[html.index("data-declaration") :]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attrs.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if "name" in attrs:
            sent.setdefault(attrs["name"], []).append(
                attrs.get("value", "on" if attrs.get("type") == "checkbox" else "")
            )
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        sent[name] = [body]
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', body)
        sent[name] = [chosen[1] if chosen else ""]
    return sent


def _rows(pilot: Pilot, section: str, table: str) -> list[dict[str, Any]]:
    return document_of(pilot).rows(section, table, filled=False)


# --- beginning -------------------------------------------------------------------------------------
def test_a_declaration_is_begun_from_an_open_call(client: Client) -> None:
    call, member = CallFactory(), factories.MembershipFactory()
    browser = _as(client, member)
    page = browser.get(reverse("declaration:new"))
    assert call.title in page.content.decode()
    answer = browser.post(reverse("declaration:new"), {"call": call.pk}, follow=True)
    assert answer.status_code == 200
    made = Dossier.objects.get()
    assert answer.request["PATH_INFO"] == reverse("declaration:section", args=[made.pk, "basic"])
    assert made.applicant_id == member.unit_id


def test_only_units_begin_and_only_under_open_calls(client: Client) -> None:
    call = CallFactory()
    recommender = factories.MembershipFactory(role=Role.RECOMMENDER)
    assert _as(client, recommender).get(reverse("declaration:new")).status_code == 404
    assert client.post(reverse("declaration:new"), {"call": call.pk}).status_code == 404
    browser = _as(client, factories.MembershipFactory())
    answer = browser.post(reverse("declaration:new"), {"call": "999"}, follow=True)
    assert "未开放申报" in answer.content.decode()
    assert not Dossier.objects.exists()


def test_an_earlier_declaration_is_copied(client: Client) -> None:
    source = PilotFactory(state="not_recommended")
    browser = _as(client, people_of(source).applicant.membership)
    assert source.call.title in browser.get(_url("copy", source)).content.decode()
    answer = browser.post(_url("copy", source), {"call": source.call_id})
    made = Dossier.objects.exclude(pk=source.pk).get()
    assert answer["Location"] == reverse("declaration:edit", args=[made.pk])
    assert browser.post(_url("copy", source), {"call": "0"}).status_code == 404


# --- editing ---------------------------------------------------------------------------------------
def test_a_page_sends_back_what_it_showed(applicant: Client, pilot: Pilot) -> None:
    for section in ("basic", "unit", "goals", "team", "plan", "standards", "results", "statement"):
        before = FormDocument.objects.get(dossier=pilot)
        page = applicant.get(_url("section", pilot, section))
        answer = applicant.post(_url("section", pilot, section), {**_form_of(page), "do": "next"})
        assert answer.status_code == 302, section
        after = FormDocument.objects.get(dossier=pilot)
        assert after.document.trimmed().get(section) == before.document.trimmed().get(section)
        assert after.revision(section) == before.revision(section), "an unchanged section is not a new revision"


def test_incomplete_input_is_saved_and_judged_only_where_something_was_typed(client: Client) -> None:
    pilot = PilotFactory(complete=False)
    browser = _as(client, people_of(pilot).applicant.membership)
    url = _url("section", pilot, "basic")
    assert "请填写。" not in browser.get(url).content.decode()
    answer = browser.post(url, {"seen": "0", "do": "save", "f-title": "短", "f-starts_on": "某日"}, follow=True)
    html = answer.content.decode()
    assert "已保存" in html
    assert "项目名称应为 5—60 字，现为 1 字" in html
    assert 'value="某日"' in html
    assert "请填写。" not in html
    assert "请填写。" in browser.get(url, {"check": "1"}).content.decode()


def test_rows_without_scripts(applicant: Client, pilot: Pilot) -> None:
    url = _url("section", pilot, "team")

    def press(command: str, **further: str) -> HttpResponse:
        return applicant.post(url, {**_form_of(applicant.get(url)), "do": command, **further})

    first = _rows(pilot, "team", "members")
    answer = press("add:members")
    assert answer.status_code == 303
    rows = _rows(pilot, "team", "members")
    assert len(rows) == len(first) + 1
    assert answer["Location"].endswith(f"#row-{rows[-1]['id']}")
    press(f"up:members:{rows[1]['id']}")
    assert [row["name"] for row in _rows(pilot, "team", "members")][:2] == ["孙七", "钱六"]
    press(f"copy:members:{rows[0]['id']}")
    assert [row["name"] for row in _rows(pilot, "team", "members")][:3] == ["孙七", "钱六", "钱六"]
    press(f"remove:members:{rows[1]['id']}")
    assert "孙七" not in [row.get("name") for row in _rows(pilot, "team", "members")]
    press(
        "paste:members",
        **{"text-paste:members": "吴十\t上海单位\t工程师\t标准化\t起草\n郑一\t上海单位\t研究员\t\t审核"},
    )
    assert [row["name"] for row in _rows(pilot, "team", "members")][-2:] == ["吴十", "郑一"]


def test_two_people_in_one_section(applicant: Client, pilot: Pilot) -> None:
    url = _url("section", pilot, "goals")
    mine = _form_of(applicant.get(url))
    colleague = factories.actor(Role.UNIT_EDITOR, unit=pilot.applicant)
    content = document_of(pilot).content("goals")
    content["fields"].update({"goals": "同事写的目标", "scope": "同事写的范围"})
    actions.save_section(pilot, "goals", content, actor=colleague, seen=None)
    mine.update({"f-goals": "我写的目标", "f-scope": "我写的范围", "do": "save"})
    answer = applicant.post(url, mine)
    assert answer.status_code == 409
    html = answer.content.decode()
    for words in ("我写的目标", "同事写的目标", "我写的范围", "同事写的范围", colleague.name):
        assert words in html
    assert document_of(pilot).value("goals", "goals") == "同事写的目标", "nothing was overwritten"
    revision = re.search(r'name="seen" value="(\d+)"', html)
    assert revision is not None
    chosen = {**mine, "seen": revision[1], "choose-f-goals": "mine", "choose-f-scope": "theirs"}
    assert applicant.post(url, chosen).status_code == 303
    assert document_of(pilot).value("goals", "goals") == "我写的目标"
    assert document_of(pilot).value("goals", "scope") == "同事写的范围"


def test_two_people_in_one_table(applicant: Client, pilot: Pilot) -> None:
    url = _url("section", pilot, "team")
    mine = _form_of(applicant.get(url))
    content = document_of(pilot).content("team")
    content["tables"]["members"] = content["tables"]["members"][:1]
    actions.save_section(
        pilot, "team", content, actor=factories.actor(Role.UNIT_EDITOR, unit=pilot.applicant), seen=None
    )
    answer = applicant.post(
        url, {**mine, f"t-members-{content['tables']['members'][0]['id']}-work": "我改的分工", "do": "save"}
    )
    assert answer.status_code == 409
    revision = re.search(r'name="seen" value="(\d+)"', answer.content.decode())
    assert revision is not None
    applicant.post(url, {**mine, "seen": revision[1], "choose-t-members": "theirs", "do": "save"})
    assert len(_rows(pilot, "team", "members")) == 1


def test_autosave(applicant: Client, pilot: Pilot) -> None:
    url, page = _url("autosave", pilot, "goals"), applicant.get(_url("section", pilot, "goals"))
    sent = {**_form_of(page), "f-goals": "边写边存"}
    answer = applicant.post(url, sent)
    assert answer.status_code == 200
    assert answer.json()["state"] == "complete"
    assert re.match(r"已于 \d\d:\d\d 自动保存", answer.json()["message"])
    assert applicant.post(url, {**sent, "seen": answer.json()["revision"], "f-goals": ""}).json()["state"] == "partly"
    assert applicant.post(url, {**sent, "f-goals": "陈旧的页面"}).status_code == 409
    assert applicant.get(url).status_code == 405


def test_conditional_parts_follow_the_choice(applicant: Client, pilot: Pilot) -> None:
    url = _url("section", pilot, "basic")
    assert applicant.get(_url("section", pilot, "key")).status_code == 404
    answer = applicant.post(url, {**_form_of(applicant.get(url)), "f-project_class": "key", "do": "save"}, follow=True)
    assert _url("section", pilot, "key") in answer.content.decode()
    assert applicant.get(_url("section", pilot, "key")).status_code == 200


def test_what_people_type_is_never_markup(applicant: Client, pilot: Pilot) -> None:
    evil = "<script>alert(1)</script>\"'&"
    content = document_of(pilot).content("goals")
    content["fields"].update({"goals": evil, "scope": evil})
    actions.save_section(pilot, "goals", content, actor=people_of(pilot).applicant, seen=None)
    for url in (_url("section", pilot, "goals"), _url("preview", pilot), _url("review", pilot)):
        assert "<script>alert" not in applicant.get(url).content.decode()


# --- materials -------------------------------------------------------------------------------------
def test_materials_by_plain_forms(client: Client) -> None:
    pilot = PilotFactory(complete=False)
    browser = _as(client, people_of(pilot).applicant.membership)
    page = _url("section", pilot, "materials")
    assert "必备，尚未上传" in browser.get(page).content.decode()
    sent = {"files": files.upload("营业执照.pdf", files.PDF), "back": page}
    answer = browser.post(_url("add_files", pilot, "licence"), sent)
    assert answer["Location"] == page + "#slot-licence"
    assert "营业执照.pdf" in browser.get(page).content.decode()
    wrong = {"files": files.upload("木马.pdf", b"MZ\x90"), "back": page}
    assert "木马.pdf" in browser.post(_url("add_files", pilot, "plan"), wrong, follow=True).content.decode()
    (file,) = files_of(pilot)
    assert browser.post(_url("remove_file", pilot, file.key), {"back": "https://evil.example/"})["Location"].startswith(
        page
    )
    assert not files_of(pilot)
    assert browser.post(_url("remove_file", pilot, uuid.uuid4())).status_code == 404
    assert browser.post(_url("add_files", pilot, "no-slot"), {}).status_code == 404
    assert "请先选择" in browser.post(_url("add_files", pilot, "plan"), {}, follow=True).content.decode()


# --- submitting ------------------------------------------------------------------------------------
def test_the_check_lists_what_is_missing(client: Client) -> None:
    pilot = PilotFactory(complete=False)
    browser = _as(client, people_of(pilot).applicant.membership)
    html = browser.get(_url("review", pilot)).content.decode()
    assert f"{_url('section', pilot, 'basic')}?check=1#field-f-title" in html
    assert "营业执照或者法人证书" in html
    answer = browser.post(_url("submit", pilot), {"seen": pilot.revision, "truthful": "on", "no_secrets": "on"})
    assert answer.status_code == 409
    pilot.refresh_from_db()
    assert pilot.state == "draft"


def test_submitting_wants_the_ticks_and_leads_to_what_comes_next(applicant: Client, pilot: Pilot) -> None:
    html = applicant.get(_url("review", pilot)).content.decode()
    assert "必备材料齐全" in html
    assert "不含国家秘密" in html
    refused = applicant.post(_url("submit", pilot), {"seen": pilot.revision})
    assert refused.status_code == 422
    answer = applicant.post(
        _url("submit", pilot), {"seen": pilot.revision, "truthful": "on", "no_secrets": "on"}, follow=True
    )
    assert answer.request["PATH_INFO"] == _url("done", pilot)
    html = answer.content.decode()
    pilot.refresh_from_db()
    assert pilot.state == "submitted"
    assert pilot.number is not None
    assert pilot.number in html
    assert "一式三份" in html
    assert "上传盖章扫描件" in html
    locked = applicant.get(_url("section", pilot, "goals")).content.decode()
    assert "目前不能修改" in locked
    assert "data-declaration" not in locked
    assert applicant.get(_url("submit", pilot))["Location"] == _url("review", pilot)


def test_a_return_and_a_correction_show_what_is_asked(client: Client) -> None:
    returned = PilotFactory(state="returned")
    browser = _as(client, people_of(returned).applicant.membership)
    assert "申报材料与申报通知的要求不符" in browser.get(_url("section", returned, "goals")).content.decode()
    corrected = PilotFactory(state="correction")
    browser = _as(client, people_of(corrected).applicant.membership)
    assert "试点目标未量化" in browser.get(_url("review", corrected)).content.decode()
    assert "试点目标未量化" in browser.get(_url("section", corrected, "goals")).content.decode()
    assert "目前不能修改" in browser.get(_url("section", corrected, "basic")).content.decode()


# --- reading ---------------------------------------------------------------------------------------
PAGES: list[tuple[str, tuple[Any, ...]]] = [
    ("edit", ()),
    ("review", ()),
    ("submit", ()),
    ("done", ()),
    ("preview", ()),
    ("copy", ()),
    ("section", ("goals",)),
    ("section", ("materials",)),
]


@pytest.mark.parametrize(("name", "args"), [*PAGES, ("versions", ()), ("print", (1,)), ("diff", (1, 1))])
def test_a_foreign_declaration_is_not_found(client: Client, name: str, args: tuple[Any, ...]) -> None:
    pilot = PilotFactory(state="submitted")
    url = _url(name, pilot, *args)
    assert client.get(url)["Location"].startswith(reverse("account_login"))
    assert _as(client, factories.MembershipFactory()).get(url).status_code == 404
    assert _as(client, factories.MembershipFactory(role=Role.EXPERT)).get(url).status_code == 404


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_the_recommender_reads_versions_but_not_the_desk_of_the_unit(
    client: Client, name: str, args: tuple[Any, ...]
) -> None:
    pilot = PilotFactory(state="submitted")
    browser = _as(client, people_of(pilot).recommender.membership)
    assert browser.get(_url(name, pilot, *args)).status_code == 404
    assert browser.post(_url("autosave", pilot, "goals")).status_code == 404
    assert browser.get(_url("versions", pilot)).status_code == 200
    html = browser.get(_url("print", pilot, 1)).content.decode()
    assert pilot.title in html
    assert "版本校验码" in html
    assert browser.get(_url("print", pilot, 2)).status_code == 404


def test_others_see_the_submitted_text_while_the_unit_changes_it(client: Client) -> None:
    pilot = PilotFactory(state="returned")
    content = document_of(pilot).content("goals")
    content["fields"]["goals"] = "修改中的目标"
    actions.save_section(pilot, "goals", content, actor=people_of(pilot).applicant, seen=None)
    page = reverse("workbench:dossier", args=[pilot.pk]) + "?tab=form"
    assert "修改中的目标" in _as(client, people_of(pilot).applicant.membership).get(page).content.decode()
    assert "修改中的目标" not in _as(client, people_of(pilot).recommender.membership).get(page).content.decode()


@pytest.mark.parametrize("section", ["team", "standards"])
def test_queries_do_not_grow_with_the_rows(
    applicant: Client, pilot: Pilot, django_assert_max_num_queries: Any, section: str
) -> None:
    table = {"team": "members", "standards": "standards"}[section]
    for count in (1, 3, 30):
        content = document_of(pilot).content(section)
        row = content["tables"][table][0]
        content["tables"][table] = [{**row, "id": str(uuid.uuid4())} for _n in range(count)]
        actions.save_section(pilot, section, content, actor=people_of(pilot).applicant, seen=None)
        with django_assert_max_num_queries(13):
            assert applicant.get(_url("section", pilot, section)).status_code == 200


@pytest.mark.parametrize(("tab", "limit"), [("form", 8), ("materials", 8)])
def test_tabs_are_cheap(client: Client, tab: str, limit: int, django_assert_max_num_queries: Any) -> None:
    from portal.ui.tabs import tabs_of

    pilot = PilotFactory(state="supplemented")
    for actor in (people_of(pilot).applicant, people_of(pilot).handler):
        fresh = Pilot.objects.select_related("call", "applicant").get(pk=pilot.pk)
        found = next(t for t in tabs_of(fresh, actor) if t.id == tab)
        with django_assert_max_num_queries(limit):
            found.context(fresh, actor)
