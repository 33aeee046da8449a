"""A county user against the neighbouring county, below every view: the session itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, exists, func, insert, select, text, union_all, update
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from tests.support.begin import begun
from tests.support.cast import Cast
from tms.access import Family, acting, bind, door, scope
from tms.errors import ScopeError
from tms.models import (
    TABLES,
    AuditEvent,
    Person,
    SelectionItem,
    Submission,
    Teacher,
    Unit,
    User,
)

Study = TABLES["study_experience"]

#: Ways to look for the neighbour's teacher (or row, unit, account); each returns what it found.
READS: dict[str, Callable[[Session, int], Any]] = {
    "entity": lambda s, t: s.scalars(select(Teacher).where(Teacher.id == t)).all(),
    "columns": lambda s, t: s.execute(select(Teacher.name).where(Teacher.id == t)).all(),
    "identity": lambda s, t: [x for x in [s.get(Teacher, t)] if x],
    "count": lambda s, t: s.scalar(
        select(func.count()).select_from(Teacher).where(Teacher.id == t)
    ),
    "alias": lambda s, t: s.scalars(
        select(aliased(Teacher, name="other")).where(text(f"other.id = {t}"))
    ).all(),
    "subquery": lambda s, t: s.execute(
        select(select(Teacher.id).where(Teacher.id == t).subquery())
    ).all(),
    "cte": lambda s, t: s.execute(select(select(Teacher.id).where(Teacher.id == t).cte())).all(),
    "union": lambda s, t: s.execute(
        union_all(select(Teacher.id).where(Teacher.id == t), select(Teacher.id).where(False))
    ).all(),
    "in": lambda s, t: s.scalars(
        select(Unit.id).where(Unit.id.in_(select(Teacher.unit_id).where(Teacher.id == t)))
    ).all(),
    "exists": lambda s, t: s.scalars(
        select(Person.id).where(exists().where(Teacher.id == t))
    ).all(),
    "child rows": lambda s, t: s.scalars(select(Study).where(Study.teacher_id == t)).all(),
    "join": lambda s, t: s.execute(
        select(Teacher.name, Study.id)
        .join(Study, Study.teacher_id == Teacher.id)
        .where(Study.teacher_id == t)
    ).all(),
    "eager": lambda s, t: s.scalars(
        select(Teacher).options(joinedload(Teacher.unit)).where(Teacher.id == t)
    ).all(),
    "select in": lambda s, t: s.scalars(
        select(Teacher).options(selectinload(Teacher.unit)).where(Teacher.id == t)
    ).all(),
    "audit": lambda s, t: s.scalars(select(AuditEvent).where(AuditEvent.teacher_id == t)).all(),
    "account": lambda s, t: s.scalars(select(User).where(User.teacher_id == t)).all(),
    "unit": lambda s, t: s.scalars(select(Unit).where(Unit.code == "3136000201")).all(),
    "query": lambda s, t: s.query(Teacher).filter(Teacher.id == t).all(),
}


@pytest.fixture
def foreign(cast: Cast) -> int:
    """A teacher of the neighbouring county with a study record; the county's user acts."""
    teacher = begun(cast, far_file)
    cast.act_as("county_info")
    return teacher


def far_file(cast: Cast) -> int:
    teacher = cast.make_file("3136000201")
    cast.add("far_school_info", teacher, "study_experience", education_level="21")
    return teacher


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_county_finds_nothing_of_its_neighbour(
    cast: Cast, foreign: int, read: Callable[[Session, int], Any]
) -> None:
    assert not read(cast.session, foreign)


