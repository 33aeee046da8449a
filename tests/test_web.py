"""What every request and response has in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import make_url

from tests.support.cast import Cast, id_number
from tests.support.databases import on_sqlite
from tests.test_auth import csrf, log_in


def test_a_number_in_an_address_goes_no_further(application: Flask, cast: Cast) -> None:
    """S10: typed into a search box it must not reach the page's links."""
    cast.session.close()
    client = application.test_client()
    log_in(client, "school_info")

    answer = client.get("/teacher/", query_string={"search": id_number(5), "sort": "1"})
    page = client.get("/teacher/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/teacher/"
    assert "个人标识码查询" in page.text
    assert id_number(5) not in answer.text + page.text


@contextmanager
def busy(application: Flask, url: str) -> Iterator[None]:
    """Somebody else writes for as long as the block takes."""
    from tms.db import db

    with application.app_context():
        db.engine.dispose()  # whoever connects from here on has little patience
        sqlite: Any = db.engine.dialect.loaded_dbapi  # another library would not see its locks
    with closing(sqlite.connect(make_url(url).database)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@on_sqlite
def test_who_waits_too_long_for_the_database_is_told_to_come_again(
    application: Flask, cast: Cast, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first look at a file leaves its trace after the page is made; it is not given without."""
    teacher = cast.make_file()
    cast.session.close()
    client = application.test_client()
    log_in(client, "school_info")
    token = csrf(client, "/")
    monkeypatch.setattr("tms.db._patience", ContextVar("patience", default=50))
    application.config["PROPAGATE_EXCEPTIONS"] = False

    with busy(application, database_url):
        read = client.get(f"/teacher/details/?id={teacher}")
        written = client.post("/logout", data={"csrf_token": token})

    for answer in (read, written):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "稍等几秒再试" in answer.text
    assert client.get(f"/teacher/details/?id={teacher}").status_code == 200


@on_sqlite
def test_what_follows_a_reading_request_begins_as_a_writer(
    application: Flask, cast: Cast, database_url: str
) -> None:
    """On the same thread: a lock asked for later would be refused, however long one waits (F2)."""
    from tms.db import db

    cast.session.close()
    assert FlaskClient(application, Response).get("/login").status_code == 200

    with application.app_context():
        db.session.connection()
        sqlite: Any = db.engine.dialect.loaded_dbapi
        other = sqlite.connect(make_url(database_url).database, timeout=0)
        with closing(other), pytest.raises(sqlite.OperationalError):
            other.execute("BEGIN IMMEDIATE")
