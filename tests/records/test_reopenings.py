"""Leave to propose: within its fields, until its day; and a teacher's wishes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.begin import begun
from tests.support.cast import Cast, teacher_actor
from tests.support.changes import STUDY, file_in_force, request, the_row, wanted
from tms.access import acting, bind, door
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import Reopening, RequestStatus
from tms.models.types import now
from tms.records.reopenings import NewReopening, close, open_ones, reopen
from tms.records.requests import apply, cancel, edit, propose
from tms.records.wishes import decline, take_over, wish

DAY = timedelta(days=1)


@pytest.fixture
def teacher(cast: Cast) -> int:
    return begun(cast, file_in_force)


def opened(cast: Cast, teacher: int, *fields: str, table: str = STUDY) -> int:
    new = NewReopening(teacher, table, "核对专业", now() + DAY, fields)
    made = reopen(cast.session, cast.act_as("county_info"), new)
    cast.session.commit()
    return made


def proposed(cast: Cast, teacher: int, **values: Any) -> int:
    what = wanted(cast, teacher, values=values, reason="")
    with acting(cast.session, teacher_actor(cast, teacher)) as actor:
        made = propose(cast.session, actor, what)
        cast.session.commit()
    return made


def test_a_teacher_proposes_within_what_was_reopened(cast: Cast, teacher: int) -> None:
    leave = opened(cast, teacher, "major", "admission_month")

    made = request(cast, proposed(cast, teacher, major="数学"))

    assert (made.status, made.reopening_id, made.reason) == (RequestStatus.DRAFT, leave, "")
    assert made.made_by == teacher_actor(cast, teacher).user_id
    assert the_row(cast, teacher)["major"] == "汉语言文学"


def test_all_of_a_section_may_be_reopened(cast: Cast, teacher: int) -> None:
    opened(cast, teacher)

    assert request(cast, proposed(cast, teacher, education_institution="另一所")).patch


@pytest.mark.parametrize("fields", [("admission_month",), ("admission_month", "study_mode")])
def test_outside_the_fields_nothing_is_proposed(
    cast: Cast, teacher: int, fields: tuple[str, ...]
) -> None:
    opened(cast, teacher, *fields)

    with pytest.raises(NotAllowed, match="不在重开的范围内"):
        proposed(cast, teacher, major="数学")
    with pytest.raises(NotAllowed, match="不在重开的范围内"):
        proposed(cast, teacher, major="数学", admission_month="2004-10")


def test_another_section_stays_closed(cast: Cast, teacher: int) -> None:
    opened(cast, teacher, table="contact")

    with pytest.raises(NotAllowed):
        proposed(cast, teacher, major="数学")


def test_what_the_teacher_does_not_fill_stays_the_schools(cast: Cast, teacher: int) -> None:
    opened(cast, teacher, table="annual_assessment")
    what = wanted(cast, teacher, "annual_assessment", values={"result": "1"})
    actor = teacher_actor(cast, teacher)

    with acting(cast.session, actor), pytest.raises(NotAllowed):
        propose(cast.session, actor, what)

    actor = cast.act_as("school_info")
    assert propose(cast.session, actor, what)


def test_after_its_day_it_is_over(cast: Cast, teacher: int) -> None:
    leave = opened(cast, teacher)
    past = update(Reopening).where(Reopening.id == leave).values(expires_at=now() - DAY)
    cast.act_as("county_info")
    with door(cast.session):
        cast.session.execute(past)
    cast.session.commit()

    with pytest.raises(NotAllowed, match="已到期"):
        proposed(cast, teacher, major="数学")
    assert open_ones(cast.session, teacher) == []


def test_closed_by_hand_it_is_over(cast: Cast, teacher: int) -> None:
    leave = opened(cast, teacher)
    made = proposed(cast, teacher, major="数学")
    close(cast.session, cast.act_as("county_info"), leave)
    cast.session.commit()

    what = wanted(cast, teacher, values={"major": "物理"})
    with acting(cast.session, teacher_actor(cast, teacher)) as actor, pytest.raises(NotAllowed):
        edit(cast.session, actor, made, 1, what)
    with pytest.raises(Conflict):
        close(cast.session, cast.act_as("county_info"), leave)
    assert request(cast, made).status == RequestStatus.DRAFT


@pytest.mark.parametrize("name", ["school_info", "school_head", "county_query"])
def test_only_a_bureau_reopens(cast: Cast, teacher: int, name: str) -> None:
    new = NewReopening(teacher, STUDY, "x", now() + DAY)

    with pytest.raises(NotAllowed):
        reopen(cast.session, cast.act_as(name), new)


def test_a_neighbours_file_is_not_there(cast: Cast, teacher: int) -> None:
    new = NewReopening(teacher, STUDY, "x", now() + DAY)

    with pytest.raises(NotFound):
        reopen(cast.session, cast.act_as("neighbour_info"), new)


@pytest.mark.parametrize(
    "more",
    [{"reason": " "}, {"expires_at": now() - DAY}, {"fields": ("no_such_field",)}],
)
def test_a_reopening_needs_reason_and_day(cast: Cast, teacher: int, more: dict[str, Any]) -> None:
    given = {"reason": "x", "expires_at": now() + DAY, **more}

    with pytest.raises(Invalid):
        reopen(cast.session, cast.act_as("county_info"), NewReopening(teacher, STUDY, **given))


# -- wishes ----------------------------------------------------------------------------------------


def wished(cast: Cast, teacher: int, table: str = STUDY, **more: Any) -> int:
    with acting(cast.session, teacher_actor(cast, teacher)) as actor:
        made = wish(cast.session, actor, wanted(cast, teacher, table, **more))
        cast.session.commit()
    return made


def test_a_wish_may_be_a_text_or_values_of_any_field(cast: Cast, teacher: int) -> None:
    text = request(cast, wished(cast, teacher, reason="专业写错了"))
    assert (text.status, text.patch, text.reason) == ("wish", {}, "专业写错了")

    of_school = wished(cast, teacher, "annual_assessment", values={"result": "1"}, reason="")
    assert request(cast, of_school).patch == {"result": "1"}


def test_a_wish_says_something(cast: Cast, teacher: int) -> None:
    with pytest.raises(Invalid):
        wished(cast, teacher, reason=" ")


def test_one_wish_per_row_and_only_ones_own(cast: Cast, teacher: int) -> None:
    wished(cast, teacher)
    with pytest.raises(Conflict):
        wished(cast, teacher)

    what = wanted(cast, teacher)
    bind(cast.session, None)
    other = teacher_actor(cast, cast.make_file())
    with acting(cast.session, other), pytest.raises(NotFound):
        wish(cast.session, other, what)
    with pytest.raises(NotAllowed):
        wish(cast.session, cast.act_as("school_info"), what)


def test_the_school_takes_a_wish_over(cast: Cast, teacher: int) -> None:
    asked = wished(cast, teacher, values={"major": "数学"})
    what = wanted(cast, teacher, values={"major": "数学"}, wish_id=asked)

    made = take_over(cast.session, cast.act_as("school_info"), what)
    cast.session.commit()

    assert request(cast, made).wish_id == asked
    assert request(cast, asked).status == RequestStatus.WITHDRAWN
    with pytest.raises(Conflict):
        take_over(cast.session, cast.act_as("school_info"), what)


def test_a_wish_is_declined_with_a_reason_that_the_teacher_sees(cast: Cast, teacher: int) -> None:
    asked = wished(cast, teacher)
    with pytest.raises(Invalid):
        decline(cast.session, cast.act_as("school_info"), asked, " ")

    decline(cast.session, cast.act_as("school_info"), asked, "与毕业证一致")

    assert request(cast, asked).answer == "与毕业证一致"
    with pytest.raises(Conflict):
        decline(cast.session, cast.act_as("school_info"), asked, "再次")


def test_a_wish_is_the_teachers_to_take_back(cast: Cast, teacher: int) -> None:
    asked = wished(cast, teacher)
    with pytest.raises(NotAllowed):
        cancel(cast.session, cast.act_as("school_info"), asked)

    with acting(cast.session, teacher_actor(cast, teacher)) as actor:
        cancel(cast.session, actor, asked)
    assert request(cast, asked).status == RequestStatus.WITHDRAWN


def test_a_wish_hinders_no_application(cast: Cast, teacher: int) -> None:
    wished(cast, teacher)

    made = apply(
        cast.session, cast.act_as("school_info"), wanted(cast, teacher, values={"major": "数学"})
    )
    assert request(cast, made).wish_id is None
