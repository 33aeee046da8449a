"""A bulk edit from choosing to undoing, as jobs: counted, resumed, its maker's alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.support.begin import begun
from tests.support.bulk import ASSESSMENT, add, content_of, edit
from tests.support.cast import Cast
from tests.support.changes import file_in_force, the_row
from tests.support.review import ask, change
from tms.access import CONSOLE, WORKER, Actor, acting, door
from tms.actors import actor_under
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.jobs import Pace, queue
from tms.jobs.runner import Machine, run
from tms.models import TABLES, AuditEvent, BulkAct, BulkItem, BulkKind, Fate, Job, JobState, Teacher
from tms.models.types import now
from tms.records import bulk_jobs
from tms.records.bulk_acts import Words, choose, get_act, of_table, spell_out, tally, targets
from tms.records.bulk_spec import Op, Spec, Step

INFO = "school_info"
EXCELLENT = edit(ASSESSMENT, Step("result", Op.SET, "1"))


class Killed(BaseException):
    """What `kill -9` is to the code under way."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(bulk_jobs, "AT_ONCE", 0)
    return Machine(tmp_path, actor_under)


def school(cast: Cast, number: int = 5) -> list[int]:
    """So many files with an assessment each."""
    return begun(cast, assessed, number)


def assessed(cast: Cast, number: int) -> list[int]:
    teachers = cast.make_files(number)
    for teacher in teachers:
        cast.add(INFO, teacher, ASSESSMENT, year=2024, result="2")
    return teachers


def chosen(spec: Spec) -> Any:
    model = TABLES[spec.table]
    if spec.kind == BulkKind.ADD:
        return select(Teacher.id, Teacher.id.label("teacher_id"))
    return select(model.id, model.teacher_id)


def begin(cast: Cast, spec: Spec, name: str = INFO) -> int:
    """Chosen and spelled out by *name*; committed."""
    actor = cast.act_as(name)
    bulk_id = choose(cast.session, actor, spec.kind, chosen(spec), spec.table)
    spell_out(cast.session, actor, get_act(cast.session, actor, bulk_id), spec)
    cast.session.commit()
    return bulk_id


def enqueue(cast: Cast, what: Any, bulk_id: int, name: str = INFO) -> int:
    actor = cast.act_as(name)
    job: int = what(cast.session, actor, get_act(cast.session, actor, bulk_id))
    cast.session.commit()
    return job


def work(cast: Cast, machine: Machine, what: Any, bulk_id: int, name: str = INFO) -> Any:
    """Ask for a job and do it; all its columns then."""
    job = enqueue(cast, what, bulk_id, name)
    assert run(cast.session, machine, job)
    return job_of(cast, job)


def job_of(cast: Cast, job_id: int) -> Any:
    with acting(cast.session, WORKER):
        found = cast.session.execute(select(*Job.__table__.c).where(Job.id == job_id)).one()
    cast.session.rollback()
    return found


def fates(cast: Cast, bulk_id: int, column: Any) -> dict[str, int]:
    rows = cast.session.execute(select(column).where(BulkItem.bulk_id == bulk_id)).scalars()
    found: dict[str, int] = {}
    for fate in rows:
        found[str(fate)] = found.get(str(fate), 0) + 1
    cast.session.rollback()
    return found


def test_from_preview_to_undo(cast: Cast, machine: Machine) -> None:
    teachers = school(cast)
    before = content_of(cast, *teachers)
    bulk_id = begin(cast, EXCELLENT)

    work(cast, machine, bulk_jobs.start_preview, bulk_id)
    assert fates(cast, bulk_id, BulkItem.fate) == {"change": 5}
    assert content_of(cast, *teachers) == before

    done = work(cast, machine, bulk_jobs.start, bulk_id)
    assert (done.state, done.result, done.total) == (
        JobState.DONE,
        {"bulk": bulk_id, "change": 5},
        5,
    )
    assert {the_row(cast, each, ASSESSMENT)["result"] for each in teachers} == {"1"}

    undone = work(cast, machine, bulk_jobs.start_undo, bulk_id)
    assert undone.result == {"bulk": bulk_id, "undone": 5}
    assert content_of(cast, *teachers) == before


