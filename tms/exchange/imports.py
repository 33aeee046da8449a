"""An import from file to result: parse → check → load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.errors import Term, message, term
from tms.exchange import labels
from tms.exchange.columns import Target, choose, lay_out
from tms.exchange.limits import MAX_FILE, refuse_size
from tms.exchange.load import hold_back, load
from tms.exchange.mending import put_in
from tms.exchange.number_columns import NUMBER
from tms.exchange.number_columns import TARGET as NUMBERS
from tms.exchange.parse import parse, parse_pasted
from tms.exchange.result import ImportResult, result_of, total_of
from tms.exchange.stages import (
    Checked,
    FileRefused,
    Incomplete,
    InForce,
    Keep,
    Mode,
    Options,
    Problem,
    Sheet,
)
from tms.exchange.unit_cells import COLUMNS, UNIT
from tms.exchange.windows import TEACHER, Prepared, Work, check_windows, prepare
from tms.models import TABLES
from tms.records.files import BASIC
from tms.records.read import chunks

#: Windows that are checked together: their questions to the database are asked once.
AT_A_TIME = 10


@cache
def targets() -> Mapping[str, Target]:
    """What a file can be imported into; `teacher` and `basic_information` are the same."""
    numbered = (("teacher_no", "id_number"),)
    basic = TABLES[BASIC].dictionary
    fixed = (labels.TEACHER_NO, *labels.PLACE)
    found = {
        UNIT: Target(UNIT, Term("单位", "units"), {}, COLUMNS, (("code",), ("name", "level"))),
        TEACHER: Target(TEACHER, term(basic), basic.fields, fixed, numbered),
    }
    named = (*labels.IDENTITY, labels.NAME, *labels.PLACE)
    for key, model in TABLES.items():
        if key != BASIC:
            table = model.dictionary
            found[key] = Target(key, term(table), table.fields, named, numbered)
    return found | {NUMBER: NUMBERS}


@cache
def known_headers() -> frozenset[str]:
    """Whatever a header may say above a column that is understood, as `normal` makes it."""
    return frozenset(name for target in targets().values() for name in target.names)


def import_file(
    session: Session,
    actor: Actor,
    source: Path | bytes,
    filename: str,
    *,
    into: str | None = None,
    mode: Mode = "update",
    keep: Keep = "person",
    incomplete: Incomplete = "refuse",
    in_force: InForce = "refuse",
    reason: str = "",
    dry_run: bool = False,
    on: date | None = None,
) -> ImportResult:
    """Take the rows of a CSV or XLSX file as far as *actor* may. The caller commits.

    A file taken twice changes nothing the second time. Source: DESIGN.md 5, DOMAIN.md 12.

    :param into: ``unit``, ``teacher`` or the key of a table; None lets the headers decide.
    :param mode: ``append`` changes no row that exists; ``replace`` deletes drafts the file lacks.
    :param keep: what waits together when a row is refused: ``person``, ``row`` or ``file``.
    :param in_force: ``request`` asks for changes of rows in force, with *reason*.
    :param incomplete: ``draft`` takes rows that lack required fields.
    :raises FileRefused: the file as a whole. :raises NotAllowed: not the role's to import.
    :raises Conflict: somebody changed the same rows meanwhile.
    """
    actor.require(Permission.IMPORT)
    options = Options(mode, keep, incomplete, dry_run, on, in_force, reason)
    prepared = open_file(session, bytes_of(source), filename, into)
    tables = check_all(session, actor, options, prepared)
    if not dry_run:
        load(session, actor, tables, reason=reason)
    names = {BASIC: into if into == BASIC else TEACHER}
    sheets = prepared.sheets
    results = [result_of(t, names.get(t.table, t.table), sheets, dry_run) for t in tables]
    return total_of(results, prepared.remarks, dry_run)


def open_file(
    session: Session,
    data: bytes,
    filename: str,
    into: str | None = None,
    *,
    is_pasted: bool = False,
    mends: Sequence[Mapping[str, Any]] = (),
) -> Prepared:
    """Parse a file, find out what goes where, and put its rows together by person.

    :param is_pasted: *data* is text from a spreadsheet's clipboard, in UTF-8.
    :param mends: answers to mistakes that repeat themselves (`tms.exchange.mending`).
    :raises FileRefused: the file as a whole.
    """
    if is_pasted:
        sheets = parse_pasted(data.decode(), known_headers(), PurePath(filename).stem)
    else:
        sheets = parse(data, filename, known_headers())
    del data  # as large as what was read from it
    put_in(sheets, mends)
    works, remarks = _assign(sheets, into)
    return prepare(session, sheets, works, remarks)


def check_all(
    session: Session, actor: Actor, options: Options, prepared: Prepared
) -> list[Checked]:
    """All windows at once, by table, in the order of the file."""
    found: dict[str, Checked] = {}
    for places in chunks(range(len(prepared.windows)), AT_A_TIME):
        for part in check_windows(session, actor, options, prepared, places):
            whole = found.setdefault(part.table, Checked(part.table))
            whole.rows += part.rows
            whole.removals += part.removals
            whole.remarks += part.remarks
    tables = list(found.values())
    return hold_back(tables, "file") if options.keep == "file" else tables


def bytes_of(source: Path | bytes) -> bytes:
    """What is in the file.

    :raises FileRefused: it is larger than one may be, before any of it is read.
    """
    if isinstance(source, bytes):
        return source
    refuse_size(source.stat().st_size)
    return _read(source)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE + 1)  # it may grow meanwhile


def _assign(sheets: Sequence[Sheet], into: str | None) -> tuple[list[Work], list[Problem]]:
    """Which sheet goes where; sheets of instructions or codes are left out and named."""
    known = targets()
    wanted = {None: None, BASIC: TEACHER}.get(into, into)
    if wanted is not None and wanted not in known:
        raise FileRefused(message("没有“%(table)s”这张表。", table=wanted))
    offered = [known[wanted]] if wanted else list(known.values())
    found: dict[str, list[Sheet]] = {}
    remarks: list[Problem] = []
    for sheet in sheets:
        target = offered[0] if wanted and len(sheets) == 1 else choose(sheet, offered)
        if target is None and sheet.is_hidden:
            continue  # such as the lists that a template's drop-downs choose from
        if target is None:
            reason = message("这张工作表的表头不属于所导入的表，已忽略。")
            place = (sheet.name, sheet.header_row, sheet.header[0])
            remarks.append(Problem(*place, "", "sheet", reason, "warning"))
        else:
            found.setdefault(target.key, []).append(sheet)
            remarks += sheet.remarks
    if not found:
        raise FileRefused(message("表头与任何一张表都不相符，请使用模板中的表头，或指定表名。"))
    works = [
        Work(known[key], [lay_out(sheet, known[key]) for sheet in found[key]])
        for key in known
        if key in found
    ]
    return works, remarks
