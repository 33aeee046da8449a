"""The security desk: entries by kind, readers and writers, duties with gaps (R92, R94–R97)."""

from __future__ import annotations

import re
from itertools import product

import pytest
from playwright.sync_api import Page

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.support.databases import on_sqlite
from tms.models import EntryKind
from tms.records.security_desk import fields_of

pytestmark = on_sqlite
COUNTS = re.compile(r'<td class="num"[^>]*>(\d+)</td>')
SCHOOL, COUNTY = "3136000101", "360102"


def enter(office: Office, unit: str = SCHOOL, name: str = "officer", **more: str) -> int:
    values = {
        "kind": "duty",
        "unit": unit,
        "title": "网络安全",
        "state": "open",
        "person": "赵负责",
    }
    return office.login(name).post("/security/new/", values | more).status_code


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_is_kept_and_listed(office: Office, kind: EntryKind) -> None:
    said = {"grade": "3", "number": "备2026-1", "day": "2026-03-01", "due": "2020-01-01"}
    used, panel = fields_of(kind), office.login("officer")

    assert enter(office, kind=str(kind), title=f"条目{kind}", **said) == 302

    page = panel.get("/security/", kind=str(kind)).get_data(as_text=True)
    form = panel.get("/security/new/", kind=str(kind)).get_data(as_text=True)
    assert f"条目{kind}" in page
    for name, text in said.items():
        assert (f'<td class="lo">{text}</td>' in page) is (name in used)
        assert (f'name="{name}"' in form) is (name in used)
    assert ("已逾期" in page) is ("due" in used)


def test_leaders_read_their_own_units_and_nobody_else_writes(office: Office) -> None:
    assert enter(office) == 302
    assert enter(office, "3136000201", title="别县的台账") == 302

    head = office.login("school_head").get("/security/").get_data(as_text=True)
    county = office.login("county_info").get("/security/").get_data(as_text=True)

    assert "赵负责" in head
    assert "赵负责" in county
    assert "别县的台账" not in head + county
    for name in ("school_head", "county_info", "school_info", "county_admin", "auditor"):
        assert enter(office, name=name) == 403
    for name in ("school_info", "county_query", "support", "college", "auditor"):
        assert office.login(name).get("/security/").status_code == 403


def test_somebody_must_be_named_where_somebody_answers(office: Office) -> None:
    assert enter(office, person="") == 422
    assert enter(office, kind="risk", person="") == 422
    assert enter(office, kind="rules", person="") == 302
    assert enter(office, "999", person="某") == 404


def test_the_tree_shows_persons_and_counts_gaps(office: Office) -> None:
    panel = office.login("officer")
    county = office.people.units[COUNTY].id
    before = panel.get("/security/tree/", unit=county).get_data(as_text=True)
    enter(office)
    after = panel.get("/security/tree/", unit=county).get_data(as_text=True)

    assert before.count("缺责任人</") - after.count("缺责任人</") == 1
    assert "赵负责（网络安全）" in after
    assert COUNTS.findall(before)[:2] == ["3", "3"]
    assert COUNTS.findall(after)[:2] == ["3", "2"]
    assert panel.get("/security/tree/", unit=10**6).status_code == 404
    other = office.login("school_head").get("/security/tree/", unit=county)
    assert other.status_code == 404


def test_a_change_and_a_removal_stay_in_the_audit(office: Office) -> None:
    from sqlalchemy import select

    from tms.access import CONSOLE, bind
    from tms.models import AuditEvent, SecurityEntry

    enter(office)
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        entry = cast.session.scalar(select(SecurityEntry.id))
    panel = office.login("officer")
    values = {"kind": "duty", "unit": SCHOOL, "title": "网络安全", "state": "done"}
    changed = panel.post(f"/security/edit/?id={entry}", values | {"person": "钱接任"})
    assert changed.status_code == 302
    assert panel.post("/security/delete/", {"id": entry}).status_code == 302

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        statement = select(AuditEvent.former).where(AuditEvent.act.like("security.%"))
        former = list(cast.session.scalars(statement.order_by(AuditEvent.id)))
        assert cast.session.scalar(select(SecurityEntry.id)) is None
    assert former[1]["security_entry"][str(entry)]["person"] == "赵负责"
    assert former[2]["security_entry"][str(entry)]["person"] == "钱接任"


@pytest.mark.browser
def test_the_desk_fits_both_widths(office: Office, page: Page) -> None:
    enter(office, title="口令泄露风险：公用电脑保存口令", due="2030-10-01", day="2026-01-01")
    log_in(page, "officer")

    for language, width in product(("zh-CN", "en"), (1280, 390)):
        page.set_extra_http_headers({"Accept-Language": language})
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/security/", "/security/new/?kind=filing", "/security/tree/"):
            page.goto(path)
            assert not page.evaluate(TOO_WIDE), (language, width, path)
