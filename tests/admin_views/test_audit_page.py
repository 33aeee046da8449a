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


def test_refused_logins_are_found_by_their_account(application: Flask, cast: Cast) -> None:
    cast.session.close()
    log_in(application.test_client(), "school_info", "Wrong-horse-7")
    client = auditor(application, cast)

    theirs = client.get("/audit/?act=login.refuse&by=school_info").text
    others = client.get("/audit/?act=login.refuse&by=county_info").text

    assert "所涉账号：school_info；来自：" in theirs
    assert "登录页面" in theirs
    assert "/audit/details/" not in others


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("by=nobody-at-all", "没有这个登录名或账号编号。"),
        ("unit=nowhere", "管理范围内没有这样开头的单位代码或名称。"),
        ("at_from=2026-02-30", "没有这一天，请按2026-01-31的样子填写。"),
        ("at_from=2026-03-02&at_to=2026-03-01", "“时间起”晚于截止，找不到任何记录。"),
        ("role=king", "认不出这个值。"),
    ],
)
def test_a_filter_that_can_find_nothing_says_so(
    application: Flask, cast: Cast, query: str, said: str
) -> None:
    client = auditor(application, cast)

    assert said in client.get(f"/audit/?{query}").text
    assert said not in client.get("/audit/?at_from=2026-03-01&at_to=2026-03-01").text


def test_settings_and_entries_say_what_was_and_what_is(application: Flask, cast: Cast) -> None:
    fillers: dict[str, Any] = {"category": "kindergarten", "table": "contact"}
    fillers |= {"said": {"mobile": "bureau"}, "before": {"mobile": ""}}
    entry = {"entry": 4, "kind": "risk", "said": {"due": "2027-01-31", "person": "李四"}}
    before = {"security_entry": {"4": {"due": "2026-12-31", "person": "张三"}}}
    bind(cast.session, CONSOLE)
    write_events(cast.session, CONSOLE, "policy.set", [Event(here(cast), detail=fillers)])
    changed = [Event(here(cast), former=before, detail=entry)]
    write_events(cast.session, CONSOLE, "security.save", changed)
    cast.session.commit()
    client = auditor(application, cast)

    policy = client.get("/audit/?act=policy.set").text
    desk = client.get("/audit/?act=security.save").text

    assert "学校类别：幼儿园；子集：" in policy
    assert "手机：本单位不另规定 → 主管部门" in policy
    assert "类别：风险清单" in desk
    assert "复核或完成期限：2026-12-31 → 2027-01-31；责任人有改动" in desk
    assert "张三" not in desk
    assert "李四" not in desk


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
    assert r"用途：=1+1\n2026,forged" in rows[1]
    assert not any("\n" in cell for cell in rows[1])
    (taken,) = events(cast, "audit.export")
    assert taken.detail == {"rows": 1, "asked": {"act": "export"}}
