"""The switch on the page: read-only for kindergartens of one county, and nowhere else (R20)."""

from __future__ import annotations

import pytest

from tests.admin_views.conftest import Office
from tests.support.databases import on_sqlite
from tms.dictionary import Category
from tms.models import TABLES

pytestmark = on_sqlite
KG = Category.KINDERGARTEN
FIELD = next(
    f.key
    for f in TABLES["contact"].dictionary.fields_for(KG)
    if f.required[KG] == "never" and f.kind == "text"
)


def switch(office: Office, word: str, name: str = "county_admin") -> int:
    data = {"category": str(KG), "table": "contact", f"fill-{FIELD}": word}
    return office.login(name).post("/policy/save/", data).status_code


def form(office: Office, name: str, teacher: int) -> str:
    page = office.login(name).get("/contact/new/", teacher_id=teacher)
    return str(page.get_data(as_text=True))


@pytest.mark.parametrize("word", ["bureau", "hidden"])
def test_a_switch_closes_the_field_there_and_only_there(office: Office, word: str) -> None:
    there, beside = office.make_file("3136000102"), office.make_file()

    assert switch(office, word) == 302

    assert f'name="{FIELD}"' not in form(office, "kindergarten_info", there)
    assert f'name="{FIELD}"' in form(office, "school_info", beside)
    forged = office.login("kindergarten_info").post(
        f"/contact/new/?teacher_id={there}", {FIELD: "12345678", "mobile_phone": "13800000000"}
    )
    assert forged.status_code in (302, 403, 422)
    assert "12345678" not in str(office.login("county_info").get("/contact/").data)
    own = office.login("school_info").post(
        f"/contact/new/?teacher_id={beside}", {FIELD: "12345678"}
    )
    assert own.status_code == 302


def test_the_page_offers_it_to_system_administrators_for_their_own_kind_of_school(
    office: Office,
) -> None:
    select = f'name="fill-{FIELD}"'
    where = {"category": str(KG), "table": "contact"}

    assert select in office.login("county_admin").get("/policy/", **where).get_data(as_text=True)
    assert select not in office.login("county_info").get("/policy/", **where).get_data(as_text=True)
    assert select not in office.login("school_admin").get("/policy/", **where).get_data(
        as_text=True
    )
    assert switch(office, "school", "school_admin") == 409
    assert switch(office, "school", "county_info") == 403


def test_a_refused_word_is_said_and_nothing_is_kept(office: Office) -> None:
    assert switch(office, "bureau") == 302
    data = {"category": str(KG), "table": "contact", f"fill-{FIELD}": "nobody"}
    answer = office.login("county_admin").post("/policy/save/", data)
    page = office.login("county_query").get("/policy/", category=str(KG), table="contact")

    assert answer.status_code == 422
    assert "主管部门" in page.get_data(as_text=True)
