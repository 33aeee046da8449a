"""Login and sessions, over HTTP (SECURITY.md S14–S20)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.support.cast import PASSWORD, Cast, id_number
from tms import auth
from tms.access import CONSOLE, LOGIN, acting, passwords
from tms.access.passwords import hash_password
from tms.actors import actor_for
from tms.errors import NotFound
from tms.models import AuditEvent, LoginSession, User
from tms.models.types import now
from tms.records.login_sessions import token_hash

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def csrf(client: FlaskClient, path: str = "/login") -> str:
    found = TOKEN.search(client.get(path, follow_redirects=True).text)
    assert found, path
    return found[1]


def log_in(client: FlaskClient, name: str, password: str = PASSWORD) -> Any:
    data = {"username": name, "password": password, "csrf_token": csrf(client)}
    return client.post("/login", data=data)


@pytest.fixture
def client(application: Flask, cast: Cast) -> FlaskClient:
    cast.session.close()
    return application.test_client()


def sessions(cast: Cast) -> list[Any]:
    with acting(cast.session, LOGIN):
        found = list(cast.session.scalars(select(LoginSession).order_by(LoginSession.id)))
        cast.session.expunge_all()
    cast.session.rollback()
    return found


@pytest.mark.parametrize("name", ["county_info", "school_admin", "auditor", "support", "college"])
def test_staff_log_in_with_their_user_name(client: FlaskClient, name: str) -> None:
    response = log_in(client, name)

    assert response.status_code == 302
    assert client.get("/").status_code == 200


def test_a_teacher_logs_in_with_the_number(client: FlaskClient, cast: Cast) -> None:
    teacher = cast.make_file(id_number=id_number(555))
    with acting(cast.session, CONSOLE):
        change = update(User).where(User.teacher_id == teacher)
        cast.session.execute(change.values(password_hash=hash_password(PASSWORD)))
        cast.session.commit()

    assert log_in(client, id_number(555).lower()).status_code == 302
    page = client.get("/", follow_redirects=True)
    assert page.request.path == "/mine/"
    assert "管理范围" not in page.text


def test_without_a_password_nobody_logs_in(client: FlaskClient, cast: Cast) -> None:
    """A teacher's account has none until a code is handed out."""
    cast.make_file(id_number=id_number(556))

    assert log_in(client, id_number(556), "").status_code != 302
    assert client.get("/").status_code == 302


def test_unknown_wrong_and_disabled_look_alike(client: FlaskClient, cast: Cast) -> None:
    """S16."""
    with acting(cast.session, CONSOLE):
        change = update(User).where(User.username == "auditor").values(is_disabled=True)
        cast.session.execute(change)
        cast.session.commit()
    bodies = set()
    for name, password in (
        ("no.such.user", PASSWORD),
        ("county_info", "wrong"),
        ("auditor", PASSWORD),
    ):
        response = log_in(client, name, password)
        text = TOKEN.sub("", response.text).replace(name, "")
        bodies.add((response.status_code, re.sub(r'nonce="[^"]+"', "", text)))

    assert len(bodies) == 1
    assert sessions(cast) == []


