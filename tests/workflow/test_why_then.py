"""Why couldn't they, then: an auditor asks about an instant, and the audit events answer."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, complete
from tests.workflow.test_k12 import bring, do
from tests.workflow.test_why import by_teacher, row_of, told
from tms import workflow
from tms.access import CONSOLE, acting
from tms.errors import Because, NotAllowed, NotFound
from tms.models import AuditEvent, Teacher
from tms.models.types import now
from tms.records import RowChange, save
from tms.workflow import NoteOn
from tms.workflow.why import Answer, why_field
from tms.workflow.why_then import Then, why_then

STUDY = "study_experience"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Every act takes place a minute after the one before."""
    made = Clock(now() + timedelta(days=1))
    for name, module in list(sys.modules.items()):
        if name.startswith("tms.") and getattr(module, "now", None) is now:
            monkeypatch.setattr(module, "now", made.tick)
    return made


class Clock:
    """The time of day, as the program is told it."""

    def __init__(self, start: datetime) -> None:
        self.start = self.time = start

    def tick(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


@pytest.fixture
def file(cast: Cast, clock: Clock) -> int:
    teacher = cast.make_file()
    complete(cast, teacher)
    return teacher


def number(cast: Cast, teacher: int) -> str:
    with acting(cast.session, CONSOLE):
        return cast.session.scalars(select(Teacher.teacher_no).where(Teacher.id == teacher)).one()


def after(cast: Cast, act: str, teacher: int) -> datetime:
    """The instant right after the latest such event."""
    with acting(cast.session, CONSOLE):
        found = select(AuditEvent.at).where(AuditEvent.act == act, AuditEvent.teacher_id == teacher)
        return cast.session.scalars(found.order_by(AuditEvent.id.desc()).limit(1)).one()


def ask(cast: Cast, teacher: int, place: str, who: str, at: datetime) -> Answer:
    """The first row's answer."""
    table, _, field = place.partition(".")
    asked = Then(number(cast, teacher), table, at, who, None, field or None)
    actor = cast.act_as("auditor")
    return next(iter(why_then(cast.session, actor, asked)))[1]


def test_each_instant_of_a_way_has_its_answer(cast: Cast, clock: Clock, file: int) -> None:
    bring(cast, file, "approve")
    kinds = {
        "create": None,
        "submit": Because.IN_REVIEW,
        "pass.head": Because.IN_REVIEW,
        "report.report": Because.IN_REVIEW,
        "pass.approve": Because.IN_FORCE,
    }

    found = {
        act: ask(cast, file, "basic_information.ethnicity", "school_info", after(cast, act, file))
        for act in kinds
    }

    assert {act: answer.kind for act, answer in found.items()} == kinds
    assert found["create"].may
    assert "“上报”环节" in str(found["pass.head"].sentence)
    assert "“主管部门审核”环节" in str(found["report.report"].sentence)


def test_the_sentence_names_the_events_it_rests_on(cast: Cast, clock: Clock, file: int) -> None:
    bring(cast, file, "pass")

    answer = ask(cast, file, f"{STUDY}.education_level", "teacher", clock.tick())

    assert told(answer) == (
        "当时“获得学历”已报送，在“上报”环节审核，审核期间内容保持不变；依据："
        "某日 东湖县第一小学的信息管理员（账号school_info）填写、"
        "某日 东湖县第一小学的信息管理员（账号school_info）报送、"
        "某日 东湖县第一小学的负责人（账号school_head）通过（学校负责人审核）。"
    )


def test_a_return_opened_what_it_named_until_it_was_sent_in_again(
    cast: Cast, clock: Clock, file: int
) -> None:
    bring(cast, file, "submit")
    on = [NoteOn("年月有误", STUDY, row_of(cast, STUDY, file), "graduation_month")]
    head = cast.act_as("school_head")
    workflow.return_(cast.session, head, select(Teacher.id), "", on)
    cast.session.commit()
    returned = clock.tick()
    bring(cast, file, "submit")

    def kind(field: str, at: datetime) -> Because | None:
        return ask(cast, file, f"{STUDY}.{field}", "school_info", at).kind

    assert kind("graduation_month", returned) is None
    assert kind("education_institution", returned) is Because.FLAGGED_ONLY
    assert kind("graduation_month", clock.tick()) is Because.IN_REVIEW
    other = ask(cast, file, "contact.mobile", "school_info", returned)
    assert other.kind is Because.IN_REVIEW


def test_the_supplement_step_is_known_afterwards(cast: Cast, clock: Clock, file: int) -> None:
    by_teacher(cast, file)
    before = clock.tick()
    do(cast, "pass", "school_info", file)

    school = "annual_assessment.result"
    assert ask(cast, file, school, "school_info", before).may
    passed = ask(cast, file, school, "school_info", clock.tick())
    assert passed.kind is Because.SUPPLEMENT_ONLY
    assert ask(cast, file, school, "teacher", before).kind is Because.NOT_YOURS


def test_what_was_taken_back_is_as_it_was_before(cast: Cast, clock: Clock, file: int) -> None:
    acts = {}
    for verb, name in (("submit", "school_info"), ("pass", "school_head")):
        acts[verb] = do(cast, verb, name, file).act_id
    passed = clock.tick()
    workflow.undo(cast.session, cast.act_as("school_head"), acts["pass"])
    cast.session.commit()
    undone = clock.tick()
    actor = cast.act_as("school_info")
    workflow.withdraw(cast.session, actor, select(Teacher.id))
    cast.session.commit()
    place = f"{STUDY}.education_level"

    assert "上报" in str(ask(cast, file, place, "school_info", passed).sentence)
    assert "学校负责人审核" in str(ask(cast, file, place, "school_info", undone).sentence)
    assert ask(cast, file, place, "school_info", clock.tick()).may


def test_rows_that_were_not_there_are_said_not_to_be(cast: Cast, clock: Clock, file: int) -> None:
    before = clock.start
    row = row_of(cast, "work_experience", file)
    session, actor = cast.session, cast.act_as("school_info")
    save(session, actor, {"work_experience": [RowChange(file, row_id=row, delete=True)]})
    session.commit()

    def sentence(at: datetime) -> str:
        asked = Then(number(cast, file), "work_experience", at, "school_info", row)
        ((_, answer),) = why_then(session, cast.act_as("auditor"), asked)
        return str(answer.sentence)

    assert "当时还没有" in sentence(before)
    assert "已被删除" in sentence(clock.tick())


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("county_info", Because.IN_FORCE),
        ("neighbour_info", Because.OUT_OF_REACH),
        ("school_head", Because.ROLE),
        ("school_admin", Because.ROLE),
        ("teacher", Because.IN_FORCE),
        ("info_admin", Because.IN_FORCE),
    ],
)
def test_it_depends_on_who_asks(
    cast: Cast, clock: Clock, file: int, who: str, kind: Because
) -> None:
    bring(cast, file, "approve")

    assert ask(cast, file, STUDY, who, clock.tick()).kind is kind


