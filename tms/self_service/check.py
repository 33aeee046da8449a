"""完整性检测 in words: each finding with its place in the file and the way to the very field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from tms.admin_views import notes
from tms.admin_views.labels import label_of
from tms.admin_views.notes import Told
from tms.dictionary import Finding, Table
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.models import SECTIONS, TABLES
from tms.self_service.own import OwnFile, Row

#: By table the section whose page shows it.
SECTION_OF = {table.key: section.key for section in SECTIONS for table in section.tables}


@dataclass(frozen=True)
class Found:
    """One finding as the page shows it."""

    severity: str
    text: str
    #: Section, and which of its records.
    place: str
    url: str
    #: What the link says; "" where there is nothing for the teacher to do.
    does: str


def told(own: OwnFile, findings: Iterable[Finding]) -> Iterator[Found]:
    """The findings in the order of the file."""
    for each in findings:
        table = TABLES[each.table].dictionary
        url, does = way(own, table, each)
        yield Found(each.severity, each.message(lang()), place_of(own, table, each), url, does)


def first_error(own: OwnFile) -> str:
    """Where what keeps the file from being sent in is mended first."""
    return next((found.url for found in told(own, own.errors)), "")


def place_of(own: OwnFile, table: Table, finding: Finding) -> str:
    """The table, and which of its records."""
    row, label = _row(own, table, finding.record), str(label_of(table))
    title = own.title(table, row) if row is not None and table.cardinality == "many" else ""
    return str(_("%(table)s：%(text)s", table=label, text=title)) if title else label


def way(own: OwnFile, table: Table, finding: Finding) -> tuple[str, str]:
    """Address and word: the field, the form of a missing record, or the section."""
    row = _row(own, table, finding.record)
    section = section_url(table.key, row["id"] if row else None)
    if finding not in own.errors and finding not in own.warnings:
        return section, ""
    if row is None:
        if own.may_add(table) and not own.rows.get(table.key):
            return url_for("mine.create", table=table.key), str(_("去填写"))
        return section, str(_("去看看"))
    writable = own.writable(table, row)
    if not writable.fields:
        return section, str(_("去看看"))
    keys = [field.key for field in writable.fields]
    at = next((key for key in (finding.field, *finding.fields) if key in keys), None)
    return url_for("mine.edit", table=table.key, id=row["id"], _anchor=at), str(_("去修改"))


def told_notes(own: OwnFile, found: Iterable[Any]) -> Iterator[Told]:
    """Why it came back, each with the way to what it is about."""
    for note in found:
        (told_,) = notes.told(own.actor, [note])
        is_here = note.table_name in SECTION_OF
        yield replace(told_, url=section_url(note.table_name, note.row_id)) if is_here else told_


def section_url(table: str, row_id: Any = None) -> str:
    """The page of the section that holds *table*, at one of its records."""
    anchor = f"{table}-{row_id}" if row_id else table
    return url_for("mine.section", section=SECTION_OF[table], _anchor=anchor)


def _row(own: OwnFile, table: Table, record: Any) -> Row | None:
    return next((row for row in own.rows.get(table.key, []) if row["id"] == record), None)
