"""The first sheet of a template: how to fill it in, what the marks mean, and column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from tms.dictionary import Category, Table, code_table
from tms.errors import Term
from tms.exchange.how import How
from tms.exchange.sheet_names import GUIDE
from tms.exchange.stamp import said
from tms.exchange.template_columns import Need, Slot
from tms.exchange.template_words import (
    ABOUT,
    MARKS,
    NEEDS,
    codes_of,
    depending,
    filler_of,
    form_of,
    rules_of,
)

TITLE: Final = Term("导入模板填写说明（{category}）", "How to fill in this template ({category})")
STEPS: Final = (
    Term(
        "1. 每行一条记录；不要改动表头，可以删去不用的列，可以在表头上方加标题。",
        "1. A row is a record. Leave the headers as they are; columns that are not used may go, "
        "titles above the header may come.",
    ),
    Term(
        "2. 用个人标识码或身份证件号码说明是哪位教师，至少填一项；号码按文本填写。",
        "2. Say by personal number or document number which teacher it is; numbers are text.",
    ),
    Term(
        "3. 有下拉列表的列请从中选择；可以填代码、名称或“代码-名称”，多选时用；隔开。",
        "3. Choose from the list where there is one: code, label or “code-label” will do; "
        "several are separated by ;.",
    ),
    Term(
        "4. 粘贴时请选择“只粘贴数值”，否则下拉列表和格式会丢失。",
        "4. Paste values only, or lists and forms are lost.",
    ),
    Term(
        "5. 导入前可先预览：每个问题都会指出是哪一行、哪一列、为什么。",
        "5. Look at the preview first: each problem names row, column and reason.",
    ),
)
#: Only where the template holds rows.
BACK: Final = Term(
    "6. 隐藏列“记录编号”“记录版本”用于比对修改，请勿改动；新增的行这两列留空。"
    "表中没有列出的记录不受影响；清空一个单元格即清除这一项。",
    "6. The hidden columns with record id and version are for comparison: leave them alone, and "
    "empty in new rows. An emptied cell clears the item.",
)
LEGEND: Final = Term("标记", "Marks")
HEADS: Final = (
    Term("表", "table"),
    Term("列", "column"),
    Term("要求", "required"),
    Term("由谁填写", "filled in by"),
    Term("格式", "form"),
    Term("可选项", "choices"),
    Term("说明", "remarks"),
)
WIDTHS: Final = (16, 24, 16, 10, 26, 44, 44)

Sheets = Sequence[tuple[Table, Sequence[Slot]]]


def write_guide(
    workbook: Any, sheets: Sheets, category: Category, how: How, *, is_filled: bool
) -> Any:
    """Write the guide as the first sheet."""
    lang = how.lang
    page = workbook.add_worksheet(said(GUIDE, lang))
    title = workbook.add_format({"bold": True, "font_size": 14})
    head = workbook.add_format({"bold": True, "bg_color": "#E6EDF5", "bottom": 1})
    text = workbook.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    name = code_table("school_category").label(category, lang)
    page.write_string(0, 0, said(TITLE, lang).format(category=name), title)
    steps = [*STEPS, BACK] if is_filled else [*STEPS]
    for place, step in enumerate(steps, 1):
        page.merge_range(place, 0, place, len(WIDTHS) - 1, "", text)
        page.write_string(place, 0, said(step, lang), text)
        page.set_row(place, 32)
    first = _legend(page, len(steps) + 2, lang, workbook)
    for column, label in enumerate(HEADS):
        page.write_string(first, column, said(label, lang), head)
    for row, line in enumerate(_lines(sheets, category, how), first + 1):
        for column, cell in enumerate(line):
            page.write_string(row, column, cell, text)
    return page


def _legend(page: Any, row: int, lang: str, workbook: Any) -> int:
    """The marks, each in its colour; says which row comes next."""
    page.write_string(row, 0, said(LEGEND, lang), workbook.add_format({"bold": True}))
    for need in Need:
        row += 1
        page.write_string(row, 0, MARKS[need] or "　", workbook.add_format(look_of(need)))
        page.write_string(row, 1, said(NEEDS[need], lang))
    return row + 2


def look_of(need: Need) -> dict[str, Any]:
    """How the header of a column looks: red and filled where it is required."""
    fills = {
        Need.MUST: "#F9DCD6",
        Need.EITHER: "#FBE9CF",
        Need.LATER: "#FBF3D0",
        Need.WHEN: "#E4F0E2",
    }
    return {"bold": True, "bottom": 1, "bg_color": fills.get(need, "#E6EDF5"), "num_format": "@"}


def _lines(sheets: Sheets, category: Category, how: How) -> Iterator[Sequence[str]]:
    lang = how.lang
    for table, slots in sheets:
        for slot in slots:
            label, need = slot.column.head.label, said(NEEDS[slot.need], lang)
            field = slot.field
            if field is None:
                about = said(ABOUT[slot.column.key], lang)
                yield table.label(lang), label, need, "", "", "", about
                continue
            others = depending(table, field, category, lang)
            remarks = [*([f"← {others}"] if others else []), *rules_of(field, lang)]
            yield (
                table.label(lang),
                label,
                need,
                filler_of(slot, lang),
                form_of(field, lang),
                codes_of(field, category, how),
                "\n".join(remarks),
            )
