"""Where the application meets the world: settings, headers, hosts, proxies (S22, S25, S27)."""

from __future__ import annotations

import socket
import stat
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2
import pytest
from flask import Flask
from sqlalchemy import create_engine, select

from tests.support.applications import in_use
from tests.support.cast import Cast
from tests.test_auth import csrf, log_in
from tms import config, create_app, crypto
from tms.access import CONSOLE, acting
from tms.config import ConfigError, check_sqlite
from tms.db import prepare_engine
from tms.jobs.transport import queue_at
from tms.models import LoginSession

SECRET = "q8Zr2Lw0Xn5Vb7Tk3Hs9Jd6Fg1Mc4Pye"  # noqa: S105  of an application that lives for a test


def settings(folder: Path, **more: Any) -> dict[str, Any]:
    return {"TMS_DATA_DIR": str(folder), "TMS_ENV": "production", "TMS_SECRET_KEY": SECRET} | more


def test_s25_production_starts_with_what_is_sound(tmp_path: Path) -> None:
    loaded = config.load(settings(tmp_path))

    assert loaded["TMS_SECOND_FACTOR"] == "administrators"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"TMS_SECRET_KEY": "short"}, "TMS_SECRET_KEY"),
        ({"TMS_SECRET_KEY": "change-me-" * 4}, "TMS_SECRET_KEY"),
        ({"TMS_SECRET_KEY": "a" * 64}, "TMS_SECRET_KEY"),
        ({"TMS_CAS_URL": "http://cas.example/"}, "TMS_CAS_SERVICE"),
        (
            {"TMS_CAS_URL": "http://cas.example/", "TMS_CAS_SERVICE": "https://tms.example"},
            "https://",
        ),
        ({"TMS_ENV": "prod"}, "TMS_ENV"),
        ({"TMS_SECOND_FACTOR": "sometimes"}, "TMS_SECOND_FACTOR"),
        ({"TMS_PASSWORD_PROFILE": "none"}, "TMS_PASSWORD_PROFILE"),
        ({"TMS_PROXIES": "nginx"}, "TMS_PROXIES"),
    ],
)
def test_s25_weak_settings_stop_the_start(tmp_path: Path, more: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        config.load(settings(tmp_path, **more))


def test_s25_debug_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(ConfigError, match="FLASK_DEBUG"):
        config.load(settings(tmp_path))


@pytest.mark.parametrize("made_before", [False, True])
def test_s25_databases_are_the_owners_alone(tmp_path: Path, made_before: bool) -> None:
    path = tmp_path / "x.sqlite"
    if made_before:
        path.touch(mode=0o644)
    engine = create_engine(f"sqlite:///{path}", module=pysqlite3.dbapi2)
    prepare_engine(engine)

    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    engine.dispose()
    queue_at(engine.url, tmp_path, SECRET)

    assert modes == dict.fromkeys(("x.sqlite", "x.sqlite-wal", "x.sqlite-shm"), 0o600)
    assert (tmp_path / "queue.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", [config.KEY_FILE, config.SECRET_FILE])
def test_s25_keys_that_others_can_read_stop_the_start(tmp_path: Path, name: str) -> None:
    crypto.Keyring.generate().save(tmp_path / config.KEY_FILE)
    (tmp_path / config.SECRET_FILE).write_text("x" * 40)
    for each in (config.KEY_FILE, config.SECRET_FILE):
        (tmp_path / each).chmod(0o600)
    config.load(settings(tmp_path))
    (tmp_path / name).chmod(0o640)

    with pytest.raises(ConfigError, match=name):
        config.load(settings(tmp_path))
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("version", "is_sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_s25_a_sqlite_that_loses_data_stops_the_start(
    version: tuple[int, ...], is_sound: bool
) -> None:
    check_sqlite({"TMS_ENV": "development"}, version)
    if is_sound:
        check_sqlite({"TMS_ENV": "production"}, version)
    else:
        with pytest.raises(ConfigError, match="SQLite"):
            check_sqlite({"TMS_ENV": "production"}, version)


def made(url: str, folder: Path, **more: Any) -> Flask:
    """An application with settings of its own."""
    crypto.ensure(folder / config.KEY_FILE)
    given = {"TMS_DATABASE_URL": url, "TMS_DATA_DIR": str(folder), "TESTING": True} | more
    return create_app(given)


def test_s22_headers_stand_on_every_answer(application: Flask) -> None:
    client = application.test_client()
    for path in ("/login", "/", "/nothing", "/static/tms.js"):
        headers = client.get(path, buffered=True).headers

        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'nonce-"), path
        assert "unsafe" not in policy, path
        assert "Strict-Transport-Security" not in headers, path


def test_s22_with_https_browsers_are_told_to_stay(database_url: str, tmp_path: Path) -> None:
    for application in in_use(made(database_url, tmp_path / "instance", TMS_HTTPS="1")):
        answer = application.test_client().get("/login", base_url="https://localhost")

        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert answer.headers["Set-Cookie"].startswith("__Host-tms=")
        assert "Secure" in answer.headers["Set-Cookie"]


def test_s22_it_answers_under_its_own_names_only(database_url: str, tmp_path: Path) -> None:
    names = {"TMS_TRUSTED_HOSTS": "tms.example, .edu.example"}
    for application in in_use(made(database_url, tmp_path / "instance", **names)):
        client = application.test_client()
        hosts = ("tms.example", "a.edu.example", "evil.example", "tms.example.evil.example")
        found = [client.get("/login", base_url=f"http://{host}").status_code for host in hosts]

        assert found == [200, 200, 400, 400]


def test_s22_only_our_proxy_says_where_somebody_comes_from(
    database_url: str, tmp_path: Path, cast: Cast
) -> None:
    cast.session.close()
    peers = {"TMS_PROXIES": "127.0.0.1, 10.1.0.0/16"}
    told = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    for application in in_use(made(database_url, tmp_path / "instance", **peers)):
        for peer in ("10.1.2.3", "10.2.0.1"):
            client = application.test_client()
            place: Any = {"environ_base": {"REMOTE_ADDR": peer}, "headers": told}
            form = {"username": "county_info", "password": "Correct-horse-7"}
            form["csrf_token"] = csrf(client)
            assert client.post("/login", data=form, **place).status_code == 302
    with acting(cast.session, CONSOLE):
        rows = select(LoginSession.address).order_by(LoginSession.id)
        assert cast.session.scalars(rows).all() == ["198.51.*.*", "10.2.*.*"]


def test_s27_no_page_talks_to_anybody(
    application: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the database may be spoken to."""
    cast.session.close()
    asked: list[Any] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        asked.append(address)
        if not (isinstance(address, str) or address[0] in ("127.0.0.1", "localhost", "::1")):
            raise AssertionError(f"talks to {address}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", _no_names)
    client = application.test_client()
    log_in(client, "county_info")
    paths = ("/", "/teacher/", "/unit/", "/inbox/", "/exports/", "/import/", "/me/factor/")
    for path in paths:
        for words in ({}, {"next": "https://evil.example/x", "url": "https://evil.example/x"}):
            assert client.get(path, query_string=words).status_code == 200, path

    assert not [each for each in asked if "evil" in str(each)]


def _no_names(host: Any, *rest: Any, **more: Any) -> Any:
    raise AssertionError(f"asks for the address of {host}")
