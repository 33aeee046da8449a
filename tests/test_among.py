"""`among`: the same condition on both engines, and one that an index serves."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from tests.support.cast import Cast
from tms.access import CONSOLE, bind
from tms.among import among
from tms.models import Teacher


@pytest.mark.parametrize("ids", [[], [0], [0, 1]], ids=len)
def test_it_finds_what_is_listed(cast: Cast, ids: list[int]) -> None:
    made = [cast.make_file(), cast.make_file(), cast.make_file()]
    wanted = [made[index] for index in ids]
    bind(cast.session, CONSOLE)

    found = cast.session.scalars(select(Teacher.id).where(among(Teacher.id, wanted))).all()
    others = cast.session.scalars(select(Teacher.id).where(~among(Teacher.id, wanted))).all()

    assert sorted(found) == wanted
    assert not set(others) & set(wanted)
    assert set(others) | set(wanted) >= set(made)


def test_an_index_can_serve_it() -> None:
    statement = select(Teacher.name).where(Teacher.gender == "1", among(Teacher.id, [1, 2]))

    on_sqlite = str(statement.compile(dialect=sqlite.dialect()))
    on_postgresql = str(statement.compile(dialect=postgresql.dialect()))

    assert on_sqlite.endswith("teacher.id IN (__[POSTCOMPILE_id_1])")
    assert "teacher.id = ANY (" in on_postgresql
    assert on_postgresql.endswith("BIGINT[])")
