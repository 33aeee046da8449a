""" "Why can't I?": the cases that are read aloud, each from the function that decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.support.cast import Cast, complete, teacher_actor
from tests.support.units import make_unit
from tests.workflow.test_k12 import bring, do
from tms import workflow
from tms.access import CONSOLE, Actor, acting, bind
from tms.errors import Because
from tms.models import TABLES, Teacher, UnitKind
from tms.workflow import NoteOn
from tms.workflow.seen import mark_seen
from tms.workflow.why import Answer, Verb, why_act, why_field

WHEN = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?")


def told(answer: Answer) -> str:
    """The sentence in Chinese, without its dates."""
    return WHEN.sub("某日", str(answer.sentence))


def row_of(cast: Cast, table: str, teacher: int) -> int:
    with acting(cast.session, CONSOLE):
        model = TABLES[table]
        found = select(model.id).where(model.teacher_id == teacher).order_by(model.id)
        return cast.session.scalars(found).first() or 0


def of_field(cast: Cast, actor: Actor, teacher: int, place: str, row: int | None = None) -> Answer:
    """*place*: table, or table.field; of the file's first row, or of *row*."""
    table, _, field = place.partition(".")
    bind(cast.session, actor)
    row = row_of(cast, table, teacher) if row is None else row
    return why_field(cast.session, actor, teacher, table, row, field or None)


def of_act(cast: Cast, actor: Actor, teacher: int, verb: str) -> Answer:
    bind(cast.session, actor)
    return why_act(cast.session, actor, Verb(verb), teacher)


@pytest.fixture
def file(cast: Cast) -> int:
    """A complete draft."""
    teacher = cast.make_file()
    complete(cast, teacher)
    return teacher


def by_teacher(cast: Cast, teacher: int) -> Actor:
    """The teacher sends the file in."""
    actor = teacher_actor(cast, teacher)
    with acting(cast.session, actor):
        assert workflow.submit(cast.session, actor, None).taken == 1
    cast.session.commit()
    return actor


def opened(cast: Cast, teacher: int, name: str) -> None:
    """Somebody of the desk looks at the file."""
    mark_seen(cast.session, cast.act_as(name), teacher)
    cast.session.commit()


# -- read aloud ------------------------------------------------------------------------------------


def approved_row(cast: Cast, file: int) -> Answer:
    bring(cast, file, "approve")
    return of_field(cast, teacher_actor(cast, file), file, "work_experience")


