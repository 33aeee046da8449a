"""待我审核: piles, samples, verdicts over them; one file under review; taking verdicts back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.admin_views.conftest import NAMES, Office, Panel
from tests.support.cast import Cast, complete
from tests.workflow.test_k12 import do
from tms.access import CONSOLE, bind, door
from tms.models import ReviewNote, ReviewTask
from tms.models.types import now
from tms.records import RowChange, save


def text(panel: Panel, path: str, **query: Any) -> str:
    answer = panel.get(path, **query)
    assert answer.status_code == 200, (path, answer.status)
    return answer.get_data(as_text=True)


def status(office: Office, teacher: int) -> str:
    return str(office.scalar("record_status", teacher))


def set_task(cast: Cast, teacher: int, **values: Any) -> None:
    """Change the file's open task behind the engine's back: time does not pass in tests."""
    bind(cast.session, CONSOLE)
    task = update(ReviewTask).where(ReviewTask.teacher_id == teacher, ReviewTask.verdict.is_(None))
    with door(cast.session):
        cast.session.execute(
            task.values(**values), execution_options={"synchronize_session": False}
        )
    cast.session.commit()


def names_in_order(page: str) -> list[str]:
    return [name for name in re.findall(r">([^<>]+)</a></td>", page) if name in NAMES]


# -- the list --------------------------------------------------------------------------------------


def test_the_desk_is_in_piles_with_their_counts(office: Office, desk: list[int]) -> None:
    page = text(office.login("county_info"), "/inbox/")

    assert re.search(r"首次报送<small>逐份看全档</small></span><b>3</b>", page)
    assert sorted(names_in_order(page)) == sorted(NAMES)
    assert page.count(">school_head</td>") == 3


def test_overdue_comes_first_then_what_came_first(office: Office, desk: list[int]) -> None:
    with office.cast() as cast:
        at = now()
        set_task(cast, desk[0], opened_at=at - timedelta(days=3))
        set_task(cast, desk[1], opened_at=at - timedelta(days=9))
        set_task(cast, desk[2], opened_at=at - timedelta(days=2), due_at=at - timedelta(days=1))
    panel = office.login("county_info")

    page = text(panel, "/inbox/")
    late = text(panel, "/inbox/", overdue="1")
    in_time = text(panel, "/inbox/", overdue="0")

    assert names_in_order(page) == ["李三", "王二", "王一"]
    assert "超期，已等2天" in page
    assert "3份，最早一份等了9天，1份超期" in page
    assert names_in_order(late) == ["李三"]
    assert names_in_order(in_time) == ["王二", "王一"]


def test_a_desk_is_the_units_and_the_permissions(office: Office, desk: list[int]) -> None:
    for name in ("school_head", "neighbour_info", "province_info", "school_info"):
        assert not names_in_order(text(office.login(name), "/inbox/")), name
    for name in ("county_query", "county_admin", "auditor"):
        assert office.login(name).get("/inbox/").status_code == 403


def test_a_pile_holds_its_shape_only(office: Office, desk: list[int]) -> None:
    panel = office.login("county_info")
    with office.cast() as cast:
        do(cast, "approve", "county_info", desk[0])
        cast.add("school_info", desk[0], "annual_assessment", year=2025, result="2")
        for verb, name in (("submit", "school_info"), ("pass", "school_head")):
            do(cast, verb, name, desk[0])
        do(cast, "report", "school_head", desk[0])

    page = text(panel, "/inbox/", pile="new:annual_assessment")

    assert names_in_order(page) == ["王一"]
    assert "只新增年度考核" in page
    assert "2025" in page
    assert sorted(names_in_order(text(panel, "/inbox/", pile="first"))) == ["李三", "王二"]


def test_a_sample_is_the_same_for_the_same_seed(office: Office, desk: list[int]) -> None:
    panel = office.login("county_info")

    found = {
        seed: [names_in_order(text(panel, "/inbox/", sample=1, seed=seed)) for _ in range(2)]
        for seed in range(12)
    }

    assert all(len(once) == 1 and once == again for once, again in found.values())
    assert len({once[0] for once, _ in found.values()}) > 1


def test_findings_narrow_the_desk(office: Office, desk: list[int]) -> None:
    panel = office.login("county_info")
    whole = {name: text(panel, "/inbox/", findings=name) for name in ("error", "warning", "none")}

    found = [name for name, page in whole.items() for _ in names_in_order(page)]

    assert not names_in_order(whole["error"])
    assert len(found) == 3


# -- verdicts over many ----------------------------------------------------------------------------


def act(panel: Panel, path: str, **form: Any) -> str:
    answer = panel.post(path, form)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def test_a_verdict_over_a_pile_takes_the_pile(office: Office, desk: list[int]) -> None:
    panel = office.login("county_info")
    path = "/inbox/action/?pile=first&sample=1&seed=5"

    asked = act(panel, path, action="pass", pick="all")
    told = act(panel, path, action="pass", pick="all", confirmed="1")

    assert "选中3份档案" in asked
    assert "通过后立即生效并锁定" in asked
    assert "<b>3</b><small>份已办理</small>" in told
    assert {status(office, each) for each in desk} == {"approved"}
    (mine,) = re.findall(r'href="(/inbox/mine/[^"]+)"', told)
    assert "3份，其中3份还可撤销" in text(panel, mine)


def test_only_the_last_desk_puts_in_force(office: Office, desk: list[int]) -> None:
    county, head = office.login("county_info"), office.login("school_head")
    fresh = office.make_file(name="赵新")
    with office.cast() as cast:
        complete(cast, fresh)
        do(cast, "submit", "school_info", fresh)

    passed = act(head, "/inbox/action/", action="pass", rowid=str(fresh))
    returned = act(county, "/inbox/action/", action="return", rowid=str(desk[0]))

    assert "其中1份在您桌上等待“通过”" in passed
    assert "立即生效" not in passed + returned


def test_what_moved_meanwhile_is_left_out_and_named(office: Office, desk: list[int]) -> None:
    panel = office.login("county_info")
    act(panel, "/inbox/action/", action="pass", rowid=[str(desk[0])])
    with office.cast() as cast:
        do(cast, "return", "county_info", desk[0], note="不全")

    form = {"action": "pass", "rowid": [str(each) for each in desk], "confirmed": "1"}
    told = act(panel, "/inbox/action/", **form)

    assert "<b>2</b><small>份已办理</small>" in told
    assert "<b>1</b><small>份未办理</small>" in told
    assert office.number(desk[0]) in told


@pytest.mark.parametrize("name", ["county_query", "school_info"])
def test_others_cannot_act_from_here(office: Office, desk: list[int], name: str) -> None:
    panel = office.login(name)

    panel.post("/inbox/action/", {"action": "pass", "pick": "all", "confirmed": "1"})
    panel.post("/inbox/judge/", {"id": desk[0], "do": "pass"})

    assert {status(office, each) for each in desk} == {"reported"}


# -- one file --------------------------------------------------------------------------------------


def task(cast: Cast, teacher: int) -> Any:
    """The file's open task."""
    bind(cast.session, CONSOLE)
    statement = select(ReviewTask).where(
        ReviewTask.teacher_id == teacher, ReviewTask.verdict.is_(None)
    )
    return cast.session.scalars(statement).one()


