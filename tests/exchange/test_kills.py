"""kill -9 of the worker at random moments of an import: the totals are a clean run's (F1)."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.exchange.sheets import csv_of
from tests.support.cast import Cast, id_number
from tests.support.jobs import job
from tests.support.worker import worker
from tms.access import CONSOLE, WORKER, acting
from tms.exchange import batches, parts
from tms.exchange.batches import Chosen
from tms.models import PENDING, TABLES, AuditEvent, Job, JobState, Teacher, User
from tms.models.types import now

HEAD = ("姓名", "性别", "出生日期", "身份证件号码", "学校(机构)标识码", "政治面貌")
SCHOOL = "3136000101"
SECONDS = 600
FIRST_DAY = date(1960, 1, 1)


def people(count: int) -> list[tuple[str, ...]]:
    """So many people; every hundredth has a mistake."""
    found = []
    for n in range(count):
        born = FIRST_DAY + timedelta(days=n // 900)
        serial = n % 900 + 1
        sex = "男的" if n % 100 == 99 else "1" if serial % 2 else "2"
        number = id_number(serial, born=born)
        found.append((f"教师{n}", sex, born.isoformat(), number, SCHOOL, "13"))
    return found


def begin(cast: Cast, data_dir: Path, count: int) -> int:
    """An import that was checked and asked to be written; the id of its job."""
    actor = cast.act_as("school_info")
    content = csv_of(HEAD, *people(count))
    batch = batches.begin(cast.session, actor, data_dir, "名单.csv", content, Chosen())
    cast.session.commit()
    return batch


def wait(cast: Cast, job_id: int, done: float = 2.0) -> Any:
    """The job once so much of it is done, or it has ended."""
    for _ in range(SECONDS * 20):
        found = job(cast.session, job_id)
        if found.state not in PENDING or (found.total and found.done / found.total >= done):
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {found.state}, {found.done} of {found.total}")


def give_up(cast: Cast, job_id: int) -> None:
    """As if the lease were over: nobody needs to sit out twenty seconds in a test."""
    with acting(cast.session, WORKER):
        past = now() - timedelta(seconds=60)
        cast.session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))
        cast.session.commit()


def killed(cast: Cast, url: str, data_dir: Path, count: int, kills: int) -> int:
    """An import of *count* rows whose worker is killed so many times; its batch."""
    dice = random.Random(count)  # noqa: S311
    batch = begin(cast, data_dir, count)
    with worker(url, data_dir):
        check = batches.find(cast.session, batch).check_job
        cast.session.rollback()
        assert wait(cast, int(check or 0)).state == JobState.DONE
    cast.act_as("school_info")
    load = batches.ask_load(cast.session, cast.staff["school_info"], batch)
    cast.session.commit()
    for moment in sorted(dice.random() * 0.9 for _ in range(kills)):
        with worker(url, data_dir) as process:
            wait(cast, load, moment)
            time.sleep(dice.random() * 0.2)
            process.kill()
            process.wait()
        give_up(cast, load)
    with worker(url, data_dir):
        assert wait(cast, load).state == JobState.DONE
    return batch


def as_clean(cast: Cast, batch: int, count: int) -> None:
    """Every good row once, with its account and its event, and the tally says so."""
    good = count - count // 100
    with acting(cast.session, CONSOLE):
        basic = TABLES["basic_information"]
        act = batches.find(cast.session, batch).act_id
        events = select(func.count()).where(AuditEvent.act_id == act, AuditEvent.act == "create")
        numbers = {
            "files": select(func.count()).select_from(Teacher),
            "rows": select(func.count()).select_from(basic),
            "persons": select(func.count(basic.id_number_index.distinct())),
            "accounts": select(func.count()).where(User.teacher_id.is_not(None)),
            "events": events,
        }
        found = {name: cast.session.scalar(statement) for name, statement in numbers.items()}
        tally = dict(parts.tally(cast.session, batch, "load")[0])
    assert found == dict.fromkeys(numbers, good)
    assert tally == {"new": good, "refused": count - good}


def prepare(application: Flask) -> Path:
    data_dir: Path = application.config["TMS_DATA_DIR"]
    (data_dir / "secret.key").write_text(application.config["SECRET_KEY"])
    return data_dir


def test_killed_twice(application: Flask, cast: Cast, database_url: str) -> None:
    batch = killed(cast, database_url, prepare(application), 2_000, 2)
    as_clean(cast, batch, 2_000)


@pytest.mark.full
def test_a_hundred_thousand_rows_killed_ten_times(
    application: Flask, cast: Cast, database_url: str
) -> None:
    batch = killed(cast, database_url, prepare(application), 100_000, 10)
    as_clean(cast, batch, 100_000)
