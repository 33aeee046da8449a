"""Headers as schools write them."""

from __future__ import annotations

import pytest

from tms.dictionary import Category
from tms.exchange.columns import choose, lay_out, normal
from tms.exchange.imports import targets
from tms.exchange.stages import FileRefused, RawRow, Sheet


def sheet(*header: str, name: str = "Sheet1") -> Sheet:
    return Sheet(name, list(header), [RawRow(2, ["x"] * len(header))])


@pytest.mark.parametrize(
    "header",
    [
        "学校(机构)标识码",
        "学校（机构）标识码",
        "*学校(机构)标识码",
        "学校(机构)标识码（必填）",
        " 学校 (机构) 标识码：",
        "School_Code",
    ],
)
def test_headers_are_understood_through_their_decorations(header: str) -> None:
    assert normal(header) in {normal("学校(机构)标识码"), "school_code"}
    layout = lay_out(sheet("姓名", header), targets()["teacher"])
    assert "school_code" in layout.fixed


@pytest.mark.parametrize("header", ["admission_month", "入学年月", "Month of Admission"])
def test_a_header_is_key_or_label(header: str) -> None:
    layout = lay_out(sheet("身份证件号码", header), targets()["study_experience"])

    assert layout.fields[0].keys == ("admission_month",)


def test_unknown_columns_are_named_and_ignored() -> None:
    layout = lay_out(sheet("身份证件号码", "血型"), targets()["contact"])

    (remark,) = layout.remarks
    assert (remark.row, remark.column, remark.severity) == (1, "血型", "warning")


@pytest.mark.parametrize("again", ["姓名", "name", "姓名*", "血型"])
def test_the_same_column_twice_refuses_the_file(again: str) -> None:
    with pytest.raises(FileRefused, match="重复"):
        lay_out(sheet("姓名", "血型", again), targets()["teacher"])


def test_one_label_for_two_fields_goes_by_the_category_of_the_school() -> None:
    layout = lay_out(sheet("个人标识码", "任教课程"), targets()["teaching"])

    (column,) = layout.fields
    special = column.field_for(Category.SPECIAL_EDUCATION)
    assert special is not None
    assert special.key == "special_courses"


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (("姓名", "性别", "出生日期", "身份证件号码", "学校(机构)标识码"), "teacher"),
        (("姓名", "身份证件号码", "获得学历", "入学年月"), "study_experience"),
        (("code", "name", "level", "kind", "supervisor_code"), "unit"),
        (("身份证件号码", "手机", "Email"), "contact"),
        (("血型", "星座"), None),
    ],
)
def test_headers_decide_the_table(header: tuple[str, ...], key: str | None) -> None:
    found = choose(sheet(*header), list(targets().values()))

    assert (found.key if found else None) == key


def test_headers_that_fit_several_tables_refuse_the_file_and_name_them() -> None:
    with pytest.raises(FileRefused, match=r"remuneration.*teaching"):
        choose(sheet("身份证件号码", "年度"), list(targets().values()))


def test_the_name_of_the_sheet_decides_between_equals() -> None:
    found = choose(sheet("身份证件号码", "年度", name="教育教学"), list(targets().values()))

    assert found is not None
    assert found.key == "teaching"
