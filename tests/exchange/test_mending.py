"""The same mistake at many places of an import, mended by one answer; the file stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.sheets import book_of
from tests.exchange.test_batches import ACCOUNT, PEOPLE, counts, files, load, person, upload
from tests.support.cast import Cast
from tests.support.jobs import drain
from tms.access import CONSOLE, acting
from tms.errors import Conflict, Invalid, NotFound, TmsError
from tms.exchange import batches, mending, parts
from tms.exchange.batches import Chosen
from tms.exchange.parse import parse
from tms.models import AuditEvent, Teacher
from tms.records import kept

WRONG = [person(n, 性别="男的") for n in (11, 13, 15)]
OTHER = person(17, 性别="女的")
COLUMN, NAME = "性别", "school_info"


@pytest.fixture
def batch(cast: Cast, tmp_path: Path) -> int:
    """Ten good rows, three wrong alike and one otherwise."""
    return upload(cast, tmp_path, ACCOUNT, *PEOPLE, *WRONG, OTHER)


def sheet_of(cast: Cast, batch: int) -> str:
    return str(batches.find(cast.session, batch).checked["sheets"][0]["name"])


def mend(cast: Cast, folder: Path, batch: int, was: str = "男的", value: str = "1") -> None:
    actor, sheet = cast.act_as(NAME), sheet_of(cast, batch)
    found = batches.answer(cast.session, batch, sheet, COLUMN, was, value)
    batches.mend(cast.session, actor, batch, found)
    drain(cast.session, folder)


def events(cast: Cast) -> list[Any]:
    with acting(cast.session, CONSOLE):
        wanted = select(AuditEvent).where(AuditEvent.act.in_(("import.mend", "import.unmend")))
        found = cast.session.scalars(wanted.order_by(AuditEvent.id)).all()
        return [(each.act, each.detail) for each in found]


def genders(cast: Cast) -> list[str]:
    with acting(cast.session, CONSOLE):
        return list(cast.session.scalars(select(Teacher.gender).order_by(Teacher.id)))


def report(cast: Cast, folder: Path, batch: int) -> list[list[Any]]:
    batches.ask_report(cast.session, cast.act_as(NAME), batch, "zh")
    drain(cast.session, folder)
    cast.act_as(NAME)
    made = batches.find(cast.session, batch).report_id
    (sheet,) = parse(kept.read_kept(cast.session, folder, made), "a.xlsx")
    return [raw.cells for raw in sheet.rows]


def test_what_repeats_itself_is_told_with_its_number(cast: Cast, batch: int) -> None:
    cast.act_as(NAME)

    ((found, count),) = mending.repeated(cast.session, batch, "", 8)

    assert (found.column, found.value, count) == (COLUMN, "男的", 3)


def test_of_one_reason_only(cast: Cast, batch: int) -> None:
    cast.act_as(NAME)
    (refused, *_rest) = parts.entries(cast.session, batch, "check", ["refused"])

    assert mending.repeated(cast.session, batch, refused.reasons[0], 8)
    assert not mending.repeated(cast.session, batch, "another", 8)


def test_mended_at_all_places_checked_and_loaded(cast: Cast, batch: int, tmp_path: Path) -> None:
    mend(cast, tmp_path, batch)

    assert counts(cast, batch) == {"new": 13, "refused": 1}
    assert files(cast) == 0
    load(cast, tmp_path, batch)
    assert files(cast) == 13
    assert genders(cast)[-3:] == ["1", "1", "1"]


def test_the_workbook_shows_it_and_the_upload_does_not(
    cast: Cast, batch: int, tmp_path: Path
) -> None:
    assert [row[1] for row in report(cast, tmp_path, batch)].count("男的") == 3

    mend(cast, tmp_path, batch)

    after = [row[1] for row in report(cast, tmp_path, batch)]
    assert "男的" not in after
    assert "女的" in after
    upload_id = batches.find(cast.session, batch).upload_id
    assert kept.read_kept(cast.session, tmp_path, upload_id).decode().count("男的") == 3


def test_it_leaves_an_event(cast: Cast, batch: int, tmp_path: Path) -> None:
    mend(cast, tmp_path, batch)

    ((act, detail),) = events(cast)

    assert act == "import.mend"
    assert detail == {
        "batch": batch,
        "sheet": sheet_of(cast, batch),
        "column": COLUMN,
        "was": "男的",
        "value": "1",
        "places": 3,
    }


def test_taken_back_it_is_wrong_again(cast: Cast, batch: int, tmp_path: Path) -> None:
    mend(cast, tmp_path, batch)

    batches.unmend(cast.session, cast.act_as(NAME), batch, 0)
    drain(cast.session, tmp_path)

    assert counts(cast, batch) == {"new": 10, "refused": 4}
    assert [act for act, _ in events(cast)] == ["import.mend", "import.unmend"]
    with pytest.raises(NotFound):
        batches.unmend(cast.session, cast.act_as(NAME), batch, 0)


def test_an_answer_may_be_mended_too(cast: Cast, batch: int, tmp_path: Path) -> None:
    mend(cast, tmp_path, batch, value="女的")
    cast.act_as(NAME)
    ((again, count),) = mending.repeated(cast.session, batch, "", 8)

    mend(cast, tmp_path, batch, was="女的", value="1")

    assert (again.value, count) == ("女的", 4)
    assert counts(cast, batch) == {"new": 14}


def test_the_same_word_stays_where_it_is_right(cast: Cast, tmp_path: Path) -> None:
    """A value that is wrong in one school's row may be right in another's: only wrong ones go."""
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE, *WRONG)
    cast.act_as(NAME)
    sheet = sheet_of(cast, batch)

    rows = mending.places(cast.session, batch, sheet, COLUMN, "男的")

    assert rows == [12, 13, 14]
    with pytest.raises(NotFound):
        mending.places(cast.session, batch, sheet, COLUMN, "1")


@pytest.mark.parametrize(
    ("was", "value", "error"),
    [
        ("男的", " ", Invalid),
        ("男的", "男的", Invalid),
        ("男的", "x" * 201, Invalid),
        ("无此值", "1", NotFound),
    ],
)
def test_what_makes_no_sense_is_refused(
    cast: Cast, batch: int, tmp_path: Path, was: str, value: str, error: type[TmsError]
) -> None:
    with pytest.raises(error):
        mend(cast, tmp_path, batch, was, value)


def test_very_many_places_are_mended_in_the_file(
    cast: Cast, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "MOST_PLACES", 2)

    with pytest.raises(Invalid, match="查找替换"):
        mend(cast, tmp_path, batch)


def test_after_loading_nothing_is_mended(cast: Cast, batch: int, tmp_path: Path) -> None:
    sheet = sheet_of(cast, batch)
    cast.act_as(NAME)
    found = batches.answer(cast.session, batch, sheet, COLUMN, "男的", "1")
    load(cast, tmp_path, batch)

    with pytest.raises(Conflict):
        batches.mend(cast.session, cast.act_as(NAME), batch, found)
    with pytest.raises(Conflict):
        batches.answer(cast.session, batch, sheet, COLUMN, "男的", "1")


def test_an_answer_to_an_earlier_check_comes_too_late(
    cast: Cast, batch: int, tmp_path: Path
) -> None:
    sheet = sheet_of(cast, batch)
    cast.act_as(NAME)
    found = batches.answer(cast.session, batch, sheet, COLUMN, "女的", "1")
    mend(cast, tmp_path, batch)

    with pytest.raises(Conflict):
        batches.mend(cast.session, cast.act_as(NAME), batch, found)


def test_only_ones_own(cast: Cast, batch: int) -> None:
    sheet = sheet_of(cast, batch)
    cast.act_as(NAME)
    found = batches.answer(cast.session, batch, sheet, COLUMN, "男的", "1")

    other = cast.act_as("county_info")
    with pytest.raises(NotFound):
        batches.answer(cast.session, batch, sheet, COLUMN, "男的", "1")
    with pytest.raises(NotFound):
        batches.mend(cast.session, other, batch, found)


def test_numbers_are_not_offered(cast: Cast, tmp_path: Path) -> None:
    spoilt = [person(n, 身份证件号码="11010519491231002X") for n in (11, 12)]
    batch = upload(cast, tmp_path, ACCOUNT, *PEOPLE, *spoilt)
    cast.act_as(NAME)

    assert "refused" in counts(cast, batch)
    assert not mending.repeated(cast.session, batch, "", 8)


def test_each_sheet_has_answers_of_its_own(cast: Cast, tmp_path: Path) -> None:
    content = book_of({"一": [ACCOUNT, *WRONG], "二": [ACCOUNT, person(21, 性别="男的")]})
    actor = cast.act_as(NAME)
    batch = batches.begin(cast.session, actor, tmp_path, "两张.xlsx", content, Chosen())
    drain(cast.session, tmp_path)

    actor = cast.act_as(NAME)
    found = batches.answer(cast.session, batch, "一", COLUMN, "男的", "1")
    batches.mend(cast.session, actor, batch, found)
    drain(cast.session, tmp_path)

    assert counts(cast, batch) == {"new": 3, "refused": 1}
