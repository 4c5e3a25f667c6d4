"""Every address has an access rule, and keeps it: who may, who may not, what writes, what a page may contain."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.accounts.roles import Role
from portal.dossiers.models import Dossier
from tests.factories import MembershipFactory, sign_in
from tests.html import inline_code, repeated_ids, unlabelled_fields
from tests.routes import OBJECT, PERSON, PUBLIC, ROLE, RULES, Rule, walk
from tests.world import World, make_world

pytestmark = pytest.mark.django_db

NAMES = sorted(RULES)
BY_KIND = {kind: [name for name in NAMES if RULES[name].kind == kind] for kind in (PUBLIC, PERSON, ROLE, OBJECT)}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, made once; what a test does to it is undone after it."""
    with django_db_blocker.unblock(), undone():
        yield make_world()


@pytest.fixture
def world(made: World, db: None) -> World:
    return copy.deepcopy(made)


class Clients:
    """Everybody who tries addresses, signed in once; what a request did is undone after it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._known: dict[object, Client] = {}

    def of(self, who: str | Role | None, **options: bool) -> Client:
        """A person of the world, somebody in that role without any relation to it, or the public."""
        key = (who, *options)
        if key not in self._known:
            client = Client(raise_request_exception=False, **options)
            if who is None:
                self._known[key] = client
            elif isinstance(who, Role):
                self._known[key] = sign_in(client, MembershipFactory(role=who))
            else:
                self._known[key] = self.world.sign_in(client, who)
        return self._known[key]

    def ask(self, who: str | Role | None, name: str) -> HttpResponse:
        """The request that the address is made for."""
        client, url = self.of(who), address(name, self.world)
        with undone():
            response = client.post(url) if RULES[name].post else client.get(url)
        return consumed(response)


@pytest.fixture
def clients(world: World) -> Clients:
    return Clients(world)


def report(wrong: dict[Any, Any]) -> None:
    """Fails with one line for each address that did not keep its rule."""
    if wrong:
        pytest.fail("\n".join(f"{key}: {value}" for key, value in wrong.items()), pytrace=False)


def consumed(response: Any) -> HttpResponse:
    """The response, its file read to the end and closed."""
    if response.streaming:
        list(response.streaming_content)
    return response  # type: ignore[no-any-return]


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """What is written inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(name: str, world: World) -> str:
    return reverse(name, kwargs=RULES[name].args(world)) + RULES[name].query


def leads_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/accounts/login/")


def reached(response: HttpResponse, rule: Rule) -> bool:
    return response.status_code in (200, 302, *rule.may) and leads_to_sign_in(response) == rule.to_sign_in


# --- the table ----------------------------------------------------------------------------------


def test_every_address_has_a_rule() -> None:
    addresses = {name for name, _pattern in walk()}
    assert addresses - set(RULES) == set(), "addresses without an access rule: add them to tests/routes.py"
    assert set(RULES) - addresses == set(), "rules of addresses that are not there any more"


def test_names_are_unique_and_no_address_is_nameless() -> None:
    names = [name for name, _pattern in walk()]
    assert [name for name in names if names.count(name) > 1 or name.endswith("None")] == []


def test_only_public_addresses_are_open_without_signing_in() -> None:
    """The middleware wants everybody signed in unless the view says otherwise: it may say so where the table does."""
    for name, pattern in walk():
        open_to_all = not getattr(pattern.callback, "login_required", True)
        assert open_to_all == (RULES[name].kind == PUBLIC or RULES[name].hidden), name


# --- who may ------------------------------------------------------------------------------------


def test_the_public(clients: Clients) -> None:
    wrong = {}
    for name in NAMES:
        rule, response = RULES[name], clients.ask(None, name)
        if rule.kind == PUBLIC:
            right = reached(response, rule)
        elif rule.hidden:
            right = response.status_code == 404
        else:
            right = leads_to_sign_in(response)
        if not right:
            wrong[name] = response.status_code
    report(wrong)


def test_everybody_signed_in(clients: Clients) -> None:
    wrong = {}
    for name in BY_KIND[PERSON]:
        for who in (*Role, "newcomer"):
            response = clients.ask(who, name)
            if not reached(response, RULES[name]):
                wrong[name, who] = response.status_code
    report(wrong)


def test_roles(clients: Clients) -> None:
    wrong = {}
    for name in BY_KIND[ROLE]:
        rule = RULES[name]
        for who in (*Role, "newcomer"):
            response = clients.ask(who, name)
            right = reached(response, rule) if who in rule.roles else response.status_code in (403, 404)
            if not right:
                wrong[name, who] = response.status_code
    report(wrong)


