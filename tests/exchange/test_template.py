"""Import templates: what the importer finds in them, and what Excel does while they are filled."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.test_imports import WORK, number_of, take
from tests.exchange.test_round_trip import SCHOOLS, fill
from tests.support.cast import Cast
from tests.support.databases import on_sqlite
from tms.dictionary import Category
from tms.errors import Invalid, NotAllowed
from tms.exchange import import_file, labels
from tms.exchange.book import sheet_name
from tms.exchange.columns import lay_out
from tms.exchange.imports import targets
from tms.exchange.parse import parse
from tms.exchange.template import write_template
from tms.exchange.template_columns import tables_for
from tms.models import TABLES, Teacher

PS, HE = Category.PRIMARY_SECONDARY, Category.HIGHER_EDUCATION
BASIC = "basic_information"


def template(cast: Cast, name: str, *tables: str, category: Category = PS, **more: Any) -> bytes:
    out = io.BytesIO()
    write_template(cast.session, cast.act_as(name), out, tables, category, **more)
    return out.getvalue()


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def parts(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("category", SCHOOLS)
@on_sqlite
def test_the_importer_knows_every_column(cast: Cast, category: Category, lang: str) -> None:
    tables = tables_for(cast.act_as("province_info"), category)

    sheets = parse(template(cast, "province_info", *tables, category=category, lang=lang), "a.xlsx")

    names = [sheet_name(TABLES[key].dictionary.label(lang)) for key in tables]
    assert [sheet.name for sheet in sheets] == names
    for key, sheet in zip(tables, sheets, strict=True):
        layout = lay_out(sheet, targets()["teacher" if key == BASIC else key])
        assert layout.remarks == ()
        filled = {f.key for c in layout.fields if (f := c.field_for(category))}
        assert len(filled) == len(layout.fields)


def test_each_role_gets_what_it_fills(cast: Cast) -> None:
    (sheet,) = parse(template(cast, "county_admin", BASIC), "a.xlsx")

    assert [header.lstrip("*☆※") for header in sheet.header] == [
        "个人标识码",
        "学校(机构)标识码",
        "二级单位",
        "姓名",
        "性别",
        "身份证件类型",
        "身份证件号码",
        "出生日期",
    ]
    assert tables_for(cast.act_as("county_admin"), PS) == [BASIC]
    with pytest.raises(Invalid):
        template(cast, "county_admin", "contact")


@pytest.mark.parametrize("tables", [(), ("nonsense",), ("teacher",)])
def test_tables_that_are_not_there(cast: Cast, tables: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        template(cast, "province_info", *tables)


def test_a_category_without_the_table_has_no_template(cast: Cast) -> None:
    with pytest.raises(Invalid):
        template(cast, "province_info", "teaching", category=Category.KINDERGARTEN)


def test_who_imports_nothing_gets_no_template(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        template(cast, "county_query", "contact")


def test_marks_say_what_is_wanted(cast: Cast) -> None:
    (basic, work) = parse(
        template(cast, "province_info", BASIC, "work_experience", category=HE), "a.xlsx"
    )

    assert {"*姓名", "*出生日期", "*学校(机构)标识码", "※婚姻状况", "※民族", "曾用名"} <= {
        *basic.header
    }
    assert {"☆个人标识码", "☆身份证件号码", "姓名", "*任职单位名称"} <= {*work.header}


def test_lists_notes_and_forms(cast: Cast) -> None:
    data = template(cast, "province_info", BASIC, "study_experience")
    basic, study = (part(data, f"xl/worksheets/sheet{n}.xml") for n in (2, 3))
    names = part(data, "xl/workbook.xml")
    notes = part(data, "xl/comments1.xml") if "xl/comments1.xml" in parts(data) else ""

    assert "<formula1>&quot;" not in basic
    assert re.search(r'<formula1>"0-未知的性别,1-男,2-女', basic), "a short list stands in the rule"
    assert re.search(r"<formula1>list_\d+</formula1>", basic), "a long one under a name"
    assert re.search(r"OFFSET\(list_(\d+),MATCH\(.k.&amp;LEFT\(\$[A-Z]+2,", study), "a cascade"
    assert re.search(r'name="list_\d+_keys"', names)
    assert 'state="hidden"' in names
    assert 'type="textLength"' in basic
    assert 'type="date"' in basic
    assert 'state="frozen"' in basic
    assert "由谁填写" in notes


def test_a_cascade_offers_what_the_dictionary_allows(cast: Cast) -> None:
    data = template(cast, "province_info", "study_experience")
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("代码表")
    header, *rows = sheet.to_python(skip_empty_area=False)
    keys, entries = header.index("学位名称 ↓"), header.index("学位名称")
    pairs = [(row[keys], row[entries]) for row in rows if row[keys]]

    assert pairs == sorted(pairs, key=lambda pair: pair[0])
    assert {key for key, entry in pairs if "教育学博士" in entry} == {"k2"}
    assert len({entry for _, entry in pairs}) > 50


@pytest.mark.parametrize("table", list(TABLES))
@on_sqlite
def test_filled_templates_come_back_unchanged(cast: Cast, table: str) -> None:
    count = fill(cast, TABLES[table].dictionary) if table != BASIC else len(SCHOOLS)
    if table == BASIC:
        for school in SCHOOLS.values():
            cast.make_file(school)
    seen = 0
    for category in SCHOOLS:
        if not TABLES[table].dictionary.applies(category):
            continue
        data = template(cast, "province_info", table, category=category, rows=select(Teacher.id))
        actor = cast.act_as("province_info")
        result = import_file(cast.session, actor, data, "a.xlsx", dry_run=True)
        assert result.problems == ()
        assert result.rows == result.unchanged > 0
        seen += result.rows
    assert seen == count


def test_a_filled_template_hides_ids_and_versions(cast: Cast) -> None:
    number = number_of(cast, cast.make_file())
    take(cast, "school_info", WORK, (number, "一小", "2001-09", "", "教师"), incomplete="draft")

    data = template(cast, "school_info", "work_experience", rows=select(Teacher.id))

    (sheet,) = parse(data, "a.xlsx")
    assert sheet.header[-2:] == [labels.RECORD_ID.zh, labels.VERSION.zh]
    assert sheet.rows[0].cells[-1] == "1"
    assert part(data, "xl/worksheets/sheet2.xml").count('hidden="1"') == 1
    assert "tms-export" in part(data, "docProps/custom.xml")
    blank = template(cast, "school_info", "work_experience")
    assert "docProps/custom.xml" not in parts(blank)


def test_only_the_own_scope_is_filled_in(cast: Cast) -> None:
    cast.make_file("3136000101")
    cast.make_file("3136000201")

    (sheet,) = parse(template(cast, "county_info", BASIC, rows=select(Teacher.id)), "a.xlsx")

    assert len(sheet.rows) == 1
