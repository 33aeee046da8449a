"""A step that a university puts in needs no code: a file goes through it like through any other."""

from __future__ import annotations

from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.review import do
from tests.support.university import (
    HEAD,
    UNIVERSITY,
    complete_university,
    department,
    make_teacher,
)
from tms.dictionary import Department
from tms.models import ReviewTask, Submission, Teacher
from tms.workflow.offered import on_my_desk
from tms.workflow.outcome import holders
from tms.workflow.own_routing import Line
from tms.workflow.own_steps import Wanted
from tms.workflow.route_edit import default_draft, publish
from tms.workflow.route_versions import open_by_version, university

INSPECTION = "纪检监察审核"
WAY = (
    ("college", "unit_review"),
    ("university_info", "supplement"),
    ("hr_office", "departments"),
    ("academic_office", "departments"),
    ("research_office", "departments"),
    ("organization_office", "own_1"),
    (HEAD, "consolidate"),
)


def complete_file(cast: Cast) -> int:
    """A file of the college, with rows for human resources, research and academic affairs."""
    made = make_teacher(cast)
    complete_university(cast, made, (Department.RESEARCH, Department.ACADEMIC_AFFAIRS))
    return made


def put_in(cast: Cast, *lines: Line) -> int:
    """The step, at the organisation department, between departments and consolidation."""
    actor = cast.act_as("university_info")
    draft = default_draft(0)
    step = Wanted("own_1", INSPECTION, "Discipline inspection", "department", "organization", 4)
    steps = (*draft.steps[:3], step, *draft.steps[3:])
    routing = type(draft.routing)(draft.routing.defaults, draft.routing.declared, lines)
    unit = university(cast.session, actor, cast.units[UNIVERSITY].id)
    made = publish(
        cast.session, actor, unit, type(draft)(steps, routing, 0), "加一步纪检监察审核"
    ).made
    cast.session.commit()
    return made.id


def stands(cast: Cast, teacher: int) -> tuple[str, str, bool]:
    cast.act_as("province_info")
    statement = select(Submission.step, Submission.status, Submission.is_open)
    row = cast.session.execute(statement.where(Submission.teacher_id == teacher)).one()
    return row[0], row[1], row[2]


def waiting_for(cast: Cast, name: str) -> list[int]:
    actor = cast.act_as(name)
    return list(cast.session.scalars(select(Teacher.id).where(on_my_desk(cast.session, actor))))


def test_a_file_goes_through_the_step_between_departments_and_consolidation(campus: Cast) -> None:
    version = put_in(campus)
    teacher = complete_file(campus)

    assert do(campus, "submit", "university_info", teacher).taken == 1
    seen = []
    for name, step in WAY:
        assert waiting_for(campus, name) == [teacher], (name, step)
        assert stands(campus, teacher)[0] == step
        seen.append((step, stands(campus, teacher)[1]))
        assert do(campus, "pass", name, teacher).taken == 1
    assert do(campus, "report", HEAD, teacher).taken == 1
    assert do(campus, "pass", "province_info", teacher).taken == 1

    assert seen == [
        ("unit_review", "submitted"), ("supplement", "unit_passed"), ("departments", "unit_passed"),
        ("departments", "unit_passed"), ("departments", "unit_passed"), ("own_1", "dept_passed"),
        ("consolidate", "dept_passed"),
    ]  # fmt: skip
    assert stands(campus, teacher) == ("approve", "approved", False)
    versions = set(campus.session.scalars(select(Submission.route_version_id)))
    assert versions == {version}


def test_it_is_named_where_people_ask_whose_turn_it_is(campus: Cast) -> None:
    put_in(campus)
    teacher = complete_file(campus)
    do(campus, "submit", "university_info", teacher)
    for name, _ in WAY[:5]:
        do(campus, "pass", name, teacher)

    campus.act_as("university_info")
    _, where = holders(campus.session, [teacher])[teacher]
    campus.act_as("organization_office")
    task = campus.session.scalars(select(ReviewTask).where(ReviewTask.verdict.is_(None))).one()

    assert INSPECTION in where.zh
    assert (task.step, task.permission, task.functions) == ("own_1", "file:dept_review", 0)
    assert (task.due_at - task.opened_at).days == 4


def test_a_return_at_the_step_comes_back_to_it(campus: Cast) -> None:
    put_in(campus)
    teacher = complete_file(campus)
    do(campus, "submit", "university_info", teacher)
    for name, _ in WAY[:5]:
        do(campus, "pass", name, teacher)

    back = do(campus, "return", "organization_office", teacher, note="请补充廉政承诺")
    returned = stands(campus, teacher)
    do(campus, "submit", "university_info", teacher)
    for name, _ in WAY:
        do(campus, "pass", name, teacher)

    assert back.taken == 1
    assert returned == ("", "returned", True)
    assert stands(campus, teacher)[0] == "report"


def test_open_work_goes_on_by_the_version_it_began_with(campus: Cast) -> None:
    before = complete_file(campus)
    do(campus, "submit", "university_info", before)
    version = put_in(campus)
    after = complete_file(campus)
    do(campus, "submit", "university_info", after)

    for name, _ in WAY[:5]:
        do(campus, "pass", name, before, after)

    actor = campus.act_as("university_info")
    unit = university(campus.session, actor, campus.units[UNIVERSITY].id)
    assert open_by_version(campus.session, unit) == {None: 1, version: 1}
    assert (stands(campus, before)[0], stands(campus, after)[0]) == ("consolidate", "own_1")


def test_without_a_department_human_resources_judge_its_rows_too(cast: Cast) -> None:
    department(cast, Department.HR)
    teacher = complete_file(cast)
    do(cast, "submit", "university_info", teacher)
    for name in ("college", "university_info"):
        do(cast, "pass", name, teacher)

    cast.act_as("university_info")
    tasks = cast.session.scalars(select(ReviewTask).where(ReviewTask.step == "departments")).all()

    assert {(t.desk_function, t.functions) for t in tasks} == {("hr", 31 - 4), ("research", 4)}
    assert do(cast, "pass", "hr_office", teacher).taken == 1


def test_rows_of_a_finished_submission_follow_the_routing_in_use(campus: Cast) -> None:
    teacher = complete_file(campus)
    do(campus, "submit", "university_info", teacher)
    put_in(campus, Line("paper", "role", ("11",), (Department.HR,)))
    from tms.models import TABLES

    def masks() -> set[int]:
        campus.act_as("university_info")
        paper = TABLES["paper"]
        return set(campus.session.scalars(select(paper.functions).where(paper.role == "11")))

    in_review = masks()
    for name, step in WAY:
        if step != "own_1":
            do(campus, "pass", name, teacher)
    do(campus, "report", HEAD, teacher)
    do(campus, "pass", "province_info", teacher)

    assert stands(campus, teacher)[1] == "approved"
    assert (in_review, masks()) == ({Department.RESEARCH.mask}, {Department.HR.mask})
