"""锁定, 回收站, 调整学校, 一人单位 and schools without a head in the panel, without a script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.support.cast import complete, id_number
from tests.support.holds import let_pass
from tms.dictionary.scope import today

SCHOOL, COUNTY = "3136000101", "360102"
WHY = "年度通报前核对"
DAY = today() + timedelta(days=9)
GIVEN = {"until": str(DAY), "reason": WHY, "confirmed": "1"}


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def act(panel: Panel, name: str, *teachers: int, status: int = 200, **more: Any) -> str:
    data = {"action": name, "rowid": [str(each) for each in teachers], **more}
    return text(panel.post("/teacher/action/", data), status)


def file(panel: Panel, teacher: int) -> str:
    return text(panel.get("/teacher/details/", id=teacher))


def acts_of(page: str) -> list[str]:
    return re.findall(r'name="act" value="([0-9a-f]{32})"', page)


# -- 锁定 ------------------------------------------------------------------------------------------


def test_ticked_files_are_frozen_after_a_question(office: Office) -> None:
    one, two, other = (office.make_file(name=name) for name in ("王一", "王二", "李三"))
    panel = office.login("county_info")

    asked = act(panel, "freeze", one, two)
    done = act(panel, "freeze", one, two, **GIVEN)
    rows = text(panel.get("/teacher/"))

    assert "选中2份档案" in asked
    assert "下级不能解除上级的锁定" in asked
    assert "<b>2</b><small>份已办理</small>" in done
    assert rows.count("st-hold") == 2
    assert "st-hold" not in file(panel, other)


def test_all_that_match_are_frozen(office: Office) -> None:
    one, other = office.make_file(name="王一"), office.make_file(name="李三")
    panel = office.login("school_info")

    done = panel.post("/teacher/action/?search=王", {"action": "freeze", "pick": "all"} | GIVEN)

    assert "<b>1</b>" in text(done)
    assert "st-hold" in file(panel, one)
    assert "st-hold" not in file(panel, other)


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"until": ""}, {"until": "明天"}, {"until": "2020-01-01"}]
)
def test_a_freeze_without_day_or_reason_is_asked_again(
    office: Office, wrong: dict[str, str]
) -> None:
    teacher, panel = office.make_file(), office.login("school_info")

    page = act(panel, "freeze", teacher, status=422, **(GIVEN | wrong))

    assert 'name="reason"' in page
    assert "st-hold" not in file(panel, teacher)


def test_the_file_page_says_until_when_why_and_who(office: Office) -> None:
    teacher = office.make_file()
    with office.cast() as cast:
        complete(cast, teacher)
    panel = office.login("school_info")
    free = file(panel, teacher)

    act(office.login("county_info"), "freeze", teacher, **GIVEN)
    page = file(panel, teacher)

    assert f"到{DAY}" in page
    assert "“东湖县教育局”已锁定到" in page
    assert WHY in page
    assert free.count(">修改<") > 1
    assert free.count("</svg>新增<") > 3
    assert page.count(">修改<") == page.count("</svg>新增<") == 0
    assert re.search(rf'value="submit:{teacher}" disabled', page)
    assert f"锁定到{DAY}" in page, "what happened"


def test_forms_of_a_frozen_file_say_so_and_forged_posts_change_nothing(office: Office) -> None:
    teacher = office.make_file()
    with office.cast() as cast:
        row = cast.add("school_info", teacher, "study_experience", major="数学")
    panel = office.login("school_info")
    act(panel, "freeze", teacher, **GIVEN)

    new = text(panel.get("/study_experience/new/", teacher_id=teacher))
    old = text(panel.get("/study_experience/edit/", id=row))
    made = panel.post(f"/study_experience/new/?teacher_id={teacher}", {"major": "物理"})
    changed = panel.post(f"/study_experience/edit/?id={row}", {"major": "物理", "row_version": "1"})
    gone = panel.post("/study_experience/delete/", {"id": row, "row_version": "1"})

    for page in (new, old):
        assert WHY in page
        assert 'name="save"' not in page
    assert {made.status_code, changed.status_code, gone.status_code} == {409}
    assert office.scalar("major", row, "study_experience") == "数学"
    with office.cast() as cast:
        cast.act_as("school_info")
    assert office.row_of("study_experience", teacher) == row


def test_submitting_leaves_frozen_files_out_with_the_reason(office: Office) -> None:
    frozen, free = office.make_file(name="王冻"), office.make_file(name="王通")
    with office.cast() as cast:
        complete(cast, frozen)
        complete(cast, free)
    panel = office.login("school_info")
    act(office.login("county_info"), "freeze", frozen, **GIVEN)

    page = act(panel, "submit", frozen, free, confirmed="1")

    assert "<b>1</b><small>份已办理</small>" in page
    assert "王冻" in page
    assert WHY in page
    assert office.scalar("record_status", frozen) == "draft"


def test_what_was_sent_in_is_not_taken_back_while_frozen(office: Office) -> None:
    teacher = office.make_file(name="王冻")
    with office.cast() as cast:
        complete(cast, teacher)
    panel = office.login("school_info")
    act(panel, "submit", teacher, confirmed="1")
    act(office.login("county_info"), "freeze", teacher, **GIVEN)

    page = act(panel, "withdraw", teacher, confirmed="1")

    assert "<b>0</b><small>份已办理</small>" in page
    assert page.count(WHY) == 1
    assert office.scalar("record_status", teacher) == "submitted"


def test_the_list_of_freezes_says_who_and_how_many_and_releases(office: Office) -> None:
    one, two = office.make_file(name="王一"), office.make_file(name="王二")
    school, county = office.login("school_info"), office.login("county_info")
    act(school, "freeze", one, **GIVEN)
    act(county, "freeze", one, two, **(GIVEN | {"reason": "上级原因"}))

    listed = text(school.get("/freeze/"))
    (mine,) = acts_of(listed)
    theirs = next(each for each in acts_of(text(county.get("/freeze/"))) if each != mine)
    refused = school.post("/freeze/release/", {"act": theirs})
    released = school.post("/freeze/release/", {"act": mine})
    foreign = office.login("far_school_info").post("/freeze/release/", {"act": theirs})

    assert "上级原因" in listed
    assert f'<a href="/teacher/details/?id={one}">王一</a>' in listed
    assert "由上级解除" in listed
    assert "东湖县教育局" in listed
    assert (refused.status_code, released.status_code, foreign.status_code) == (403, 302, 404)
    assert acts_of(text(school.get("/freeze/"))) == []
    assert "st-hold" in file(school, one)


def test_a_unit_is_frozen_from_its_page(office: Office) -> None:
    teacher, unit = office.make_file(), office.people.units[SCHOOL].id
    county = office.login("county_info")
    page = text(county.get("/unit/details/", id=unit))
    assert f"/freeze/unit/?id={unit}" in page

    asked = text(county.get("/freeze/unit/", id=unit))
    done = county.post(f"/freeze/unit/?id={unit}", {"until": str(DAY), "reason": WHY})
    school = office.login("school_info")

    assert "照常审核" in asked
    assert done.status_code == 302
    assert WHY in text(county.get("/unit/details/", id=unit))
    assert WHY in file(school, teacher)
    assert "东湖县第一小学" in text(school.get("/freeze/"))
    denied = school.post("/teacher/new/", {
        "school": SCHOOL, "name": "新来", "gender": "1", "birth_date": "1985-03-12",
        "id_type": "1", "id_number": id_number(801), "person_kind": "established",
    })  # fmt: skip
    assert "已锁定到" in text(denied, 409)


def test_a_freeze_that_is_over_is_seen_nowhere(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")
    act(panel, "freeze", teacher, **GIVEN)

    with office.cast() as cast:
        let_pass(cast, "file_freeze", "until", timedelta(days=10))

    assert "st-hold" not in file(panel, teacher)
    assert acts_of(text(panel.get("/freeze/"))) == []


# -- 回收站 ----------------------------------------------------------------------------------------


def bin_(panel: Panel, *teachers: int) -> str:
    return act(panel, "bin", *teachers, confirmed="1", reason="重复建档")


def test_a_draft_goes_into_the_bin_and_comes_back(office: Office) -> None:
    teacher, panel = office.make_file(name="王重复"), office.login("school_info")
    readers = (panel, office.login("county_info"))

    asked = act(panel, "bin", teacher)
    bin_(panel, teacher)
    lost = [each.get("/teacher/details/", id=teacher).status_code for each in readers]
    listed = text(panel.get("/bin/"))
    nothing = panel.post("/bin/restore/", follow_redirects=True)
    back = panel.post("/bin/restore/", {"rowid": str(teacher)})

    assert "请先勾选要恢复的档案" in text(nothing)
    assert "30天内可以在回收站恢复" in asked
    assert lost == [404, 404]
    assert "王重复" in listed
    assert "重复建档" in listed
    assert back.status_code == 302
    page = file(panel, teacher)
    assert "删除到回收站" in page
    assert "从回收站恢复" in page
    assert "王重复" not in text(panel.get("/bin/"))


def test_the_teachers_session_ends_when_the_file_is_binned(office: Office) -> None:
    from sqlalchemy import update

    from tms.access import CONSOLE, bind
    from tms.access.passwords import hash_password
    from tms.models import User

    teacher = office.make_file()
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        change = update(User).where(User.teacher_id == teacher)
        cast.session.execute(change.values(password_hash=hash_password("Correct-horse-7")))
        cast.session.commit()
    mine = office.login(id_number(office.people.serial))
    assert mine.get("/teacher/mine/").status_code == 302

    bin_(office.login("school_info"), teacher)

    after = mine.get("/teacher/details/", id=teacher)
    assert after.status_code == 302
    assert "/login" in after.headers["Location"]


def test_what_cannot_be_deleted_is_listed_with_the_reason(office: Office) -> None:
    teacher = office.make_file(name="王报送")
    with office.cast() as cast:
        complete(cast, teacher)
    panel = office.login("school_info")
    act(panel, "submit", teacher, confirmed="1")

    page = bin_(panel, teacher)

    assert "王报送" in page
    assert "请先撤回或退回" in page


def test_a_bureau_has_no_bin_and_neighbours_restore_nothing(office: Office) -> None:
    teacher = office.make_file()
    bin_(office.login("school_info"), teacher)
    county, far = office.login("county_info"), office.login("far_school_info")

    assert county.get("/bin/").status_code == 403
    assert "删除…" not in text(county.get("/teacher/"))
    assert text(far.get("/bin/")).count('name="rowid"') == 0
    assert far.post("/bin/restore/", {"rowid": str(teacher)}).status_code == 404


def test_a_number_in_the_bin_is_said_to_its_own_school_only(office: Office) -> None:
    bin_(office.login("school_info"), office.make_file(name="王重复"))
    items = {
        "school": SCHOOL, "name": "再建", "gender": "1", "birth_date": "1985-03-12",
        "id_type": "1", "id_number": id_number(office.people.serial),
        "person_kind": "established",
    }  # fmt: skip

    own = text(office.login("school_info").post("/teacher/new/", items), 422)
    above = text(office.login("county_info").post("/teacher/new/", items), 422)

    assert "回收站" in own.replace('href="/bin/"', "")
    assert "在本校回收站中" in own
    assert "在本校回收站中" not in above


# -- 调整学校 --------------------------------------------------------------------------------------


@pytest.fixture
def second(office: Office) -> str:
    """Another primary school of our county."""
    from tests.support.units import make_unit
    from tms.dictionary import Category
    from tms.models import UnitKind

    with office.cast() as cast:
        category = {"school_category": Category.PRIMARY_SECONDARY}
        make_unit(cast, "3136000199", COUNTY, UnitKind.SCHOOL, **category)
    return "3136000199"


def test_a_bureau_moves_a_file_from_its_page(office: Office, second: str) -> None:
    teacher, county = office.make_file(), office.login("county_info")
    assert f"/teacher/school/?id={teacher}" in file(county, teacher)
    path = f"/teacher/school/?id={teacher}"

    asked = text(county.get(path))
    wrong = county.post(path, {"school": "3136000102", "reason": "建错"})
    done = county.post(path, {"school": f"{second}-单位{second}", "reason": "建错学校"})
    page = file(county, teacher)

    assert "现在的学校：东湖县第一小学" in asked
    assert "类别不同" in text(wrong, 422)
    assert done.status_code == 302
    assert f"从“东湖县第一小学”调整到“单位{second}”" in page
    assert "建错学校" in page
    assert office.login("school_info").get("/teacher/details/", id=teacher).status_code == 404


def test_a_file_that_cannot_move_says_why_before_anything_is_asked(
    office: Office, second: str
) -> None:
    teacher, county = office.make_file(), office.login("county_info")
    act(county, "freeze", teacher, **GIVEN)
    path = f"/teacher/school/?id={teacher}"

    asked = text(county.get(path))
    forged = county.post(path, {"school": second, "reason": "建错"})

    assert WHY in asked
    assert 'name="school"' not in asked
    assert forged.status_code == 409


def test_schools_do_not_move_files(office: Office) -> None:
    teacher, panel = office.make_file(), office.login("school_info")

    assert "/teacher/school/" not in file(panel, teacher)
    assert panel.get(f"/teacher/school/?id={teacher}").status_code == 403


# -- 一人单位, 空缺 --------------------------------------------------------------------------------


def test_a_school_declares_itself_and_its_files_show_it(office: Office) -> None:
    teacher, unit = office.make_file(), office.people.units[SCHOOL].id
    admin, path = office.login("school_admin"), f"/unit/one-person/?id={unit}"

    asked = text(admin.get(path))
    unsure = admin.post(path)
    sure = admin.post(path, {"sure": "y"})
    shown = file(office.login("county_info"), teacher)

    assert "填写或报送的人不能通过" in asked
    assert unsure.status_code == 422
    assert sure.status_code == 302
    assert "一人单位" in shown
    assert "一人单位（自" in text(admin.get("/unit/details/", id=unit))

    revoked = admin.post("/unit/one-person/revoke/", {"id": unit})
    assert revoked.status_code == 302
    assert "一人单位" not in file(office.login("county_info"), teacher)


def test_vacant_heads_are_counted_listed_and_shown(office: Office) -> None:
    units = office.people.units
    county = office.login("county_info")

    bureau = text(county.get("/unit/details/", id=units[COUNTY].id))
    school = text(county.get("/unit/details/", id=units["3136000102"].id))
    with_head = text(county.get("/unit/details/", id=units[SCHOOL].id))
    listed = text(county.get("/unit/", head="vacant"))

    sentence = "学校负责人空缺：由主管部门指定，或由主管部门代为通过"
    assert "1所学校" in bureau
    assert sentence in school
    assert sentence not in with_head
    assert "东湖县中心幼儿园" in listed
    assert "东湖县第一小学" not in listed
