"""Forgotten passwords of a university: three requests, one list, one reset, slips back (R25)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.support.cast import Cast, id_number
from tests.support.jobs import drain, job
from tms.access import CONSOLE, LOGIN, Role, bind
from tms.access.passwords import hash_password, verify_password
from tms.actors import actor_for
from tms.errors import Conflict, Invalid, NotAllowed
from tms.models import AskState, PasswordAsk, Teacher, User
from tms.records import password_asks
from tms.records.accounts import NewUser, create_user

UNIVERSITY, COLLEGE = "4136010001", "4136010001-01"


@pytest.fixture
def three(cast: Cast) -> list[int]:
    """Teachers of one college; the university has a system administrator of its own."""
    made = [cast.make_file(UNIVERSITY, COLLEGE) for _ in range(3)]
    bind(cast.session, CONSOLE)
    new = NewUser("university_admin", Role.SYSTEM_ADMIN, cast.units[UNIVERSITY].id, "高管理")
    create_user(cast.session, CONSOLE, new)
    cast.session.commit()
    cast.staff["university_admin"] = actor_for(cast.session, "university_admin")
    return made


def numbers(cast: Cast, teachers: list[int]) -> list[str]:
    cast.act_as("university_admin")
    statement = select(Teacher.teacher_no).where(Teacher.id.in_(teachers))
    return list(cast.session.scalars(statement))


def states(cast: Cast, name: str = "college") -> list[str]:
    cast.act_as(name)
    return list(cast.session.scalars(select(PasswordAsk.state).order_by(PasswordAsk.id)))


def collected(cast: Cast, teachers: list[int]) -> None:
    wanted = numbers(cast, teachers)
    password_asks.collect(cast.session, cast.act_as("college"), wanted)
    cast.session.commit()


def turn(cast: Cast, verb: str, name: str = "college") -> int:
    done = password_asks.turn(cast.session, cast.act_as(name), verb, select(PasswordAsk.id))
    cast.session.commit()
    return done


def test_three_requests_go_the_whole_way(cast: Cast, three: list[int], tmp_path: Path) -> None:
    collected(cast, three)
    assert states(cast) == [AskState.COLLECTED] * 3
    assert turn(cast, "submit") == 3
    assert states(cast, "university_admin") == [AskState.SUBMITTED] * 3

    admin = cast.act_as("university_admin")
    asked = password_asks.reset(cast.session, admin, select(PasswordAsk.id))
    cast.session.commit()
    drain(cast.session, tmp_path)

    assert job(cast.session, asked).result["count"] == 3
    assert states(cast) == [AskState.RESET] * 3
    assert turn(cast, "hand") == 3
    assert states(cast) == [AskState.HANDED_OVER] * 3
    row = cast.session.scalars(select(PasswordAsk)).first()
    assert row is not None
    assert row.asked_by == row.submitted_by == row.handed_by == cast.staff["college"].user_id
    assert row.reset_by == admin.user_id


def test_the_unit_cannot_reset_itself(cast: Cast, three: list[int]) -> None:
    collected(cast, three)
    turn(cast, "submit")

    with pytest.raises(NotAllowed):
        password_asks.reset(cast.session, cast.act_as("college"), select(PasswordAsk.id))
    with pytest.raises(NotAllowed):
        password_asks.collect(cast.session, cast.act_as("university_info"), ["L1"])


def test_nothing_is_reset_that_was_not_passed_on(cast: Cast, three: list[int]) -> None:
    collected(cast, three)

    admin = cast.act_as("university_admin")
    with pytest.raises(Conflict):
        password_asks.reset(cast.session, admin, select(PasswordAsk.id))
    with pytest.raises(Conflict):
        turn(cast, "hand")


def test_a_secretary_collects_for_the_own_unit_only(cast: Cast, three: list[int]) -> None:
    elsewhere = numbers(cast, [cast.make_file(UNIVERSITY)])

    with pytest.raises(Invalid):
        password_asks.collect(cast.session, cast.act_as("college"), elsewhere)


def test_collecting_twice_makes_one_request(cast: Cast, three: list[int]) -> None:
    collected(cast, three)
    collected(cast, three)

    assert len(states(cast)) == 3


def ask_oneself(cast: Cast, number: str, name: str) -> int:
    bind(cast.session, LOGIN)
    password_asks.ask_oneself(cast.session, number, name)
    cast.session.commit()
    return cast.session.scalar(select(func.count()).select_from(PasswordAsk)) or 0


def test_a_teacher_asks_without_a_login(cast: Cast, three: list[int]) -> None:
    assert ask_oneself(cast, id_number(1), "别人") == 0
    assert ask_oneself(cast, id_number(999), "教师1") == 0
    assert ask_oneself(cast, id_number(1), "教师1") == 1
    assert ask_oneself(cast, id_number(1), "教师1") == 1
    assert states(cast) == [AskState.COLLECTED]


def test_the_public_form_takes_few_for_a_person_and_many_of_an_address(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(password_asks, "_limits", password_asks.Limits(person=2, address=6))
    bind(cast.session, LOGIN)

    def may(address: str, number: int) -> bool:
        return password_asks.may_ask(cast.session, address, id_number(number))

    assert [may("10.0.0.1", 1) for _ in range(3)] == [True, True, False]
    assert not may("10.0.0.2", 1), "from elsewhere neither"
    assert [may("10.0.0.1", 2 + n) for n in range(4)] == [True] * 3 + [False]
    assert may("10.0.0.2", 9)


def test_what_the_teacher_had_is_worth_nothing_after_a_reset(
    cast: Cast, three: list[int], tmp_path: Path
) -> None:
    bind(cast.session, CONSOLE)
    old = hash_password("Correct-horse-8")
    user = cast.session.scalars(select(User).where(User.teacher_id == three[0])).one()
    user.password_hash = old
    cast.session.commit()
    collected(cast, three[:1])
    turn(cast, "submit")
    admin = cast.act_as("university_admin")
    password_asks.reset(cast.session, admin, select(PasswordAsk.id))
    cast.session.commit()
    drain(cast.session, tmp_path)

    cast.act_as("university_admin")
    stored = cast.session.scalar(select(User.password_hash).where(User.teacher_id == three[0]))
    assert stored != old
    assert not verify_password(stored, "Correct-horse-8")
