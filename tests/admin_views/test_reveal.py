"""查看完整号码: by POST with a purpose, throttled, told to the trail (SECURITY.md S9, S10)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.cast import PASSWORD, Cast, id_number
from tests.test_auth import csrf, log_in
from tms.access import CONSOLE, acting
from tms.models import AuditEvent
from tms.records import reveal

ONCE = re.compile(r'name="once"[^>]*value="([^"]+)"')
PURPOSE = "办理社保登记"


@pytest.fixture
def file(cast: Cast) -> int:
    made = cast.make_file()
    cast.session.close()
    return made


def browser(application: Flask, name: str) -> FlaskClient:
    client = application.test_client()
    log_in(client, name, PASSWORD)
    return client


def ask(client: FlaskClient, file: int, purpose: str = PURPOSE) -> Any:
    data = {"purpose": purpose, "csrf_token": csrf(client, "/")}
    return client.post(f"/teacher/reveal/?id={file}", data=data)


def events(cast: Cast) -> list[Any]:
    with acting(cast.session, CONSOLE):
        found = list(cast.session.scalars(select(AuditEvent).where(AuditEvent.act == reveal.ACT)))
    cast.session.rollback()  # pages of files are noted by a writer of their own
    return found


def test_the_number_stands_in_the_answer_only(application: Flask, cast: Cast, file: int) -> None:
    client, number = browser(application, "school_info"), id_number(1)

    before = client.get(f"/teacher/reveal/?id={file}")
    answer = ask(client, file)
    after = client.get(f"/teacher/reveal/?id={file}")

    assert number in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert number not in before.text + after.text
    (event,) = events(cast)
    assert (event.teacher_id, event.detail) == (file, {"purpose": PURPOSE})
    assert f"/teacher/reveal/?id={file}" in client.get(f"/teacher/details/?id={file}").text


@pytest.mark.parametrize("purpose", ["", "查", "长" * 201])
def test_without_a_purpose_it_stays_masked(
    application: Flask, cast: Cast, file: int, purpose: str
) -> None:
    answer = ask(browser(application, "school_info"), file, purpose)

    assert answer.status_code == 422
    assert not purpose or "请写明查看用途，4至200字。" in answer.text
    assert id_number(1) not in answer.text
    assert events(cast) == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("county_query", 403), ("school_head", 403), ("neighbour_info", 404), ("auditor", 403)],
)
def test_others_do_not_see_it(
    application: Flask, cast: Cast, file: int, name: str, status: int
) -> None:
    answer = ask(browser(application, name), file)

    assert answer.status_code == status
    assert id_number(1) not in answer.text


def test_who_looks_too_often_waits(application: Flask, cast: Cast, file: int) -> None:
    client = browser(application, "school_info")

    statuses = [ask(client, file).status_code for _ in range(reveal.A_MINUTE + 2)]

    assert statuses == [200] * reveal.A_MINUTE + [403] * 2
    assert len(events(cast)) == reveal.A_MINUTE


def test_the_same_page_sent_again_shows_nothing(application: Flask, cast: Cast, file: int) -> None:
    client, path = browser(application, "school_info"), f"/teacher/reveal/?id={file}"
    once = ONCE.search(client.get(path).text)
    assert once
    data = {"purpose": PURPOSE, "once": once[1], "csrf_token": csrf(client, "/")}

    first, second = client.post(path, data=data), client.post(path, data=data)

    assert id_number(1) in first.text
    assert second.status_code == 302
    assert "号码已经显示过" in client.get(path).text
    assert len(events(cast)) == 1


def test_no_address_shows_it(application: Flask, cast: Cast, file: int) -> None:
    client = browser(application, "school_info")

    answer = client.get(f"/teacher/reveal/?id={file}&purpose={PURPOSE}")

    assert id_number(1) not in answer.text
    assert events(cast) == []
