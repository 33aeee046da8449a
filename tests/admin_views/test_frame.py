"""The frame: navigation by task for each role, and the switch between assignments."""

from __future__ import annotations

import re

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.support.cast import STAFF
from tests.support.databases import on_sqlite
from tms.access import Role
from tms.admin_views.nav import NAVIGATION
from tms.records.assignments import add_assignment

LINK = re.compile(r'<a href="([^"]+)" title=')


def links(panel: Panel) -> list[str]:
    side = panel.get("/").get_data(as_text=True).split('id="nav"')[1].split("</nav>")[0]
    return [address.replace("&amp;", "&") for address in LINK.findall(side)]


@on_sqlite
@pytest.mark.parametrize("name", STAFF)
def test_every_entry_of_the_navigation_opens(office: Office, name: str) -> None:
    office.make_file()
    panel = office.login(name)

    found = links(panel)

    assert found
    assert {address: panel.get(address).status_code for address in found} == dict.fromkeys(
        found, 200
    )


def test_navigation_names_endpoints_that_exist(office: Office) -> None:
    endpoints = {rule.endpoint for rule in office.application.url_map.iter_rules()}

    assert {link.endpoint for group in NAVIGATION for link in group.links} <= endpoints


def test_the_present_place_is_marked_once(office: Office) -> None:
    panel = office.login("school_info")

    for path, title in (("/teacher/", "教师"), ("/inbox/", "待我审核")):
        page = panel.get(path).get_data(as_text=True)
        marked = re.findall(r'title="([^"]+)" +class="on"', page)
        assert marked == [title]


def test_switching_changes_reach_and_rights(office: Office) -> None:
    office.make_file(name="王在校")
    with office.cast() as cast:
        admin = cast.act_as("school_admin")
        user = cast.staff["school_info"].user_id or 0
        unit = cast.units["3136000101"].id
        made = add_assignment(cast.session, admin, user, Role.INFO_QUERY, unit)
        cast.session.commit()
    panel = office.login("school_info")
    assert "切换到" in panel.get("/").get_data(as_text=True)

    panel.post("/assignment", {"id": str(made)})
    page = panel.get("/teacher/").get_data(as_text=True)

    assert "信息查询员" in page
    assert "王在校" in page
    assert panel.get("/import/").status_code == 403
    assert office.login("school_info").get("/import/").status_code == 403  # it stays so


def test_nobody_switches_to_somebody_elses_assignment(office: Office) -> None:
    foreign = office.people.staff["county_info"].assignment_id
    panel = office.login("school_info")

    answer = panel.post("/assignment", {"id": str(foreign)})

    assert answer.status_code == 404
    assert "school_info" in panel.get("/").get_data(as_text=True)


def test_assets_may_be_kept_and_change_address_with_their_content(office: Office) -> None:
    page = office.application.test_client().get("/login").get_data(as_text=True)

    sheets = re.findall(r'href="(/static/css/[^"]+)"', page)

    assert sheets
    for sheet in sheets:
        assert re.search(r"\?v=[0-9a-f]{12}$", sheet)
        answer = office.application.test_client().get(sheet, buffered=True)
        assert answer.status_code == 200
        assert "max-age" in answer.headers["Cache-Control"]
