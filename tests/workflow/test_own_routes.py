"""A university's own route: what it must keep, how it comes into use, who may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.support.cast import Cast
from tests.support.units import as_console
from tms.access import CONSOLE, bind
from tms.dictionary import Category, Department
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import TABLES, AuditEvent, RouteVersion, RowState, Unit
from tms.records import RowChange, save
from tms.records.read import headers
from tms.records.rerouting import follow
from tms.workflow.own_routing import Line
from tms.workflow.own_steps import Wanted, build, problems
from tms.workflow.plans import routes_in_use
from tms.workflow.route_edit import Draft, default_draft, preview, publish
from tms.workflow.route_versions import (
    DEFAULT,
    differences,
    in_use,
    own_university,
    university,
    versions,
)
from tms.workflow.routes import UNIVERSITY

CODE = "4136010001"
INSPECT = Wanted("own_1", "纪检监察审核", "Discipline inspection", "department", "organization", 4)
HR, RESEARCH = Department.HR, Department.RESEARCH


def the_university(cast: Cast, name: str = "university_info") -> Unit:
    actor = cast.act_as(name)
    return university(cast.session, actor, cast.units[CODE].id)


def put(cast: Cast, draft: Draft, note: str = "按校内要求调整") -> RouteVersion:
    """*draft* in use, committed."""
    unit = the_university(cast)
    made = publish(cast.session, cast.staff["university_info"], unit, draft, note)
    cast.session.commit()
    return made


def with_step(draft: Draft, step: Wanted, after: str) -> Draft:
    at = [s.key for s in draft.steps].index(after) + 1
    return replace(draft, steps=(*draft.steps[:at], step, *draft.steps[at:]))


def routed(draft: Draft, table: str, *departments: Department) -> Draft:
    defaults = {**draft.routing.defaults, table: departments}
    return replace(draft, routing=replace(draft.routing, defaults=defaults))


def with_line(draft: Draft, line: Line) -> Draft:
    return replace(draft, routing=replace(draft.routing, lines=(*draft.routing.lines, line)))


def functions(cast: Cast, table: str) -> list[int]:
    model = TABLES[table]
    rows = as_console(cast, select(model.functions).order_by(model.id))
    return list(rows.scalars())


# -- steps -----------------------------------------------------------------------------------------


def test_the_default_has_nothing_wrong_and_is_built_back() -> None:
    draft = default_draft(0)

    assert build(draft.steps) == UNIVERSITY.steps
    assert not problems(build(draft.steps))


def keys(*names: str) -> tuple[Wanted, ...]:
    """Steps of the default by key, and those put in."""
    known = {step.key: step for step in default_draft(0).steps} | {"own_1": INSPECT}
    return tuple(known[name] for name in names)


ALL = [step.key for step in UNIVERSITY.steps]
LATE = ["unit_review", "departments", "supplement", "consolidate", "report", "approve"]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (keys(*ALL[:-1]), "不能没有“主管部门审核”这一步。"),
        (keys(*(k for k in ALL if k != "supplement")), "不能没有“学校核对补充”这一步。"),
        (keys(*ALL[:4], "approve", "report"), "“上报”须在“主管部门审核”之前。"),
        (keys(*LATE), "“学校核对补充”须在“职能部门审核”之前。"),
        (keys(*ALL, "own_1"), "“纪检监察审核”须在“上报”之前。"),
        (keys(*ALL[1:], "unit_review"), "“二级单位初审”须在“上报”之前。"),
        (keys("own_1", "own_1", *ALL), "同一步骤不能出现两次。"),
        ((replace(INSPECT, zh=""), *keys(*ALL)), "第1步没有名称。"),
        ((replace(INSPECT, zh="上报"), *keys(*ALL)), "有2步都叫“上报”，请改名以便区分。"),
        ((replace(INSPECT, zh="审" * 21), *keys(*ALL)), "名称过长"),
        ((replace(INSPECT, function=""), *keys(*ALL)), "须选定一个职能部门。"),
        ((replace(INSPECT, days=None), *keys(*ALL)), "天数须为0至60。"),
        ((replace(INSPECT, days=61), *keys(*ALL)), "天数须为0至60。"),
        ((replace(INSPECT, desk="departments"), *keys(*ALL)), "须在“学校核对补充”之后。"),
    ],
)
def test_what_is_wrong_is_said(steps: tuple[Wanted, ...], sentence: str) -> None:
    assert any(sentence in str(each) for each in problems(build(steps)))


def test_the_first_review_may_go_and_labels_say_what_a_file_came_through() -> None:
    steps = build(
        (INSPECT, *keys(*ALL[1:3]), replace(INSPECT, key="own_2", zh="复核"), *keys(*ALL[3:]))
    )

    assert not problems(steps)
    assert [(s.key, str(s.waiting)) for s in steps] == [
        ("own_1", "submitted"), ("supplement", "submitted"), ("departments", "submitted"),
        ("own_2", "dept_passed"), ("consolidate", "dept_passed"), ("report", "school_passed"),
        ("approve", "reported"),
    ]  # fmt: skip


def test_a_form_gives_no_permission_away() -> None:
    forged = Wanted("report", "随便", "Anything", "department", "hr", 2)

    (step,) = build([forged])

    assert replace(step, days=3, waiting=UNIVERSITY.step("report").waiting) == UNIVERSITY.step(
        "report"
    )
    assert build([replace(INSPECT, desk="supervisor")])[0].permission == "file:dept_review"


# -- versions --------------------------------------------------------------------------------------


def test_a_version_is_used_from_then_on_and_the_old_ones_stay(cast: Cast) -> None:
    school = cast.units[CODE].id
    made = put(cast, with_step(default_draft(0), INSPECT, "departments"), "加纪检监察")

    route = routes_in_use(cast.session, [(school, Category.HIGHER_EDUCATION)])
    back = put(cast, default_draft(1), "撤回")
    found = versions(cast.session, school)

    (used,) = route.values()
    assert [s.key for s in used.steps] == [*ALL[:3], "own_1", *ALL[3:]]
    assert (used.version_id, used.step("own_1").function) == (made.id, Department.ORGANIZATION)
    assert [(v.number, v.note, v.by) for v in found] == [
        (2, "撤回", "university_info"), (1, "加纪检监察", "university_info"), (0, "", ""),
    ]  # fmt: skip
    assert found[0].is_default
    assert not found[1].is_default
    assert back.version == 2


def test_two_versions_are_compared_in_words(cast: Cast) -> None:
    draft = with_step(default_draft(0), INSPECT, "departments")
    line = Line("award", "award_type", ("21",), (HR, RESEARCH))
    put(cast, with_line(routed(draft, "contact", RESEARCH), line))

    found = differences(DEFAULT, in_use(cast.session, cast.units[CODE].id))

    said = [tuple("" if each is None else str(each) for each in vars(d).values()) for d in found]
    assert said == [
        ("纪检监察审核", "", "纪检监察审核：组织部，4天"),
        ("奖励（奖励类别：国家教学成果奖）", "", "人事处（党委教师工作部）、科研处"),
        ("联系方式", "人事处（党委教师工作部）", "科研处"),
    ]


def test_a_changed_order_and_other_days_are_seen(cast: Cast) -> None:
    steps = {step.key: step for step in default_draft(0).steps}
    steps["report"] = replace(steps["report"], days=0)
    order = ["supplement", "unit_review", *ALL[2:]]
    put(cast, replace(default_draft(0), steps=tuple(steps[key] for key in order)))

    found = differences(DEFAULT, in_use(cast.session, cast.units[CODE].id))

    assert str(found[0].now) == "上报：学校（待上报），不限天数"
    assert str(found[1].what) == "顺序"
    assert str(found[1].now).startswith("学校核对补充 → 二级单位初审 →")


def test_publishing_leaves_an_event(cast: Cast) -> None:
    put(cast, routed(default_draft(0), "contact", RESEARCH), "联系方式归科研处")

    (event_,) = as_console(
        cast, select(AuditEvent).where(AuditEvent.act == "route.change")
    ).scalars()

    assert event_.detail["version"] == 1
    assert event_.detail["note"] == "联系方式归科研处"
    assert event_.unit_path == cast.units[CODE].unit_path


@pytest.mark.parametrize(
    ("draft", "note", "error"),
    [
        (with_step(default_draft(0), INSPECT, "approve"), "x", Invalid),
        (with_step(default_draft(0), INSPECT, "supplement"), " ", Invalid),
        (default_draft(0), "x", Invalid),
        (with_step(default_draft(3), INSPECT, "supplement"), "x", Conflict),
        (routed(default_draft(0), "contact"), "x", Invalid),
        (with_line(default_draft(0), Line("award", "award_type", ("x'",), (HR,))), "x", Invalid),
        (with_line(default_draft(0), Line("award", "award_type", (), (HR,))), "x", Invalid),
        (with_line(default_draft(0), Line("award", "award_type", ("2",), ())), "x", Invalid),
    ],
)
def test_what_cannot_be_used_is_refused(cast: Cast, draft: Draft, note: str, error: Any) -> None:
    with pytest.raises(error):
        put(cast, draft, note)

    cast.session.rollback()
    assert not as_console(cast, select(RouteVersion.id)).all()


@pytest.mark.parametrize("name", ["province_info", "research_office", "college", "school_info"])
def test_only_its_own_information_manager_edits(cast: Cast, name: str) -> None:
    unit = the_university(cast)
    actor = cast.act_as(name)

    with pytest.raises(NotAllowed):
        preview(cast.session, actor, unit, default_draft(0))
    with pytest.raises(NotAllowed):
        publish(cast.session, actor, unit, default_draft(0), "x")


@pytest.mark.parametrize(
    "name", ["university_info", "research_office", "college", "province_admin"]
)
def test_everybody_of_it_and_above_it_reads(cast: Cast, name: str) -> None:
    assert the_university(cast, name).code == CODE


@pytest.mark.parametrize("name", ["county_info", "school_info", "neighbour_info"])
def test_nobody_else_does(cast: Cast, name: str) -> None:
    with pytest.raises(NotFound):
        the_university(cast, name)


def test_a_school_that_is_no_university_has_no_route_of_its_own(cast: Cast) -> None:
    actor = cast.act_as("school_info")

    with pytest.raises(NotFound):
        university(cast.session, actor, cast.units["3136000101"].id)
    assert own_university(cast.session, actor) is None
    assert own_university(cast.session, cast.staff["college"]) == cast.units[CODE].id
    assert own_university(cast.session, cast.staff["research_office"]) == cast.units[CODE].id


# -- rows ------------------------------------------------------------------------------------------


@pytest.fixture
def teacher(cast: Cast) -> int:
    """A file with two awards, a post and a contact; the second award is in review."""
    made = cast.make_file(CODE)
    awards = [{"award_type": "21"}, {"award_type": "21"}, {"award_type": "1"}]
    changes = {"award": [RowChange(made, values) for values in awards]}
    changes["contact"] = [RowChange(made, {"mobile": "13800000000"})]
    actor = cast.act_as("university_info")
    ids = save(cast.session, actor, changes).row_ids
    cast.session.commit()
    set_state(cast, "award", ids[1], RowState.IN_REVIEW)
    set_state(cast, "contact", ids[3], RowState.IN_FORCE)
    return made


def set_state(cast: Cast, table: str, row: int, state: str) -> None:
    from sqlalchemy import update

    from tms.access import door, unscoped

    bind(cast.session, CONSOLE)
    statement = update(TABLES[table]).where(TABLES[table].id == row).values(state=state)
    with door(cast.session):
        cast.session.execute(
            unscoped(statement, "test"), execution_options={"synchronize_session": False}
        )
    cast.session.commit()


def test_rows_follow_a_new_routing_but_not_those_in_review(cast: Cast, teacher: int) -> None:
    academic = Department.ACADEMIC_AFFAIRS.mask
    assert functions(cast, "award") == [academic, academic, RESEARCH.mask]
    line = Line("award", "award_type", ("21", "22"), (HR, RESEARCH))
    draft = routed(with_line(default_draft(0), line), "contact", RESEARCH)

    plan = preview(cast.session, cast.staff["university_info"], the_university(cast), draft)
    put(cast, draft)

    assert plan.rows == {"award": 1, "contact": 1}
    assert functions(cast, "award") == [5, academic, RESEARCH.mask]
    assert functions(cast, "contact") == [RESEARCH.mask]  # though it is in force and locked


def test_rows_in_review_follow_once_their_submission_ends(cast: Cast, teacher: int) -> None:
    put(cast, with_line(default_draft(0), Line("award", "award_type", ("21",), (HR,))))
    second = as_console(cast, select(TABLES["award"].id)).scalars().all()[1]
    set_state(cast, "award", second, RowState.IN_FORCE)

    follow(cast.session, [teacher])

    assert functions(cast, "award") == [HR.mask, HR.mask, RESEARCH.mask]


def test_going_back_to_the_default_takes_rows_back(cast: Cast, teacher: int) -> None:
    put(cast, routed(default_draft(0), "contact", RESEARCH))
    put(cast, default_draft(1))

    assert functions(cast, "contact") == [HR.mask]


def test_new_rows_are_routed_by_the_version_in_use(cast: Cast, teacher: int) -> None:
    put(cast, with_line(default_draft(0), Line("award", "award_type", ("1",), (HR, RESEARCH))))

    cast.add("university_info", teacher, "award", award_type="1")
    other = cast.make_file(CODE)

    assert functions(cast, "award")[-1] == 5
    assert headers(cast.session, [other])[other].routing["award"].rows[0].departments == (
        HR,
        RESEARCH,
    )


def test_a_new_file_is_routed_so_too(cast: Cast) -> None:
    put(cast, routed(default_draft(0), "basic_information", RESEARCH))

    cast.make_file(CODE)

    assert functions(cast, "basic_information") == [RESEARCH.mask]


def test_another_universitys_routing_means_nothing_here(cast: Cast, teacher: int) -> None:
    put(cast, routed(default_draft(0), "contact", RESEARCH))
    here = cast.make_file()

    cast.add("school_info", here, "contact", mobile="13800000000")

    assert functions(cast, "contact") == [RESEARCH.mask, 0]


def test_a_routing_is_asked_once_for_many_files(cast: Cast) -> None:
    put(cast, routed(default_draft(0), "contact", RESEARCH))
    files = [cast.make_file(CODE) for _ in range(3)]
    actor = cast.act_as("university_info")
    headers(cast.session, files[:1])
    asked: list[str] = []
    event.listen(cast.session.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))

    headers(cast.session, files)
    few = len(asked)
    changes = {"contact": [RowChange(f, {"mobile": "13800000000"}) for f in files]}
    save(cast.session, actor, changes)

    assert few == 2
    assert sum("route_version" in statement for statement in asked) == 2
