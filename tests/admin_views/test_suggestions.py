"""A suggestion beside the reason of a return, and the one tap that takes it up."""

from __future__ import annotations

import re

from tests.admin_views.conftest import Office
from tests.support.databases import on_sqlite

pytestmark = on_sqlite
STUDY = "study_experience"


def test_a_suggestion_is_typed_seen_and_taken_up(office: Office, desk: list[int]) -> None:
    row, county = office.row_of(STUDY, desk[0]), office.login("county_info")
    flags = [f"{STUDY}:{row}:major", f"{STUDY}:{row}:admission_month", f"{STUDY}:{row}:degree_name"]
    form = {"id": desk[0], "do": "return", "on": flags, "note": "请核对"}
    asked = county.post("/inbox/judge/", form).get_data(as_text=True)
    said = {f"say-{flags[0]}": "应用数学", f"say-{flags[1]}": "前年", "confirmed": "1"}
    bad = county.post("/inbox/judge/", form | said)
    said[f"say-{flags[1]}"] = "2003年9月"
    done = county.post("/inbox/judge/", form | said)

    assert all(f'name="say-{flag}"' in asked for flag in flags)
    assert "<b>汉语言文学</b>" in asked
    assert (bad.status_code, done.status_code) == (422, 302)
    assert 'value="应用数学"' in bad.get_data(as_text=True), "what was typed is kept"
    school = office.login("school_info")
    page = school.get("/teacher/details/", id=desk[0]).get_data(as_text=True)
    assert re.search(r'class="was">汉语言文学.*?class="now">应用数学', page, re.DOTALL)
    assert page.count("采纳<") == 2
    note, version = re.findall(r'name="(?:id|version)" value="(\d+)"', page)[:2]
    tap = {"id": note, "version": version, "back": f"/{STUDY}/edit/?id={row}"}
    taken = school.post("/suggestion/", tap)
    assert taken.headers["Location"] == tap["back"]
    assert office.scalar("major", row, STUDY) == "应用数学"
    again = school.get("/teacher/details/", id=desk[0]).get_data(as_text=True)
    assert ("已采纳" in again, again.count("采纳<span")) == (True, 1)
    assert "已采纳" in school.get(f"/{STUDY}/edit/", id=row).get_data(as_text=True)


def test_nobody_else_takes_it_up(office: Office, desk: list[int]) -> None:
    row, county = office.row_of(STUDY, desk[0]), office.login("county_info")
    flag = f"{STUDY}:{row}:major"
    form = {"id": desk[0], "do": "return", "on": flag, "note": "请核对", "confirmed": "1"}
    county.post("/inbox/judge/", form | {f"say-{flag}": "应用数学"})

    assert office.login("far_school_info").post("/suggestion/", {"id": 1}).status_code == 404
    assert office.login("school_head").post("/suggestion/", {"id": 1}).status_code == 403
    off = {"id": 1, "version": 1, "back": "https://elsewhere.example/"}
    assert office.login("school_info").post("/suggestion/", off).headers["Location"] == "/"
    assert office.scalar("major", row, STUDY) == "应用数学"
