"""Death, dismissal, retirement: what becomes of the login (DOMAIN.md 11, R25)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.begin import begun
from tests.support.cast import Cast
from tests.support.changes import approve, file_in_force, send_in
from tests.workflow.test_requests import BASIC, applied_for
from tms.access import CONSOLE, Permission, bind
from tms.actors import actor_under
from tms.db import BLIND
from tms.errors import NotFound
from tms.models import Assignment, AuditEvent, User
from tms.workflow import requests as hooks


@pytest.fixture
def teacher(cast: Cast) -> int:
    return begun(cast, file_in_force)


def account(cast: Cast, teacher: int) -> Any:
    bind(cast.session, CONSOLE)
    statement = select(User.id, User.is_disabled, User.is_read_only, Assignment.id.label("under"))
    statement = statement.join(Assignment, Assignment.user_id == User.id)
    return cast.session.execute(statement.where(User.teacher_id == teacher)).one()


def becomes(cast: Cast, teacher: int, status: str) -> int:
    values = {"personnel_status": status}
    applied_for(cast, teacher, BASIC, values=values, effective_on=date(2026, 8, 31))
    selection = send_in(cast, teacher)
    approve(cast, selection)
    cast.session.commit()
    return selection


@pytest.mark.parametrize("status", ["303", "308"])
def test_death_and_dismissal_disable_the_account(cast: Cast, teacher: int, status: str) -> None:
    selection = becomes(cast, teacher, status)
    found = account(cast, teacher)

    assert found.is_disabled
    with pytest.raises(NotFound):
        actor_under(cast.session, found.id, found.under)
    bind(cast.session, CONSOLE)
    acts = select(AuditEvent.act).where(AuditEvent.teacher_id == teacher)
    assert "account.disable" in list(cast.session.scalars(acts))

    hooks.take_back(cast.session, cast.act_as("county_info"), selection, "act-last", "act-undo")
    cast.session.commit()
    assert not account(cast, teacher).is_disabled


@pytest.mark.parametrize("status", ["301", "306"])
def test_who_retired_or_left_reads_and_writes_nothing(
    cast: Cast, teacher: int, status: str
) -> None:
    selection = becomes(cast, teacher, status)
    found = account(cast, teacher)
    actor = actor_under(cast.session, found.id, found.under)

    assert actor.can(Permission.RECORD_READ)
    for act in (Permission.RECORD_WRITE, Permission.SUBMIT, Permission.WISH):
        assert not actor.can(act)

    hooks.take_back(cast.session, cast.act_as("county_info"), selection, "act-last", "act-undo")
    cast.session.commit()
    assert not account(cast, teacher).is_read_only


def test_who_is_re_engaged_fills_in_again(cast: Cast, teacher: int) -> None:
    bind(cast.session, CONSOLE)
    mine = update(User).where(User.teacher_id == teacher).values(is_read_only=True)
    cast.session.execute(mine, execution_options=BLIND)
    cast.session.commit()

    becomes(cast, teacher, "304")

    assert not account(cast, teacher).is_read_only
