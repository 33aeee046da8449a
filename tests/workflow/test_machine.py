"""The engine against a plain model, in whatever order people do things (Hypothesis)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
    run_state_machine_as_test,
)

from tests.support.cast import Cast, complete, teacher_actor
from tests.support.changes import wanted
from tests.support.holds import freeze_files
from tests.support.review import add_job, change, content, delete, do, look, row_of, rows, undo
from tests.workflow.invariants import STUDY, Sound
from tests.workflow.model import DRAFT, HOLDERS, IN_FORCE, File, Note
from tms.dictionary import Category, Filler
from tms.models import (
    TABLES,
)
from tms.models.types import now
from tms.records import requests
from tms.records.hold_acts import release
from tms.records.reopenings import NewReopening, reopen
from tms.workflow import NoteOn

JOBS = "work_experience"
BY_TEACHER = frozenset(
    name
    for name, model in TABLES.items()
    if model.dictionary.applies(Category.PRIMARY_SECONDARY)
    and model.dictionary.filled_by(Category.PRIMARY_SECONDARY) == Filler.TEACHER
)
WHICH = st.integers(0, 1)
DESKS = st.sampled_from(["school_info", "school_head", "county_info"])
SENDERS = st.sampled_from(["teacher", "school_info"])


class Review(Sound):
    """Two files of one school, its desks, and everybody who may come by."""

    def __init__(self) -> None:
        super().__init__()
        self.names = iter(f"名称{number}" for number in range(1_000_000))

    @initialize()
    def begin(self) -> None:
        self.create()
        self.create()
        self.fill_in(0)

    def create(self) -> None:
        file = File(self.cast.make_file(), by_teacher=BY_TEACHER)
        file.rows = dict.fromkeys(rows(self.cast, file.id), DRAFT)
        self.cast.staff[f"teacher {len(self.files)}"] = teacher_actor(self.cast, file.id)
        self.files.append(file)

    def name(self, which: int, by: str) -> str:
        return f"teacher {which}" if by == "teacher" else by

    def study(self, file: File) -> tuple[str, int]:
        return STUDY, row_of(self.cast, file.id, STUDY)

    # -- writing -----------------------------------------------------------------------------------

    @rule(which=WHICH)
    def fill_in(self, which: int) -> None:
        file = self.files[which]
        if file.complete:
            return
        if file.frozen:
            self.refused(lambda: complete(self.cast, file.id))
            return
        complete(self.cast, file.id)
        file.rows = dict.fromkeys(rows(self.cast, file.id), DRAFT)
        file.complete, file.major = True, content(self.cast, file.id, STUDY).major

    @rule(which=WHICH)
    def add(self, which: int) -> None:
        file = self.files[which]
        mine = [key for key in file.rows if key[0] == JOBS]
        if not file.complete or len(mine) > 2:
            return
        job = (self.name(which, "teacher"), next(self.names))
        if file.frozen:
            self.refused(lambda: add_job(self.cast, file.id, *job))
            return
        file.rows[JOBS, add_job(self.cast, file.id, *job)] = DRAFT

    @rule(which=WHICH)
    def edit(self, which: int) -> None:
        file, subject = self.files[which], next(self.names)
        if not file.complete:
            return
        key, teacher = self.study(file), self.name(which, "teacher")
        if not file.writable(key, "major"):
            self.refused(lambda: change(self.cast, teacher, file.id, STUDY, major=subject))
            return
        change(self.cast, teacher, file.id, STUDY, major=subject)
        file.major = subject
        file.touched(key)

    @rule(which=WHICH)
    def drop(self, which: int) -> None:
        file = self.files[which]
        mine = sorted(key for key in file.rows if key[0] == JOBS)[1:]
        teacher = self.name(which, "teacher")
        for key in mine[-1:]:
            if not file.writable(key, None):
                self.refused(lambda key=key: delete(self.cast, teacher, file.id, *key))  # type: ignore[misc]
                return
            delete(self.cast, teacher, file.id, *key)
            file.deleted(key)

    @rule(which=WHICH, by=SENDERS)
    def ask_for(self, which: int, by: str) -> None:
        """A change of what is in force: applied for by the school, proposed by the teacher."""
        file, subject = self.files[which], next(self.names)
        if not file.complete:
            return
        in_force = file.rows[self.study(file)] == IN_FORCE
        asked = wanted(self.cast, file.id, values={"major": subject})
        actor = self.cast.act_as(self.name(which, by))
        allowed = by == "school_info" or file.reopened
        if file.frozen or file.request or not in_force or not allowed:
            self.refused(lambda: requests.ask(self.cast.session, actor, asked))
            return
        requests.ask(self.cast.session, actor, asked)
        self.cast.session.commit()
        file.ask_for(subject, "teacher" if by == "teacher" else "school")

    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        file, actor = self.files[which], self.cast.act_as("county_info")
        leave = NewReopening(file.id, STUDY, "核对", now() + timedelta(days=9), ("major",))
        if not file.ever:
            self.refused(lambda: reopen(self.cast.session, actor, leave))
        elif not file.reopened:
            reopen(self.cast.session, actor, leave)
            self.cast.session.commit()
            file.reopened = True

    @rule(which=WHICH)
    def freeze(self, which: int) -> None:
        file = self.files[which]
        if file.frozen:
            release(self.cast.session, self.cast.act_as("county_info"), file.frozen)
            self.cast.session.commit()
            file.frozen = None
        else:
            file.frozen = freeze_files(self.cast, "county_info", file.id)

    # -- sending in --------------------------------------------------------------------------------

    @rule(which=WHICH, by=SENDERS)
    def submit(self, which: int, by: str) -> None:
        file = self.files[which]
        expected = file.may_submit(by)
        self.took(do(self.cast, "submit", self.name(which, by), file.id), expected)
        if expected:
            file.submit("teacher" if by == "teacher" else "school")

    @rule(which=WHICH, by=SENDERS)
    def withdraw(self, which: int, by: str) -> None:
        file = self.files[which]
        expected = file.may_withdraw("teacher" if by == "teacher" else "school")
        self.took(do(self.cast, "withdraw", self.name(which, by), file.id), expected)
        if expected:
            file.withdraw()

    @rule(which=WHICH, name=DESKS)
    def open_it(self, which: int, name: str) -> None:
        file = self.files[which]
        look(self.cast, name, file.id)
        if file.on_desk(name):
            file.seen.add(file.step)

    # -- verdicts ----------------------------------------------------------------------------------

    @rule(which=WHICH)
    def next_desk(self, which: int) -> None:
        """As `decide`, by who holds it: or no file would ever come far."""
        file = self.files[which]
        if file.under_way:
            name = sorted(HOLDERS[file.step])[0]
            self.decide(which, name, "report" if file.step == "report" else "pass")

    @rule(which=WHICH, name=DESKS, verb=st.sampled_from(["pass", "report", "approve"]))
    def decide(self, which: int, name: str, verb: str) -> None:
        file = self.files[which]
        allowed = {"report": name != "county_info", "approve": name == "county_info"}
        if not allowed.get(verb, True):
            self.refused(lambda: do(self.cast, verb, name, file.id))
            return
        expected = file.on_desk(name, "report" if verb == "report" else "pass")
        outcome = do(self.cast, verb, name, file.id)
        self.took(outcome, expected)
        if expected:
            file.pass_on(outcome.act_id, name)

    @rule(which=WHICH, name=DESKS, what=st.sampled_from(["file", "major", "degree_level", JOBS]))
    def give_back(self, which: int, name: str, what: str) -> None:
        file = self.files[which]
        on, note = self.named(file, what)
        if file.on_desk(name) and note.key is not None and note.key not in file.came:
            self.refused(lambda: do(self.cast, "return", name, file.id, note="请核对", on=on))
            return
        outcome = do(self.cast, "return", name, file.id, note="请核对", on=on)
        expected = file.on_desk(name)
        self.took(outcome, expected)
        if expected:
            file.give_back(outcome.act_id, name, note)

    def named(self, file: File, what: str) -> tuple[list[NoteOn], Note]:
        if what == "file" or not file.complete:
            return [], Note()
        if what == JOBS:
            key = max(key for key in file.rows if key[0] == JOBS)
            return [NoteOn("不属实", *key)], Note(key, None, "teacher")
        key = self.study(file)
        return [NoteOn("请核对", *key, what)], Note(key, what, "teacher")

    @rule(which=WHICH, name=DESKS)
    def undo(self, which: int, name: str) -> None:
        file = self.files[which]
        if file.verdict is None:
            return
        act_id = file.verdict.act
        if name not in HOLDERS[file.verdict.step]:
            self.refused(lambda: undo(self.cast, name, act_id, file.id))
            return
        expected = file.may_undo(name)
        self.took(undo(self.cast, name, act_id, file.id), expected)
        if expected:
            file.undo()


def play(cast: Cast, *, games: int, steps: int) -> None:
    """So many games of so many steps against the model."""

    def machine() -> Review:
        made = Review()
        made.cast = cast
        return made

    # what failed is told as it was found: to find the shortest way there takes hours
    chosen = settings(max_examples=games, stateful_step_count=steps, phases=[Phase.generate])
    run_state_machine_as_test(machine, settings=chosen)


def test_the_engine_does_as_the_model(cast: Cast) -> None:
    play(cast, games=5, steps=30)


@pytest.mark.full
def test_the_engine_does_as_the_model_for_long(cast: Cast) -> None:
    play(cast, games=60, steps=50)
