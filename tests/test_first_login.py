"""One-time codes, the first login, and passwords of one's own (SECURITY.md S14, S15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.support.cast import PASSWORD, Cast, id_number
from tests.test_auth import csrf, log_in
from tms.access import CONSOLE, Role, acting
from tms.access.passwords import hash_password, one_time_code
from tms.access.security_rules import VERSION
from tms.models import AuditEvent, LoginSession, User
from tms.models.types import now
from tms.records.accounts import NewUser, create_user, reset_password

OWN = "Lantern#4872kite"


@pytest.fixture
def client(application: Flask, cast: Cast) -> FlaskClient:
    cast.session.close()
    return application.test_client()


@pytest.fixture
def code(cast: Cast, client: FlaskClient) -> str:
    """The code of a new account called newcomer."""
    with acting(cast.session, CONSOLE):
        unit = cast.units["3136000101"].id
        new = NewUser("newcomer", Role.INFO_ADMIN, unit, "新来者")
        made = create_user(cast.session, CONSOLE, new)[1]
        cast.session.commit()
    return made


def stored(cast: Cast, name: str = "newcomer") -> Any:
    with acting(cast.session, CONSOLE):
        found = cast.session.execute(
            select(*User.__table__.columns).where(User.username == name)
        ).one()
        cast.session.rollback()
    return found


def change(cast: Cast, name: str, **values: Any) -> None:
    with acting(cast.session, CONSOLE):
        cast.session.execute(update(User).where(User.username == name).values(values))
        cast.session.commit()


def choose(client: FlaskClient, new: str = OWN, **more: str) -> Any:
    form = {"new": new, "again": new, "agreed": "y", "csrf_token": csrf(client, "/me/password/")}
    return client.post("/me/password/", data=form | more)


def test_s15_a_code_opens_the_page_that_changes_it_and_no_other(
    client: FlaskClient, code: str
) -> None:
    assert log_in(client, "newcomer", code).status_code == 302

    assert client.get("/").location == "/me/password/"
    assert client.get("/teacher/").location == "/me/password/"
    assert client.get("/me/password/").status_code == 200
    assert choose(client).location == "/"
    assert client.get("/").status_code == 200


def operations(client: FlaskClient) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, address) of everything there is."""
    for rule in client.application.url_map.iter_rules():
        address = rule.rule
        for name in rule.arguments:
            kind = type(rule._converters[name]).__name__
            address = address.replace(f"<{name}>", "x").replace(f"<int:{name}>", "1")
            address = address.replace(f"<path:{name}>", "x") if "Path" in kind else address
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule.endpoint, method, address


def test_s15_every_operation_is_shut_until_then(client: FlaskClient, code: str) -> None:
    is_open = {"me.password", "session.login", "session.logout", "session.locale"}
    is_open.add("forgotten.ask")
    is_open |= {"session.cas_login", "session.cas_back"}  # not there: 404 without the setting
    log_in(client, "newcomer", code)
    token, found = csrf(client, "/me/password/"), []
    for endpoint, method, address in operations(client):
        if endpoint in is_open or endpoint.endswith("static"):
            continue
        answer = client.open(address, method=method, data={"csrf_token": token})
        leads_back = answer.status_code == 302 and answer.location == "/me/password/"
        if not (leads_back if method == "GET" else answer.status_code == 403):
            found.append((endpoint, method, answer.status_code))

    assert not found


def test_s15_a_code_lasts_three_days(client: FlaskClient, cast: Cast, code: str) -> None:
    left = stored(cast).code_expires_at - now()
    assert timedelta(hours=71) < left <= timedelta(hours=72)
    change(cast, "newcomer", code_expires_at=now() - timedelta(seconds=1))

    assert log_in(client, "newcomer", code).status_code == 401


def test_s15_the_code_itself_is_no_password(client: FlaskClient, code: str) -> None:
    as_typed = code.lower().replace("-", " ")
    assert log_in(client, "newcomer", as_typed).status_code == 302

    assert choose(client, code).status_code == 422
    assert choose(client, f"{as_typed}.").status_code == 422
    assert client.get("/").status_code == 302


def test_r90_without_consent_to_the_rules_nobody_comes_in(
    client: FlaskClient, cast: Cast, code: str
) -> None:
    log_in(client, "newcomer", code)
    assert choose(client, agreed="").status_code == 422
    choose(client)

    assert (stored(cast).rules_version, stored(cast).must_change) == (VERSION, False)
    assert stored(cast).rules_at is not None


def test_r90_new_rules_are_asked_at_the_next_request(client: FlaskClient, cast: Cast) -> None:
    change(cast, "county_info", rules_version="1999-1")
    log_in(client, "county_info")
    assert client.get("/teacher/").location == "/me/rules/"
    assert client.post("/teacher/action/", data={"csrf_token": csrf(client, "/me/rules/")})
    client.post("/me/rules/", data={"csrf_token": csrf(client, "/me/rules/")})

    assert client.get("/teacher/").status_code == 200
    assert stored(cast, "county_info").rules_version == VERSION


