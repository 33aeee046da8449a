"""What can be exported of files: headers with their copies, as far as the role sees these."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.access.policy import may_see
from tms.dictionary import Field
from tms.exchange import labels
from tms.exchange.book import CellType
from tms.exchange.filters import Filter, equals, one_of, subtree
from tms.exchange.how import How
from tms.exchange.labels import Fixed
from tms.exchange.outlines import Outline, alone, id_number, place, with_basic
from tms.exchange.project import (
    OutColumn,
    Show,
    coded,
    fixed_column,
    head_of,
    in_order,
    moments,
    show_of,
    written,
)
from tms.models import TABLES, Teacher
from tms.records.files import BASIC

BIRTH_YEAR: Final = Fixed("birth_year", "出生年份", "year of birth")
IN_FORCE_SINCE: Final = Fixed("in_force_since", "生效时间", "in force since")
#: Copies of basic information that the header has.
COPIES: Final = (
    "gender",
    "personnel_status",
    "highest_education",
    "highest_degree_level",
    "current_post_category",
    "current_post_level",
    "current_professional_title",
)


def of_files(session: Session, actor: Actor, how: How, only: Collection[str] | None) -> Outline:
    """Headers of files with their copies, as far as the role sees the originals."""
    basic = TABLES[BASIC].dictionary.fields
    columns = [
        fixed_column(labels.TEACHER_NO, Teacher.teacher_no, how, width=16),
        fixed_column(labels.NAME, Teacher.name, how, width=10),
    ]
    if actor.can(Permission.RECORD_READ):
        columns.append(id_number(how))
    columns += place(session, how)
    fields = [basic[key] for key in COPIES if may_see(actor, basic[key])]
    columns += [_copy(field, how) for field in in_order(fields, only)]
    if may_see(actor, basic["birth_date"]) and (only is None or BIRTH_YEAR.key in only):
        kind = CellType.NUMBER
        columns.append(fixed_column(BIRTH_YEAR, Teacher.birth_year, how, written, type=kind))
    columns += _header_columns(how, only)
    filters = _filters(session, fields)
    order = (Teacher.unit_path, Teacher.id)
    name = "teachers" if how.lang == "en" else "教师"
    revealed = ("id_number",) if how.purpose else ()
    join = with_basic if how.purpose else alone
    return Outline(name, columns, filters, Teacher.school_category, order, join, revealed)


def _filters(session: Session, fields: Sequence[Field]) -> dict[str, Filter]:
    found = {
        **{f.key: _copy_filter(f) for f in fields},
        "name": equals(Teacher.name),
        "teacher_no": equals(Teacher.teacher_no),
        "unit": subtree(session, Teacher.unit_path),
        "category": one_of("category", Teacher.school_category, "school_category"),
        "person_kind": one_of("person_kind", Teacher.person_kind, "collection_person_kind"),
        "file_status": one_of("file_status", Teacher.record_status, "record_status"),
    }
    found["record_status"] = found["file_status"]
    return found


def _copy(field: Field, how: How) -> OutColumn:
    head = head_of(field, field.label(how.lang), how)
    show = show_of(field, how, masks_telephones=True)
    return OutColumn(head, getattr(Teacher, field.key), show, field.key)


def _copy_filter(field: Field) -> Filter:
    table = field.codes_for(field.applies_to[0])
    column = getattr(Teacher, field.key)
    return one_of(field.key, column, table) if table else equals(column)


def _header_columns(how: How, only: Collection[str] | None) -> list[OutColumn]:
    """What the header itself declares: kind of person, contract, states."""
    sources: dict[str, tuple[Any, Show, CellType]] = {
        "teacher_no_status": (
            Teacher.teacher_no_status,
            coded("teacher_no_status", how),
            CellType.TEXT,
        ),
        "person_kind": (Teacher.person_kind, coded("collection_person_kind", how), CellType.TEXT),
        "contract_start": (Teacher.contract_start, written, CellType.DATE),
        "contract_end": (Teacher.contract_end, written, CellType.DATE),
        "file_status": (Teacher.record_status, coded("record_status", how), CellType.TEXT),
    }
    found = [
        fixed_column(labels.header_label(key), source, how, show, type=kind, width=11)
        for key, (source, show, kind) in sources.items()
        if only is None or key in only
    ]
    return [*found, fixed_column(IN_FORCE_SINCE, Teacher.in_force_since, how, moments, width=16)]
