"""通知公告 in the panel: published, met on first pages, read, withdrawn."""

from __future__ import annotations

from tests.admin_views.conftest import Office
from tests.support.databases import on_sqlite

pytestmark = on_sqlite
FORM = {
    "title": "报送安排",
    "text": "请于月底前\n完成报送。",
    "audience": "all",
    "starts_on": "2020-01-02",
}


def test_a_notice_from_publishing_to_being_withdrawn(office: Office) -> None:
    county, school = office.login("county_info"), office.login("school_info")
    bad = county.post("/notice/new/", FORM | {"ends_on": "2019-01-01"})
    made = county.post("/notice/new/", FORM)

    assert (bad.status_code, made.status_code) == (422, 302)
    first = school.get("/").get_data(as_text=True)
    assert "报送安排" in first
    assert "未读" in first
    page = school.get("/notice/details/", id=1).get_data(as_text=True)
    assert "请于月底前\n完成报送。" in page
    assert "东湖县教育局" in page, "who says it, though it is above"
    assert "/notice/withdraw/" not in page
    assert "未读" not in school.get("/").get_data(as_text=True)
    own = county.get("/notice/details/", id=1).get_data(as_text=True)
    assert "人已读" in own
    for panel in (office.login("neighbour_info"), office.login("far_school_info")):
        assert panel.get("/notice/details/", id=1).status_code == 404
        assert "报送安排" not in panel.get("/notice/").get_data(as_text=True)
    assert school.post("/notice/withdraw/", {"id": 1}).status_code == 404
    assert school.get("/notice/edit/", id=1).status_code == 404
    assert county.post("/notice/withdraw/", {"id": 1}).status_code == 302
    assert "报送安排" not in school.get("/").get_data(as_text=True)
    assert school.get("/notice/details/", id=1).status_code == 404
    assert "已撤回" in county.get("/notice/").get_data(as_text=True)


def test_readers_only_have_a_list(office: Office) -> None:
    for name in ("county_query", "auditor", "support", "officer", "county_admin"):
        panel = office.login(name)
        assert panel.get("/notice/").status_code == 200
        assert panel.get("/notice/new/").status_code == 403
