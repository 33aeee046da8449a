"""Teachers at their own pages: logged in, with as much of the file as a test needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from tests.support.cast import PASSWORD, complete, id_number
from tests.support.review import enrol
from tms.access import CONSOLE, bind
from tms.access.passwords import hash_password
from tms.models import User

if TYPE_CHECKING:
    from tests.admin_views.conftest import Office, Panel

SERIAL = 77
NUMBER = id_number(SERIAL)


def at_home(office: Office, unit: str = "3136000101", *, whole: bool = False) -> int:
    """A teacher's file whose owner may log in with `NUMBER`; *whole* is a complete one."""
    teacher = office.make_file(unit, id_number=NUMBER, name="方知远")
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        own = update(User).where(User.teacher_id == teacher)
        cast.session.execute(own.values(password_hash=hash_password(PASSWORD)))
        cast.session.commit()
        if whole:
            complete(cast, teacher)
        enrol(cast, teacher, unit)
    return teacher


def enter(office: Office) -> Panel:
    """The teacher's browser."""
    return office.login(NUMBER)
