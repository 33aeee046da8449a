"""The data sheet of one person for one business: in force only, with its version (R86)."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.support.cast import Cast, complete
from tests.support.review import bring
from tms.documents.form_print import Order, print_one
from tms.errors import Conflict, NotFound
from tms.models import TABLES, RowState
from tms.records.business import BUSINESS
from tms.records.form_changes import check
from tms.records.printed_forms import Paper, enter, find_paper


def sheet(cast: Cast, file: int, business: str = "title") -> tuple[Paper, str]:
    actor = cast.act_as("county_info")
    paper, made = print_one(cast.session, Order(actor, "zh", str, "http://x/", business), file)
    enter(cast.session, actor, [paper])
    cast.session.commit()
    found = PdfReader(io.BytesIO(made)).pages
    return paper, "".join("".join(page.extract_text() for page in found).split())


@pytest.fixture
def file(cast: Cast) -> int:
    made = cast.make_file()
    complete(cast, made)
    bring(cast, made, "in_force")
    return made


def test_it_holds_what_is_in_force_and_what_the_business_asks_for(cast: Cast, file: int) -> None:
    cast.add("school_info", file, "work_experience", unit_name="还没审核的单位")

    paper, text = sheet(cast, file)

    rows = [row for rows in paper.file.rows.values() for row in rows]
    assert {row["state"] for row in rows} == {RowState.IN_FORCE}
    assert "业务数据表：职称评审" in text
    assert f"数据版本{paper.version}" in text
    assert "东湖县第一小学" in text
    assert "还没审核的单位" not in text
    assert "基本待遇" not in text
    assert "本人签名" not in text


def test_drafts_change_nothing_of_it(cast: Cast, file: int) -> None:
    paper, _text = sheet(cast, file)

    cast.add("school_info", file, "work_experience", unit_name="还没审核的单位")

    actor = cast.act_as("county_info")
    assert check(cast.session, actor, find_paper(cast.session, actor, paper.code)).is_same


def test_without_anything_in_force_there_is_none(cast: Cast) -> None:
    draft = cast.make_file()

    with pytest.raises(Conflict):
        sheet(cast, draft)
    with pytest.raises(NotFound):
        sheet(cast, draft, "gossip")


def test_every_business_asks_for_tables_that_there_are() -> None:
    for each in BUSINESS.values():
        assert set(each.tables) <= set(TABLES)
        assert len(set(each.tables)) == len(each.tables)
        assert "contact" not in each.tables
    assert len(BUSINESS) == 7
    assert len({str(each.name) for each in BUSINESS.values()}) == 7
