"""Single sign-on against a CAS server of our own (issue 6)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.support.cast import Cast, id_number
from tests.test_auth import csrf
from tests.test_second_factor import bind_factor, code_of
from tms.access import CONSOLE, acting
from tms.access.security_rules import VERSION
from tms.auth import cas
from tms.models import AuditEvent, LoginSession, User

OURS = "https://tms.example"
NAMESPACE = 'xmlns:cas="http://www.yale.edu/tp/cas"'
GOOD = (
    "<cas:serviceResponse {ns}><cas:authenticationSuccess><cas:user>{user}</cas:user>"
    "<cas:attributes><cas:number>{number}</cas:number></cas:attributes>"
    "</cas:authenticationSuccess></cas:serviceResponse>"
)
BAD = (
    "<cas:serviceResponse {ns}><cas:authenticationFailure code='INVALID_TICKET'>no"
    "</cas:authenticationFailure></cas:serviceResponse>"
)


class Provider(BaseHTTPRequestHandler):
    """Knows a few tickets, each good once and for our address only."""

    tickets: dict[str, tuple[str, str]] = {}
    asked: list[str] = []
    answer = ""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.asked.append(parts.path)
        known = self.tickets.pop(query.get("ticket", ""), None)
        if known and query.get("service") == f"{OURS}/login/cas/back":
            body = GOOD.format(ns=NAMESPACE, user=known[0], number=known[1])
        else:
            body = BAD.format(ns=NAMESPACE)
        self.send_response(200)
        self.end_headers()
        self.wfile.write((self.answer or body).encode())

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[type[Provider]]:
    Provider.tickets, Provider.asked, Provider.answer = {}, [], ""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Provider.address = f"http://127.0.0.1:{server.server_port}/cas"  # type: ignore[attr-defined]
    yield Provider
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(application: Flask, cast: Cast, provider: type[Provider]) -> FlaskClient:
    cast.session.close()
    settings = {"TMS_CAS_URL": provider.address, "TMS_CAS_SERVICE": OURS}  # type: ignore[attr-defined]
    application.config.update(settings)
    return application.test_client()


def agreed(cast: Cast, name: str = "county_info") -> None:
    with acting(cast.session, CONSOLE):
        change = update(User).where(User.username == name)
        cast.session.execute(change.values(rules_version=VERSION))
        cast.session.commit()


def come(client: FlaskClient, ticket: str, target: str = "/teacher/") -> str:
    client.get("/login/cas", query_string={"next": target})
    return client.get("/login/cas/back", query_string={"ticket": ticket}).location


def test_the_server_vouches_and_one_is_in(
    client: FlaskClient, cast: Cast, provider: type[Provider]
) -> None:
    agreed(cast)
    provider.tickets["ST-1"] = ("county_info", "")
    page = client.get("/login", query_string={"next": "/teacher/"}).text
    assert "/login/cas?next=/teacher/" in page
    away = client.get("/login/cas").location
    assert away.startswith(provider.address + "/login?service=https%3A%2F%2Ftms.example")  # type: ignore[attr-defined]

    assert come(client, "ST-1") == "/teacher/"
    assert client.get("/teacher/").status_code == 200
    with acting(cast.session, CONSOLE):
        via = cast.session.scalars(select(LoginSession.via)).all()
        detail = cast.session.scalars(select(AuditEvent.detail).where(AuditEvent.act == "login"))
        assert (via, detail.all()) == (["cas"], [{"via": "cas"}])


def test_a_ticket_is_good_once_and_only_where_one_set_out(
    application: Flask, client: FlaskClient, cast: Cast, provider: type[Provider]
) -> None:
    agreed(cast)
    provider.tickets["ST-1"] = ("county_info", "")
    stranger = application.test_client()
    planted = stranger.get("/login/cas/back", query_string={"ticket": "ST-1"})
    assert planted.location == "/login"
    assert provider.asked == []

    assert come(client, "ST-1") == "/teacher/"
    assert come(application.test_client(), "ST-1") == "/login"


@pytest.mark.parametrize("name", ["nobody.here", "auditor"])
def test_whom_we_do_not_know_or_have_disabled_stays_out(
    client: FlaskClient, cast: Cast, provider: type[Provider], name: str
) -> None:
    with acting(cast.session, CONSOLE):
        change = update(User).where(User.username == "auditor").values(is_disabled=True)
        cast.session.execute(change)
        cast.session.commit()
    provider.tickets["ST-1"] = (name, "")

    assert come(client, "ST-1") == "/login"
    assert client.get("/").status_code == 302


def test_the_attribute_may_hold_a_teachers_number(
    application: Flask, client: FlaskClient, cast: Cast, provider: type[Provider]
) -> None:
    number = id_number(871)
    cast.make_file(id_number=number)
    cast.session.close()
    application.config["TMS_CAS_ATTRIBUTE"] = "number"
    provider.tickets["ST-1"] = ("20260007", number)

    assert come(client, "ST-1", "/") == "/"
    assert client.get("/").location == "/me/rules/", "never read by whom the school vouches for"


def test_the_second_factor_is_asked_all_the_same(
    application: Flask, client: FlaskClient, cast: Cast, provider: type[Provider]
) -> None:
    agreed(cast)
    provider.tickets |= {"ST-1": ("county_info", ""), "ST-2": ("county_info", "")}
    come(client, "ST-1")
    secret, _answer = bind_factor(client, password="")
    again = application.test_client()
    come(again, "ST-2")

    assert again.get("/teacher/").location == "/login/code"
    form = {"code": code_of(secret, 1), "csrf_token": csrf(again, "/login/code")}
    assert again.post("/login/code", data=form).status_code == 302


def test_a_server_that_is_down_or_talks_nonsense_lets_nobody_in(
    application: Flask, client: FlaskClient, provider: type[Provider]
) -> None:
    for nonsense in ("<html>", "<a/>", "<a><b/></a>", "\x00"):
        provider.answer = nonsense
        assert come(client, "ST-1") == "/login"
    application.config["TMS_CAS_URL"] = "http://127.0.0.1:9/"  # nobody listens

    assert come(client, "ST-1") == "/login"


def test_a_slow_server_is_not_waited_for(
    client: FlaskClient, provider: type[Provider], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cas, "PATIENCE", (0.2, 0.2))
    go_on, ended = threading.Event(), []
    monkeypatch.setattr(provider, "do_GET", lambda self: ended.append(go_on.wait(30)))

    assert come(client, "ST-1") == "/login"
    assert not ended, "it was waited for"
    go_on.set()


def test_s27_one_goes_on_within_the_house_only(
    client: FlaskClient, cast: Cast, provider: type[Provider]
) -> None:
    agreed(cast)
    provider.tickets["ST-1"] = ("county_info", "")

    assert come(client, "ST-1", "https://evil.example/") == "/"


def test_without_the_setting_there_is_none(application: Flask, cast: Cast) -> None:
    cast.session.close()
    client = application.test_client()

    assert "/login/cas" not in client.get("/login").text
    assert client.get("/login/cas").status_code == 404
    assert client.get("/login/cas/back?ticket=x").status_code == 404
