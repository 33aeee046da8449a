"""Accounts with a last day; disabled and enabled again by those who keep them (R15, R16)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests.support.cast import Cast
from tms.access import CONSOLE, bind
from tms.actors import actor_for
from tms.db import BLIND
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import User
from tms.records.accounts import set_disabled, set_expiry


def user(cast: Cast, name: str) -> int:
    bind(cast.session, CONSOLE)
    return cast.session.scalars(select(User.id).where(User.username == name)).one()


def expire(cast: Cast, name: str, until: date | None, by: str = "school_admin") -> None:
    user_id = user(cast, name)
    set_expiry(cast.session, cast.act_as(by), user_id, until)
    cast.session.commit()


def test_an_account_ends_with_its_last_day_and_comes_back_without_one(cast: Cast) -> None:
    yesterday, today = date.today() - timedelta(days=2), date.today() + timedelta(days=1)

    expire(cast, "school_info", today)
    assert actor_for(cast.session, "school_info").name == "school_info"
    with pytest.raises(Invalid):
        expire(cast, "school_info", yesterday)
    number = user(cast, "school_info")
    ended = update(User).where(User.id == number).values(expires_on=yesterday)
    cast.session.execute(ended, execution_options=BLIND)
    with pytest.raises(NotFound):
        actor_for(cast.session, "school_info")
    expire(cast, "school_info", None)
    assert actor_for(cast.session, "school_info").name == "school_info"


def test_nobody_ends_an_account_that_is_not_his_to_keep(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        expire(cast, "school_info", date(2027, 1, 1), by="county_admin")
    with pytest.raises(NotFound):
        expire(cast, "far_school_info", date(2027, 1, 1))
    with pytest.raises(Conflict):
        expire(cast, "school_admin", date(2027, 1, 1))


def test_a_disabled_account_acts_no_more_until_it_is_enabled(cast: Cast) -> None:
    number = user(cast, "school_info")
    set_disabled(cast.session, cast.act_as("school_admin"), number, disabled=True)
    cast.session.commit()
    with pytest.raises(NotFound):
        actor_for(cast.session, "school_info")
    set_disabled(cast.session, cast.act_as("school_admin"), number, disabled=False)
    cast.session.commit()

    assert actor_for(cast.session, "school_info").name == "school_info"
