"""Four eyes: who may agree to an export of many full numbers, and what comes of it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from tests.exchange.test_unmasked import PURPOSE, real_number
from tests.support.cast import PASSWORD, Cast
from tests.support.jobs import drain, job
from tms.access import CONSOLE, Role, acting
from tms.actors import actor_for
from tms.db import BLIND
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, TmsError
from tms.exchange.export_asking import ask_second, begin_agreed, let_be
from tms.exchange.wanted import Wanted
from tms.models import AuditEvent, ExportRequest, Job, KeptFile, User
from tms.models.types import now
from tms.records import export_limits, kept
from tms.records.accounts import NewUser, create_user
from tms.records.export_limits import Limits, used
from tms.records.export_requests import MAX_OPEN, approve, find, refuse, waiting_for

FULL = Wanted("teacher", purpose=PURPOSE)


@pytest.fixture(autouse=True)
def alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_limits, "_limits", Limits(alone=1))


@pytest.fixture
def ids(cast: Cast) -> list[int]:
    return cast.make_files(3)


def asked(cast: Cast, ids: list[int], folder: Path, name: str = "county_info") -> int:
    made = ask_second(cast.session, cast.act_as(name), folder, FULL, ids)
    cast.session.commit()
    return made


def state(cast: Cast, request: int) -> Any:
    with acting(cast.session, CONSOLE):
        return cast.session.execute(
            select(*ExportRequest.__table__.c).where(ExportRequest.id == request)
        ).one()


def acts(cast: Cast) -> list[tuple[str, Any]]:
    with acting(cast.session, CONSOLE):
        wanted = select(AuditEvent).where(AuditEvent.act.like("export%")).order_by(AuditEvent.id)
        return [(event.act, event.detail) for event in cast.session.scalars(wanted)]


def test_a_second_person_agrees_and_the_asker_has_it_made(
    cast: Cast, ids: list[int], tmp_path: Path
) -> None:
    request = asked(cast, ids, tmp_path)
    approve(cast.session, cast.act_as("province_info"), request, " 已核对 ")
    cast.session.commit()

    job_id = begin_agreed(cast.session, cast.act_as("county_info"), request)
    drain(cast.session, tmp_path)

    done = job(cast.session, job_id)
    assert (done.state, done.result["rows"]) == ("done", 3)
    actor = cast.act_as("county_info")
    data = kept.read_kept(cast.session, tmp_path, done.result["file"])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert real_number(cast, ids[0]) in rows[1]
    assert used(cast.session, actor).people == 0
    told = acts(cast)
    assert [act for act, _ in told] == ["export.ask", "export.approve", "export"]
    assert told[0][1] == {"request": request, "purpose": PURPOSE, "people": 3}
    assert told[1][1] == {"request": request, "note": "已核对"}
    assert told[2][1]["request"] == request


def test_nothing_is_made_before(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    request = asked(cast, ids, tmp_path)

    with pytest.raises(Conflict):
        begin_agreed(cast.session, cast.act_as("county_info"), request)
    cast.session.rollback()

    with acting(cast.session, CONSOLE):
        assert cast.session.scalar(select(func.count()).select_from(Job)) == 0
    assert state(cast, request).state == "waiting"


@pytest.mark.parametrize("name", ["province_info", "officer"])
def test_who_stands_above_may_agree(cast: Cast, ids: list[int], tmp_path: Path, name: str) -> None:
    request = asked(cast, ids, tmp_path)
    actor = cast.act_as(name)
    waiting = cast.session.scalars(select(ExportRequest.id).where(*waiting_for(actor))).all()

    approve(cast.session, actor, request)

    assert list(waiting) == [request]
    assert state(cast, request).decided_name.endswith(name)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("county_info", NotAllowed),
        ("county_query", NotAllowed),
        ("county_admin", NotAllowed),
        ("auditor", NotAllowed),
        ("neighbour_info", NotFound),
        ("school_info", NotFound),
    ],
)
def test_others_may_not(
    cast: Cast, ids: list[int], tmp_path: Path, name: str, error: type[TmsError]
) -> None:
    request = asked(cast, ids, tmp_path)

    for decide in (approve, refuse):
        with pytest.raises(error):
            decide(cast.session, cast.act_as(name), request, "理由")

    assert state(cast, request).state == "waiting"


def test_two_accounts_of_one_person_are_one_pair_of_eyes(
    cast: Cast, ids: list[int], tmp_path: Path
) -> None:
    request = asked(cast, ids, tmp_path)
    with acting(cast.session, CONSOLE):
        unit = cast.units["360102"].id
        new = NewUser("second", Role.INFO_ADMIN, unit, "second")
        create_user(cast.session, CONSOLE, new, password=PASSWORD)
        person = select(User.person_id).where(User.username == "county_info").scalar_subquery()
        same = update(User).where(User.username == "second").values(person_id=person)
        cast.session.execute(same, execution_options=BLIND)
        cast.session.commit()
        cast.staff["second"] = actor_for(cast.session, "second")

    with pytest.raises(NotAllowed, match="另一人"):
        approve(cast.session, cast.act_as("second"), request)


def test_a_refusal_needs_a_reason_and_ends_it(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    request = asked(cast, ids, tmp_path)
    actor = cast.act_as("province_info")
    with pytest.raises(Invalid):
        refuse(cast.session, actor, request, "  ")

    refuse(cast.session, actor, request, "用途不清")
    cast.session.commit()

    with pytest.raises(Conflict):
        approve(cast.session, actor, request)
    with pytest.raises(Conflict):
        begin_agreed(cast.session, cast.act_as("county_info"), request)
    assert (state(cast, request).state, state(cast, request).answer) == ("refused", "用途不清")


def test_what_is_agreed_to_is_made_once(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    request = asked(cast, ids, tmp_path)
    approve(cast.session, cast.act_as("province_info"), request)
    begin_agreed(cast.session, cast.act_as("county_info"), request)

    with pytest.raises(Conflict):
        begin_agreed(cast.session, cast.act_as("county_info"), request)


def test_nobody_begins_anothers(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    request = asked(cast, ids, tmp_path, "school_info")
    approve(cast.session, cast.act_as("county_info"), request)

    for act in (
        lambda: begin_agreed(cast.session, cast.act_as("county_info"), request),
        lambda: let_be(cast.session, cast.act_as("county_info"), tmp_path, request),
    ):
        with pytest.raises(NotFound):
            act()


def test_it_can_be_withdrawn_with_its_ids(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    request = asked(cast, ids, tmp_path)

    let_be(cast.session, cast.act_as("county_info"), tmp_path, request)
    cast.session.commit()

    assert state(cast, request).state == "withdrawn"
    with acting(cast.session, CONSOLE):
        assert cast.session.scalar(select(func.count()).select_from(KeptFile)) == 0
    with pytest.raises(Conflict):
        approve(cast.session, cast.act_as("province_info"), request)


def test_after_its_time_nothing_moves(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    request = asked(cast, ids, tmp_path)
    with acting(cast.session, CONSOLE):
        over = update(ExportRequest).values(expires_at=now() - timedelta(seconds=1))
        cast.session.execute(over, execution_options=BLIND)
        cast.session.commit()

    actor = cast.act_as("province_info")
    assert not cast.session.scalars(select(ExportRequest.id).where(*waiting_for(actor))).all()
    with pytest.raises(Conflict):
        approve(cast.session, actor, request)


def test_a_number_in_the_purpose_is_kept_nowhere(
    cast: Cast, ids: list[int], tmp_path: Path
) -> None:
    secret = "11010519491231002X"
    wanted = Wanted("teacher", purpose=f"核对{secret}")

    request = ask_second(cast.session, cast.act_as("county_info"), tmp_path, wanted, ids)

    row = find(cast.session, request)
    assert secret not in row.purpose
    assert secret not in str(row.params)
    assert "身份证件号码" in row.sheets[0][1]


def test_who_takes_no_numbers_asks_for_none(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        asked(cast, ids, tmp_path, "county_query")


def test_only_so_many_wait(cast: Cast, ids: list[int], tmp_path: Path) -> None:
    for _ in range(MAX_OPEN):
        asked(cast, ids, tmp_path)

    with pytest.raises(Conflict, match="请先撤回"):
        asked(cast, ids, tmp_path)