def test_an_addition_is_taken_back_but_for_what_was_touched(cast: Cast, machine: Machine) -> None:
    teachers = school(cast, 3)
    bulk_id = begin(cast, add(ASSESSMENT, copies=True, year="2025"))
    work(cast, machine, bulk_jobs.start_preview, bulk_id)
    work(cast, machine, bulk_jobs.start, bulk_id)
    model = TABLES[ASSESSMENT]
    made = ask(cast, select(model.id).where(model.year == 2025, model.teacher_id == teachers[0]))
    with acting(cast.session, CONSOLE), door(cast.session):
        moved = update(model).where(model.id == made[0][0]).values(content_version=2)
        cast.session.execute(moved)
        cast.session.commit()

    undone = work(cast, machine, bulk_jobs.start_undo, bulk_id)

    assert undone.result == {"bulk": bulk_id, "undone": 2, "kept": 1}
    assert [n for (n,) in ask(cast, select(model.year).where(model.year == 2025))] == [2025]
    act = get_act(cast.session, cast.act_as(INFO), bulk_id)
    ((key, number),) = tally(cast.session, bulk_id, BulkItem.kept_why)
    assert (str(Words(act).text(key)), number) == ("此后又有修改，保留现状。", 1)


#: By kind: how it is begun, what does a part of it, what its result counts, what stands then.
KINDS = {
    "apply": (bulk_jobs.start, "apply_part", "change", {"1"}),
    "undo": (bulk_jobs.start_undo, "undo_part", "undone", {"2"}),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_killed_job_goes_on_and_comes_to_the_same(
    cast: Cast, machine: Machine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    start, part, key, wanted = KINDS[kind]
    teachers = school(cast, 30)
    bulk_id = begin(cast, EXCELLENT)
    work(cast, machine, bulk_jobs.start_preview, bulk_id)
    if kind == "undo":
        work(cast, machine, bulk_jobs.start, bulk_id)
    job = enqueue(cast, start, bulk_id)
    _kill_in_part(monkeypatch, part, 2)

    with pytest.raises(Killed):
        run(cast.session, machine, job)
    cast.session.rollback()
    assert job_of(cast, job).done == 20
    _expire(cast, job)
    assert run(cast.session, machine, job)

    assert job_of(cast, job).result == {"bulk": bulk_id, key: 30}
    assert {the_row(cast, each, ASSESSMENT)["result"] for each in teachers} == wanted
    assert told(cast, job_of(cast, job).act_id) == teachers


def told(cast: Cast, act_id: str) -> list[int]:
    """The files of an act's events: each once."""
    with acting(cast.session, CONSOLE):
        found = select(AuditEvent.teacher_id).where(AuditEvent.act_id == act_id)
        return sorted(cast.session.scalars(found))


def _kill_in_part(monkeypatch: pytest.MonkeyPatch, name: str, part: int) -> None:
    """Ten files a part; the process ends in one: after its writes, before its commit."""
    for moment in ("begin", "end"):
        monkeypatch.setattr(Pace, moment, lambda pace: setattr(pace, "size", 10))
    honest, calls = getattr(bulk_jobs, name), [0]

    def mortal(session: Session, *args: Any) -> Any:
        honest(session, *args)
        calls[0] += 1
        if calls[0] == part + 1:
            raise Killed

    monkeypatch.setattr(bulk_jobs, name, mortal)


def _expire(cast: Cast, job_id: int) -> None:
    with acting(cast.session, WORKER):
        past = now() - timedelta(seconds=60)
        cast.session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))
        cast.session.commit()


def test_what_moved_since_the_preview_is_left_out_and_named(cast: Cast, machine: Machine) -> None:
    teachers = school(cast, 3)
    bulk_id = begin(cast, EXCELLENT)
    work(cast, machine, bulk_jobs.start_preview, bulk_id)
    change(cast, INFO, teachers[1], ASSESSMENT, year=2020)

    done = work(cast, machine, bulk_jobs.start, bulk_id)

    assert done.result == {"bulk": bulk_id, "change": 2, "cannot": 1}
    assert the_row(cast, teachers[1], ASSESSMENT)["result"] == "2"


