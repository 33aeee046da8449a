"""Whatever is done to files, by whatever way, and the jobs that it starts: the stored figures are
what a check finds now.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.exchange.test_imports import WORK, number_of, take
from tests.records.test_file_moves import SECOND, go
from tests.records.test_fill_policy import anew
from tests.support.bulk import ASSESSMENT, add, do_bulk, undo_as
from tests.support.cast import Cast, complete
from tests.support.changes import file_in_force, wanted
from tests.support.databases import on_sqlite
from tests.support.figures import due, recomputed, stored, work_off
from tests.support.review import ask
from tests.support.units import COUNTY, NEIGHBOUR, SCHOOL, make_unit
from tms import workflow
from tms.dictionary import Category
from tms.errors import TmsError
from tms.models import TABLES, Teacher, UnitKind
from tms.records import RowChange, save
from tms.records.audit import new_act_id
from tms.records.fill_policy import set_fillers
from tms.records.requests import apply
from tms.records.unit_acts import move

INFO = "school_info"
PRIMARY = Category.PRIMARY_SECONDARY
WAY = (
    (workflow.submit, INFO),
    (workflow.pass_, "school_head"),
    (workflow.report, "school_head"),
    (workflow.pass_, "county_info"),
)


@dataclass
class Walk:
    """Some files, and what was done to them so far."""

    cast: Cast
    dice: random.Random
    files: list[int] = field(default_factory=list)
    second: int = 0
    acts: list[str] = field(default_factory=list)
    away: set[int] = field(default_factory=set)

    def file(self) -> int:
        return self.dice.choice(self.files)


def fills(walk: Walk) -> None:
    values = {"mobile": f"138{walk.dice.randrange(10**8):08}"}
    save(walk.cast.session, walk.cast.act_as(INFO), {"contact": [RowChange(walk.file(), values)]})


def completes(walk: Walk) -> None:
    complete(walk.cast, walk.file())


def deletes(walk: Walk) -> None:
    """Drafts of one file in one table."""
    model, teacher = TABLES[walk.dice.choice([ASSESSMENT, "contact", "teaching"])], walk.file()
    rows = ask(walk.cast, select(model.id).where(model.teacher_id == teacher))
    gone = [RowChange(teacher, {}, row.id, delete=True) for row in rows]
    save(walk.cast.session, walk.cast.act_as(INFO), {model.__tablename__: gone})


def imports(walk: Walk) -> None:
    number = number_of(walk.cast, walk.file())
    month = f"20{walk.dice.randrange(10, 20)}-09"
    take(walk.cast, INFO, WORK, (number, "一小", month, "", "教师"))


def edits_many(walk: Walk) -> None:
    act, year = new_act_id(), str(walk.dice.randrange(2000, 2024))
    do_bulk(walk.cast, INFO, add(ASSESSMENT, year=year, result="2"), *walk.files, act_id=act)
    walk.acts.append(act)


def takes_back(walk: Walk) -> None:
    if walk.acts:
        undo_as(walk.cast, INFO, walk.acts.pop(), *walk.files)


def approves(walk: Walk) -> None:
    """One more file, all the way into force."""
    walk.files.append(file_in_force(walk.cast))


def corrects(walk: Walk) -> None:
    """One more file in force, changed there by a request that its desks approve."""
    cast, teacher = walk.cast, file_in_force(walk.cast)
    walk.files.append(teacher)
    wish = wanted(cast, teacher, values={"major": walk.dice.choice(["数学", "物理学"])})
    apply(cast.session, cast.act_as(INFO), wish)
    chosen = select(Teacher.id).where(Teacher.id == teacher)
    for verb, name in WAY:
        assert verb(cast.session, cast.act_as(name), chosen).taken == 1
        cast.session.commit()


def regroups(walk: Walk) -> None:
    """The school goes to the other county, and back."""
    cast = walk.cast
    for above in (NEIGHBOUR, COUNTY):
        admin = cast.act_as("province_admin")
        move(cast.session, admin, cast.units[SCHOOL].id, cast.units[above].id)
        cast.session.commit()


def moves(walk: Walk) -> None:
    """To the other school, or back."""
    teacher = walk.file()
    go(walk.cast, teacher, walk.cast.units[SCHOOL].id if teacher in walk.away else walk.second)
    walk.away ^= {teacher}


def switches(walk: Walk) -> None:
    """Who fills a field that every assessment needs."""
    said = {"result": walk.dice.choice(["bureau", ""])}
    set_fillers(walk.cast.session, anew(walk.cast, "county_admin"), PRIMARY, ASSESSMENT, said)


STEPS: tuple[Callable[[Walk], None], ...] = (
    *(fills, completes, deletes, imports, edits_many, takes_back, moves, approves, corrects),
    *(switches, regroups),
)


def begin(cast: Cast, seed: int) -> Walk:
    category = {"school_category": PRIMARY}
    second = make_unit(cast, SECOND, COUNTY, UnitKind.SCHOOL, **category)
    files = cast.make_files(7)
    return Walk(cast, random.Random(seed), files, second)  # noqa: S311  a walk, no secret


def go_on(walk: Walk, step: Callable[[Walk], None]) -> str:
    """Do one step; what the program refuses has changed nothing."""
    try:
        step(walk)
        walk.cast.session.commit()
    except TmsError as refused:
        walk.cast.session.rollback()
        return str(refused)
    return ""


def check(walk: Walk, tmp_path: Path, after: str) -> None:
    work_off(walk.cast.session, tmp_path)
    assert due(walk.cast.session) == [], after
    assert stored(walk.cast.session) == recomputed(walk.cast.session), after
    walk.cast.session.rollback()


@on_sqlite
def test_after_each_kind_of_step_the_figures_are_those_of_now(cast: Cast, tmp_path: Path) -> None:
    walk = begin(cast, 7)
    for step in STEPS:
        refused = go_on(walk, step)
        assert not refused, f"{step.__name__}: {refused}"
        check(walk, tmp_path, step.__name__)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(4))
def test_after_a_long_walk_the_figures_are_those_of_now(
    cast: Cast, tmp_path: Path, seed: int
) -> None:
    walk = begin(cast, seed)
    for _ in range(40):
        step = walk.dice.choice(STEPS)
        go_on(walk, step)
        check(walk, tmp_path, step.__name__)
