"""审计日志: what an auditor finds, takes out, and is not told (SECURITY.md S6, S12)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.cast import PASSWORD, Cast
from tests.test_auth import csrf, log_in
from tms.access import CONSOLE, acting, bind
from tms.models import AuditEvent
from tms.models.types import now
from tms.records import denials
from tms.records.audit import Event, write_events
from tms.records.seals import seal_now


def auditor(application: Flask, cast: Cast) -> FlaskClient:
    cast.session.close()
    client = application.test_client()
    log_in(client, "auditor", PASSWORD)
    return client


def events(cast: Cast, act: str) -> list[Any]:
    cast.session.rollback()
    with acting(cast.session, CONSOLE):
        found = select(AuditEvent).where(AuditEvent.act == act).order_by(AuditEvent.id)
        return list(cast.session.scalars(found))


def here(cast: Cast) -> str:
    return cast.staff["auditor"].unit_path


def test_filters_find_who_did_what(application: Flask, cast: Cast) -> None:
    other = application.test_client()
    cast.session.close()
    log_in(other, "school_info", PASSWORD)
    client = auditor(application, cast)

    logins = client.get("/audit/?act=login").text
    theirs = client.get("/audit/?act=login&by=school_info").text
    nobody = client.get("/audit/?by=nobody-at-all").text

    assert "school_info" in logins
    assert "/audit/details/" in logins
    assert theirs.count("/audit/details/") < logins.count("/audit/details/")
    assert "/audit/details/" not in nobody


def test_only_auditors_read_it(application: Flask, cast: Cast) -> None:
    cast.session.close()
    client = application.test_client()
    log_in(client, "province_info", PASSWORD)

    assert client.get("/audit/").status_code == 403


def test_a_refused_request_is_an_event_and_a_crawler_leaves_few(
    application: Flask, cast: Cast
) -> None:
    cast.session.close()
    client = application.test_client()
    log_in(client, "county_query", PASSWORD)

    for _ in range(denials.A_MINUTE + 5):
        assert client.get("/audit/?search=%0d%0asecret").status_code == 403

    found = events(cast, denials.ACT)
    assert len(found) == denials.A_MINUTE
    assert found[0].detail == {"endpoint": "audit.index_view", "method": "GET", "status": 403}
    assert found[-1].detail == found[0].detail | {"more": True}


def test_a_day_is_bounded_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    actor, clock = cast.act_as("county_query"), [now()]
    monkeypatch.setattr(denials, "now", lambda: clock[0])
    noted = 0
    for _ in range(denials.A_DAY + 3):
        noted += denials.note(cast.session, actor, "x", "GET", "1")
        clock[0] += timedelta(minutes=2)  # the last minute's count begins anew

    assert noted == denials.A_DAY


def test_an_event_says_its_seal_and_not_what_stood_there(application: Flask, cast: Cast) -> None:
    bind(cast.session, CONSOLE)
    former = {"contact": {"7": {"mobile": "13812345678"}}}
    detail = {"purpose": "核对\r\n伪造", "name": "张三"}
    event = Event(here(cast), 7, rows={"contact": {"7": 2}}, former=former, detail=detail)
    write_events(cast.session, CONSOLE, "save", [event])
    cast.session.commit()
    (made,) = [each.id for each in events(cast, "save") if each.teacher_id == 7]
    bind(cast.session, CONSOLE)
    seal_now(cast.session, application.config["TMS_DATA_DIR"])
    client = auditor(application, cast)
    (login,) = [each.id for each in events(cast, "login") if each.role == "auditor"]
    cast.session.close()

    page = client.get(f"/audit/details/?id={made}").text

    assert "未封存" in client.get(f"/audit/details/?id={login}").text
    assert "未封存" not in page

    assert "已封存" in page
    assert r"核对\r\n伪造" in page
    assert "13812345678" not in page
    assert "张三" not in page


def test_what_is_taken_out_is_inert_and_leaves_a_trace(application: Flask, cast: Cast) -> None:
    bind(cast.session, CONSOLE)
    event = Event(here(cast), detail={"purpose": "=1+1\n2026,forged"})
    write_events(cast.session, CONSOLE, "export", [event])
    cast.session.commit()
    client = auditor(application, cast)

    answer = client.post("/audit/take/?act=export", data={"csrf_token": csrf(client, "/")})

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert r"purpose==1+1\n2026,forged" in rows[1]
    assert not any("\n" in cell for cell in rows[1])
    (taken,) = events(cast, "audit.export")
    assert taken.detail == {"rows": 1, "asked": {"act": "export"}}
