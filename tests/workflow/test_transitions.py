"""Every declared transition takes effect; everything else is refused and changes nothing (S4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

import pytest
from sqlalchemy import inspect, select, text

from tests.support.cast import Cast, complete
from tests.support.review import add_job, ask, do, enrol, named, row_of, submission
from tests.support.university import OFFICES, UNIVERSITY
from tests.workflow import transitions
from tests.workflow.transitions import ROLES, VERBS
from tms import workflow
from tms.errors import NotAllowed, NotFound
from tms.models import ReviewTask
from tms.workflow import NoteOn

#: Frozen selections are written before it is known whether anything is in them.
SCRATCH = {"selection", "selection_item"}
#: State by state the acts that lead there, as (verb, who).
K12 = {
    "draft": (),
    "supplement": (("submit", "teacher"),),
    "head": (("pass", "school_info"),),
    "returned": (("return", "school_head"),),
    "sent by the school": (("submit", "school_info"),),
    "report": (("pass", "school_head"),),
    "approve": (("report", "school_head"),),
    "in force": (("approve", "county_info"),),
    "a new row": (("add", "school_info"),),
}
CAMPUS = {
    "draft": (),
    "first review": (("submit", "teacher"),),
    "supplement": (("pass", "college"),),
    "departments": (("pass", "university_info"),),
    "one passed": (("pass", "hr_office"),),
    "one returned": (("return paper", "research_office"),),
    "sent in again": (("submit", "teacher"),),
    "the others passed": (
        *(("pass", OFFICES[each]) for each in OFFICES if OFFICES[each].startswith(("o", "a", "g"))),
        ("pass", "college"),
        ("pass", "university_info"),
    ),
    "consolidate": (("pass", "research_office"),),
    "report": (("pass", "rector"),),
    "approve": (("report", "rector"),),
    "in force": (("approve", "province_info"),),
}


def digest(cast: Cast) -> dict[str, str]:
    """By table a hash of all it holds, as the database has it."""
    connection = cast.session.connection()
    tables = sorted(set(inspect(connection).get_table_names()) - SCRATCH)
    found = {}
    for table in tables:
        rows = sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"'))))
        found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def attempt(cast: Cast, verb: str, name: str, teacher: int, act_id: str) -> int:
    """How many files *verb* takes, not committed; -403 or -404 where it is refused as a whole."""
    session, actor = cast.session, cast.act_as(name)
    chosen = named(teacher)
    verbs: Mapping[str, Callable[[], workflow.Outcome]] = {
        "submit": lambda: workflow.submit(session, actor, chosen),
        "withdraw": lambda: workflow.withdraw(session, actor, chosen),
        "pass": lambda: workflow.pass_(session, actor, chosen),
        "return": lambda: workflow.return_(session, actor, chosen, "请核对"),
        "report": lambda: workflow.report(session, actor, chosen),
        "approve": lambda: workflow.pass_(session, actor, chosen, last_only=True),
        "undo": lambda: workflow.undo(session, actor, act_id, chosen),
    }
    try:
        return verbs[verb]().taken
    except NotAllowed:
        return -403
    except NotFound:
        return -404


def go(cast: Cast, teacher: int, verb: str, name: str) -> None:
    """One step of the way; committed."""
    if verb == "add":
        cast.add(name, teacher, "annual_assessment", year=2023, result="1")
        return
    on: tuple[NoteOn, ...] = ()
    if verb == "return paper":
        on = (NoteOn("请核对", "paper", row_of(cast, teacher, "paper"), "volume"),)
    done = do(cast, verb.split()[0], name, teacher, note="请核对", on=on)
    assert done.taken == 1, (verb, name)


def last_verdict(cast: Cast, teacher: int) -> str:
    """The act of the latest verdict over the file."""
    decided = select(ReviewTask.act).where(
        ReviewTask.teacher_id == teacher,
        ReviewTask.verdict.is_not(None),
        ReviewTask.act != ReviewTask.opened_act,
    )
    found = ask(cast, decided.order_by(ReviewTask.decided_at.desc(), ReviewTask.id.desc()).limit(1))
    return str(found[0][0]) if found else "none"


def probes(cast: Cast) -> Iterator[tuple[str, str]]:
    return ((name, verb) for name in ROLES if name in cast.staff for verb in VERBS)


def check(cast: Cast, teacher: int, declared: Mapping[str, set[str]]) -> list[str]:
    """What is otherwise than declared, in this state."""
    act_id = last_verdict(cast, teacher)
    wrong = []
    before = digest(cast)
    for name, verb in probes(cast):
        if verb in declared.get(name, ()):
            continue
        taken = attempt(cast, verb, name, teacher, act_id)
        expected = (0, -404) if verb in ROLES[name] else (-403,)
        if taken not in expected:
            wrong.append(f"{name} {verb}: {taken}, not {expected}")
            cast.session.rollback()
    after = digest(cast)
    changed = [table for table, rows in after.items() if rows != before[table]]
    wrong += [f"a refusal changed {table}" for table in changed]
    cast.session.rollback()
    for name, verbs in declared.items():
        for verb in sorted(verbs):
            if attempt(cast, verb, name, teacher, act_id) != 1:
                wrong.append(f"{name} {verb}: not taken")
            cast.session.rollback()
    return wrong


def walk(
    cast: Cast,
    teacher: int,
    way: Mapping[str, tuple[tuple[str, str], ...]],
    declared: Mapping[str, Mapping[str, set[str]]],
) -> dict[str, list[str]]:
    """{state: what is otherwise there}, of states where something is."""
    assert way.keys() == declared.keys()
    wrong = {}
    for state, acts in way.items():
        for verb, name in acts:
            go(cast, teacher, verb, name)
        wrong[state] = check(cast, teacher, declared[state])
    assert not submission(cast, teacher).is_open
    return {state: found for state, found in wrong.items() if found}


def test_transitions_of_schools(campus: Cast, teacher_of_school: int) -> None:
    assert walk(campus, teacher_of_school, K12, transitions.K12) == {}


def test_transitions_of_universities(campus: Cast, member: int) -> None:
    colleague = campus.make_file(UNIVERSITY)
    enrol(campus, colleague, UNIVERSITY, "colleague")

    assert walk(campus, member, CAMPUS, transitions.UNIVERSITY) == {}


@pytest.fixture
def teacher_of_school(campus: Cast) -> int:
    made, colleague = campus.make_file(), campus.make_file()
    complete(campus, made)
    enrol(campus, made)
    enrol(campus, colleague, name="colleague")
    add_job(campus, made)
    return made
