"""What is answered is what happens: the door and the engine are asked after it, and agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, text

from tests.authz.asking import changeable, other_value
from tests.support.cast import Cast, complete, teacher_actor
from tests.workflow.test_k12 import WAY, bring, do
from tms import workflow
from tms.access import CONSOLE, Actor, acting, bind
from tms.dictionary import Category
from tms.errors import Conflict, NotAllowed
from tms.models import TABLES, Teacher
from tms.records import RowChange, save
from tms.workflow import NoteOn
from tms.workflow.offered import Act, perform
from tms.workflow.rehearse import NOTE, rehearsal
from tms.workflow.why import Verb, why_act, why_field

STAGES = ("draft", "supplement", "head", "report", "approve", "in_force", "returned", "flagged")
NAMES = (
    "teacher",
    "school_info",
    "school_head",
    "county_info",
    "county_query",
    "school_admin",
    "province_info",
)
PRIMARY = Category.PRIMARY_SECONDARY
#: As many as decide quickly; each is one question and one save.
EXAMPLES = 60


def at(cast: Cast, stage: str) -> int:
    """A complete file that stands there."""
    teacher = cast.make_file()
    complete(cast, teacher)
    if stage == "supplement":
        with acting(cast.session, teacher_actor(cast, teacher)) as actor:
            assert workflow.submit(cast.session, actor, None).taken == 1
    elif stage in ("returned", "flagged"):
        bring(cast, teacher, "submit")
        on = [NoteOn("请核对", *place) for place in flagged(cast, teacher)]
        actor = cast.act_as("school_head")
        chosen = select(Teacher.id).where(Teacher.id == teacher)
        workflow.return_(cast.session, actor, chosen, NOTE, on if stage == "flagged" else ())
    elif stage != "draft":
        before = {"head": "submit", "report": "pass", "approve": "report", "in_force": "approve"}
        bring(cast, teacher, before[stage])
    cast.session.commit()
    return teacher


def flagged(cast: Cast, teacher: int) -> list[tuple[Any, ...]]:
    """A field, a whole row and a table."""
    study = rows(cast, "study_experience", teacher)[0]
    work = rows(cast, "work_experience", teacher)[0]
    return [
        ("study_experience", study, "graduation_month"),
        ("work_experience", work),
        ("contact",),
    ]


def rows(cast: Cast, table: str, teacher: int) -> list[int]:
    with acting(cast.session, CONSOLE):
        model = TABLES[table]
        found = select(model.id).where(model.teacher_id == teacher)
        return list(cast.session.scalars(found))


def somebody(cast: Cast, name: str, teacher: int) -> Actor:
    return teacher_actor(cast, teacher) if name == "teacher" else cast.staff[name]


def takes(cast: Cast, actor: Actor, table: str, change: RowChange) -> bool:
    """Whether the door takes the change; it is taken back."""
    try:
        with rehearsal(cast.session):
            return bool(save(cast.session, actor, {table: [change]}).row_ids)
    except (Conflict, NotAllowed):
        return False


@pytest.mark.parametrize("stage", STAGES)
def test_a_field_may_be_written_if_and_only_if_the_door_takes_it(cast: Cast, stage: str) -> None:
    teacher = at(cast, stage)
    everything = [key for key, model in TABLES.items() if model.dictionary.applies(PRIMARY)]

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(NAMES), st.sampled_from(everything), st.data())
    def agree(name: str, table: str, data: st.DataObject) -> None:
        fields = [
            field
            for filler in ("teacher", "school", "readonly")
            for field in changeable(table, filler, PRIMARY)
        ]
        field = data.draw(st.sampled_from(fields))
        row = data.draw(st.sampled_from([None, *rows(cast, table, teacher)]))
        delete = row is not None and data.draw(st.booleans())
        actor = somebody(cast, name, teacher)
        bind(cast.session, actor)
        values = {} if delete else {field.key: other_value(field, PRIMARY)}
        change = RowChange(teacher, values, row, delete=delete)

        answer = why_field(
            cast.session, actor, teacher, table, row, None if delete else field.key, delete=delete
        )

        assert answer.may == takes(cast, actor, table, change), (name, table, field.key, row)
        assert answer.may == (answer.kind is None)

    agree()


@pytest.mark.parametrize("stage", STAGES)
def test_a_verb_is_said_to_take_a_file_if_and_only_if_it_does(cast: Cast, stage: str) -> None:
    teacher = at(cast, stage)
    chosen = select(Teacher.id).where(Teacher.id == teacher)
    before = contents(cast)

    for name in NAMES:
        for act in Act:
            actor = somebody(cast, name, teacher)
            bind(cast.session, actor)
            answer = why_act(cast.session, actor, Verb(act.value), teacher)
            assert not answer.may or contents(cast) == before, (name, act)

            try:
                taken = perform(cast.session, actor, act, chosen, NOTE).taken
            except NotAllowed:
                taken = 0
            cast.session.rollback()

            assert answer.may == bool(taken), (name, act)
            assert answer.may == (answer.kind is None), (name, act, str(answer.sentence))


def contents(cast: Cast) -> dict[str, list[str]]:
    """Every row of every table, as this transaction sees it."""
    connection = cast.session.connection()
    return {
        name: sorted(str(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}"')))
        for name in inspect(connection).get_table_names()
    }


def test_undo_is_said_to_work_if_and_only_if_it_does(cast: Cast) -> None:
    teacher = cast.make_file()
    complete(cast, teacher)
    acts = [do(cast, verb, name, teacher).act_id for verb, name in WAY]
    head, county = cast.staff["school_head"], cast.staff["county_info"]

    for desk, above, act in ((county, head, acts[3]), (head, county, acts[2])):
        bind(cast.session, above)
        assert not why_act(cast.session, above, Verb.UNDO, teacher).may
        bind(cast.session, desk)
        assert why_act(cast.session, desk, Verb.UNDO, teacher).may
        assert workflow.undo(cast.session, desk, act).taken == 1
        cast.session.commit()
