"""Cells as people and spreadsheet programs write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tms.dictionary import Category, Unreadable, canonical
from tms.exchange.cells import SPOILT, CellError, clean, reader
from tms.exchange.guard import guard_cell, open_cell
from tms.exchange.options import find_code
from tms.models import TABLES

PS = Category.PRIMARY_SECONDARY


def read(table: str, key: str, cell: Any) -> Any:
    field = TABLES[table].dictionary.fields[key]
    return canonical(field, reader(field, PS)(cell))


@pytest.mark.parametrize(
    "cell",
    [
        date(1980, 1, 2),
        datetime(1980, 1, 2),
        29222.0,
        "29222",
        "1980-01-02",
        "1980.1.2",
        "1980/1/2",
        "1980年1月2日",
        "19800102",
        19800102.0,
        "\u00a01980-1-2\u200b",
        "１９８０－０１－０２",
        "1980-01-02 00:00:00",
        datetime(1980, 1, 2, 8, 30),
        29222.354,
        "29222.0",
        "29222.25",
        "19800102.0",
        "1980-01-02T08:30:00.000",
        "1980年 1月 2日 星期三",
        "1980. 1. 2.",
        "1980\u00a0年1月\u200b2日",
    ],
)
def test_every_way_to_write_a_date_is_read(cell: Any) -> None:
    assert read("basic_information", "birth_date", cell) == date(1980, 1, 2)


@pytest.mark.parametrize("cell", ["1980-02-31", "abc", 1980.0, "1980-01", "1980", float("nan")])
def test_what_is_no_date_stays_unread(cell: Any) -> None:
    with pytest.raises(Unreadable):
        read("basic_information", "birth_date", cell)


@pytest.mark.parametrize(
    "cell",
    ["2001-09", "2001.9", "2001/9", "2001年9月", "200109", 200109.0, 2001.9, date(2001, 9, 3)]
    + ["2001-09-03", "２００１.９", "200109.0", 37135.0, "37135", "2001 年 9 月", "2001-09\u200b"],
)
def test_every_way_to_write_a_month_is_read(cell: Any) -> None:
    assert read("study_experience", "admission_month", cell) == "2001-09"


@pytest.mark.parametrize("cell", ["1/2/1980", "2.1.1980", "13-5-1980", " 1 / 2 / 1980"])
@pytest.mark.parametrize(
    ("table", "key"), [("basic_information", "birth_date"), ("study_experience", "admission_month")]
)
def test_a_date_that_two_people_read_differently_is_refused(
    table: str, key: str, cell: str
) -> None:
    with pytest.raises(CellError, match="哪个是月"):
        read(table, key, cell)


@pytest.mark.parametrize("cell", ["80-1-2", "80.1.2", "80年1月2日", "80年1月"])
def test_a_year_of_two_digits_is_refused(cell: str) -> None:
    with pytest.raises(CellError, match="四位"):
        read("basic_information", "birth_date", cell)


def test_a_number_that_may_be_january_or_october_is_refused() -> None:
    with pytest.raises(CellError, match="1月还是10月"):
        read("study_experience", "admission_month", 2001.1)


@pytest.mark.parametrize("cell", ["2001年13月", "2001", "2001-00", "9.2001"])
def test_what_is_no_month_stays_unread(cell: Any) -> None:
    with pytest.raises(Unreadable):
        read("study_experience", "admission_month", cell)


def test_a_text_cell_with_the_first_month_is_clear() -> None:
    assert read("study_experience", "admission_month", "2001.1") == "2001-01"


@pytest.mark.parametrize(
    "cell",
    ["1", 1.0, "1.0", "男", "male", "1-男", "１－男", " 1 - 男 ", "1—男", "1-Male", "男\u200b"],
)
def test_a_code_is_found_by_code_label_or_both(cell: Any) -> None:
    assert read("basic_information", "gender", cell) == "1"


@pytest.mark.parametrize("text", ["3-男", "1-女", "先生", "01"])
def test_code_and_label_must_belong_together(text: str) -> None:
    assert find_code("gender", text) is None


def test_zeros_lost_in_a_numeric_cell_come_back_only_where_that_is_clear() -> None:
    assert read("basic_information", "ethnicity", 1.0) == "01"
    assert find_code("degree_level", "1") == "1"


@pytest.mark.parametrize(("cell", "code"), [(True, "1"), (False, "0"), ("TRUE", "1"), ("是", "1")])
def test_a_truth_value_is_yes_or_no(cell: Any, code: str) -> None:
    assert read("basic_information", "is_county_backbone", cell) == code


@pytest.mark.parametrize("separator", [",", "，", ";", "；", "、", "\n"])
def test_several_choices_are_separated_by_any_usual_sign(separator: str) -> None:
    text = separator.join(["01-中共党员", "12"])
    found = read("basic_information", "political_status", text)

    assert found == [find_code("political_status", "01-中共党员") or "01-中共党员", "12"]


@pytest.mark.parametrize("cell", [110105194912310020.0, 1.1010519491231e17, "1.10105E+17"])
def test_a_long_number_in_a_numeric_cell_is_refused(cell: Any) -> None:
    with pytest.raises(CellError, match="15位"):
        read("basic_information", "id_number", cell)
    assert "文本格式" in str(SPOILT)


def test_numbers_become_the_text_that_was_meant() -> None:
    assert read("basic_information", "staff_no", 20.0) == "20"
    assert read("remuneration", "year", 2024.0) == 2024
    assert read("remuneration", "year", "2024年") == 2024
    assert read("contact", "mobile", 13800000000.0) == "13800000000"
    assert read("basic_information", "id_number", "１１010519491231002x") == "11010519491231002X"


@pytest.mark.parametrize(
    "cell",
    [
        "11010519491231002X",
        " 110105 19491231 002x ",
        "'11010519491231002X",
        "1101051949\u200b1231002X",
    ]
    + ["1101051949\u00a01231002X", "１１０１０５１９４９１２３１００２Ｘ"],
)
def test_an_identity_number_is_read_through_its_decorations(cell: str) -> None:
    assert read("basic_information", "id_number", cell) == "11010519491231002X"


@pytest.mark.parametrize("cell", [12, 12.0, "12", "12.0", "１２", "1 2", 11.9999999999])
def test_a_whole_number_is_read(cell: Any) -> None:
    assert read("teaching", "weekly_hours", cell) == 12


def test_amounts_are_read_to_the_cent() -> None:
    key = next(
        k for k, f in TABLES["remuneration"].dictionary.fields.items() if f.kind == "decimal"
    )
    assert read("remuneration", key, "1,234.50") == Decimal("1234.50")
    assert read("remuneration", key, 1234.5) == Decimal("1234.5")
    assert read("remuneration", key, "１２３４.5") == Decimal("1234.5")
    assert read("remuneration", key, 1234.4999999) == Decimal("1234.5")
    assert read("remuneration", key, "1234.4999999999") == Decimal("1234.5")
    assert read("remuneration", key, "1 234.50") == Decimal("1234.50")


def test_blanks_around_are_stripped_and_inside_are_kept() -> None:
    assert clean("\u3000\u00a0\u200b 张 三\ufeff\u200b ") == "张 三"
    assert clean("\u200b \u200b") == ""
    assert clean("张\u200b三\ufeff丰") == "张三丰"
    assert clean("Anna\u00a0Maria") == "Anna Maria"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx", "'=1", "''", "＝1", "0123", "123456789012", "'"],
)
def test_dangerous_cells_are_neutral_and_come_back(text: str) -> None:
    guarded = guard_cell(text)

    assert guarded != text
    assert guarded[0] not in "=+-@\r"
    assert open_cell(guarded) == text


@pytest.mark.parametrize("text", ["张三", "12345678901", "1-男", "a'b", "", "3.5"])
def test_ordinary_cells_stay_as_they_are(text: str) -> None:
    assert guard_cell(text) == text == open_cell(text)
