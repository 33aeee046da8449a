"""Units, code tables and rules in English: nothing Chinese but data."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.admin_views.test_english import left
from tests.support.databases import on_sqlite

pytestmark = on_sqlite
#: Code tables show both names of each entry, whatever the reader's language.
CHINESE_CELL = re.compile(r'<td lang="zh-Hans">.*?</td>')


@pytest.fixture
def admin(office: Office) -> Panel:
    """A province's system administrator who reads English."""
    panel = office.login("province_admin")
    panel.post("/locale", {"locale": "en"})
    return panel


@pytest.mark.parametrize(
    "path",
    ["/unit/tree/", "/unit/tree/?at={id}", "/unit/details/?id={id}", "/codes/", "/codes/award_type",
     "/codes/country?search=zz", "/policy/?table=remuneration",
     "/policy/?table=teaching&category=kindergarten"],
)  # fmt: skip
def test_pages(office: Office, admin: Panel, path: str) -> None:
    unit = office.people.units["3136000101"].id
    page = admin.get(path.format(id=unit)).get_data(as_text=True)

    assert '<html lang="en">' in page
    assert not left(CHINESE_CELL.sub("", page))


@pytest.mark.parametrize("act", ["rename", "move", "merge", "close"])
def test_acts(office: Office, admin: Panel, act: str) -> None:
    office.make_file(name="Wang")
    target = "360103" if act == "move" else "3136000201"
    path = f"/unit/act/?act={act}&id={office.people.units['3136000101'].id}"
    form = {"name": "New name", "on": str(date.today()), "target": target, "step": "preview"}

    asked = admin.get(path).get_data(as_text=True)
    plan = admin.post(path, form).get_data(as_text=True)
    refused = admin.post(path, form | {"on": "2999-01-01", "target": "360102"})

    assert 'name="seen"' in plan
    assert not left(asked + plan + refused.get_data(as_text=True))
