"""Homes, menus, public and help pages: every entry leads somewhere, nothing is inline, errors have pages."""

from __future__ import annotations

import datetime as dt
import io
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.base import clock
from portal.lifecycle.declared import subjects
from portal.ui.menu import entries_of
from tests.factories import CallFactory, PilotFactory, UserFactory, actor, handler_of
from tests.pilot_data import people_of

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE)
LINK = re.compile(r'(?:href|action|formaction|hx-get)="(/[^"#]*)')


def _clean(html: str) -> None:
    assert not INLINE.search(html), INLINE.search(html)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EXPERT])
def test_every_link_of_a_home_and_its_menu_leads_somewhere(as_actor, role: Role) -> None:  # type: ignore[no-untyped-def]
    CallFactory()
    client = as_actor(actor(role))
    html = client.get("/desk/").content.decode()
    _clean(html)
    for link in set(LINK.findall(html)):
        if link.startswith("/static/") or "logout" in link or "switch" in link:
            continue
        response = client.get(link.replace("&amp;", "&"))
        assert response.status_code in (200, 302), (link, response.status_code)
        if "text/html" in response.get("Content-Type", "") and not link.startswith("/admin/"):
            _clean(response.content.decode())


def test_menus_differ_by_role() -> None:
    labels = {role: [str(entry.label) for entry in entries_of(actor(role))] for role in Role}
    assert "待推荐" in labels[Role.RECOMMENDER]
    assert "待推荐" not in labels[Role.HANDLER]
    assert "我的项目" in labels[Role.UNIT_ADMIN]
    assert "系统管理" not in labels[Role.LEADER]
    for role, found in labels.items():
        assert len(found) == len(set(found)), role


def test_the_home_shows_duties_stages_and_days(as_actor, queries) -> None:  # type: ignore[no-untyped-def]
    call = CallFactory()
    PilotFactory(state="recommended", call=call)
    client = as_actor(handler_of(call))
    one = queries(client, "/desk/", 14)
    PilotFactory(state="recommended", call=call, title="二号标准化试点")
    PilotFactory(state="submitted", call=call, title="三号标准化试点")
    assert queries(client, "/desk/", 14) == one
    response = client.get("/desk/")
    assert [duty.label for duty in response.context["duties"]] == ["形式审查", "形式审查"]
    assert [(bar.id, bar.count) for bar in response.context["bars"]] == [
        ("declaration", 0),
        ("recommendation", 1),
        ("acceptance", 2),
        ("review", 0),
        ("notice", 0),
        ("approval", 0),
        ("implementation", 0),
        ("midterm", 0),
        ("further", 0),
        ("accepting", 0),
    ]
    assert sum(day.count for day in response.context["days"]) == 2
    assert len(response.context["days"]) == 30


def test_who_has_no_role_is_led_to_registration() -> None:
    client = Client()
    client.force_login(UserFactory())
    html = client.get("/desk/").content.decode()
    assert reverse("registration:start") in html


def test_public_pages_stand_without_sign_in(client) -> None:  # type: ignore[no-untyped-def]
    CallFactory()
    for address in ("/", "/calls/", "/help/", "/help/pilots/", "/site-map/", "/accessibility/"):
        response = client.get(address)
        assert response.status_code == 200, address
        _clean(response.content.decode())
        for link in set(LINK.findall(response.content.decode())):
            if not link.startswith("/static/"):
                assert client.get(link).status_code in (200, 302), link
    assert "距截止还有 30 天" in client.get("/").content.decode()


def test_the_home_page_keeps_earlier_calls_within_reach(client) -> None:  # type: ignore[no-untyped-def]
    call, draft = CallFactory(title="往年的通知"), CallFactory(title="未公开的通知", published=False)
    day = clock.today() - dt.timedelta(days=1)
    type(call).objects.update(opens_on=day, closes_on=day, reporting_closes_on=day)
    html = client.get("/").content.decode()
    assert f"{day} 截止" in html
    assert call.title in html
    assert draft.title not in html


def test_each_declared_state_has_a_help_page(client) -> None:  # type: ignore[no-untyped-def]
    for model in subjects().values():
        lifecycle = model.lifecycle
        assert client.get(reverse("workbench:help_lifecycle", args=[lifecycle.id])).status_code == 200
        for state in lifecycle.states.values():
            html = client.get(reverse("workbench:help_state", args=[lifecycle.id, state.id])).content.decode()
            assert str(state.label) in html
            _clean(html)
    assert client.get("/help/pilots/nonsense/").status_code == 404
    assert client.get("/help/nonsense/").status_code == 404


def test_the_help_of_a_state_tells_who_does_what_on_which_conditions(client) -> None:  # type: ignore[no-untyped-def]
    html = client.get("/help/pilots/submitted/").content.decode()
    for words in ("推荐单位", "不予推荐的理由（必填）", "沪市监标技〔2023〕139号 五（三）", "初审并推荐"):
        assert words in html
    assert "形式审查期限 5 个工作日" in html


def test_lifecycles_are_printed() -> None:
    out = io.StringIO()
    call_command("lifecycle", "pilots", format="json", stdout=out)
    data = json.loads(out.getvalue())
    states = {state["id"]: state for state in data["states"]}
    steps = {step["name"]: step for step in data["steps"]}
    assert states["passed"]["terminal"]
    assert not states["approved"]["terminal"]
    assert not states["accepted"]["terminal"]
    assert steps["recommend"]["sources"] == ["submitted"]
    assert steps["recommend"]["target"] == "recommended"
    assert "recommender" in steps["recommend"]["roles"]
    assert steps["refuse_acceptance"]["form"][0] == {"name": "clause", "label": "不符合的条款", "required": True}
    assert steps["submit"]["papers"][0]["kind"]
    for form in ("mermaid", "table"):
        out = io.StringIO()
        call_command("lifecycle", format=form, stdout=out)
        assert "已受理" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("lifecycle", "nonsense")


def test_errors_have_pages_in_words(client, as_actor) -> None:  # type: ignore[no-untyped-def]
    assert "没有找到您要的页面" in client.get("/nothing/").content.decode()
    insider = as_actor(actor(Role.HANDLER))
    assert "没有找到您要的页面" in insider.get("/desk/dossiers/999/").content.decode()
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_a_step_page_and_a_bulk_page_have_nothing_inline(as_actor) -> None:  # type: ignore[no-untyped-def]
    pilot = PilotFactory(state="submitted")
    who: Actor = people_of(pilot).recommender
    client = as_actor(who)
    for address in (
        reverse("workbench:dossier", args=[pilot.pk]),
        reverse("workbench:step", args=[pilot.pk, "recommend"]),
        f"{reverse('workbench:bulk', args=['decline'])}?id={pilot.pk}",
        reverse("workbench:worklist"),
    ):
        _clean(client.get(address).content.decode())