def test_rights_are_asked_again_when_the_job_runs(cast: Cast, machine: Machine) -> None:
    teachers = school(cast, 2)
    bulk_id = begin(cast, EXCELLENT)
    work(cast, machine, bulk_jobs.start_preview, bulk_id)
    job = enqueue(cast, bulk_jobs.start, bulk_id)
    weaker = cast.staff["county_query"]

    run(cast.session, Machine(machine.data_dir, lambda *_who: weaker), job)

    assert job_of(cast, job).state == JobState.FAILED
    assert {the_row(cast, each, ASSESSMENT)["result"] for each in teachers} == {"2"}


def test_requests_and_rows_are_counted_apart(cast: Cast, machine: Machine) -> None:
    in_force, draft = begun(cast, file_in_force), cast.make_file()
    cast.add(INFO, draft, "study_experience", major="物理")
    step = Step("major", Op.SET, "数学")
    spec = edit("study_experience", step, as_requests=True, reason="统一更正")
    bulk_id = begin(cast, spec)
    work(cast, machine, bulk_jobs.start_preview, bulk_id)

    done = work(cast, machine, bulk_jobs.start, bulk_id)
    assert done.result == {"bulk": bulk_id, "change": 1, "request": 1}
    undone = work(cast, machine, bulk_jobs.start_undo, bulk_id)
    assert undone.result == {"bulk": bulk_id, "undone": 2}
    assert the_row(cast, in_force, "study_experience")["major"] == "汉语言文学"


def test_a_list_of_files_becomes_their_rows_of_a_table(cast: Cast) -> None:
    teachers = school(cast, 2)
    cast.make_file()
    actor = cast.act_as(INFO)
    files = select(Teacher.id, Teacher.id.label("teacher_id"))
    bulk_id = choose(cast.session, actor, BulkKind.EDIT, files)
    act = get_act(cast.session, actor, bulk_id)

    rows = of_table(cast.session, actor, act, ASSESSMENT)

    assert [t.teacher_id for t in targets(cast.session, rows, limit=9)] == teachers
    with pytest.raises(NotFound):
        of_table(cast.session, actor, act, "teacher")


def test_only_what_is_in_reach_is_chosen(cast: Cast) -> None:
    school(cast, 2)
    foreign = cast.make_file("3136000201")
    cast.add("far_school_info", foreign, ASSESSMENT, year=2024, result="2")
    bulk_id = begin(cast, EXCELLENT)

    assert foreign not in {t.teacher_id for t in targets(cast.session, bulk_id, limit=9)}


def test_it_is_its_makers_alone(cast: Cast) -> None:
    school(cast, 1)
    bulk_id = begin(cast, EXCELLENT)

    with pytest.raises(NotFound):
        get_act(cast.session, cast.act_as("county_info"), bulk_id)
    for name in ("county_query", "school_head", "school_admin"):
        with pytest.raises(NotAllowed):
            choose(cast.session, cast.act_as(name), BulkKind.EDIT, chosen(EXCELLENT), ASSESSMENT)


def test_nothing_chosen_is_said(cast: Cast) -> None:
    with pytest.raises(Invalid):
        begin(cast, EXCELLENT)


def test_no_step_is_skipped(cast: Cast, machine: Machine) -> None:
    school(cast, 1)
    bulk_id = begin(cast, EXCELLENT)
    with pytest.raises(Conflict):
        enqueue(cast, bulk_jobs.start, bulk_id)
    with pytest.raises(NotFound):
        enqueue(cast, bulk_jobs.start_undo, bulk_id)
    work(cast, machine, bulk_jobs.start_preview, bulk_id)
    work(cast, machine, bulk_jobs.start, bulk_id)
    actor = cast.act_as(INFO)
    with pytest.raises(Conflict):
        spell_out(cast.session, actor, get_act(cast.session, actor, bulk_id), EXCELLENT)