def test_it_is_the_auditors_and_only_below_his_unit(cast: Cast, clock: Clock, file: int) -> None:
    asked = Then(number(cast, file), STUDY, clock.tick(), "school_info")

    for name in ("school_info", "county_info", "officer", "support"):
        with pytest.raises(NotAllowed):
            list(why_then(cast.session, cast.act_as(name), asked))
    for wrong in (
        Then("L00000000000000000", STUDY, clock.tick(), "school_info"),
        Then(asked.teacher_no, "nonsense", clock.tick(), "school_info"),
        Then(asked.teacher_no, STUDY, clock.tick(), "nobody"),
        Then(asked.teacher_no, STUDY, clock.tick() - timedelta(days=900), "school_info"),
        Then(asked.teacher_no, STUDY, clock.tick(), "school_info", None, "nonsense"),
    ):
        with pytest.raises(NotFound):
            list(why_then(cast.session, cast.act_as("auditor"), wrong))


def test_the_past_and_the_present_agree(cast: Cast, clock: Clock, file: int) -> None:
    """Asked about now, the rebuilt state gives the kind that the present one gives."""
    for verb, name in (
        ("submit", "school_info"),
        ("pass", "school_head"),
        ("return", ""),
    ):
        if name:
            do(cast, verb, name, file)
        for place in (f"{STUDY}.education_level", "annual_assessment.result"):
            table, _, field = place.partition(".")
            for who in ("school_info", "county_info"):
                actor = cast.act_as(who)
                here = why_field(cast.session, actor, file, table, row_of(cast, table, file), field)
                assert ask(cast, file, place, who, clock.tick()).kind is here.kind, (
                    verb,
                    place,
                    who,
                )