def test_each_refusal_costs_exactly_one_verification(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            calls.append(stored)
            return False

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for name in ("no.such.user", "county_info"):
        log_in(client, name, "wrong")

    assert len(calls) == 2


def test_the_table_holds_the_hash_of_the_token_only(client: FlaskClient, cast: Cast) -> None:
    log_in(client, "county_info")
    with client.session_transaction() as session:
        token = session[auth.TOKEN]
    (login,) = sessions(cast)

    assert token not in login.token_hash
    assert login.token_hash == token_hash(token)


def test_login_gives_a_new_token_and_clears_the_visitors_session(client: FlaskClient) -> None:
    log_in(client, "county_info")
    with client.session_transaction() as session:
        first = session[auth.TOKEN]
        session["planted"] = "x"
    client.post("/logout", data={"csrf_token": csrf(client, "/")})
    log_in(client, "county_info")

    with client.session_transaction() as session:
        assert session[auth.TOKEN] != first
        assert "planted" not in session


def test_after_logout_the_old_cookie_is_worth_nothing(
    application: Flask, client: FlaskClient
) -> None:
    log_in(client, "county_info")
    cookie = client.get_cookie("tms")
    assert cookie is not None
    client.post("/logout", data={"csrf_token": csrf(client, "/")})
    thief = application.test_client()
    thief.set_cookie("tms", cookie.value)

    assert thief.get("/").status_code == 302


@pytest.mark.parametrize(
    "column", [{"seen_at": timedelta(minutes=31)}, {"created_at": timedelta(hours=9)}]
)
def test_sessions_end_by_idling_and_by_age(
    client: FlaskClient, cast: Cast, column: dict[str, timedelta]
) -> None:
    log_in(client, "county_info")
    values = {name: now() - age for name, age in column.items()}
    with acting(cast.session, CONSOLE):
        cast.session.execute(update(LoginSession).values(values))
        cast.session.commit()

    assert client.get("/").status_code == 302


def test_disabling_an_account_ends_its_session(client: FlaskClient, cast: Cast) -> None:
    log_in(client, "county_info")
    with acting(cast.session, CONSOLE):
        change = update(User).where(User.username == "county_info").values(is_disabled=True)
        cast.session.execute(change)
        cast.session.commit()

    assert client.get("/").status_code == 302


def test_a_reading_request_notes_when_it_was_seen(client: FlaskClient, cast: Cast) -> None:
    log_in(client, "county_info")
    with acting(cast.session, CONSOLE):
        old = now() - timedelta(minutes=5)
        cast.session.execute(update(LoginSession).values(seen_at=old))
        cast.session.commit()

    client.get("/")

    assert now() - sessions(cast)[0].seen_at < timedelta(minutes=1)


@pytest.mark.parametrize("path", ["/login", "/logout", "/locale"])
def test_posts_need_the_token(client: FlaskClient, path: str) -> None:
    """S20."""
    log_in(client, "county_info")

    assert client.post(path, data={"username": "x", "password": "y"}).status_code == 400


def test_logins_and_logouts_are_audited(client: FlaskClient, cast: Cast) -> None:
    log_in(client, "county_info")
    client.post("/logout", data={"csrf_token": csrf(client, "/")})
    with acting(cast.session, CONSOLE):
        user = cast.staff["county_info"].user_id
        acts = cast.session.scalars(
            select(AuditEvent.act).where(AuditEvent.user_id == user).order_by(AuditEvent.id)
        ).all()

    assert acts == ["login", "logout"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_login_redirects_within_the_house_only(client: FlaskClient, target: str) -> None:
    """S27."""
    data = {"username": "county_info", "password": PASSWORD, "csrf_token": csrf(client)}
    response = client.post("/login", query_string={"next": target}, data=data)

    assert "evil" not in response.headers["Location"]


def test_the_cookie_is_http_only_and_lax(client: FlaskClient) -> None:
    header = log_in(client, "county_info").headers["Set-Cookie"]

    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_the_command_line_acts_for_enabled_staff_only(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actor_for(cast.session, "no.such.user")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ended_at": now()}, "这个登录已经结束"),
        ({"seen_at": now() - timedelta(hours=2)}, "太久没有操作"),
    ],
)
def test_who_was_logged_in_is_told_why_he_is_not(
    client: FlaskClient, cast: Cast, values: dict[str, Any], said: str
) -> None:
    log_in(client, "county_info")
    with acting(cast.session, LOGIN):
        cast.session.execute(update(LoginSession).values(**values))
        cast.session.commit()

    by_script = client.get("/teacher/", headers={"Sec-Fetch-Mode": "cors"})
    page = client.get("/teacher/", follow_redirects=True).text

    assert by_script.status_code == 302
    assert said in page
    assert said not in client.get("/teacher/", follow_redirects=True).text, "once"