def test_opening_a_file_is_noted_once(office: Office, desk: list[int]) -> None:
    text(office.login("province_info"), "/teacher/details/", id=desk[0])
    with office.cast() as cast:
        assert task(cast, desk[0]).seen_at is None

    page = text(office.login("county_info"), "/inbox/file/", id=desk[0])

    assert "王一" in page
    assert "第1份，共3份" in page
    with office.cast() as cast:
        assert task(cast, desk[0]).seen_by == cast.staff["county_info"].user_id
        assert task(cast, desk[1]).seen_at is None


def test_a_file_elsewhere_is_shown_as_a_file(office: Office, desk: list[int]) -> None:
    foreign = office.make_file("3136000201")
    panel = office.login("school_head")

    elsewhere = panel.get("/inbox/file/", id=desk[0])

    assert elsewhere.location == f"/teacher/details/?id={desk[0]}"
    assert "主管部门审核" in text(panel, elsewhere.location)
    assert panel.get("/inbox/file/", id=foreign).status_code == 404
    assert panel.get("/inbox/file/", id="x").status_code == 404


def test_passing_goes_to_the_next_file(office: Office, desk: list[int]) -> None:
    panel = office.login("county_info")
    page = text(panel, "/inbox/file/", id=desk[0], pile="first")
    following = re.search(r'name="next" value="(\d+)"', page)
    assert following

    answer = panel.post(
        "/inbox/judge/?pile=first", {"id": desk[0], "do": "pass", "next": following[1]}
    )
    last = panel.post("/inbox/judge/?pile=first", {"id": following[1], "do": "pass", "next": ""})

    assert answer.location == f"/inbox/file/?pile=first&id={following[1]}"
    assert status(office, desk[0]) == "approved"
    assert last.location == "/inbox/?pile=first"


