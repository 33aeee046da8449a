"""Rows follow the routing in use, set-based: those in review once their submission ends."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select, update

from tests.support.cast import Cast
from tests.support.own_routes import (
    CODE,
    HR,
    RESEARCH,
    functions,
    put,
    routed,
    the_university,
    with_line,
)
from tests.support.units import as_console, make_unit
from tms.access import CONSOLE, bind, door, unscoped
from tms.dictionary import Category, Department
from tms.models import TABLES, ChangeRequest, RowState, UnitKind
from tms.records import RowChange, save
from tms.records.read import headers
from tms.records.request_checks import Wanted as WantedChange
from tms.records.requests import apply
from tms.records.rerouting import follow
from tms.records.unit_acts import carry_out
from tms.records.unit_acts import preview as preview_act
from tms.records.unit_plan import Order, UnitAct
from tms.workflow.own_routing import Line
from tms.workflow.route_edit import Draft, default_draft, draft_of, preview
from tms.workflow.route_versions import (
    in_use,
)


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
    second = (
        as_console(cast, select(TABLES["award"].id).order_by(TABLES["award"].id)).scalars().all()[1]
    )
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
    files = cast.make_files(3, CODE)
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


def test_requests_and_their_proofs_follow_too(cast: Cast, teacher: int) -> None:
    award = (
        as_console(cast, select(TABLES["award"].id).order_by(TABLES["award"].id)).scalars().all()[2]
    )
    set_state(cast, "award", award, RowState.IN_FORCE)
    actor = cast.act_as("university_info")
    wanted = WantedChange(teacher, "award", award, 1, {"award_type": "22"}, "录入有误")
    apply(cast.session, actor, wanted)
    cast.session.commit()
    before = request_mask(cast)

    put(cast, with_line(default_draft(0), Line("award", "award_type", ("22",), (HR,))))
    after = request_mask(cast)
    put(cast, routed(draft_in_use(cast), "contact", RESEARCH))

    assert before == RESEARCH.mask | Department.ACADEMIC_AFFAIRS.mask
    assert after == RESEARCH.mask | HR.mask
    assert request_mask(cast) == after


def draft_in_use(cast: Cast) -> Draft:
    used = in_use(cast.session, cast.units[CODE].id)
    return draft_of(used, used.number)


def request_mask(cast: Cast) -> int:
    return int(as_console(cast, select(ChangeRequest.functions)).scalar_one())


def test_rows_of_a_merged_university_are_judged_as_the_other_routes_them(
    cast: Cast, teacher: int
) -> None:
    put(cast, routed(default_draft(0), "contact", RESEARCH))
    other = make_unit(
        cast, "4136010002", "360000", UnitKind.SCHOOL, school_category=Category.HIGHER_EDUCATION
    )
    actor = cast.act_as("province_admin")

    order = Order(UnitAct.MERGE, cast.units[CODE].id, other)
    carry_out(cast.session, actor, order, seen=preview_act(cast.session, actor, order).figures)
    cast.session.commit()

    assert functions(cast, "contact") == [HR.mask]
