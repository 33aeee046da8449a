"""The tree of units in the panel: opened by links, counted, within reach."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.admin_views.conftest import Office
from tests.support.cast import UNITS
from tests.support.units import make_unit
from tms.dictionary import Category
from tms.models import UnitKind
from tms.records import unit_tree
from tms.records.unit_acts import close

LINE = re.compile(r'<tr id="u(\d+)"(.*?)</tr>', re.DOTALL)
#: Units and files below, as a line shows them.
NUMBERS = re.compile(r'class="num[^"]*">(?:<a[^>]*>)?([\d,]*)<')


def lines(page: str) -> dict[int, str]:
    """By unit what its line holds."""
    return {int(unit): line for unit, line in LINE.findall(page)}


def ids(office: Office, *codes: str) -> list[int]:
    return [office.people.units[code].id for code in codes]


def test_the_tree_begins_at_ones_own_unit(office: Office) -> None:
    page = office.login("county_query").get("/unit/tree/").get_data(as_text=True)

    assert list(lines(page)) == ids(office, "360102", "3136000101", "3136000102")


def test_what_is_open_shows_what_lies_below(office: Office) -> None:
    panel = office.login("province_admin")
    city, county, school = ids(office, "360100", "360102", "3136000101")

    shut = panel.get("/unit/tree/").get_data(as_text=True)
    opened = panel.get(f"/unit/tree/?open={city}&open={county}").get_data(as_text=True)

    assert school not in lines(shut)
    assert f'href="/unit/tree/?open={city}#u{city}" aria-expanded="false"' in lines(shut)[city]
    assert school in lines(opened)
    assert f'href="/unit/tree/?open={city}#u{county}" aria-expanded="true"' in lines(opened)[county]
    assert "twist" not in lines(opened)[school]


def test_each_unit_tells_units_and_files_below(office: Office) -> None:
    office.make_file()
    office.make_file("3136000102")
    city, county, school = ids(office, "360100", "360102", "3136000101")
    path = f"/unit/tree/?open={city}&open={county}"
    page = office.login("province_info").get(path).get_data(as_text=True)

    numbers = {unit: NUMBERS.findall(line) for unit, line in lines(page).items()}
    assert (numbers[city], numbers[county]) == (["5", "2"], ["2", "2"])
    assert numbers[school] == ["", "1"]


def test_files_are_counted_for_those_who_read_files(office: Office) -> None:
    assert "教师档案" in office.login("province_info").get("/unit/tree/").get_data(as_text=True)
    for name in ("auditor", "support", "officer"):
        assert "教师档案" not in office.login(name).get("/unit/tree/").get_data(as_text=True)


def test_at_opens_the_way_to_one_unit(office: Office) -> None:
    (school,) = ids(office, "3136000101")
    panel = office.login("province_admin")

    assert school in lines(panel.get(f"/unit/tree/?at={school}").get_data(as_text=True))


def test_a_closed_unit_stays_and_says_since_when(office: Office) -> None:
    (school,) = ids(office, "3136000102")
    with office.cast() as cast:
        close(cast.session, cast.act_as("county_admin"), school, date.today())
        cast.session.commit()

    line = lines(office.login("county_admin").get("/unit/tree/").get_data(as_text=True))[school]

    assert f"{date.today()}撤销" in line
    assert "恢复" in line
    assert "更名" not in line


@pytest.mark.parametrize(
    ("name", "offered"), [("county_admin", True), ("county_info", False), ("county_query", False)]
)
def test_acts_are_offered_to_those_who_may(office: Office, name: str, offered: bool) -> None:
    county, school = ids(office, "360102", "3136000101")
    found = lines(office.login(name).get("/unit/tree/").get_data(as_text=True))

    assert (f"/unit/act/?act=move&amp;id={school}" in found[school]) is offered
    assert "/unit/act/" not in found[county]


def test_long_levels_come_in_pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from tms.admin_views import unit_tree as view

    monkeypatch.setattr(view, "PAGE", 2)
    monkeypatch.setattr(unit_tree.children, "__defaults__", (0, 2))
    with office.cast() as cast:
        for number in (3, 4, 5):
            category = Category.KINDERGARTEN
            code = f"313600010{number}"
            make_unit(cast, code, "360102", UnitKind.SCHOOL, school_category=category)
    panel = office.login("province_admin")
    city, county = ids(office, "360100", "360102")

    whole = panel.get(f"/unit/tree/?open={city}&open={county}").get_data(as_text=True)
    first = panel.get(f"/unit/tree/?top={county}").get_data(as_text=True)
    last = panel.get(f"/unit/tree/?top={county}&page=2").get_data(as_text=True)

    assert "还有3个下级" in whole
    assert (len(lines(first)), len(lines(last))) == (3, 2)
    assert "下级第5–5个，共5个" in last
    assert 'rel="next"' in first
    assert 'rel="next"' not in last


@pytest.mark.parametrize("query", ["open=x", "open=-1&page=-5", "page=99999999999", "at=9", "at=١"])
def test_what_makes_no_sense_is_dropped(office: Office, query: str) -> None:
    assert office.login("county_query").get(f"/unit/tree/?{query}").status_code == 200


def test_foreign_trees_do_not_exist(office: Office) -> None:
    panel = office.login("county_admin")
    foreign = office.people.units["360103"]

    assert panel.get(f"/unit/tree/?top={foreign.id}").status_code == 404
    page = panel.get(f"/unit/tree/?open={foreign.id}&at={foreign.id}").get_data(as_text=True)
    assert foreign.name not in page
    assert UNITS["3136000201"][0] not in page


def test_a_units_page_tells_where_it_stands_and_what_it_was_called(office: Office) -> None:
    panel = office.login("county_admin")
    county, school = ids(office, "360102", "3136000101")
    form = {"name": "东湖县实验小学", "on": str(date.today()), "step": "confirm"}
    path = f"/unit/act/?act=rename&id={school}"
    seen = {"seen": figures(panel.post(path, form | {"step": "preview"}).get_data(as_text=True))}
    assert panel.post(path, form | seen).status_code == 302

    page = panel.get(f"/unit/details/?id={school}").get_data(as_text=True)
    own = panel.get(f"/unit/details/?id={county}").get_data(as_text=True)

    assert f'href="/unit/details/?id={county}">东湖县教育局</a>' in page
    assert "<td>东湖县第一小学</td>" in page
    assert "<td>东湖县实验小学</td>" in page
    assert f"/unit/edit/?id={school}" in page
    assert "/unit/edit/" not in own


def figures(page: str) -> str:
    """What a preview's form carries of its counts."""
    found = re.search(r'name="seen" value="([\d-]+)"', page)
    assert found, page
    return found[1]