@pytest.mark.parametrize(("name", "verb"), [("county_info", "pass"), ("school_head", "report")])
def test_what_is_ticked_as_wrong_is_not_sent_on(
    office: Office, desk: list[int], name: str, verb: str
) -> None:
    with office.cast() as cast:
        if verb == "report":
            do(cast, "return", "county_info", desk[0], note="不全")
            for each, who in (("submit", "school_info"), ("pass", "school_head")):
                do(cast, each, who, desk[0])
    panel, before = office.login(name), status(office, desk[0])
    flags = flags_on(office, desk[0])

    form = {"id": desk[0], "do": verb, "on": flags}
    answer = panel.post("/inbox/judge/", form)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "已勾选2处有误：请退回，或取消勾选后再办理。" in page
    assert ticked(page) == flags
    assert status(office, desk[0]) == before
    assert panel.post("/inbox/judge/", form | {"on": []}).status_code == 302
    assert status(office, desk[0]) != before


def test_the_way_back_from_a_return_keeps_the_ticks(office: Office, desk: list[int]) -> None:
    panel, flags = office.login("county_info"), flags_on(office, desk[0])
    flags.insert(1, flags[0] + ":year")
    form = {"id": desk[0], "do": "return", "on": flags}

    asked = act(panel, "/inbox/judge/?pile=first", **form)
    back = asked[asked.index('<form id="look"') :]
    kept = re.findall(r'name="on" value="([^"]+)"', back)
    page = act(panel, "/inbox/judge/?pile=first", id=desk[0], do="look", on=kept)

    assert 'form="look">取消</button>' in asked
    assert 'name="do" value="look"' in back
    assert ticked(page) == flags
    assert status(office, desk[0]) == "reported"


def flags_on(office: Office, teacher: int) -> list[str]:
    """A whole row, and a field of another, in the order of the page."""
    contact = office.row_of("contact", teacher)
    year = office.row_of("annual_assessment", teacher)
    return [f"annual_assessment:{year}", f"contact:{contact}:mobile"]


def ticked(page: str) -> list[str]:
    return re.findall(r'name="on" value="([^"]+)" checked', page)


def test_a_page_of_an_earlier_step_decides_nothing(office: Office, desk: list[int]) -> None:
    answer = office.login("county_info").post("/inbox/judge/", {"id": desk[0], "do": "report"})

    assert answer.status_code == 409
    assert "已到另一环节" in answer.get_data(as_text=True)
    assert status(office, desk[0]) == "reported"


def test_a_return_says_first_what_exactly_unlocks(office: Office, desk: list[int]) -> None:
    row, panel = office.row_of("contact", desk[0]), office.login("county_info")
    other = office.row_of("annual_assessment", desk[0])
    flags = [
        f"contact:{row}:mobile",
        f"annual_assessment:{other}",
        f"annual_assessment:{other}:year",
    ]
    form = {
        "id": desk[0],
        "do": "return",
        "on": [*flags, "paper:1", "nonsense", "contact:9:mobile"],
    }

    asked = act(panel, "/inbox/judge/", **form)
    empty = panel.post("/inbox/judge/", form | {"confirmed": "1", "note": " "})

    assert "退回2处" in asked
    assert "联系方式 · 手机" in asked
    assert "学校信息管理员" in asked
    assert empty.status_code == 422
    assert "退回须说明原因。" in empty.get_data(as_text=True)
    assert status(office, desk[0]) == "reported"


def return_flagged(office: Office, teacher: int) -> None:
    """The county returns a mobile number, with a reason at the flag."""
    row, panel = office.row_of("contact", teacher), office.login("county_info")
    flag = f"contact:{row}:mobile"
    form = {
        "id": teacher,
        "do": "return",
        "on": flag,
        f"why-{flag}": "号码是空号",
        "confirmed": "1",
    }
    answer = panel.post("/inbox/judge/", form)
    assert answer.status_code == 302, answer.get_data(as_text=True)


