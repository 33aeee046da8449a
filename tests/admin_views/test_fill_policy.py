"""The switch on the page: read-only for kindergartens of one county, and nowhere else (R20)."""

from __future__ import annotations

import io
import re

import pytest

from tests.admin_views.conftest import Office
from tests.admin_views.test_imports import text, work
from tests.exchange.test_imports import number_of
from tests.support.databases import on_sqlite
from tms.dictionary import Category
from tms.models import TABLES

pytestmark = on_sqlite
KG = Category.KINDERGARTEN
FIELD, LABEL = next(
    (f.key, f.zh)
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
    path, typed = f"/contact/new/?teacher_id={there}", {"mobile": "13800000000"}
    forged = office.login("kindergarten_info").post(path, typed | {FIELD: "12345678"})
    assert forged.status_code == 403
    assert f"“{LABEL}”不由您填写。" in forged.get_data(as_text=True)
    assert office.login("kindergarten_info").post(path, typed | {FIELD: ""}).status_code == 302
    assert "12345678" not in str(office.login("county_info").get("/contact/").data)
    own = office.login("school_info").post(
        f"/contact/new/?teacher_id={beside}", {FIELD: "12345678"}
    )
    assert own.status_code == 302


def test_a_field_closed_while_the_form_was_open_is_not_passed_over(office: Office) -> None:
    there = office.make_file("3136000102")
    with office.cast() as cast:
        row = cast.add("kindergarten_info", there, "contact", **{FIELD: "江西路1号"})
    switch(office, "bureau")
    panel, path = office.login("kindergarten_info"), f"/contact/edit/?id={row}"
    typed = {"row_version": "1", "file_id": str(there), "mobile": "13800000000"}

    late = panel.post(path, typed | {FIELD: "江西路2号"})
    same = panel.post(path, typed | {FIELD: "江西路1号"})

    assert late.status_code == 403
    assert f"“{LABEL}”不由您填写。" in late.get_data(as_text=True)
    assert same.status_code == 302


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


def send(office: Office, *rows: str) -> str:
    """The path of an import of the kindergarten's contacts that was checked."""
    body = "\r\n".join([f"个人标识码,mobile,{FIELD}", *rows]).encode()
    form = {"file": (io.BytesIO(body), "联系.csv"), "into": "contact", "mode": "update"}
    how = {"keep": "person", "incomplete": "draft", "in_force": "refuse"}
    panel = office.login("kindergarten_info")
    answer = panel.post("/import/", form | how, content_type="multipart/form-data")
    work(office)
    return str(answer.location)


def test_preview_and_receipt_name_the_column_that_is_not_taken(office: Office) -> None:
    there = [office.make_file("3136000102") for _ in range(2)]
    with office.cast() as cast:
        numbers = [number_of(cast, each) for each in there]
    switch(office, "bureau")

    path = send(office, f"{numbers[0]},13800000001,江西路1号", f"{numbers[1]},13800000002,")
    panel = office.login("kindergarten_info")
    preview = text(panel, path)
    panel.post(f"{path}load/")
    work(office)
    receipt = text(panel, path)

    said = "由主管部门填写，不收取。"
    for page, heading in ((preview, "不收取的列"), (receipt, "没有收取的列")):
        assert heading in page
        assert said in page
        assert "看这1行" in page
    only = text(panel, page_of(receipt))
    assert "江西路1号" in only
    assert "13800000002" not in only
    assert "江西路1号" not in str(office.login("county_info").get("/contact/").data.decode())
    again = text(panel, send(office, f"{numbers[0]},13800000001,江西路1号"))
    assert "不变，有列不收" in again
    assert "不收取的列" not in text(panel, send(office, f"{numbers[0]},13800000001,"))


def page_of(receipt: str) -> str:
    """Where the rows are of which the column was not taken."""
    found = re.search(r'href="([^"]+rows=closed[^"]+)"', receipt)
    assert found is not None
    return found[1].replace("&amp;", "&")
