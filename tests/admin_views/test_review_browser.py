"""Both routes from end to end, as people click through them, with a return at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import log_in
from tests.support.cast import PASSWORD, Cast, complete, id_number
from tests.support.university import (
    DEPARTMENTS,
    HEAD,
    UNIVERSITY,
    complete_university,
    department,
    engage,
    make_teacher,
)
from tms.access import CONSOLE, Permission, Role, bind
from tms.access.passwords import hash_password
from tms.models import TABLES, ReviewTask, RowState, Teacher, User

NUMBER = 77


@dataclass
class Walk:
    """One file on its way; whoever holds its desk sits down at the browser."""

    office: Office
    page: Page
    teacher: int
    logged_in: str = ""
    returned: set[str] = field(default_factory=set)

    def sit_down(self, name: str) -> None:
        if self.logged_in != name:
            self.page.context.clear_cookies()
            log_in(self.page, name)
            self.logged_in = name

    def tasks(self, *conditions: Any) -> list[tuple[int, str, str, str]]:
        """(id, step, department, who holds the desk) of the file's tasks."""
        with self.office.cast() as cast:
            bind(cast.session, CONSOLE)
            tasks = select(ReviewTask).where(ReviewTask.teacher_id == self.teacher, *conditions)
            found = cast.session.scalars(tasks.order_by(ReviewTask.id)).all()
            return [(t.id, t.step, t.desk_function, holder(cast, t)) for t in found]

    def open(self) -> list[tuple[int, str, str, str]]:
        return self.tasks(ReviewTask.verdict.is_(None))

    def send_in(self) -> None:
        """The teacher presses 提交, and confirms."""
        self.sit_down(id_number(NUMBER))
        self.page.goto(f"/teacher/details/?id={self.teacher}")
        self.page.click(f"button[value='submit:{self.teacher}']")
        self.page.click("button[name=confirmed]")
        expect(self.page.locator("h1")).to_be_visible()

    def give_back(self, step: str, who: str, place: tuple[str, str]) -> None:
        """Flag one field, say why, and let the teacher mend it."""
        table, key = place
        row = self.office.row_of(table, self.teacher)
        self.sit_down(who)
        self.page.goto(f"/inbox/file/?id={self.teacher}")
        self.page.check(f"input[value='{table}:{row}:{key}']")
        self.page.click("button[name=do][value=return]")
        self.page.fill("#note", f"请核对（{step}）")
        self.page.click("button[name=confirmed]")
        assert self.status() == "returned"
        self.mend(table, row, key, step)

    def mend(self, table: str, row: int, key: str, step: str) -> None:
        self.sit_down(id_number(NUMBER))
        self.page.goto(f"/{table}/edit/?id={row}")
        expect(self.page.locator(f"[name={key}]")).to_be_editable()
        value = f"1390000{len(self.returned):04d}" if key == "mobile" else f"论{step}"
        self.page.fill(f"[name={key}]", value)
        self.page.click("form.record button[name=save] >> nth=0")
        self.page.wait_for_load_state()
        self.send_in()

    def decide(self, who: str, verb: str) -> None:
        self.sit_down(who)
        self.page.goto(f"/inbox/file/?id={self.teacher}")
        self.page.click(f"button[name=do][value={verb}]")
        self.page.wait_for_load_state()

    def status(self) -> str:
        return str(self.office.scalar("record_status", self.teacher))


def holder(cast: Cast, task: ReviewTask) -> str:
    """The user name of somebody who holds the task's desk."""
    needed = Permission(task.permission)
    return next(
        name
        for name, actor in cast.staff.items()
        if actor.unit_id == task.desk_unit_id and actor.can(needed)
    )


def give_password(cast: Cast, teacher: int) -> None:
    bind(cast.session, CONSOLE)
    user = cast.session.scalars(select(User).where(User.teacher_id == teacher)).one()
    user.password_hash = hash_password(PASSWORD)
    cast.session.commit()


def all_the_way(walk: Walk, returning: dict[str, tuple[str, str]]) -> None:
    """To the end; at each step (and department) of *returning* it comes back once."""
    walk.send_in()
    for _ in range(80):
        open_ = walk.open()
        if not open_:
            break
        _id, step, department, who = open_[0]
        here = f"{step}.{department}" if department else step
        if here in returning and here not in walk.returned:
            walk.returned.add(here)
            others = set(open_[1:])
            walk.give_back(here, who, returning[here])
            assert others <= set(walk.tasks()), "the other desks are untouched"
        else:
            walk.decide(who, "report" if step == "report" else "pass")
    assert walk.returned == set(returning)
    assert walk.status() == "approved"


def states(office: Office, teacher: int) -> set[str]:
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        found: set[str] = set()
        for model in TABLES.values():
            of_file = select(model.state).where(model.teacher_id == teacher)
            found |= set(cast.session.scalars(of_file))
        return found


@pytest.mark.browser
@pytest.mark.full
def test_a_school_from_end_to_end_with_a_return_at_every_step(office: Office, page: Page) -> None:
    with office.cast() as cast:
        teacher = cast.make_file(id_number=id_number(NUMBER))
        complete(cast, teacher)
        give_password(cast, teacher)

    mobile = ("contact", "mobile")
    steps = ("supplement", "head", "report", "approve")
    all_the_way(Walk(office, page, teacher), dict.fromkeys(steps, mobile))

    assert states(office, teacher) == {RowState.IN_FORCE}


@pytest.mark.browser
@pytest.mark.full
def test_a_university_from_end_to_end_with_a_return_at_every_step(
    office: Office, page: Page
) -> None:
    with office.cast() as cast:
        for function in DEPARTMENTS:
            department(cast, function)
        engage(cast, HEAD, Role.SCHOOL_HEAD, cast.units[UNIVERSITY].id)
        cast.serial = NUMBER - 1
        teacher = make_teacher(cast)
        complete_university(cast, teacher)
        give_password(cast, teacher)

    mobile = ("contact", "mobile")
    returning = dict.fromkeys(
        ("unit_review", "supplement", "consolidate", "report", "approve"), mobile
    )
    returning["departments.research"] = ("paper", "paper_name")
    walk = Walk(office, page, teacher)
    all_the_way(walk, returning)

    assert states(office, teacher) == {RowState.IN_FORCE}
    asked = [department for _, step, department, _ in walk.tasks() if step == "departments"]
    assert asked.count("organization") == 1, "no row of theirs ever came back"
    assert asked.count("research") == 2
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        since = select(Teacher.in_force_since).where(Teacher.id == teacher)
        assert cast.session.scalar(since) is not None