def test_a_return_unlocks_what_was_flagged(office: Office, desk: list[int]) -> None:
    return_flagged(office, desk[0])

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        (note,) = cast.session.scalars(select(ReviewNote))
        assert (note.table_name, note.field, note.reason) == ("contact", "mobile", "号码是空号")
        assert note.filler == "teacher"
    assert status(office, desk[0]) == "returned"
    assert office.scalar("state", office.row_of("contact", desk[0]), "contact") == "draft"
    work = office.row_of("work_experience", desk[0])
    assert office.scalar("state", work, "work_experience") == "in_review"


def test_a_returned_file_says_where_why_and_who_mends(office: Office, desk: list[int]) -> None:
    return_flagged(office, desk[0])
    row = office.row_of("contact", desk[0])
    school = office.login("school_info")

    file = text(school, "/teacher/details/", id=desk[0])
    form = text(school, "/contact/edit/", id=row)
    other = text(school, "/study_experience/edit/", id=office.row_of("study_experience", desk[0]))

    assert f'<a href="/contact/edit/?id={row}">联系方式 · 手机</a>：号码是空号' in file
    assert re.search(r"<b>本人</b>.*修改后重新报送", file)
    assert "删除…" not in file, "it was reported"
    assert "联系方式 · 手机：号码是空号" in form
    assert "号码是空号" not in other
    history = text(school, "/teacher/history/", id=desk[0])
    assert re.search(r"主管部门审核：退回.*?联系方式 · 手机：号码是空号", history, re.DOTALL)


def mend(office: Office, teacher: int) -> None:
    """The school corrects the number and sends the file up again."""
    row = office.row_of("contact", teacher)
    with office.cast() as cast:
        actor = cast.act_as("school_info")
        save(cast.session, actor, {"contact": [RowChange(teacher, {"mobile": "13900000001"}, row)]})
        cast.session.commit()
        for verb, name in (("submit", "school_info"), ("pass", "school_head")):
            do(cast, verb, name, teacher)
        do(cast, "report", "school_head", teacher)


def test_what_moved_since_the_last_verdict_comes_first(office: Office, desk: list[int]) -> None:
    return_flagged(office, desk[0])
    mend(office, desk[0])

    page = text(office.login("county_info"), "/inbox/file/", id=desk[0])

    assert "您桌上已裁定过（退回）。此后有1条记录变动" in page
    places = [page.index(f'<section class="panel looked{mark}"') for mark in (" is-moved", "")]
    assert places == sorted(places)
    was = page.index('<span class="sr-only">原值 </span>13800000000')
    assert page.index('<span class="sr-only">新值 </span>13900000001') > was
    assert page.count("looked is-moved") == 1


def test_a_first_look_marks_nothing(office: Office, desk: list[int]) -> None:
    page = text(office.login("county_info"), "/inbox/file/", id=desk[0])

    assert "is-moved" not in page
    assert "已裁定过" not in page


def test_what_is_in_force_stands_behind_what_is_new(office: Office, desk: list[int]) -> None:
    with office.cast() as cast:
        do(cast, "approve", "county_info", desk[0])
        cast.add("school_info", desk[0], "annual_assessment", year=2025, result="2")
        do(cast, "submit", "school_info", desk[0])

    page = text(office.login("school_head"), "/inbox/file/", id=desk[0])

    before, _, rest = page.partition("其余已生效的内容")
    assert "年度考核" in before
    assert 'name="on" value="contact' not in page
    assert "138****0000" in rest


# -- taking back -----------------------------------------------------------------------------------


def act_of(office: Office, teacher: int) -> str:
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        found = select(ReviewTask.act).where(
            ReviewTask.teacher_id == teacher, ReviewTask.step == "approve"
        )
        return str(cast.session.scalars(found).one())


