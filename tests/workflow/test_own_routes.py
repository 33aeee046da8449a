"""A university's own route: what it must keep, how it comes into use, who may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.own_routes import (
    CODE,
    HR,
    INSPECT,
    RESEARCH,
    put,
    routed,
    the_university,
    with_line,
    with_step,
)
from tests.support.units import as_console
from tms.dictionary import Category, Department
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import AuditEvent, RouteVersion
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
