"""Freezes and bins for tests: made by whose act they are, and time that passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from tests.support.cast import Cast
from tms.access import CONSOLE, bind
from tms.db import Base
from tms.dictionary.scope import today
from tms.models import AuditEvent, Teacher
from tms.records.bins import Binned, bin_files
from tms.records.hold_acts import freeze, freeze_unit

WHY = "年度通报前核对"
WEEK = timedelta(days=7)


def these(*teachers: int) -> Any:
    """The choice of these files."""
    return select(Teacher.id).where(Teacher.id.in_(teachers))


def freeze_files(cast: Cast, name: str, *teachers: int, **more: Any) -> str:
    """Freeze these files for a week as *name*, committed; returns the act."""
    asked = {"reason": WHY, "until": today() + WEEK} | more
    done = freeze(cast.session, cast.act_as(name), these(*teachers), **asked)
    cast.session.commit()
    return done.act


def freeze_at(cast: Cast, name: str, unit: str, **more: Any) -> str:
    """Freeze the unit with that code, likewise."""
    asked = {"reason": WHY, "until": today() + WEEK} | more
    done = freeze_unit(cast.session, cast.act_as(name), cast.units[unit].id, **asked)
    cast.session.commit()
    return done.act


def put_away(cast: Cast, *teachers: int, name: str = "school_info") -> Binned:
    """Put these files into the bin as *name*, committed."""
    done = bin_files(cast.session, cast.act_as(name), these(*teachers), reason="重复建档")
    cast.session.commit()
    return done


def let_pass(cast: Cast, table: str, column: str, time: timedelta) -> None:
    """Whatever *table* says of instants in *column* was so much earlier."""
    target = Base.metadata.tables[table]
    connection, instant = cast.session.connection(), target.c[column]
    for key, value in connection.execute(select(*target.primary_key, instant)).all():
        own = next(iter(target.primary_key)) == key
        connection.execute(update(target).where(own).values({column: value - time}))
    cast.session.commit()


def events(cast: Cast, act: str) -> list[Any]:
    """The events of an act, whoever may read them, in order."""
    bind(cast.session, CONSOLE)
    statement = select(AuditEvent).where(AuditEvent.act == act).order_by(AuditEvent.id)
    return list(cast.session.scalars(statement))
