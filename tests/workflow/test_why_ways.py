"""Why can't I: what one is told to do is possible, for that very reader and that very file."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.review import TEACHERS_WAY, bring, do, row_of
from tests.support.university import THROUGH
from tests.workflow.test_why import of_act, told
from tms.access import CONSOLE, acting
from tms.models import ReviewTask
from tms.workflow import NoteOn
from tms.workflow.why import Answer, Next

RETURN_IT = "它正在您的桌上，需要修改时您可以退回给填报人。"


def leads(answer: Answer) -> set[Next]:
    return {lead.next for lead in answer.leads}


@pytest.mark.parametrize(
    ("verb", "why"),
    [
        ("submit", "正由您办理“上报”（某日送达，第1天），办完之前不能再次报送"),
        ("withdraw", "只有报送的一方可以撤回"),
        ("undo", "处理了这份档案，下一环节处理后，您的裁定不能再撤销"),
    ],
)
def test_whose_desk_it_lies_on_is_told_to_return_it(
    cast: Cast, ready: int, verb: str, why: str
) -> None:
    bring(cast, ready, "school_head", TEACHERS_WAY)

    answer = of_act(cast, cast.staff["school_info"], ready, verb)

    assert why in told(answer)
    assert told(answer).endswith(RETURN_IT)
    assert leads(answer) == {Next.RETURN}
    assert of_act(cast, cast.staff["school_info"], ready, "return").may


def test_what_was_decided_and_lies_on_ones_own_desk_is_not_asked_back(
    cast: Cast, ready: int
) -> None:
    bring(cast, ready, "pass")

    answer = of_act(cast, cast.staff["school_info"], ready, "withdraw")

    assert "处理过就不能再撤回" in told(answer)
    assert told(answer).endswith(RETURN_IT)


def test_others_are_told_to_ask(cast: Cast, ready: int) -> None:
    bring(cast, ready, "report")

    answer = of_act(cast, cast.staff["school_info"], ready, "withdraw")

    assert told(answer).endswith("需要修改，请联系对方退回。")
    assert not answer.leads


def test_what_one_department_returned_others_go_on_reviewing(campus: Cast, member: int) -> None:
    bring(campus, member, "hr_office", THROUGH)
    on = [NoteOn("卷号有误", "paper", row_of(campus, member, "paper"), "volume")]
    assert do(campus, "return", "research_office", member, on=on).taken == 1

    mine = told(of_act(campus, campus.staff["teacher"], member, "withdraw"))
    others = told(of_act(campus, campus.staff["province_info"], member, "withdraw"))

    assert mine.startswith(
        "这份档案已退回修改，退回的部分没有可以撤回的，改好后请重新报送；其他部门继续审核各自的部分，正由"
    )
    assert "等教师本人或" in others
    for sentence in (mine, others):
        assert "没有正在审核的" not in sentence


INFO = "东湖县第一小学的信息管理员（school_info）"
WITHDRAWN: list[tuple[str, str, str]] = [
    ("school_info", "", "现在可以直接填写和修改草稿。"),
    ("county_info", "", f"由教师本人或{INFO}填写并报送后才进入审核。"),
    ("school_info", "approve", "内容有误，请由您提出变更申请。"),
    ("county_info", "approve", f"内容有误，请由{INFO}提出变更申请。"),
]


@pytest.mark.parametrize(("name", "until", "how"), WITHDRAWN)
def test_only_whoever_has_something_to_fill_in_is_told_to(
    cast: Cast, ready: int, name: str, until: str, how: str
) -> None:
    if until:
        bring(cast, ready, until)

    answer = told(of_act(cast, cast.staff[name], ready, "withdraw"))

    assert answer == f"这份档案没有正在审核的报送，没有可以撤回的；{how}"


def test_new_drafts_beside_what_is_in_force_can_be_filled_in(cast: Cast, ready: int) -> None:
    bring(cast, ready, "approve")
    cast.add("school_info", ready, "annual_assessment", year=2023, result="1")

    answer = told(of_act(cast, cast.staff["school_info"], ready, "withdraw"))

    assert answer.endswith("现在可以直接填写和修改草稿。")


def test_a_returned_file_is_mended_by_whoever_fills_it_in(cast: Cast, ready: int) -> None:
    bring(cast, ready, "submit")
    do(cast, "return", "school_head", ready, note="请核对")

    mine = told(of_act(cast, cast.staff["school_info"], ready, "withdraw"))
    others = told(of_act(cast, cast.staff["county_info"], ready, "withdraw"))

    assert mine.endswith("它已退回修改，改好后请重新报送。")
    assert others.endswith("改好并重新报送。")
    assert "等教师本人或" in others


def test_a_verdict_that_can_be_undone_leads_to_it(cast: Cast, ready: int) -> None:
    bring(cast, ready, "pass")
    with acting(cast.session, CONSOLE):
        given = select(ReviewTask.act).where(ReviewTask.teacher_id == ready)
        act = cast.session.scalar(given.where(ReviewTask.verdict.is_not(None)).order_by(
            ReviewTask.id.desc()
        ))  # fmt: skip

    answer = of_act(cast, cast.staff["school_head"], ready, "undo")

    assert answer.may
    assert told(answer) == "您现在可以对这份档案办理“撤销裁定”。"
    assert [(lead.next, lead.act) for lead in answer.leads] == [(Next.UNDO, act)]
