"""Import templates: one sheet per table, ready to be filled in by schools of one category.

Filled with existing rows they are an export for editing, with ids and versions out of sight; the
caller then records it (`tms.exchange.export.record`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import xlsxwriter
from sqlalchemy import Select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.dictionary import Category, Table
from tms.errors import Invalid, message, term
from tms.exchange.book import SheetRows, sheet_name, width_of
from tms.exchange.contents import sheet_of
from tms.exchange.export import Exported
from tms.exchange.how import How
from tms.exchange.outlines import for_editing, of_records
from tms.exchange.stamp import number_of, stamp_of
from tms.exchange.template_cells import Checks
from tms.exchange.template_codes import CodeSheet
from tms.exchange.template_columns import Need, Slot, slots_of
from tms.exchange.template_guide import look_of, write_guide
from tms.exchange.template_words import MARKS, note_of
from tms.exchange.write_xlsx import OPTIONS, Styles, putters, styles_of, write_stamp
from tms.models import TABLES, Teacher
from tms.records.audit import new_act_id
from tms.records.export_limits import Amount
from tms.records.reached import Reached

ACT: Final = "template"


@dataclass(frozen=True)
class _Sheet:
    """One table of the template, with its rows where it is filled."""

    table: Table
    slots: Sequence[Slot]
    content: SheetRows


def write_template(
    session: Session,
    actor: Actor,
    out: BinaryIO,
    tables: Sequence[str],
    category: Category,
    *,
    lang: str = "zh",
    rows: Select[Any] | None = None,
    act_id: str = "",
    folder: Path | None = None,
) -> Exported:
    """Write the workbook to *out*; see `template_parts`."""
    about = (session, actor, out, tables, category)
    *_places, exported = template_parts(*about, lang=lang, rows=rows, act_id=act_id, folder=folder)
    assert isinstance(exported, Exported)  # noqa: S101  the last one
    return exported


def template_parts(
    session: Session,
    actor: Actor,
    out: BinaryIO,
    tables: Sequence[str],
    category: Category,
    *,
    lang: str = "zh",
    rows: Select[Any] | None = None,
    act_id: str = "",
    folder: Path | None = None,
) -> Generator[int | Exported, None, None]:
    """Write the workbook to *out*, table by table: yields how many there are, and at last what.

    :param tables: keys of section tables; those that schools of *category* do not have, or of
        which *actor* fills nothing, are refused.
    :param rows: ids of the teachers whose rows it is to hold; None leaves it empty.
    :raises NotAllowed: the role imports nothing, or with *rows* exports nothing.
    """
    _require(actor, tables, is_filled=rows is not None)
    act_id, how = act_id or new_act_id(), How(lang, for_editing=rows is not None)
    reached = Reached()
    sheets = [_sheet(session, actor, key, category, how, rows, reached) for key in tables]
    detail = {"table": ACT, "tables": list(tables), "category": str(category), "format": "xlsx"}
    options = OPTIONS | ({"tmpdir": str(folder)} if folder else {})
    with xlsxwriter.Workbook(out, options) as workbook:
        count = 0
        for place, written in enumerate(_write(workbook, sheets, category, how), 1):
            count += written
            yield place
        if rows is not None:
            names = "、".join(sheet.content.name for sheet in sheets)
            write_stamp(workbook, stamp_of(actor, act_id, how, names, {}), styles_of(workbook))
    number = {"number": number_of(act_id)} if rows is not None else {}
    told = {**detail, "rows": count, **number}
    yield Exported(act_id, Amount(count), told, reached.packed())


def _require(actor: Actor, tables: Sequence[str], *, is_filled: bool) -> None:
    filled = (Permission.RECORD_READ, Permission.RECORD_EXPORT) if is_filled else ()
    for permission in (Permission.IMPORT, *filled):
        actor.require(permission)
    if not tables:
        raise Invalid(message("请选择要填报的表。"))


def _sheet(
    session: Session,
    actor: Actor,
    key: str,
    category: Category,
    how: How,
    rows: Select[Any] | None,
    reached: Reached,
) -> _Sheet:
    if key not in TABLES:
        raise Invalid(message("没有“%(table)s”这张表。", table=key))
    model = TABLES[key]
    slots = slots_of(session, actor, model, category, how)
    if not slots:
        raise Invalid(
            message("“%(table)s”在这类学校没有您填写的项。", table=term(model.dictionary))
        )
    outline = of_records(session, actor, model, how, ())
    columns = [slot.column for slot in slots]
    if how.for_editing:
        columns += for_editing(model, how)
    outline = outline.with_columns(columns)
    content = SheetRows(outline.name, [column.head for column in columns], [])
    if rows is not None:
        wanted = [model.teacher_id.in_(rows), Teacher.school_category == str(category)]
        owner = model.teacher_id
        content = sheet_of(session, outline, wanted, owner, owner, reached)
    return _Sheet(model.dictionary, slots, content)


def _write(workbook: Any, sheets: Sequence[_Sheet], category: Category, how: How) -> Iterator[int]:
    """Table by table the number of its rows."""
    filled = [(sheet.table, sheet.slots) for sheet in sheets]
    write_guide(workbook, filled, category, how, is_filled=how.for_editing)
    styles, codes = styles_of(workbook), CodeSheet(how)
    for place, sheet in enumerate(sheets):
        page = workbook.add_worksheet(sheet_name(sheet.content.name))
        if place == 0:
            page.activate()
        _columns(workbook, page, sheet, category, how, styles)
        Checks(page, sheet.table, sheet.slots, category, how.lang).add(codes)
        yield _rows(page, sheet.content, styles)
    codes.write(workbook)


def _columns(
    workbook: Any, page: Any, sheet: _Sheet, category: Category, how: How, styles: Styles
) -> None:
    """Headers with their marks and notes, columns in their form."""
    page.freeze_panes(1, len([slot for slot in sheet.slots if slot.field is None]))
    red = workbook.add_format({"bold": True, "font_color": "#C0341D"})
    bold = workbook.add_format({"bold": True})
    for place, head in enumerate(sheet.content.heads):
        slot = sheet.slots[place] if place < len(sheet.slots) else None
        need = slot.need if slot else Need.MAY
        look = workbook.add_format(look_of(need) | {"text_wrap": True, "valign": "vcenter"})
        hidden = {"hidden": True} if head.is_hidden else {}
        width = max(head.shown_width, min(width_of(head.label) + 5, 30))
        page.set_column(place, place, width, styles.of(head), hidden)
        if mark := MARKS[need]:
            page.write_rich_string(0, place, red, mark, bold, head.label, look)
        else:
            page.write_string(0, place, head.label, look)
        if slot:
            note = note_of(sheet.table, slot, category, how)
            lines = note.count("\n") + 1 + len(note) // 24
            page.write_comment(0, place, note, {"x_scale": 2, "y_scale": 0.25 * lines + 0.3})


def _rows(page: Any, content: SheetRows, styles: Styles) -> int:
    puts = putters(page, content.heads, styles)
    count = 0
    for count, line in enumerate(content.rows, 1):
        for column, value in enumerate(line):
            if value:
                puts[column](count, column, value)
    return count
