"""Code tables and how a code is found by what people write."""

from __future__ import annotations

import pytest

from tms.dictionary import Code, CodeTable, code_table

HYPHENS = CodeTable(
    "demo",
    "示例",
    "demo",
    (
        Code("1", "甲", "One"),
        Code("2", "乙-丙", "Two-three"),
        Code("3", "其他", "Other"),
        Code("4", "其他", "Other"),
        Code("5", "1", "Labelled like a code"),
    ),
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "1"),
        (" 甲 ", "1"),
        ("One", "1"),
        ("1-甲", "1"),
        ("1－甲", "1"),
        ("1-One", "1"),
        ("乙-丙", "2"),
        ("2-乙-丙", "2"),
        ("2-Two-three", "2"),
        ("4-其他", "4"),
        ("其他", None),
        ("2-甲", None),
        ("9-甲", None),
        ("9", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_code_is_found(text: str, code: str | None):
    assert HYPHENS.find(text) == code


def test_every_entry_of_every_table_is_found_by_code_and_label(code_names):
    for name in code_names:
        table = code_table(name)
        for entry in table.entries:
            assert table.find(entry.code) == entry.code
            assert table.find(f"{entry.code}-{entry.zh}") == entry.code
            assert table.find(f"{entry.code}－{entry.en}") == entry.code


@pytest.fixture(scope="module")
def code_names() -> tuple[str, ...]:
    from tms.dictionary import CODE_TABLES

    assert len(CODE_TABLES) == 97
    return CODE_TABLES


def test_a_label_in_the_language_asked_for():
    table = code_table("gender")

    assert (table.label("1"), table.label("1", "en"), table.label("x")) == ("男", "Male", "x")


def test_regions_of_today_and_of_old():
    table = code_table("admin_division")

    assert table.label("331102") == "浙江省丽水市莲都区"
    assert table.find("浙江省丽水市莲都区") == "331102"
    assert table.label("330121") == "浙江省萧山县"
    assert table.label("110000") == "北京市"


def test_an_unknown_table_is_an_error():
    with pytest.raises(KeyError):
        code_table("no_such_table")
