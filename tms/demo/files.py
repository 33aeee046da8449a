"""Headers, rows and accounts of teachers as the door leaves them. Pure, but for sealing numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from tms.access import Actor, Role
from tms.demo.calendar import NOON, at
from tms.demo.ids import Ids
from tms.demo.returns import returned_rows
from tms.demo.roll import CONTRACT, Teacher
from tms.demo.staff import Staff
from tms.demo.state import Stage, steps_of
from tms.demo.tree import PROVINCE
from tms.dictionary import Category, Filler
from tms.models import (
    TABLES,
    NumberStatus,
    PersonKind,
    RecordStatus,
    RequestStatus,
    RowState,
    SectionRecord,
)
from tms.records.ids import temporary_number
from tms.records.refresh import DERIVED, ON_HEADER
from tms.records.values import to_columns
from tms.workflow.routes import route_for

BASIC = "basic_information"
#: Days before the base date on which files were made, teachers and schools filled them in.
MADE, FILLED, SCHOOL_FILLED, IN_FORCE_SINCE = 180.0, 150.0, 140.0, 80.0
STATUS = {
    Stage.DRAFT: RecordStatus.DRAFT,
    Stage.RETURNED: RecordStatus.RETURNED,
    Stage.IN_FORCE: RecordStatus.APPROVED,
}
#: Of so many people one at most has a change on its way; which, their numbers say.
FEW = 60
CHANGES = {11: RequestStatus.DRAFT, 41: RequestStatus.IN_REVIEW}


@dataclass(slots=True)
class File:
    """A file being written: its ids and its rows as columns."""

    teacher: Teacher
    id: int
    #: The teacher's own login, and the school's information administrator.
    own: Actor
    person_id: int
    admin: Actor
    columns: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    made: datetime = NOON
    filled: datetime = NOON
    school_filled: datetime = NOON
    #: Whether its submission has not passed the supplement; None where there is none.
    is_early: bool | None = None

    def __post_init__(self) -> None:
        self.made, self.filled = self.when(MADE), self.when(FILLED)
        self.school_filled = self.when(SCHOOL_FILLED)
        if self.stage is not Stage.DRAFT:
            steps = steps_of(self.category)
            self.is_early = steps.index(self.last) <= steps.index(Stage.SUPPLEMENT)

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        return self.teacher.standing.stage

    @property
    def category(self) -> Category:
        """Of the school."""
        return self.teacher.life.category

    @property
    def last(self) -> Stage:
        """The step at which the submission stands, or at which it came back or into force."""
        return self.teacher.standing.returned_at or (
            Stage.APPROVE if self.stage is Stage.IN_FORCE else self.stage
        )

    @property
    def change(self) -> RequestStatus | None:
        """Of a few files in force at schools: how far a change has come."""
        is_one = self.stage is Stage.IN_FORCE and self.category is not Category.HIGHER_EDUCATION
        return CHANGES.get(self.teacher.number % FEW) if is_one else None

    @property
    def status(self) -> RecordStatus:
        """The label of the file."""
        if self.change is RequestStatus.IN_REVIEW:
            return RecordStatus.SUBMITTED
        fixed = STATUS.get(self.stage)
        return fixed or route_for(self.category).step(self.stage.value).waiting

    def gathers(self, table: str) -> bool:
        """Whether rows of *table* go along with the submission: the school's from supplement on."""
        if self.is_early is None:
            return False
        return not (self.is_early and fillers(self.category)[table] is Filler.SCHOOL)

    def when(self, days_before: float) -> datetime:
        """An instant about then, a little different for each file."""
        return at(days_before - self.teacher.number % 997 / 997)

    def filler(self, table: str) -> Actor:
        """Who wrote the rows of *table*; the school imported the first one with the file."""
        if table != BASIC and fillers(self.category)[table] is Filler.TEACHER:
            return self.own
        return self.admin


@cache
def fillers(category: Category) -> Mapping[str, Filler]:
    """Who fills each table at schools of *category*."""
    tables = (model.dictionary for model in TABLES.values())
    return {t.key: t.filled_by(category) for t in tables if t.applies(category)}


def files_of(teachers: Iterable[Teacher], staff: Staff, ids: Ids) -> Iterator[File]:
    """The files of *teachers*, whole."""
    for teacher in teachers:
        file = _file(teacher, staff, ids)
        row_ids = iter(ids.rows_of(teacher.number))
        for table, rows in teacher.rows.items():
            made = _made(file, table) if rows else {}
            file.columns[table] = [
                _row(file, table, made, values, next(row_ids)) for values in rows
            ]
        for row in returned_rows(file):
            row["state"] = RowState.DRAFT.value
        file.header = _header(file)
        yield file