def test_objects(clients: Clients) -> None:
    """Strangers learn nothing (404). People of the world beyond the named ones may see the object, not reach this."""
    wrong = {}
    for name in BY_KIND[OBJECT]:
        rule = RULES[name]
        for who in (*clients.world.strangers, *clients.world.people):
            response = clients.ask(who, name)
            if who in rule.who:
                right = reached(response, rule)
            elif who in clients.world.strangers:
                right = response.status_code in ((404,) if rule.hides else (403, 404))
            else:
                right = response.status_code in (403, 404, 409, *rule.may_not)
            if not right:
                wrong[name, who] = response.status_code
    report(wrong)


def test_the_administration_is_the_administrators(clients: Clients) -> None:
    """Every address of the administration, without signing in and in every other role."""
    urls = [url for url in _admin_urls(get_resolver().url_patterns) if "<" not in url]
    assert len(urls) > 20
    for url in urls:
        for role in (None, *Role):
            if role not in (Role.SYSTEM_ADMIN, Role.AUDITOR):
                assert clients.of(role).get(url).status_code in (302, 403, 404), (url, role)
    assert clients.of(Role.SYSTEM_ADMIN).get("/admin/").status_code == 200


def _admin_urls(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        path = prefix + str(pattern.pattern).replace("^", "").replace("$", "")
        if isinstance(pattern, URLResolver):
            found += _admin_urls(pattern.url_patterns, path) if path.startswith("/admin/") else []
        elif path.startswith("/admin/") and "(" not in path:
            found.append(path)
    return found


# --- what writes --------------------------------------------------------------------------------


def somebody(name: str) -> str:
    """A person who reaches the address."""
    return RULES[name].who[0] if RULES[name].who else "applicant"


def test_nothing_is_written_without_the_token(clients: Clients) -> None:
    """A POST from elsewhere is refused on every address, whoever is signed in."""
    wrong = {}
    for who in {somebody(name) for name in NAMES}:
        clients.of(who, enforce_csrf_checks=True)
    before = written()
    for name in NAMES:
        client = clients.of(somebody(name), enforce_csrf_checks=True)
        status = client.post(address(name, clients.world)).status_code
        if status != 403 or written() != before:
            wrong[name] = status
    report(wrong)


def test_asking_writes_nothing(clients: Clients) -> None:
    """GET changes nothing; an address that only writes does not answer it."""
    wrong = {}
    for who in {somebody(name) for name in NAMES}:
        clients.of(who)
    before = written()
    for name in NAMES:
        with undone():
            response = clients.of(somebody(name)).get(address(name, clients.world))
            status = consumed(response).status_code
            if written() != before or (RULES[name].post and status not in (404, 405)):
                wrong[name] = status
    report(wrong)


def written() -> dict[str, object]:
    """How much there is of everything, and how far the dossiers are; the access log apart."""
    own = [
        m for m in apps.get_models() if m.__module__.startswith(("portal.", "pilots.")) and m.__name__ != "AuditEvent"
    ]
    counts: dict[str, object] = {model._meta.label: model._default_manager.count() for model in own}
    return {**counts, "revisions": Dossier.objects.aggregate(total=Sum("revision"))["total"]}


# --- what pages contain -------------------------------------------------------------------------


def test_pages_are_clean(clients: Clients) -> None:
    """A strict policy on every page, nothing inline that would need a weaker one, names for all fields, no repeated id."""
    wrong = {}
    for name in NAMES:
        rule = RULES[name]
        if rule.post:
            continue
        readers: list[Any] = {
            PUBLIC: [None],
            PERSON: ["applicant", "handler", "recommender", "newcomer"],
            ROLE: [*rule.roles[:2], *(who for who, role in clients.world.roles().items() if role in rule.roles)],
            OBJECT: list(rule.who[:4]),
        }[rule.kind]
        for who in readers:
            response = clients.ask(who, name)
            if response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
                continue
            if found := faults(response):
                wrong[name, who] = found
    report(wrong)


def faults(response: HttpResponse) -> list[str]:
    """What is wrong with a page."""
    html, policy = response.content.decode(), response["Content-Security-Policy"]
    found = [*inline_code(html)]
    found += [f"id {name} repeated" for name in repeated_ids(html)]
    found += [f"no label: {name}" for name in unlabelled_fields(html)]
    if "script-src 'self'" not in policy or "unsafe" in policy:
        found.append(policy)
    if "<b>标准化</b>" in html:  # somebody typed this title
        found.append("not escaped")
    return found
