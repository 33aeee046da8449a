"""One-time codes on slips: made when printed, handed out once, stored as hashes (R22, R23, S15)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.jobs import drain, job
from tms.access.passwords import CODE_ALPHABET, CODE_GROUP, CODE_GROUPS, verify_password
from tms.documents import slip_jobs
from tms.documents.slips import Slip, slips_pdf
from tms.errors import Conflict, NotAllowed, NotFound
from tms.models import AccountHandover, AuditEvent, HandoverKind, JobState, User
from tms.models.types import now
from tms.records import kept
from tms.records.slips import ask_slips


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Slip]:
    """What was put on paper."""
    found: list[Slip] = []

    def keep(slips: list[Slip], *_more: Any) -> bytes:
        found.extend(slips)
        return b"%PDF-" + "".join(slip.code for slip in slips).encode()

    monkeypatch.setattr(slip_jobs, "slips_pdf", keep)
    return found


def users(cast: Cast, *teachers: int) -> list[int]:
    cast.act_as("school_admin")
    statement = select(User.id).where(User.teacher_id.in_(teachers)).order_by(User.id)
    return list(cast.session.scalars(statement))


def ask(cast: Cast, data_dir: Path, chosen: Any, *, renew: bool = False) -> Any:
    actor = cast.act_as("school_admin")
    asked = ask_slips(cast.session, actor, chosen, renew=renew)
    cast.session.commit()
    drain(cast.session, data_dir)
    cast.act_as("school_admin")
    return job(cast.session, asked)


def test_codes_are_made_for_a_selection_and_open_the_account_for_three_days(
    cast: Cast, tmp_path: Path, printed: list[Slip]
) -> None:
    first, second, other = (cast.make_file() for _ in range(3))
    chosen = users(cast, first, second)

    done = ask(cast, tmp_path, chosen)

    assert (done.state, done.result["count"], len(printed)) == (JobState.DONE, 2, 2)
    rows = {u.id: u for u in cast.session.scalars(select(User).where(User.teacher_id.is_not(None)))}
    assert [rows[user].must_change for user in chosen] == [True, True]
    assert rows[users(cast, other)[0]].password_hash is None
    left = rows[chosen[0]].code_expires_at - now()
    assert timedelta(hours=71) < left <= timedelta(hours=72)
    assert verify_password(rows[chosen[0]].password_hash, printed[0].code)
    assert not verify_password(rows[chosen[1]].password_hash, printed[0].code)


def test_codes_have_sixty_bits_and_say_nothing_of_the_person(
    cast: Cast, tmp_path: Path, printed: list[Slip]
) -> None:
    ask(cast, tmp_path, users(cast, cast.make_file(), cast.make_file()))

    assert len(CODE_ALPHABET) ** (CODE_GROUPS * CODE_GROUP) >= 2**60
    pattern = re.compile(rf"([{CODE_ALPHABET}]{{4}}-){{3}}[{CODE_ALPHABET}]{{4}}")
    assert all(pattern.fullmatch(slip.code) for slip in printed)
    assert len({slip.code for slip in printed}) == 2


def test_the_file_is_handed_out_once(cast: Cast, tmp_path: Path, printed: list[Slip]) -> None:
    done = ask(cast, tmp_path, users(cast, cast.make_file()))
    file = done.result["file"]

    with pytest.raises(NotFound):
        kept.open_kept(cast.session, tmp_path, file)
    content = b"".join(kept.take_once(cast.session, tmp_path, file).content)
    cast.session.commit()

    assert printed[0].code.encode() in content
    with pytest.raises(NotFound):
        kept.take_once(cast.session, tmp_path, file)
    assert not list(tmp_path.glob("kept/*"))
    assert not list(tmp_path.glob("spool/*/*"))


def test_codes_are_in_no_table_and_in_no_file_in_the_open(
    cast: Cast, tmp_path: Path, printed: list[Slip]
) -> None:
    done = ask(cast, tmp_path, users(cast, cast.make_file()))

    told = f"{done.params} {done.result} {done.checkpoint}"
    events = cast.session.execute(select(AuditEvent.detail).execution_options()).all()
    assert printed[0].code not in told + str(events)
    for path in (p for p in tmp_path.rglob("*") if p.is_file()):
        assert printed[0].code.encode() not in path.read_bytes()


def test_a_second_print_makes_no_codes_unless_asked_to_renew(
    cast: Cast, tmp_path: Path, printed: list[Slip]
) -> None:
    chosen = users(cast, cast.make_file(), cast.make_file())
    ask(cast, tmp_path, chosen[:1])
    before = printed[0].code

    assert ask(cast, tmp_path, chosen).result["count"] == 1
    actor = cast.act_as("school_admin")
    with pytest.raises(Conflict):
        ask_slips(cast.session, actor, chosen)
    assert ask(cast, tmp_path, select(User.id), renew=True).result["count"] == 2

    stored = cast.session.scalar(select(User.password_hash).where(User.id == chosen[0]))
    assert not verify_password(stored, before)


def test_a_job_that_broke_off_makes_the_codes_anew(
    cast: Cast, tmp_path: Path, printed: list[Slip], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = users(cast, cast.make_file())
    honest = slip_jobs.slips_pdf

    def fail(*_args: Any) -> bytes:
        raise Conflict(slip_jobs.NOBODY)

    monkeypatch.setattr(slip_jobs, "slips_pdf", fail)
    failed = ask(cast, tmp_path, chosen)
    monkeypatch.setattr(slip_jobs, "slips_pdf", honest)
    from tms.jobs import queue

    queue.retry(cast.session, cast.act_as("school_admin"), failed.id)
    cast.session.commit()
    drain(cast.session, tmp_path)

    assert failed.state == JobState.FAILED
    assert job(cast.session, failed.id).result["count"] == 1
    cast.act_as("school_admin")
    stored = cast.session.scalar(select(User.password_hash).where(User.id == chosen[0]))
    assert verify_password(stored, printed[-1].code)


def test_only_the_schools_own_system_administrator_prints(cast: Cast) -> None:
    chosen = users(cast, cast.make_file())

    with pytest.raises(Conflict):
        ask_slips(cast.session, cast.act_as("county_admin"), chosen)
    for name in ("school_info", "college", "support", "officer"):
        with pytest.raises(NotAllowed):
            ask_slips(cast.session, cast.act_as(name), chosen)


def test_piles_are_on_the_hand_over_list(cast: Cast, tmp_path: Path, printed: list[Slip]) -> None:
    ask(cast, tmp_path, users(cast, cast.make_file(), cast.make_file()))

    rows = cast.session.scalars(
        select(AccountHandover).where(AccountHandover.kind == HandoverKind.SLIPS)
    ).all()
    assert [(row.count, row.giver) for row in rows] == [(2, "school_admin")]


def test_the_pdf_is_made_with_names_that_look_like_markup() -> None:
    slips = [Slip("学院#1", "张*#let x=1*[", "L1", "ABCD-EFGH-JKMN-2345", "2026-11-25")]

    made = slips_pdf(slips, "2026", str)

    assert made.startswith(b"%PDF-")
    assert len(made) > 5000