def test_a_verdict_is_taken_back_for_some_or_all(office: Office, desk: list[int]) -> None:
    panel = office.login("county_info")
    act(panel, "/inbox/action/", action="pass", pick="all", confirmed="1")
    act_id = act_of(office, desk[0])

    listed = text(panel, "/inbox/mine/")
    one = text(panel, "/inbox/mine/", act=act_id)
    some = act(panel, "/inbox/undo/", act=act_id, pick="ticked", rowid=str(desk[0]))

    assert re.search(r'<td class="num">3</td><td class="num">3</td>', listed)
    assert "3份，其中3份还可撤销" in one
    assert "<b>1</b><small>份已办理</small>" in some
    assert [status(office, each) for each in desk] == ["reported", "approved", "approved"]

    rest = act(panel, "/inbox/undo/", act=act_id, pick="all")

    assert "<b>2</b><small>份已办理</small>" in rest
    assert {status(office, each) for each in desk} == {"reported"}


def test_what_the_next_desk_decided_stands(office: Office, desk: list[int]) -> None:
    with office.cast() as cast:
        do(cast, "approve", "county_info", desk[0])
    panel = office.login("school_head")

    listed = text(panel, "/inbox/mine/")
    acts = re.findall(r"act=([0-9a-f]{32})", listed)
    pages = [text(panel, "/inbox/mine/", act=each) for each in dict.fromkeys(acts)]

    assert any("下一环节已经处理，不能撤销" in page for page in pages)
    assert all("撤销全部1份" in page or "0份还可撤销" in page for page in pages)


def test_what_one_sent_in_oneself_is_no_verdict(office: Office, desk: list[int]) -> None:
    assert "您没有作出裁定" in text(office.login("school_info"), "/inbox/mine/")


def test_a_return_that_was_answered_counts_as_standing(office: Office, desk: list[int]) -> None:
    return_flagged(office, desk[0])
    panel = office.login("county_info")
    before = text(panel, "/inbox/mine/")
    mend(office, desk[0])
    after = text(panel, "/inbox/mine/")

    assert '<td class="num">1</td><td class="num">1</td>' in before
    assert '<td class="num">1</td><td class="num">0</td>' in after


def test_others_verdicts_are_not_mine(office: Office, desk: list[int]) -> None:
    act_id = ""
    with office.cast() as cast:
        do(cast, "approve", "county_info", desk[0])
    act_id = act_of(office, desk[0])
    panel = office.login("neighbour_info")

    assert "您没有作出裁定" in text(panel, "/inbox/mine/")
    assert panel.get("/inbox/mine/", act=act_id).status_code == 404
    refused = panel.post("/inbox/undo/", {"act": act_id, "pick": "all"})
    assert refused.status_code == 404
    assert status(office, desk[0]) == "approved"


# -- who waits longest -----------------------------------------------------------------------------


def test_the_longest_wait_comes_first_and_names_its_holder(office: Office, desk: list[int]) -> None:
    fresh = office.make_file(name="赵新")
    with office.cast() as cast:
        complete(cast, fresh)
        do(cast, "submit", "school_info", fresh)
        set_task(cast, desk[1], opened_at=now() - timedelta(days=30))
    panel = office.login("county_info")

    page = text(panel, "/waiting/")
    (unit,) = re.findall(r'desk=(\d+)"[^>]*><span>东湖县第一小学', page)
    school = text(panel, "/waiting/", desk=unit)

    assert names_in_order(page)[0] == "王二"
    assert "最早等了30天" in page
    assert "东湖县教育局" in page
    assert "赵新" in school
    assert not names_in_order(school)


def test_nobody_sees_work_out_of_reach(office: Office, desk: list[int]) -> None:
    assert not names_in_order(text(office.login("neighbour_info"), "/waiting/"))
    assert len(names_in_order(text(office.login("school_info"), "/waiting/"))) == 3
    for name in ("county_query", "auditor", "support"):
        assert office.login(name).get("/waiting/").status_code == 403


# -- what was returned -----------------------------------------------------------------------------


def test_a_return_is_tracked_until_it_is_sent_in_again(office: Office, desk: list[int]) -> None:
    return_flagged(office, desk[0])
    head, county = office.login("school_head"), office.login("county_info")

    waiting = text(head, "/returned/")
    mend(office, desk[0])
    left = text(head, "/returned/")
    mended = text(county, "/returned/", mended="1")

    assert names_in_order(waiting) == ["王一"]
    assert "手机：号码是空号" in waiting
    assert "东湖县教育局 · 主管部门审核" in waiting
    assert "本人" in waiting
    assert not names_in_order(left)
    assert names_in_order(mended) == ["王一"]
    assert "已重新报送" in mended
    assert not names_in_order(text(office.login("neighbour_info"), "/returned/", mended="all"))
