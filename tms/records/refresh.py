"""Copies and derived items: what headers show and statistics count (DOMAIN.md 11, R84).

Written here only; they count neither for versions nor for verdicts. Where a file is in force they
follow its rows in force, before that its drafts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.among import among
from tms.db import BLIND
from tms.models import TABLES, Person, RowState, Teacher, User
from tms.records.audit import Event
from tms.records.read import chunks

REASON = "derived from rows of the same files"

#: Best first; what is not listed is a non-graduate and ranks by code behind (assumption).
EDUCATION_ORDER = (
    "11",
    "14",
    "17",
    "21",
    "28",
    "31",
    "34",
    "35",
    "41",
    "44",
    "47",
    "61",
    "71",
    "81",
)
#: Honorary degrees (1) do not count.
DEGREES = ("2", "3", "4")

Row = Mapping[str, Any]
Rows = Sequence[Row]


def _highest_education(rows: Rows) -> Row:
    """The record with the highest education, the latest where two are equal."""

    def rank(row: Row) -> tuple[int, str]:
        code = row["education_level"]
        return (EDUCATION_ORDER.index(code) if code in EDUCATION_ORDER else 99, code)

    found = [row for row in rows if row["education_level"] not in (None, "0")]
    return min(found, key=rank, default={})


def _highest_degree(rows: Rows) -> Row:
    found = [row for row in rows if row["degree_level"] in DEGREES]
    return min(found, key=lambda row: row["degree_level"], default={})


def _latest_start(rows: Rows) -> Row:
    found = [row for row in rows if row["start_month"]]
    return max(found, key=lambda row: row["start_month"], default={})


def _latest_open(rows: Rows) -> Row:
    return _latest_start([row for row in rows if not row["end_month"]])


#: (table, choice of one of its rows, {derived field of basic_information: field of that row})
DERIVED: tuple[tuple[str, Callable[[Rows], Row], dict[str, str]], ...] = (
    (
        "study_experience",
        _highest_education,
        {
            "highest_education": "education_level",
            "highest_education_institution": "education_institution",
        },
    ),
    (
        "study_experience",
        _highest_degree,
        {
            "highest_degree_level": "degree_level",
            "highest_degree_name": "degree_name",
            "highest_degree_institution": "degree_institution",
        },
    ),
    (
        "post_appointment",
        _latest_start,
        {"current_post_category": "post_category", "current_post_level": "post_level"},
    ),
    (
        "professional_title_appointment",
        _latest_open,
        {"current_professional_title": "professional_title"},
    ),
)
SOURCES = {
    "study_experience": (
        "education_level",
        "education_institution",
        "degree_level",
        "degree_name",
        "degree_institution",
    ),
    "post_appointment": ("start_month", "post_category", "post_level"),
    "professional_title_appointment": ("start_month", "end_month", "professional_title"),
    "basic_information": (
        "name",
        "gender",
        "birth_date",
        "id_number_mask",
        "id_number_index",
        "personnel_status",
    ),
}
#: Derived items that the header shows too.
ON_HEADER = (
    "highest_education",
    "highest_degree_level",
    "current_post_category",
    "current_post_level",
    "current_professional_title",
)


def concerned(events: Mapping[int, Event]) -> list[int]:
    """The files, by id with what was written there, whose copies may differ now."""
    return [i for i, event in events.items() if not SOURCES.keys().isdisjoint(event.rows)]


def refresh(session: Session, teacher_ids: Iterable[int]) -> None:
    """Recompute the copies of these files, within the door."""
    for part in chunks(sorted(set(teacher_ids))):
        sources = {table: _rows(session, table, part) for table in SOURCES}
        heads: list[dict[str, Any]] = []
        basics: list[dict[str, Any]] = []
        for teacher_id in part:
            derived = _derived(sources, teacher_id)
            basics.append({"b_id": teacher_id} | derived)
            basic = next(iter(sources["basic_information"].get(teacher_id, ())), None)
            heads.append(_header(teacher_id, basic, derived))
        _write(session, Teacher.__table__, "id", heads)
        _write(session, TABLES["basic_information"].__table__, "teacher_id", basics)
        _accounts(session, part, sources["basic_information"])


def copies_of_new(basic: Row) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the header and the basic row itself copy of a file that holds nothing but *basic*."""
    derived = _derived({table: {} for table, _choose, _fields in DERIVED}, 0)
    header = _header(0, basic, derived)
    del header["b_id"]
    return header, derived


def _rows(session: Session, table: str, teacher_ids: Sequence[int]) -> dict[int, list[Row]]:
    """By file its rows that count: those in force where there are any."""
    model = TABLES[table]
    columns = [getattr(model, name) for name in ("teacher_id", "state", *SOURCES[table])]
    statement = select(*columns).where(among(model.teacher_id, teacher_ids)).order_by(model.id)
    found: dict[int, list[Row]] = defaultdict(list)
    for row in session.execute(unscoped(statement, REASON)).mappings():
        found[row["teacher_id"]].append(dict(row))
    for teacher_id, rows in found.items():
        in_force = [row for row in rows if row["state"] == RowState.IN_FORCE]
        found[teacher_id] = in_force or rows
    return found


def _derived(sources: Mapping[str, Mapping[int, Rows]], teacher_id: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for table, choose, fields in DERIVED:
        row = choose(sources[table].get(teacher_id, ()))
        values |= {target: row.get(source) for target, source in fields.items()}
    return values


def _header(teacher_id: int, basic: Row | None, derived: Mapping[str, Any]) -> dict[str, Any]:
    row: Row = basic or {}
    birth = row.get("birth_date")
    return {
        "b_id": teacher_id,
        "name": row.get("name"),
        "gender": row.get("gender"),
        "birth_year": birth.year if birth else None,
        "id_number_mask": row.get("id_number_mask"),
        "personnel_status": row.get("personnel_status"),
    } | {name: derived[name] for name in ON_HEADER}


def _write(session: Session, table: Any, key: str, rows: list[dict[str, Any]]) -> None:
    """Only what differs: most verdicts change no copy, and every index would be written anew."""
    names = [name for name in rows[0] if name != "b_id"]
    columns = (table.c[key], *(table.c[name] for name in names))
    present = select(*columns).where(among(table.c[key], [row["b_id"] for row in rows]))
    found = {tuple(row) for row in session.execute(unscoped(present, REASON))}
    changed = [row for row in rows if (row["b_id"], *(row[n] for n in names)) not in found]
    if changed:
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        statement = update(table).where(table.c[key] == bindparam("b_id")).values(values)
        session.execute(unscoped(statement, REASON), changed)


def _accounts(session: Session, ids: Sequence[int], basics: Mapping[int, Rows]) -> None:
    """The login follows a corrected number, the person a corrected name."""
    statement = (
        select(User.id, User.teacher_id, User.login_index, User.person_id, Person.name)
        .join(Person, Person.id == User.person_id)
        .where(among(User.teacher_id, ids))
    )
    for user in session.execute(unscoped(statement, REASON)).all():
        basic = next(iter(basics.get(user.teacher_id, ())), None)
        if basic is None:
            continue
        if basic["id_number_index"] != user.login_index:
            change = update(User).where(User.id == user.id)
            change = change.values(login_index=basic["id_number_index"])
            session.execute(unscoped(change, REASON), execution_options=BLIND)
        if basic["name"] != user.name:
            rename = update(Person).where(Person.id == user.person_id)
            session.execute(
                unscoped(rename.values(name=basic["name"]), REASON), execution_options=BLIND
            )
