"""Code tables and what has to be filled in: read only, straight from the declarations."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from tests.admin_views.conftest import Office
from tests.support.databases import on_sqlite
from tms.dictionary import ALL, CODE_TABLES, Category, When, code_table
from tms.dictionary.regions import REGIONS
from tms.models import TABLES

pytestmark = on_sqlite
ROW = re.compile(r'<tr id="(\w+)">(.*?)</tr>', re.DOTALL)
CODES = re.compile(r'<td class="id">([^<]*)</td>')


def test_every_code_table_is_listed_with_size_and_use(office: Office) -> None:
    page = office.login("county_query").get("/codes/").get_data(as_text=True)

    for name in (*CODE_TABLES, REGIONS):
        assert f'href="/codes/{name}"' in page
    assert 'href="/policy/?table=study_experience">学习经历 · 获得学历</a>' in page
    sizes = re.findall(r'class="num c-days">([\d,]+)<', page)
    wanted = [len(code_table(name).entries) for name in (*CODE_TABLES, REGIONS)]
    assert sizes == [f"{size:,}" for size in wanted]


def test_tables_are_found_by_name(office: Office) -> None:
    page = office.login("county_query").get("/codes/?search=民族").get_data(as_text=True)
    none = office.login("county_query").get("/codes/?search=没有").get_data(as_text=True)

    assert re.findall(r'href="/codes/(\w+)"', page) == ["ethnicity"]
    assert "没有名称含“没有”的代码表" in none


@pytest.mark.parametrize("name", [*CODE_TABLES, REGIONS])
def test_every_table_shows_its_entries(office: Office, name: str) -> None:
    panel = office.login("county_query")
    codes = [entry.code for entry in code_table(name).entries]

    found = CODES.findall(panel.get(f"/codes/{name}").get_data(as_text=True))

    assert found == codes[:200]


def test_long_tables_come_in_pages_and_are_searched(office: Office) -> None:
    panel = office.login("county_query")
    codes = [entry.code for entry in code_table(REGIONS).entries]

    second = CODES.findall(panel.get(f"/codes/{REGIONS}?page=1").get_data(as_text=True))
    beyond = CODES.findall(panel.get(f"/codes/{REGIONS}?page=99999").get_data(as_text=True))
    by_code = CODES.findall(panel.get(f"/codes/{REGIONS}?search=433101").get_data(as_text=True))
    by_label = CODES.findall(panel.get(f"/codes/{REGIONS}?search=吉首").get_data(as_text=True))

    assert second == codes[200:400]
    assert beyond == codes[len(codes) // 200 * 200 :]
    assert by_code == ["433101"]
    assert by_label == ["433101", "433121"]


def test_parents_are_named(office: Office) -> None:
    page = office.login("county_query").get("/codes/award_type").get_data(as_text=True)
    child = next(e for e in code_table("award_type").entries if e.parent)

    above = code_table("award_type").label(child.parent)
    assert f'<td class="sec">{child.parent} {above}</td>' in page


def test_unknown_tables_are_not_there(office: Office) -> None:
    panel = office.login("county_query")

    assert panel.get("/codes/nothing").status_code == 404
    assert panel.get("/codes/_tables").status_code == 404


@pytest.mark.parametrize("category", ALL)
def test_every_field_of_every_table_is_shown_as_declared(
    office: Office, category: Category
) -> None:
    panel = office.login("county_query")
    for key, model in TABLES.items():
        table = model.dictionary
        page = panel.get("/policy/", table=key, category=category).get_data(as_text=True)
        rows = dict(ROW.findall(page))

        wanted = [f.key for f in table.fields_for(category)] if table.applies(category) else []
        assert list(rows) == wanted, key
        for field in table.fields_for(category) if wanted else ():
            asks = (field.required[category], field.forbidden[category])
            for condition in asks:
                if isinstance(condition, When):
                    assert str(escape(condition.expression)) in rows[field.key], field.key
            assert ("<b>必填</b>" in rows[field.key]) is (asks[0] == "always"), field.key
            for rule in field.rules:
                assert str(escape(rule.zh)) in rows[field.key]


def test_conditions_are_said_with_labels_and_meanings(office: Office) -> None:
    panel = office.login("county_query")

    basic = panel.get("/policy/", table="basic_information", category=Category.HIGHER_EDUCATION)
    rows = dict(ROW.findall(basic.get_data(as_text=True)))

    assert "“国籍/地区”为“中国”" in rows["ethnicity"]
    assert "“国籍/地区”不为“中国”" in rows["ethnicity"]


def test_a_table_that_a_category_has_not_says_so(office: Office) -> None:
    path = "/policy/?table=teaching&category=kindergarten"
    page = office.login("county_query").get(path).get_data(as_text=True)

    assert "这类学校没有" in page


def test_ones_own_category_comes_first(office: Office) -> None:
    panel = office.login("kindergarten_info")

    assert '<option value="kindergarten" selected>' in panel.get("/policy/").get_data(as_text=True)
    odd = panel.get("/policy/?category=x&table=y").get_data(as_text=True)
    assert '<option value="kindergarten" selected>' in odd
    assert '<option value="basic_information" selected>' in odd


def test_visitors_are_sent_away(office: Office) -> None:
    client = office.application.test_client()

    for path in ("/codes/", "/codes/gender", "/policy/"):
        assert client.get(path).status_code == 302
