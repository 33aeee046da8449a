"""Whose files an export holds: every kind of export says it, cheaply (SECURITY.md S30)."""

from __future__ import annotations

import random
import zlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.exchange.test_batches import ACCOUNT, load, person, upload
from tests.support.cast import Cast, teacher_actor
from tests.support.changes import PDF
from tests.support.jobs import drain, job
from tms.access import CONSOLE, WORKER, acting, bind, unscoped
from tms.dictionary import Category
from tms.documents.papers import open_paper, store
from tms.exchange import batches, export_table
from tms.exchange.export_asking import ask_for
from tms.exchange.template_jobs import ask_filled
from tms.exchange.wanted import FILES, ROSTER, ROWS, Wanted
from tms.jobs import Work
from tms.models import TABLES, AuditEvent, ExportReach, FileRead, Teacher, User
from tms.records.export_limits import Denied, Limits, install, limits
from tms.records.housekeeping import MARKED, monthly, nightly
from tms.records.own_trace import traces
from tms.records.reached import BITS, KEPT, Reached, holds
from tms.records.readings import note_read, unnoted
from tms.records.slips import ask_slips


@pytest.fixture
def files(cast: Cast) -> list[int]:
    """Three files at our school and one at the neighbour's."""
    return [*cast.make_files(3), cast.make_file("3136000201")]


def known(cast: Cast, files: list[int]) -> list[list[str]]:
    """For each file the acts that its teacher is told of."""
    found = []
    for file in files:
        with acting(cast.session, teacher_actor(cast, file)) as actor:
            found.append([each.act for each in traces(cast.session, actor, 0, 50)])
    return found


# -- packing ---------------------------------------------------------------------------------------


def test_who_was_put_in_is_found_and_nobody_else() -> None:
    chance = random.Random(5)  # noqa: S311  a test's own
    ids = chance.sample(range(1, 40 << BITS), 3000)
    reached = Reached()
    for start in range(0, len(ids), 100):
        reached.add(ids[start : start + 150])
    reach = reached.packed()
    blocks = dict(reach.blocks)

    assert reach.people == 3000
    assert all(holds(blocks[each >> BITS], each) for each in ids)
    others = [each for each in chance.sample(range(40 << BITS), 3000) if each not in set(ids)]
    assert not any(holds(blocks[each >> BITS], each) for each in others if each >> BITS in blocks)


def test_a_million_people_are_small() -> None:
    reached = Reached()
    chance = random.Random(6)  # noqa: S311  a test's own
    ids = sorted(chance.sample(range(40_000_000), 1_000_000))  # as files lie between their rows
    for start in range(0, len(ids), 2000):
        reached.add(ids[start : start + 2000])
    reach = reached.packed()

    assert reach.people == 1_000_000
    assert sum(len(people) for _block, people in reach.blocks) < 2_000_000
    assert max(len(zlib.decompress(people)) for _block, people in reach.blocks) <= 8192


# -- every kind of export --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grid", "content", "columns"),
    [
        ("teacher", ROWS, ()),
        ("basic_information", ROWS, ("name", "gender")),
        ("teacher", ROSTER, ("teacher.name", "contact.mobile")),
        ("teacher", FILES, ("basic_information", "contact")),
    ],
)
def test_a_job_tells_whose_files_it_took(
    cast: Cast, files: list[int], tmp_path: Path, grid: str, content: str, columns: tuple[str, ...]
) -> None:
    actor, ids = cast.act_as("school_info"), files[:2]
    if grid != "teacher":
        model: Any = TABLES[grid]
        ids = list(cast.session.scalars(select(model.id).where(model.teacher_id.in_(ids))))
    wanted = Wanted(grid, content, columns)
    job_id = ask_for(cast.session, actor, tmp_path, wanted, ids)
    drain(cast.session, tmp_path)

    assert job(cast.session, job_id).state == "done"
    assert known(cast, files) == [["export"], ["export"], [], []]
    with acting(cast.session, CONSOLE):
        event = cast.session.scalars(select(AuditEvent).where(AuditEvent.act == "export")).one()
        assert event.files == 2


def test_a_filled_template_tells_it(cast: Cast, files: list[int], tmp_path: Path) -> None:
    actor = cast.act_as("county_info")
    tables = ["basic_information", "contact"]
    ask_filled(cast.session, actor, tables, Category.PRIMARY_SECONDARY, "zh")
    drain(cast.session, tmp_path)

    assert known(cast, files) == [["export"], ["export"], ["export"], []]


def test_the_command_tells_it(cast: Cast, files: list[int], tmp_path: Path) -> None:
    actor = cast.act_as("county_info")
    export_table(cast.session, actor, "teacher", tmp_path / "a.csv")
    cast.session.commit()
    with acting(cast.session, CONSOLE):
        export_table(cast.session, CONSOLE, "teacher", tmp_path / "b.csv")
        cast.session.commit()

    assert known(cast, files) == [["export"] * 2] * 3 + [["export"]]


