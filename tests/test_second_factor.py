"""The authenticator, its recovery codes, and showing it once more (SECURITY.md S18)."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.support.cast import PASSWORD, Cast
from tests.test_auth import csrf, log_in
from tms.access import CONSOLE, LOGIN, acting
from tms.auth import second
from tms.auth.delicate import DELICATE, FORMS
from tms.db import db
from tms.models import AuditEvent, LoginSession, RecoveryCode, User
from tms.models.types import now
from tms.records import second_factor

SEALED = re.compile(r'name="sealed"[^>]*value="([^"]+)"')
SECRET = re.compile(r'<code class="secret">([A-Z2-7]+)</code>')
CODE = re.compile(r"<li><code>([A-Z0-9-]+)</code></li>")


@pytest.fixture
def client(application: Flask, cast: Cast) -> FlaskClient:
    cast.session.close()
    return application.test_client()


def strict(application: Flask) -> None:
    application.config["TMS_SECOND_FACTOR"] = "administrators"


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * steps))


def bind_factor(client: FlaskClient, code: str = "", password: str = PASSWORD) -> Any:
    """(secret, answer) of setting an authenticator up in the panel."""
    page = client.get("/me/factor/").text
    sealed, secret = SEALED.search(page), SECRET.search(page)
    assert sealed
    assert secret
    form = {"sealed": sealed[1], "code": code or code_of(secret[1]), "current": password}
    answer = client.post("/me/factor/", data=form | {"csrf_token": csrf(client, "/me/factor/")})
    return secret[1], answer


def post_code(client: FlaskClient, code: str) -> Any:
    data = {"code": code, "csrf_token": csrf(client, "/login/code")}
    return client.post("/login/code", data=data)


def set_values(cast: Cast, model: Any, **values: Any) -> None:
    with acting(cast.session, CONSOLE):
        cast.session.execute(update(model).values(values))
        cast.session.commit()


def test_s18_the_code_comes_after_the_password(application: Flask, client: FlaskClient) -> None:
    log_in(client, "county_info")
    secret, answer = bind_factor(client)
    assert answer.status_code == 200
    again = application.test_client()
    log_in(again, "county_info")

    assert again.get("/teacher/").location == "/login/code"
    assert again.get("/me/factor/").location == "/login/code"
    with again.session_transaction() as session:
        before = session["token"]
    assert post_code(again, code_of(secret, 1)).location == "/"
    assert again.get("/teacher/").status_code == 200
    with again.session_transaction() as session:
        assert session["token"] != before, "S19: rotated"


def test_a_password_without_a_code_is_shown_as_no_login(
    application: Flask, client: FlaskClient
) -> None:
    log_in(client, "county_info")
    bind_factor(client)
    before = client.get("/me/").text
    log_in(application.test_client(), "county_info")
    after = client.get("/me/").text

    assert "没有登录成功" not in before
    assert after.count("没有登录成功：口令已输对") == 1


def test_s18_a_step_is_used_once(
    application: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()  # no step ends between two requests
    for module in (second, sys.modules[__name__]):
        monkeypatch.setattr(module, "now", lambda: at)
    log_in(client, "county_info")
    secret, _answer = bind_factor(client)  # uses up this step's
    again = application.test_client()
    log_in(again, "county_info")

    assert post_code(again, code_of(secret)).status_code == 422
    assert post_code(again, code_of(secret, 1)).status_code == 302
    third = application.test_client()
    log_in(third, "county_info")
    assert post_code(third, code_of(secret, 1)).status_code == 422


def test_s18_one_code_at_the_same_moment_opens_once(application: Flask, cast: Cast) -> None:
    user = cast.staff["county_info"].user_id or 0
    cast.session.close()
    with application.app_context(), acting(db.session(), LOGIN):
        secret, sealed = second_factor.new_secret(user)
        second_factor.enrol(db.session(), cast.staff["county_info"], user, sealed, 1)
        db.session.commit()
    code = code_of(secret)

    def use(_number: int) -> bool:
        with application.app_context(), acting(db.session(), LOGIN):
            found = second_factor.use(db.session(), user, sealed, code, now())
            db.session.commit()
            db.session.remove()
            return found == "totp"

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(16))) == 1


def test_s18_recovery_codes_open_once_each_and_lie_hashed(
    application: Flask, client: FlaskClient, cast: Cast
) -> None:
    log_in(client, "county_info")
    _secret, answer = bind_factor(client)
    codes = CODE.findall(answer.text)
    assert len(codes) == len(set(codes)) == 10
    assert not CODE.findall(client.get("/me/factor/").text), "shown once"
    again = application.test_client()
    log_in(again, "county_info")

    assert post_code(again, codes[0].lower()).status_code == 302
    third = application.test_client()
    log_in(third, "county_info")
    assert post_code(third, codes[0]).status_code == 422
    assert post_code(third, codes[1].replace("-", "－")).status_code == 302
    user = cast.staff["county_info"].user_id
    with acting(cast.session, cast.staff["county_info"]):
        hashes = cast.session.scalars(select(RecoveryCode.code_hash)).all()
        cast.session.rollback()
    assert len(hashes) == 10
    assert not [h for h in hashes for code in codes if code.replace("-", "") in h.upper()]
    assert user


def test_s18_guessing_is_counted(application: Flask, client: FlaskClient) -> None:
    log_in(client, "county_info")
    secret, _answer = bind_factor(client)
    again = application.test_client()
    log_in(again, "county_info")

    assert [post_code(again, "000000").status_code for _ in range(6)] == [422] * 5 + [409]
    assert post_code(again, code_of(secret, 1)).status_code == 409


def test_s18_the_secret_lies_sealed_at_its_row(client: FlaskClient, cast: Cast) -> None:
    log_in(client, "county_info")
    secret, _answer = bind_factor(client)
    user = cast.staff["county_info"].user_id or 0
    with acting(cast.session, CONSOLE):
        sealed = cast.session.scalars(select(User.totp).where(User.id == user)).one()
        cast.session.rollback()

    assert secret not in str(sealed)
    assert second_factor.open_secret(str(sealed), user) == secret
    with pytest.raises(second.KeyringError):
        second_factor.open_secret(str(sealed), user + 1)


def test_setting_one_up_asks_for_the_password_and_a_right_code(client: FlaskClient) -> None:
    log_in(client, "county_info")

    assert bind_factor(client, password="wrong")[1].status_code == 422
    assert bind_factor(client, code="000000")[1].status_code == 422
    page = client.get("/me/factor/").text
    assert "data:image/svg+xml" in page
    assert "style=" not in page.split("<main")[1]


def test_s18_administrators_must_have_one_where_the_installation_says_so(
    application: Flask, client: FlaskClient
) -> None:
    strict(application)
    log_in(client, "county_info")
    assert client.get("/teacher/").location == "/me/factor/"
    token = csrf(client, "/me/factor/")
    assert client.post("/teacher/action/", data={"csrf_token": token}).status_code == 403
    assert bind_factor(client)[1].status_code == 200
    assert client.get("/teacher/").status_code == 200

    other = application.test_client()
    log_in(other, "school_head")
    assert other.get("/teacher/").status_code == 200, "no administrator"


def test_a_lost_one_is_taken_off_by_who_keeps_the_account(
    application: Flask, client: FlaskClient, cast: Cast
) -> None:
    log_in(client, "school_info")
    bind_factor(client)
    admin = application.test_client()
    log_in(admin, "school_admin")
    user = cast.staff["school_info"].user_id
    page = admin.get("/account/details/", query_string={"id": user})
    assert "/account/unbind/" in page.text
    token = csrf(admin, "/")
    admin.post("/account/unbind/", data={"id": user, "csrf_token": token})

    assert client.get("/").status_code == 302, "its sessions end"
    assert log_in(client, "school_info").status_code == 302
    assert client.get("/").status_code == 200


def test_the_console_rescues_who_lost_everything(
    application: Flask, client: FlaskClient, cast: Cast
) -> None:
    log_in(client, "province_admin")
    bind_factor(client)
    cast.session.close()
    runner = application.test_cli_runner()
    done = runner.invoke(args=["tms", "user", "rescue", "province_admin"])
    assert done.exit_code == 0, done.output
    name, code = done.output.split()

    assert client.get("/").status_code == 302, "sessions end"
    assert log_in(client, name, code).status_code == 302
    assert client.get("/").location == "/me/password/"
    assert runner.invoke(args=["tms", "user", "rescue", "nobody"]).exit_code != 0


# -- once more -------------------------------------------------------------------------------------


def assign(client: FlaskClient, cast: Cast, **more: str) -> Any:
    form = {"id": cast.staff["school_head"].user_id, "role": "info_query", "unit": "3136000101"}
    form["csrf_token"] = csrf(client, "/")
    return client.post("/account/assign/", data=form | more)


def test_s18_before_a_grant_it_is_asked_once_more_and_nothing_is_lost(
    client: FlaskClient, cast: Cast
) -> None:
    log_in(client, "school_admin")
    secret, _answer = bind_factor(client)
    set_values(cast, LoginSession, stepped_up_at=now() - second.STEPPED_UP - timedelta(seconds=5))

    asked = assign(client, cast)
    assert asked.status_code == 403
    assert 'name="role" value="info_query"' in asked.text
    assert assign(client, cast, step_up_code="000000").status_code == 403
    assert assign(client, cast, step_up_code=code_of(secret, 1)).status_code == 302
    assert assign(client, cast).status_code == 409, "granted already, and not asked again"


def test_calling_it_off_does_nothing_and_keeps_the_form(client: FlaskClient, cast: Cast) -> None:
    log_in(client, "county_admin", PASSWORD)
    secret, _answer = bind_factor(client)
    set_values(cast, LoginSession, stepped_up_at=now() - second.STEPPED_UP - timedelta(seconds=5))
    form = {"username": "new.one", "name": "新人甲", "role": "info_query", "unit": "360102"}
    token = {"csrf_token": csrf(client, "/account/new/")}

    here = {"Referer": "http://localhost/account/?search=x"}
    asked = client.post("/account/new/", data=form | token, headers=here)
    off = {"step_up_cancel": "1", "step_up_code": code_of(secret, 1)}
    called_off = client.post("/account/new/", data=form | token | off)
    from_list = {"id": "1", "step_up_back": "http://localhost/account/?search=x"}
    list_ = client.post("/account/reset/", data=from_list | token | off)
    abroad = client.post("/account/reset/", data={"step_up_back": "http://a.b/c"} | token | off)

    assert "step_up_cancel" in asked.text
    assert f'name="step_up_back" value="{here["Referer"]}"' in asked.text
    assert 'value="新人甲"' in called_off.text
    assert "已取消，没有提交" in called_off.text
    assert (list_.location, abroad.location) == ("/account/?search=x", "/")
    assert "new.one" not in client.get("/account/?search=new").text


def test_s18_who_has_none_shows_the_password_where_the_installation_is_strict(
    application: Flask, client: FlaskClient
) -> None:
    log_in(client, "county_query")
    token = csrf(client, "/")

    def export(**more: str) -> int:
        form = {"column": "gender", "fmt": "csv", "codes": "label", "csrf_token": token}
        answer = client.post("/teacher/export/run/", data=form | more, buffered=True)
        return answer.status_code

    assert export() == 200
    strict(application)

    assert export() == 403
    assert export(step_up_code="wrong") == 403
    assert export(step_up_code=PASSWORD) == 200
    assert export() == 200


def test_s18_reading_what_is_delicate_leads_there_and_back(
    application: Flask, client: FlaskClient
) -> None:
    log_in(client, "county_query")
    strict(application)
    away = client.get("/teacher/export/csv/")
    assert away.location == "/step-up?next=/teacher/export/csv/"
    form = {"step_up_code": PASSWORD, "csrf_token": csrf(client, away.location)}

    assert client.post(away.location, data=form).location == "/teacher/export/csv/"
    assert client.get("/teacher/export/csv/", buffered=True).status_code == 200


def test_s18_a_full_number_is_shown_to_who_shows_a_code(client: FlaskClient, cast: Cast) -> None:
    address = f"/teacher/reveal/?id={cast.make_file()}"
    log_in(client, "school_info")
    secret, _answer = bind_factor(client)
    set_values(cast, LoginSession, stepped_up_at=now() - second.STEPPED_UP - timedelta(seconds=5))
    form = {"purpose": "办理社保登记", "csrf_token": csrf(client, "/")}

    asked = client.post(address, data=form)
    assert asked.status_code == 403
    assert 'name="purpose" value="办理社保登记"' in asked.text
    code = {"step_up_code": code_of(secret, 1)}
    assert client.post(address, data=form | code).status_code == 200
    with acting(cast.session, CONSOLE):
        acts = set(cast.session.scalars(select(AuditEvent.act)))
    assert "reveal" in acts
    assert "denied" not in acts, "to be asked is no refusal"


def test_s18_few_verdicts_are_given_at_once(application: Flask, client: FlaskClient) -> None:
    log_in(client, "school_head")
    strict(application)
    token = csrf(client, "/")
    few = {"action": "pass", "rowid": "1", "pick": "ticked", "confirmed": "1"}
    many = few | {"pick": "all"}
    answers = [
        client.post("/teacher/action/", data=form | {"csrf_token": token}).status_code
        for form in (few, many)
    ]

    assert answers == [200, 403]


def test_the_table_names_endpoints_only(application: Flask) -> None:
    known = set(application.view_functions)
    names = {endpoint.partition(".")[2] for endpoint in known}

    for key in (*DELICATE, *FORMS):
        assert key in known or (key.startswith("*.") and key[2:] in names), key


def test_factors_leave_events(application: Flask, client: FlaskClient, cast: Cast) -> None:
    log_in(client, "county_info")
    secret, _answer = bind_factor(client)
    again = application.test_client()
    log_in(again, "county_info")
    post_code(again, "000000")
    post_code(again, code_of(secret, 1))
    with acting(cast.session, CONSOLE):
        user = cast.staff["county_info"].user_id
        acts = cast.session.scalars(
            select(AuditEvent.act).where(AuditEvent.user_id == user).order_by(AuditEvent.id)
        ).all()
        cast.session.rollback()

    assert acts[-4:] == ["factor.enrol", "login", "login.second_refused", "login.second"]