def row_at_the_head(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    return of_field(cast, teacher_actor(cast, file), file, "study_experience")


def school_item(cast: Cast, file: int) -> Answer:
    return of_field(cast, teacher_actor(cast, file), file, "annual_assessment.result")


def not_flagged(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    actor = cast.act_as("school_head")
    chosen = select(Teacher.id).where(Teacher.id == file)
    row = row_of(cast, "study_experience", file)
    on = [NoteOn("年月有误", "study_experience", row, "graduation_month")]
    assert workflow.return_(cast.session, actor, chosen, "", on).taken == 1
    cast.session.commit()
    place = "study_experience.education_institution"
    return of_field(cast, teacher_actor(cast, file), file, place)


def derived_item(cast: Cast, file: int) -> Answer:
    actor = teacher_actor(cast, file)
    return of_field(cast, actor, file, "basic_information.highest_education")


def after_the_supplement(cast: Cast, file: int) -> Answer:
    by_teacher(cast, file)
    assert do(cast, "pass", "school_info", file).taken == 1
    return of_field(cast, cast.staff["school_info"], file, "annual_assessment.result")


def incomplete_file(cast: Cast, file: int) -> Answer:
    gap = cast.make_file()
    return of_act(cast, cast.staff["school_info"], gap, "submit")


def own_work(cast: Cast, file: int) -> Answer:
    head = cast.staff["school_head"]
    both = replace(cast.staff["school_info"], user_id=head.user_id)
    with acting(cast.session, both):
        assert workflow.submit(cast.session, both, None).taken == 1
    cast.session.commit()
    return of_act(cast, head, file, "pass")


def at_the_county(cast: Cast, file: int) -> Answer:
    bring(cast, file, "report")
    return of_act(cast, cast.staff["school_head"], file, "pass")


def not_reported(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    return of_act(cast, cast.staff["county_info"], file, "pass")


def already_opened(cast: Cast, file: int) -> Answer:
    actor = by_teacher(cast, file)
    opened(cast, file, "school_info")
    return of_act(cast, actor, file, "withdraw")


def next_desk_acted(cast: Cast, file: int) -> Answer:
    bring(cast, file, "approve")
    return of_act(cast, cast.staff["school_head"], file, "undo")


def system_admin(cast: Cast, file: int) -> Answer:
    bind(cast.session, cast.staff["school_admin"])
    return why_field(cast.session, cast.staff["school_admin"], file, "study_experience")


def other_department(cast: Cast, file: int) -> Answer:
    person = cast.make_file("4136010001")
    make_unit(cast, "HR", "4136010001", UnitKind.FUNCTIONAL_DEPARTMENT, function="hr")
    actor = cast.staff["research_office"]
    return of_field(cast, actor, person, "basic_information")


READ_ALOUD: list[tuple[Callable[[Cast, int], Answer], Because, str]] = [
    (
        approved_row,
        Because.IN_FORCE,
        "“工作经历”的这条记录已于某日审核通过并生效，生效的内容不能直接修改或删除；要更正，请向东湖县第一小学的信息管理员（school_info）"
        "提出更正意愿，由其提出变更申请，审核通过后生效。",
    ),
    (
        row_at_the_head,
        Because.IN_REVIEW,
        "“学习经历”的这条记录已报送，正由东湖县第一小学的负责人（school_head）办理“学校负责人审核”（某日送达，第1天），审核期间内容保持不变；"
        "需要修改，请联系对方退回。",
    ),
    (
        school_item,
        Because.NOT_YOURS,
        "“考核结果”由学校填写，不由您填写；需要填写或更正，请联系东湖县第一小学的信息管理员（school_info）。",
    ),
    (
        not_flagged,
        Because.FLAGGED_ONLY,
        "这条记录是退回修改的，只开放退回时指明的“毕业年月”，其余内容（包括“获得学历的院校或机构”）保持锁定；“获得学历的院校或机构”也有误时，请联系东湖县第一小学的负责人（school_head）"
        "一并退回。",
    ),
    (
        derived_item,
        Because.DERIVED,
        "“最高学历”由系统根据“学习经历”自动得出，任何人都不能直接填写；要更正，请补充或更正“学习经历”中的记录，它会跟着更新。",
    ),
    (
        after_the_supplement,
        Because.SUPPLEMENT_ONLY,
        "“考核结果”已报送，报送后只有在“学校核对补充”环节才能由学校补充；现在已由东湖县第一小学的负责人（school_head）办理“学校负责人审核”（某日送达，"
        "第1天）；需要修改，请联系对方退回。",
    ),
    (
        incomplete_file,
        Because.INCOMPLETE,
        "这份档案还有33处错误须先改正，第一处在“基本信息”：请填写“国籍/地区”；请补全后再试。",
    ),
    (
        own_work,
        Because.OWN_WORK,
        "这份档案的内容由您填写或报送过，按“填报人不审核自己填报的内容”的要求，须由他人审核；“东湖县第一小学”没有其他负责人，请联系本单位系统管理员增设一位。",
    ),
    (
        at_the_county,
        Because.ELSEWHERE,
        "这份档案正由东湖县教育局的信息管理员办理“主管部门审核”（某日送达，第1天），不在您的桌上；需要修改或加快办理，请联系对方。",
    ),
    (
        not_reported,
        Because.ELSEWHERE,
        "这份档案正由东湖县第一小学的负责人（school_head）办理“学校负责人审核”（某日送达，第1天），不在您的桌上；办完“学校负责人审核”、“上报”之后才到您这里。",
    ),
    (
        already_opened,
        Because.SEEN,
        "东湖县第一小学的信息管理员（school_info）已于某日打开了这份档案，审核人打开后就不能再撤回；需要修改，请联系对方退回。",
    ),
    (
        next_desk_acted,
        Because.ACTED,
        "东湖县教育局的信息管理员已于某日处理了这份档案，下一环节处理后，您的裁定不能再撤销；内容有误，请由东湖县第一小学的信息管理员（school_info）"
        "提出变更申请。",
    ),
    (
        system_admin,
        Because.ROLE,
        "按职责分离的要求，“系统管理员”不查看、也不填写教师档案的内容；“学习经历”由教师本人或东湖县第一小学的信息管理员（school_info）"
        "填写。",
    ),
    (
        other_department,
        Because.NOT_JUDGED,
        "“基本信息”的记录由单位HR的审核员审核；“示例大学科研处”只能看到归本部门审核的记录；需要了解，请联系对方。",
    ),
]


@pytest.mark.parametrize(
    ("case", "kind", "sentence"), READ_ALOUD, ids=[case.__name__ for case, _, _ in READ_ALOUD]
)
def test_read_aloud(
    cast: Cast, file: int, case: Callable[[Cast, int], Answer], kind: Because, sentence: str
) -> None:
    answer = case(cast, file)

    assert not answer.may
    assert answer.kind is kind
    assert told(answer) == sentence