def test_two_clicks_are_one_job(cast: Cast, machine: Machine) -> None:
    school(cast, 1)
    bulk_id = begin(cast, EXCELLENT)
    work(cast, machine, bulk_jobs.start_preview, bulk_id)

    assert enqueue(cast, bulk_jobs.start, bulk_id) == enqueue(cast, bulk_jobs.start, bulk_id)
    run(cast.session, machine, enqueue(cast, bulk_jobs.start, bulk_id))
    first = enqueue(cast, bulk_jobs.start_undo, bulk_id)
    assert enqueue(cast, bulk_jobs.start_undo, bulk_id) == first


def test_an_older_previews_job_does_not_write_over_a_newer_one(
    cast: Cast, machine: Machine
) -> None:
    school(cast, 2)
    bulk_id = begin(cast, EXCELLENT)
    old = enqueue(cast, bulk_jobs.start_preview, bulk_id)
    actor = cast.act_as(INFO)
    other = edit(ASSESSMENT, Step("result", Op.SET, "2"))
    spell_out(cast.session, actor, get_act(cast.session, actor, bulk_id), other)
    cast.session.commit()

    run(cast.session, machine, old)

    assert fates(cast, bulk_id, BulkItem.fate) == {"None": 2}


def test_few_rows_are_previewed_at_once(cast: Cast) -> None:
    school(cast, 2)
    bulk_id = begin(cast, EXCELLENT)

    assert enqueue(cast, bulk_jobs.start_preview, bulk_id) is None
    assert fates(cast, bulk_id, BulkItem.fate) == {Fate.CHANGE: 2}


def test_what_is_too_old_is_forgotten(cast: Cast) -> None:
    school(cast, 1)
    old = begin(cast, EXCELLENT)
    past = now() - timedelta(days=2)
    cast.session.execute(update(BulkAct).where(BulkAct.id == old).values(made_at=past))
    cast.session.commit()
    begin(cast, EXCELLENT)

    with pytest.raises(NotFound):
        get_act(cast.session, cast.act_as(INFO), old)
    assert fates(cast, old, BulkItem.fate) == {}


def test_what_was_stopped_is_taken_back_and_does_not_go_on(
    cast: Cast, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    school(cast, 30)
    bulk_id = begin(cast, EXCELLENT)
    work(cast, machine, bulk_jobs.start_preview, bulk_id)
    job = enqueue(cast, bulk_jobs.start, bulk_id)
    with pytest.raises(Conflict):
        enqueue(cast, bulk_jobs.start_undo, bulk_id)
    cast.session.rollback()
    _stop_after_part(cast, monkeypatch, job)
    assert run(cast.session, machine, job)
    assert (job_of(cast, job).state, job_of(cast, job).done) == (JobState.CANCELLED, 10)

    undone = work(cast, machine, bulk_jobs.start_undo, bulk_id)
    queue.retry(cast.session, cast.act_as(INFO), job)
    cast.session.commit()
    assert run(cast.session, machine, job)

    assert (undone.result, undone.total) == ({"bulk": bulk_id, "undone": 10}, 10)
    assert job_of(cast, job).state == JobState.FAILED
    assert {result for (result,) in ask(cast, select(TABLES[ASSESSMENT].result))} == {"2"}


def _stop_after_part(cast: Cast, monkeypatch: pytest.MonkeyPatch, job: int) -> None:
    """Ten files a part; its owner stops it in the first."""
    for moment in ("begin", "end"):
        monkeypatch.setattr(Pace, moment, lambda pace: setattr(pace, "size", 10))
    honest = bulk_jobs.apply_part

    def stopped(session: Session, actor: Actor, *args: Any) -> None:
        honest(session, actor, *args)
        queue.cancel(session, actor, job)

    monkeypatch.setattr(bulk_jobs, "apply_part", stopped)


def test_the_undo_counts_records_not_files(cast: Cast, machine: Machine) -> None:
    (teacher,) = school(cast, 1)
    cast.add(INFO, teacher, ASSESSMENT, year=2023, result="2")
    bulk_id = begin(cast, EXCELLENT)
    work(cast, machine, bulk_jobs.start_preview, bulk_id)
    work(cast, machine, bulk_jobs.start, bulk_id)

    undone = work(cast, machine, bulk_jobs.start_undo, bulk_id)

    assert (undone.done, undone.total) == (2, 2)
