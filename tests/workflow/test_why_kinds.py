"""Why can't I: every kind of refusal, and what is answered where nothing is refused."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.cast import PASSWORD, Cast, complete, teacher_actor
from tests.workflow.test_k12 import bring, do
from tests.workflow.test_why import of_act, of_field, own_work, row_of, told
from tms.access import CONSOLE, Role, bind
from tms.dictionary.scope import today
from tms.errors import Because, NotFound
from tms.models import Teacher
from tms.models.types import now
from tms.records import RowChange, hold_acts, requests, save
from tms.records.accounts import NewUser, create_user
from tms.records.request_checks import Wanted
from tms.workflow.reasons import ROWS
from tms.workflow.reasons_acts import ACTS, OF_VERB
from tms.workflow.why import Answer, Next, Verb, why_act, why_field, why_read


@pytest.fixture
def file(cast: Cast) -> int:
    """A complete draft."""
    teacher = cast.make_file()
    complete(cast, teacher)
    return teacher


def frozen_field(cast: Cast, file: int) -> Answer:
    freeze(cast, file)
    return of_field(cast, teacher_actor(cast, file), file, "contact.mobile")


def frozen_submission(cast: Cast, file: int) -> Answer:
    freeze(cast, file)
    return of_act(cast, cast.staff["school_info"], file, "submit")


def freeze(cast: Cast, file: int) -> None:
    actor = cast.act_as("county_info")
    until = today() + timedelta(days=7)
    chosen = select(Teacher.id).where(Teacher.id == file)
    hold_acts.freeze(cast.session, actor, chosen, reason="通报前核对", until=until)
    cast.session.commit()


def requested_already(cast: Cast, file: int) -> Answer:
    bring(cast, file, "approve")
    row = row_of(cast, "work_experience", file)
    wanted = Wanted(file, "work_experience", row, 1, {"unit_name": "另一所小学"}, "写错了")
    requests.apply(cast.session, cast.act_as("school_info"), wanted)
    cast.session.commit()
    return of_field(cast, cast.staff["school_info"], file, "work_experience.unit_name")


def second_of_one(cast: Cast, file: int) -> Answer:
    bind(cast.session, cast.staff["school_info"])
    return why_field(cast.session, cast.staff["school_info"], file, "contact")


def basic_record(cast: Cast, file: int) -> Answer:
    actor = cast.act_as("school_info")
    row = row_of(cast, "basic_information", file)
    return why_field(cast.session, actor, file, "basic_information", row, delete=True)


def not_collected(cast: Cast, file: int) -> Answer:
    return of_field(cast, cast.staff["school_info"], file, "basic_information.secondary_unit")


def not_collected_by_nobody(cast: Cast, file: int) -> Answer:
    return of_field(cast, cast.staff["school_head"], file, "basic_information.secondary_unit")


def nothing_sent(cast: Cast, file: int) -> Answer:
    return of_act(cast, cast.staff["school_head"], file, "pass")


def was_returned(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    do(cast, "return", "school_head", file, note="请核对")
    return of_act(cast, cast.staff["school_head"], file, "pass")


def nothing_new(cast: Cast, file: int) -> Answer:
    bring(cast, file, "approve")
    return of_act(cast, cast.staff["school_info"], file, "submit")


def submitted_twice(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    return of_act(cast, cast.staff["school_info"], file, "submit")


def the_schools_own(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    return of_act(cast, teacher_actor(cast, file), file, "withdraw")


def no_verdict_yet(cast: Cast, file: int) -> Answer:
    return of_act(cast, cast.staff["county_info"], file, "undo")


def mended_since(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    do(cast, "return", "school_head", file, note="请核对")
    row = row_of(cast, "contact", file)
    change = RowChange(file, {"email": "a@b.cn"}, row)
    save(cast.session, cast.act_as("school_info"), {"contact": [change]})
    cast.session.commit()
    return of_act(cast, cast.staff["school_head"], file, "undo")


def sent_again(cast: Cast, file: int) -> Answer:
    bring(cast, file, "submit")
    do(cast, "return", "school_head", file, note="请核对")
    bring(cast, file, "submit")
    return of_act(cast, cast.staff["school_head"], file, "undo")


def changed_since(cast: Cast, file: int) -> Answer:
    bring(cast, file, "approve")
    cast.add("school_info", file, "annual_assessment", year=2023, result="1")
    do(cast, "submit", "school_info", file)
    return of_act(cast, cast.staff["county_info"], file, "undo")


def wrong_verb(cast: Cast, file: int) -> Answer:
    bring(cast, file, "pass")
    return of_act(cast, cast.staff["school_head"], file, "pass")


OTHERS: list[tuple[Callable[[Cast, int], Answer], Because, str]] = [
    (frozen_field, Because.FROZEN, "“东湖县教育局”已锁定到"),
    (frozen_submission, Because.FROZEN, "通报前核对"),
    (requested_already, Because.IN_FORCE, "这条记录已有变更申请（尚未报送），办结后才能再次申请"),
    (second_of_one, Because.ONE_ONLY, "“联系方式”只能有一条记录"),
    (basic_record, Because.BASIC, "“基本信息”是档案的基础"),
    (not_collected, Because.NOT_COLLECTED, "“中小学校”类学校不采集"),
    (not_collected_by_nobody, Because.ROLE, "“负责人”不填写档案内容"),
    (nothing_sent, Because.NOT_SENT, "这份档案还没有报送；由教师本人或"),
    (was_returned, Because.NOT_SENT, "这份档案已于某日退回修改"),
    (nothing_new, Because.NOTHING, "没有新填写或修改过的内容可以报送"),
    (submitted_twice, Because.ELSEWHERE, "审核人还没有打开，要补充内容可以先撤回报送"),
    (the_schools_own, Because.SENT_BY_OTHERS, "由东湖县第一小学的信息管理员（school_info）报送"),
    (no_verdict_yet, Because.NO_VERDICT, "“东湖县教育局”没有对这份档案作过可以撤销的裁定"),
    (mended_since, Because.MENDING, "填报人已经开始修改"),
    (sent_again, Because.SENT_AGAIN, "填报人已经重新报送"),
    (changed_since, Because.MOVED_SINCE, "裁定不能撤销"),
    (wrong_verb, Because.ELSEWHERE, "在您的桌上等待的是“上报”，不是“通过”"),
]


@pytest.mark.parametrize(
    ("case", "kind", "part"), OTHERS, ids=[case.__name__ for case, _, _ in OTHERS]
)
def test_other_kinds(
    cast: Cast, file: int, case: Callable[[Cast, int], Answer], kind: Because, part: str
) -> None:
    answer = case(cast, file)

    assert not answer.may
    assert answer.kind is kind
    assert part in told(answer)


def test_a_verdict_of_yesterday_stays(
    cast: Cast, file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(cast, file, "approve")
    engine = sys.modules["tms.workflow.undo"]  # the package exports the verb by that name
    monkeypatch.setattr(engine, "now", lambda: now() + timedelta(hours=25))

    answer = of_act(cast, cast.staff["county_info"], file, "undo")

    assert answer.kind is Because.TOO_LATE
    assert "生效超过24小时的裁定不能撤销" in told(answer)
    assert Next.REOPEN in {lead.next for lead in answer.leads}


def test_another_head_is_named(cast: Cast, file: int) -> None:
    bind(cast.session, CONSOLE)
    second = NewUser("deputy", Role.SCHOOL_HEAD, cast.units["3136000101"].id, "副校长")
    create_user(cast.session, CONSOLE, second, password=PASSWORD)
    cast.session.commit()

    answer = own_work(cast, file)

    assert "可由东湖县第一小学的负责人（副校长）办理" in told(answer)


def test_every_kind_has_words_or_a_sentence_of_its_own() -> None:
    """Kinds that are told by the refusal's own sentence are few, and known."""
    explained = {*ROWS, *ACTS, *(kind for words in OF_VERB.values() for kind in words)}

    own = {Because.FROZEN, Because.REQUEST_OPEN, Because.MOVED, Because.OUT_OF_REACH}
    own |= {Because.NOT_AT_REST}
    assert set(Because) - explained == own


def test_what_may_be_done_is_said_to_be_possible(cast: Cast, file: int) -> None:
    teacher = teacher_actor(cast, file)

    edit = of_field(cast, teacher, file, "study_experience.education_institution")
    send = of_act(cast, teacher, file, "submit")

    assert edit.may
    assert told(edit) == "“获得学历的院校或机构”由您填写，现在可以填写。"
    assert [lead.next for lead in edit.leads] == [Next.EDIT]
    assert send.may
    assert told(send) == "您现在可以对这份档案办理“报送”。"


def test_out_of_reach_there_is_no_answer(cast: Cast, file: int) -> None:
    actor = cast.act_as("neighbour_info")

    for ask in (
        lambda: why_field(cast.session, actor, file, "contact"),
        lambda: why_act(cast.session, actor, Verb.PASS, file),
        lambda: why_read(cast.session, actor, file, "contact"),
    ):
        with pytest.raises(NotFound):
            ask()