@pytest.mark.parametrize(
    ("new", "again"),
    [("Short-1", ""), ("Password-2026", ""), (OWN, "Other#4872kite"), ("Newcomer#48-72", "")],
)
def test_s14_what_is_not_taken_says_why_and_changes_nothing(
    client: FlaskClient, cast: Cast, code: str, new: str, again: str
) -> None:
    log_in(client, "newcomer", code)
    before = stored(cast)

    assert choose(client, new, **({"again": again} if again else {})).status_code == 422
    assert stored(cast) == before


def test_s14_the_profile_is_a_setting(application: Flask, client: FlaskClient, code: str) -> None:
    log_in(client, "newcomer", code)
    assert choose(client, "lantern kite wave").status_code == 422
    application.config["TMS_PASSWORD_PROFILE"] = "asvs"

    assert choose(client, "lantern kite wave").status_code == 302


def test_s14_a_teachers_number_is_no_password(
    application: Flask, client: FlaskClient, cast: Cast
) -> None:
    number, code = id_number(741), one_time_code()
    teacher = cast.make_file(id_number=number)
    with acting(cast.session, CONSOLE):
        values = {"password_hash": hash_password(code), "must_change": True}
        cast.session.execute(update(User).where(User.teacher_id == teacher).values(values))
        cast.session.commit()
    log_in(client, number, code)

    for part in (number, number[6:14], number[-6:]):
        assert choose(client, f"Kite#{part}-Wave").status_code == 422
    assert choose(client).status_code == 302


def test_a_change_asks_for_the_current_one_and_ends_other_sessions(
    application: Flask, client: FlaskClient, cast: Cast
) -> None:
    """S19: rotated, and elsewhere one is out."""
    elsewhere = application.test_client()
    for each in (client, elsewhere):
        log_in(each, "county_info")
    with client.session_transaction() as session:
        session["locale"] = "en"
        before = session["token"]
    assert choose(client, current="wrong").status_code == 422
    assert choose(client, current=PASSWORD).status_code == 302

    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    with client.session_transaction() as session:
        assert session["token"] != before
        assert session["locale"] == "en"
    assert log_in(elsewhere, "county_info", OWN).status_code == 302


def test_guesses_at_the_current_password_are_counted(client: FlaskClient) -> None:
    log_in(client, "county_info")
    answers = [choose(client, current=f"guess{n}").status_code for n in range(6)]

    assert answers == [422] * 5 + [409]
    assert choose(client, current=PASSWORD).status_code == 409


def test_a_reset_ends_sessions_lifts_the_lock_and_asks_again(
    application: Flask, client: FlaskClient, cast: Cast
) -> None:
    log_in(client, "county_info")
    for _ in range(6):
        log_in(application.test_client(), "county_info", "wrong")
    with acting(cast.session, CONSOLE):
        code = reset_password(cast.session, CONSOLE, cast.staff["county_info"].user_id or 0)
        cast.session.commit()

    assert client.get("/").status_code == 302
    assert log_in(client, "county_info", code).status_code == 302
    assert client.get("/").location == "/me/password/"


def test_my_sessions_are_mine_and_can_be_ended_from_elsewhere(
    application: Flask, client: FlaskClient, cast: Cast
) -> None:
    """S19."""
    other, elsewhere = application.test_client(), application.test_client()
    log_in(other, "school_info")
    agent = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0 <script>"}
    form = {"username": "county_info", "password": PASSWORD, "csrf_token": csrf(elsewhere)}
    elsewhere.post("/login", data=form, headers=agent)
    log_in(client, "county_info")
    with acting(cast.session, CONSOLE):
        rows = cast.session.execute(
            select(LoginSession.id, LoginSession.user_id, LoginSession.address).order_by(
                LoginSession.id
            )
        ).all()
        cast.session.rollback()
    theirs, mine, _this = rows

    page = client.get("/me/").text
    assert "Firefox · Windows" in page
    assert "<script>" not in page.split("</head>")[1]
    assert mine.address == "127.0.*.*"
    token = csrf(client, "/me/")
    assert client.post("/me/end/", data={"id": theirs.id, "csrf_token": token}).status_code == 404
    assert client.post("/me/end/", data={"id": mine.id, "csrf_token": token}).status_code == 302
    assert elsewhere.get("/").status_code == 302
    assert [c.get("/").status_code for c in (client, other)] == [200, 200]


def test_administrators_idle_half_as_long(client: FlaskClient, cast: Cast) -> None:
    """S19."""
    found = []
    for name in ("county_info", "county_query"):
        log_in(client, name)
        with acting(cast.session, CONSOLE):
            values = {"seen_at": now() - timedelta(minutes=16)}
            cast.session.execute(update(LoginSession).values(values))
            cast.session.commit()
        found.append(client.get("/").status_code)

    assert found == [302, 200]


def test_password_acts_leave_events_without_passwords(
    client: FlaskClient, cast: Cast, code: str
) -> None:
    log_in(client, "newcomer", "wrong")
    log_in(client, "newcomer", code)
    choose(client)
    with acting(cast.session, CONSOLE):
        rows = cast.session.execute(
            select(AuditEvent.act, AuditEvent.detail).order_by(AuditEvent.id.desc()).limit(4)
        ).all()
        cast.session.rollback()

    assert [row.act for row in rows][:3] == ["password.change", "login", "login.refuse"]
    assert not [row for row in rows if code in str(row) or OWN in str(row) or "wrong" in str(row)]
