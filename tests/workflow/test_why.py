""" "Why can't I?": the cases that are read aloud, each from the function that decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.support.cast import Cast, complete, teacher_actor
from tests.support.units import make_unit
from tests.workflow.test_k12 import bring, do
from tms import workflow
from tms.access import CONSOLE, Actor, acting, bind, door
from tms.errors import Because
from tms.models import TABLES, ReviewTask, Teacher, UnitKind
from tms.models.types import now
from tms.workflow import NoteOn
from tms.workflow.why import Answer, Verb, why_act, why_field

WHEN = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?")


def told(answer: Answer) -> str:
    """The sentence in Chinese, without its dates."""
    return WHEN.sub("某日", str(answer.sentence))


def row_of(cast: Cast, table: str, teacher: int) -> int:
    with acting(cast.session, CONSOLE):
        model = TABLES[table]
        found = select(model.id).where(model.teacher_id == teacher).order_by(model.id)
        return cast.session.scalars(found).first() or 0


def of_field(cast: Cast, actor: Actor, teacher: int, place: str, row: int | None = None) -> Answer:
    """*place*: table, or table.field; of the file's first row, or of *row*."""
    table, _, field = place.partition(".")
    bind(cast.session, actor)
    row = row_of(cast, table, teacher) if row is None else row
    return why_field(cast.session, actor, teacher, table, row, field or None)


def of_act(cast: Cast, actor: Actor, teacher: int, verb: str) -> Answer:
    bind(cast.session, actor)
    return why_act(cast.session, actor, Verb(verb), teacher)


@pytest.fixture
def file(cast: Cast) -> int:
    """A complete draft."""
    teacher = cast.make_file()
    complete(cast, teacher)
    return teacher


def by_teacher(cast: Cast, teacher: int) -> Actor:
    """The teacher sends the file in."""
    actor = teacher_actor(cast, teacher)
    with acting(cast.session, actor):
        assert workflow.submit(cast.session, actor, None).taken == 1
    cast.session.commit()
    return actor


def opened(cast: Cast, teacher: int, name: str) -> None:
    """Somebody of the desk looks at the file."""
    with acting(cast.session, CONSOLE), door(cast.session):
        look = update(ReviewTask).where(ReviewTask.teacher_id == teacher)
        values = {"seen_at": now(), "seen_by": cast.staff[name].user_id}
        cast.session.execute(look.where(ReviewTask.verdict.is_(None)).values(**values))
    cast.session.commit()


# -- read aloud ------------------------------------------------------------------------------------


def approved_row(cast: Cast, file: int) -> Answer:
    bring(cast, file, "approve")
    return of_field(cast, teacher_actor(cast, file), file, "work_experience")


def row_at_the_head(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    return of_field(cast, teacher_actor(cast, file), file, "study_experience")


def school_item(cast: Cast, file: int) -> Answer:
    return of_field(cast, teacher_actor(cast, file), file, "annual_assessment.result")


def not_flagged(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    actor = cast.act_as("school_head")
    chosen = select(Teacher.id).where(Teacher.id == file)
    row = row_of(cast, "study_experience", file)
    on = [NoteOn("年月有误", "study_experience", row, "graduation_month")]
    assert workflow.return_(cast.session, actor, chosen, "", on).taken == 1
    cast.session.commit()
    place = "study_experience.education_institution"
    return of_field(cast, teacher_actor(cast, file), file, place)


def derived_item(cast: Cast, file: int) -> Answer:
    actor = teacher_actor(cast, file)
    return of_field(cast, actor, file, "basic_information.highest_education")


def after_the_supplement(cast: Cast, file: int) -> Answer:
    by_teacher(cast, file)
    assert do(cast, "pass", "school_info", file).taken == 1
    return of_field(cast, cast.staff["school_info"], file, "annual_assessment.result")


def incomplete_file(cast: Cast, file: int) -> Answer:
    gap = cast.make_file()
    return of_act(cast, cast.staff["school_info"], gap, "submit")


def own_work(cast: Cast, file: int) -> Answer:
    head = cast.staff["school_head"]
    both = replace(cast.staff["school_info"], user_id=head.user_id)
    with acting(cast.session, both):
        assert workflow.submit(cast.session, both, None).taken == 1
    cast.session.commit()
    return of_act(cast, head, file, "pass")


def at_the_county(cast: Cast, file: int) -> Answer:
    bring(cast, file, "report")
    return of_act(cast, cast.staff["school_head"], file, "pass")


def not_reported(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    return of_act(cast, cast.staff["county_info"], file, "pass")


def already_opened(cast: Cast, file: int) -> Answer:
    actor = by_teacher(cast, file)
    opened(cast, file, "school_info")
    return of_act(cast, actor, file, "withdraw")


def next_desk_acted(cast: Cast, file: int) -> Answer:
    bring(cast, file, "approve")
    return of_act(cast, cast.staff["school_head"], file, "undo")


def system_admin(cast: Cast, file: int) -> Answer:
    bind(cast.session, cast.staff["school_admin"])
    return why_field(cast.session, cast.staff["school_admin"], file, "study_experience")


def other_department(cast: Cast, file: int) -> Answer:
    person = cast.make_file("4136010001")
    make_unit(cast, "HR", "4136010001", UnitKind.FUNCTIONAL_DEPARTMENT, function="hr")
    actor = cast.staff["research_office"]
    return of_field(cast, actor, person, "basic_information")


READ_ALOUD: list[tuple[Callable[[Cast, int], Answer], Because, str]] = [
    (approved_row, Because.IN_FORCE, ""),
    (row_at_the_head, Because.IN_REVIEW, ""),
    (school_item, Because.NOT_YOURS, ""),
    (not_flagged, Because.FLAGGED_ONLY, ""),
    (derived_item, Because.DERIVED, ""),
    (after_the_supplement, Because.SUPPLEMENT_ONLY, ""),
    (incomplete_file, Because.INCOMPLETE, ""),
    (own_work, Because.OWN_WORK, ""),
    (at_the_county, Because.ELSEWHERE, ""),
    (not_reported, Because.ELSEWHERE, ""),
    (already_opened, Because.SEEN, ""),
    (next_desk_acted, Because.ACTED, ""),
    (system_admin, Because.ROLE, ""),
    (other_department, Because.NOT_JUDGED, ""),
]


@pytest.mark.parametrize(
    ("case", "kind", "sentence"), READ_ALOUD, ids=[case.__name__ for case, _, _ in READ_ALOUD]
)
def test_read_aloud(
    cast: Cast, file: int, case: Callable[[Cast, int], Answer], kind: Because, sentence: str
) -> None:
    answer = case(cast, file)

    assert not answer.may
    print(case.__name__, answer.kind, told(answer), answer.leads)
    assert answer.kind is kind
