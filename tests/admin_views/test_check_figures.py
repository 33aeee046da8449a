"""完整性检测 in lists and on pages: who sees the sums, and that they lead to what they count."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import update

from tests.admin_views.conftest import Office
from tests.admin_views.test_grids import heads, shown
from tests.support.cast import complete
from tests.support.databases import on_sqlite
from tms.access import unscoped
from tms.dictionary.scope import today
from tms.models import Teacher

PANEL = re.compile(r"<h2>完整性检测</h2>.*?</section>", re.S)
KEY = re.compile(r'class="key" href="([^"]+)".*?</svg>([^<]+) <b>([\d,]+)</b>')


def two_files(office: Office) -> tuple[int, int]:
    """One that lacks nearly everything, one that lacks nothing."""
    with office.cast() as cast:
        lacking, full = cast.make_file(), cast.make_file()
        complete(cast, full)
    return lacking, full


@on_sqlite
def test_sums_lead_to_the_lists_they_count(office: Office) -> None:
    lacking, full = two_files(office)
    info = office.login("school_info")
    home = PANEL.search(info.get("/").get_data(as_text=True))
    assert home

    counted = {words: (unescape(url), int(count)) for url, words, count in KEY.findall(home[0])}

    assert sum(count for _url, count in counted.values()) == 2
    assert shown(info, counted["教师填报项有错"][0]) == [lacking]
    assert "1份有错误" in home[0]
    assert shown(info, check="errors") == [lacking]
    assert shown(info, check="ready") == shown(info, check="none") == [full]
    assert shown(info, check="pending") == []


@on_sqlite
def test_a_units_page_shows_the_sums_of_its_own_files(office: Office) -> None:
    two_files(office)
    city = office.login("province_info")

    ours = city.get(f"/unit/details/?id={office.people.units['360102'].id}").get_data(as_text=True)
    other = city.get(f"/unit/details/?id={office.people.units['360103'].id}").get_data(as_text=True)

    panel = PANEL.search(ours)
    assert panel
    assert "unit=360102" in panel[0]
    assert PANEL.search(other) is None


@on_sqlite
def test_who_reads_only_some_sections_is_told_nothing_of_whole_files(office: Office) -> None:
    office.make_file("4136010001")
    reviewer = office.login("research_office")

    assert PANEL.search(reviewer.get("/").get_data(as_text=True)) is None
    assert "有错误" not in reviewer.get("/teacher/").get_data(as_text=True)
    reviewer.post("/teacher/columns/", {"column": ["name", "check"]})
    assert "完整性检测" not in heads(reviewer, "/teacher/")


@on_sqlite
def test_expired_contracts_are_listed(office: Office) -> None:
    first, second = two_files(office)
    ends = {first: today() - timedelta(days=1), second: today() + timedelta(days=59)}
    with office.cast() as cast:
        for teacher, day in ends.items():
            changed = update(Teacher.__table__).where(Teacher.id == teacher)
            cast.session.execute(unscoped(changed.values(contract_end=day), "test"))
        cast.session.commit()
    info = office.login("school_info")

    assert shown(info, expired="contract") == [first]
    assert shown(info, expired="contract_soon") == [second]
    assert shown(info, expired="certificate") == []