def test_units_are_nobodys_files(cast: Cast, files: list[int], tmp_path: Path) -> None:
    export_table(cast.session, cast.act_as("county_info"), "unit", tmp_path / "a.csv")
    cast.session.commit()

    with acting(cast.session, CONSOLE):
        assert cast.session.scalars(select(ExportReach)).all() == []


def test_a_refused_export_tells_nothing(cast: Cast, files: list[int], tmp_path: Path) -> None:
    before = limits()
    install(Limits(rows=2))
    try:
        with pytest.raises(Denied):
            export_table(cast.session, cast.act_as("county_info"), "teacher", tmp_path / "a.csv")
    finally:
        install(before)
    cast.session.rollback()

    assert known(cast, files) == [[], [], [], []]


def test_many_exports_of_others_in_the_range_are_passed_over(
    cast: Cast, files: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tms.records.own_trace.PARTITION", 2)
    actor = cast.act_as("county_info")
    export_table(cast.session, actor, "teacher", tmp_path / "a.csv")
    for _ in range(5):
        export_table(cast.session, cast.act_as("neighbour_info"), "teacher", tmp_path / "a.csv")
    cast.session.commit()

    assert known(cast, files) == [["export"]] * 3 + [["export"] * 5]


# -- what is kept how long -------------------------------------------------------------------------


def test_marks_go_after_days_and_exports_after_years(
    cast: Cast, files: list[int], tmp_path: Path
) -> None:
    actor = cast.act_as("school_info")
    assert unnoted(cast.session, actor, files[:1]) == files[:1]
    assert note_read(cast.session, actor, files[0])
    assert not note_read(cast.session, actor, files[0])
    assert unnoted(cast.session, actor, files[:1]) == []
    export_table(cast.session, actor, "teacher", tmp_path / "a.csv")
    cast.session.commit()

    _purge(cast, tmp_path)
    assert _left(cast) == (1, 1)
    with acting(cast.session, CONSOLE):
        day = cast.session.scalars(select(FileRead.day)).one()
        at = cast.session.scalars(select(ExportReach.at)).one()
        for statement in (
            update(FileRead).values(day=day - 2 * MARKED),
            update(ExportReach).values(at=at - 2 * KEPT),
        ):
            cast.session.execute(unscoped(statement, "a test"))
        cast.session.commit()
    _purge(cast, tmp_path)

    assert _left(cast) == (0, 0)
    assert known(cast, files[:1]) == [["read"]]


def _purge(cast: Cast, folder: Path) -> None:
    bind(cast.session, WORKER)
    for purge in (nightly, monthly):
        list(purge(Work(cast.session, WORKER, 1, "a" * 32, {}, None, folder)))
    cast.session.commit()


def _left(cast: Cast) -> tuple[int, int]:
    with acting(cast.session, CONSOLE):
        marks = cast.session.scalars(select(FileRead.id)).all()
        return len(marks), len(cast.session.scalars(select(ExportReach.id)).all())


def test_a_file_gone_for_good_takes_its_marks_along(cast: Cast, files: list[int]) -> None:
    from tms.records.file_sweep import erase

    note_read(cast.session, cast.act_as("school_info"), files[0])
    cast.session.commit()
    with acting(cast.session, CONSOLE):
        erase(cast.session, files[:1])
        cast.session.commit()

    assert _left(cast)[0] == 0


# -- paper and proofs ------------------------------------------------------------------------------


def test_a_slip_with_a_code_is_told(cast: Cast, files: list[int], tmp_path: Path) -> None:
    actor = cast.act_as("school_admin")
    users = list(cast.session.scalars(select(User.id).where(User.teacher_id == files[0])))
    ask_slips(cast.session, actor, users)
    cast.session.commit()
    drain(cast.session, tmp_path)

    assert known(cast, files) == [["account.reset"], [], [], []]


def test_an_opened_proof_is_told(cast: Cast, files: list[int], tmp_path: Path) -> None:
    made = store(cast.session, cast.act_as("school_info"), tmp_path, files[0], "证书.pdf", PDF)
    open_paper(cast.session, cast.act_as("county_info"), tmp_path, made)
    cast.session.commit()

    assert known(cast, files[:1]) == [["proof.read"]]


def test_who_only_looked_keeps_no_import_from_being_undone(cast: Cast, tmp_path: Path) -> None:
    batch = upload(cast, tmp_path, ACCOUNT, person(1))
    load(cast, tmp_path, batch)
    made = list(cast.session.scalars(select(Teacher.id)))
    note_read(cast.session, cast.act_as("county_info"), made[0])
    cast.session.commit()

    batches.ask_undo(cast.session, cast.act_as("school_info"), batch)
    drain(cast.session, tmp_path)

    assert len(made) == 1
    assert list(cast.session.scalars(select(Teacher.id))) == []