#: Roles without accounts or audit see neither, of anybody: nothing to compare with.
@pytest.mark.parametrize("name", [name for name in READS if name not in ("account", "exists")])
def test_without_the_scope_each_of_these_finds_it(
    cast: Cast, foreign: int, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The tests above can fail: with every criterion taken away the rows are there."""
    monkeypatch.setattr(scope, "criterion", lambda actor, family: scope._all())

    assert READS[name](cast.session, foreign)


def test_the_county_finds_its_own(cast: Cast) -> None:
    own = cast.make_file("3136000101")
    cast.act_as("county_info")

    assert READS["entity"](cast.session, own)
    assert cast.session.scalar(select(func.count()).select_from(Teacher)) == 1


def test_a_relation_to_a_foreign_unit_is_empty(cast: Cast) -> None:
    """The supervisor of one's own unit lies above, out of reach."""
    cast.act_as("county_info")

    unit = cast.session.scalars(select(Unit).where(Unit.code == "360102")).one()

    assert unit.supervisor is None


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_nobody_finds_nothing(
    cast: Cast, foreign: int, read: Callable[[Session, int], Any]
) -> None:
    bind(cast.session, None)

    assert not read(cast.session, foreign)


def test_an_object_of_one_actor_is_not_handed_to_the_next(cast: Cast, foreign: int) -> None:
    cast.act_as("neighbour_info")
    assert cast.session.get(Teacher, foreign) is not None

    cast.act_as("county_info")

    assert cast.session.get(Teacher, foreign) is None


WRITES: dict[str, Callable[[Session, int], Any]] = {
    "update": lambda s, t: s.execute(update(Teacher).values(name="x")),
    "delete": lambda s, t: s.execute(delete(Study)),
    "insert": lambda s, t: s.execute(insert(Study), [{"teacher_id": t}]),
    "flush": lambda s, t: (s.add(Study(teacher_id=t, unit_path="0001")), s.flush()),
    "unit": lambda s, t: s.execute(update(Unit).values(name="x")),
    "account": lambda s, t: s.execute(update(User).values(is_disabled=True)),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nobody_writes_nothing(
    cast: Cast, foreign: int, write: Callable[[Session, int], Any]
) -> None:
    bind(cast.session, None)

    with pytest.raises(ScopeError):
        write(cast.session, foreign)


@pytest.mark.parametrize("name", ["update", "delete", "insert", "flush"])
def test_files_are_written_through_the_door_only(cast: Cast, foreign: int, name: str) -> None:
    with pytest.raises(ScopeError):
        WRITES[name](cast.session, foreign)


def test_a_bulk_update_stays_within_reach(cast: Cast, foreign: int) -> None:
    own = cast.make_file("3136000101")
    with door(cast.session):
        statement = update(Teacher).values(name="改名")
        cast.session.execute(statement, execution_options={"synchronize_session": False})
    cast.session.commit()

    cast.act_as("province_info")
    names = dict(cast.session.execute(select(Teacher.id, Teacher.name)).all())

    assert names[own] == "改名"
    assert names[foreign] != "改名"


def test_a_bulk_statement_over_two_scoped_tables_is_refused(cast: Cast, foreign: int) -> None:
    """In UPDATE … FROM the criteria of the joined table are silently dropped."""
    joined = update(Teacher).where(Teacher.id == Submission.teacher_id).values(name="x")
    nested = update(Teacher).where(Teacher.id.in_(select(Submission.teacher_id))).values(name="x")
    for statement in (joined, nested):
        with door(cast.session), pytest.raises(ScopeError, match="freeze"):
            cast.session.execute(statement)


@pytest.mark.parametrize("column", ["unit_path", "unit_id"])
def test_a_bulk_update_does_not_move_rows_to_another_unit(cast: Cast, column: str) -> None:
    cast.act_as("county_info")
    far = cast.units["3136000201"]
    value = {"unit_path": far.unit_path, "unit_id": far.id}[column]

    with door(cast.session), pytest.raises(ScopeError, match="move"):
        cast.session.execute(update(Teacher).values({column: value}))


def test_bare_tables_and_raw_sql_are_refused(cast: Cast, foreign: int) -> None:
    statements = [select(Teacher.__table__.c.name), text("SELECT name FROM teacher")]
    for statement in statements:
        with pytest.raises(ScopeError):
            cast.session.execute(statement)


def test_from_statement_is_refused(cast: Cast, foreign: int) -> None:
    with pytest.raises(ScopeError):
        cast.session.scalars(select(Teacher).from_statement(text("SELECT * FROM teacher"))).all()


def test_a_frozen_selection_is_confined(cast: Cast, foreign: int) -> None:
    from tms.workflow.selection import freeze, teacher_ids

    own = cast.make_file("3136000101")
    actor = cast.act_as("county_info")
    chosen = select(Teacher.id.label("teacher_id"), Teacher.id, Teacher.id.label("task_id"))

    selection = freeze(cast.session, actor, chosen)

    assert teacher_ids(cast.session, selection) == [own]
    assert cast.session.scalar(select(func.count()).select_from(SelectionItem)) == 1


def test_a_unit_is_not_moved_out_of_reach_by_a_flush(cast: Cast) -> None:
    cast.act_as("county_admin")
    school = cast.session.scalars(select(Unit).where(Unit.code == "3136000101")).one()
    school.unit_path = cast.units["360103"].unit_path + "00ZZ"

    with pytest.raises(ScopeError):
        cast.session.flush()


def test_a_department_sees_the_rows_it_judges(cast: Cast) -> None:
    teacher = cast.make_file("4136010001")
    paper = cast.add("university_info", teacher, "paper", paper_name="论文")
    cast.add("university_info", teacher, "study_experience", education_level="21")
    cast.act_as("research_office")

    assert cast.session.scalars(select(TABLES["paper"].id)).all() == [paper]
    assert cast.session.scalars(select(Study.id)).all() == []
    assert cast.session.scalars(select(Teacher.id)).all() == [teacher]


def test_a_teacher_sees_the_own_file_only(cast: Cast) -> None:
    from tests.support.cast import teacher_actor

    own, other = cast.make_file(), cast.make_file()
    for teacher in (own, other):
        cast.add("school_info", teacher, "contact", mobile="13800000000")
    with acting(cast.session, teacher_actor(cast, own)):
        assert cast.session.scalars(select(Teacher.id)).all() == [own]
        assert cast.session.scalars(select(TABLES["contact"].teacher_id)).all() == [own]


def test_a_system_administrator_sees_headers_and_no_records(cast: Cast) -> None:
    teacher = cast.make_file()
    cast.add("school_info", teacher, "study_experience", education_level="21")
    cast.act_as("school_admin")

    assert cast.session.scalars(select(Teacher.id)).all() == [teacher]
    assert cast.session.scalars(select(Study.id)).all() == []
    assert cast.session.scalars(select(TABLES["basic_information"].id)).all() == []


@pytest.mark.parametrize("name", ["support", "officer", "auditor"])
def test_technical_roles_see_no_person(cast: Cast, name: str) -> None:
    teacher = cast.make_file()
    cast.act_as(name)

    assert cast.session.get(Teacher, teacher) is None


def test_families_of_one_role_may_reach_differently(
    foreign: int, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLAlchemy keeps lambdas by their code: two of one code must not share a parameter.

    Units were confined to the county and files to the city, and both got the county's bounds.
    """
    honest = scope.criterion
    city = cast.units["360100"].unit_path

    def criterion(actor: Any, family: Family) -> Any:
        wider = replace(actor, unit_path=city) if actor and family is Family.FILES else actor
        return honest(wider, family)

    monkeypatch.setattr(scope, "criterion", criterion)
    cast.session.info.pop("criteria", None)

    for _ in range(2):  # compiled, and from the cache
        assert cast.session.scalars(select(Teacher.id).where(Teacher.id == foreign)).all()
        assert not cast.session.scalars(select(Unit).where(Unit.code == "3136000201")).all()