def _file(teacher: Teacher, staff: Staff, ids: Ids) -> File:
    number, school = teacher.number, teacher.school.id
    id_ = ids.file(number)
    login = (ids.users + number, ids.assignments + number)
    own = Actor(Role.TEACHER, teacher.path, *login, school, teacher_id=id_)
    return File(teacher, id_, own, ids.persons + number, staff[school, Role.INFO_ADMIN])


# -- rows ------------------------------------------------------------------------------------------


@cache
def _blank(table: str) -> dict[str, None]:
    """All columns, so that rows insert together."""
    return dict.fromkeys(column.name for column in TABLES[table].__table__.columns)


def _made(file: File, table: str) -> dict[str, Any]:
    """What all rows of one table of a file have in common."""
    by = file.filler(table)
    when = file.filled if by is file.own else file.made if table == BASIC else file.school_filled
    return {
        **_blank(table),
        "teacher_id": file.id,
        "unit_path": file.teacher.path,
        "state": _state(file, table),
        "content_version": 1,
        "created_by": by.user_id,
        "created_at": when,
        "updated_by": by.user_id,
        "updated_at": when,
    }


def _row(
    file: File, table: str, made: Mapping[str, Any], values: Mapping[str, Any], row_id: int
) -> dict[str, Any]:
    model = TABLES[table]
    return {
        **made,
        "id": row_id,
        "functions": _functions(file, model, values),
        **to_columns(model, row_id, values, values),
    }


def _state(file: File, table: str) -> str:
    """Before anything was returned; school-filled rows join at the supplement step."""
    if file.stage is Stage.IN_FORCE:
        return RowState.IN_FORCE.value
    return (RowState.IN_REVIEW if file.gathers(table) else RowState.DRAFT).value


def _functions(file: File, model: type[SectionRecord], values: Mapping[str, Any]) -> int:
    if file.category is not Category.HIGHER_EDUCATION:
        return 0
    return model.dictionary.functions_of(values)


# -- headers ---------------------------------------------------------------------------------------


def _header(file: File) -> dict[str, Any]:
    """The header with its copies, which the basic row gets too, as `records.refresh` has them."""
    teacher, derived = file.teacher, _derived(file)
    basic = file.columns[BASIC][0]
    basic.update(derived)
    has_contract = teacher.kind is PersonKind.CONTRACT
    in_force = file.stage is Stage.IN_FORCE
    return {
        "id": file.id,
        "teacher_no": temporary_number(file.id, PROVINCE[:2]),
        "teacher_no_status": NumberStatus.TEMPORARY.value,
        "unit_id": teacher.school.id,
        "secondary_unit_id": teacher.college.id if teacher.college else None,
        "unit_path": teacher.path,
        "school_category": str(file.category),
        "person_kind": str(teacher.kind),
        "contract_start": CONTRACT[0] if has_contract else None,
        "contract_end": CONTRACT[1] if has_contract else None,
        "record_status": file.status.value,
        "in_force_since": at(IN_FORCE_SINCE) if in_force else None,
        "created_by": file.admin.user_id,
        "created_at": file.made,
        "birth_year": basic["birth_date"].year,
        **{key: basic[key] for key in ("name", "gender", "id_number_mask", "personnel_status")},
        **{key: derived[key] for key in ON_HEADER},
    }


def _derived(file: File) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for table, choose, fields in DERIVED:
        row = choose(file.columns.get(table, ()))
        values |= {target: row.get(source) for target, source in fields.items()}
    return values


# -- accounts --------------------------------------------------------------------------------------


def accounts_of(file: File) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Person, login and assignment, without password until a code is handed out."""
    person = {"id": file.person_id, "name": file.header["name"], "unit_path": file.own.unit_path}
    return person, _user(file), _assignment(file)


def _user(file: File) -> dict[str, Any]:
    return {
        "id": file.own.user_id,
        "login_index": file.columns[BASIC][0]["id_number_index"],
        "person_id": file.person_id,
        "teacher_id": file.id,
        "is_disabled": False,
        "unit_path": file.own.unit_path,
        "created_at": file.header["created_at"],
    }


def _assignment(file: File) -> dict[str, Any]:
    return {
        "id": file.own.assignment_id,
        "user_id": file.own.user_id,
        "role": Role.TEACHER.value,
        "unit_id": file.own.unit_id,
        "unit_path": file.own.unit_path,
        "is_active": True,
        "granted_by": file.admin.user_id,
        "granted_at": file.header["created_at"],
    }
