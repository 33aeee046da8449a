"""Two editors of one row: nothing is overwritten unseen, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.support.cast import complete, id_number

STUDY = {"education_level": "21", "major": "数学", "education_institution": "示例大学"}
TABLE = "study_experience"


@pytest.fixture
def row(office: Office) -> int:
    teacher = office.make_file()
    with office.cast() as cast:
        return cast.add("school_info", teacher, TABLE, **STUDY)


@pytest.fixture
def me(office: Office) -> Panel:
    return office.login("school_info")


@pytest.fixture
def other(office: Office) -> Panel:
    return office.login("county_info")


def hidden(page: str) -> dict[str, list[str]]:
    """What the form on the difference page would send, but the token and unchosen radios."""
    found: dict[str, list[str]] = {}
    form = page.split('<form class="panel"')[1]
    for tag in re.findall(r"<input [^>]*>", form):
        if 'type="hidden"' in tag or " checked" in tag:
            name, value = (re.search(f'{x}="([^"]*)"', tag) for x in ("name", "value"))
            assert name
            assert value
            found.setdefault(name[1], []).append(value[1])
    found.pop("csrf_token")
    return found


def value(office: Office, key: str, row: int) -> object:
    return office.scalar(key, row, TABLE)


def test_who_changed_what_is_shown_and_merged(
    office: Office, me: Panel, other: Panel, row: int
) -> None:
    path = f"/{TABLE}/edit/?id={row}"
    other.post(path, {"education_institution": "别的大学", "row_version": "1"})

    answer = me.post(path, {**STUDY, "major": "物理", "row_version": "1"})
    page = answer.get_data(as_text=True)
    saved = me.post(path, hidden(page))

    assert answer.status_code == 409
    assert "county_info" in page
    assert "东湖县教育局" in page
    for text in ("示例大学", "别的大学", "数学", "物理"):
        assert text in page
    assert saved.status_code == 302
    assert value(office, "major", row) == "物理"
    assert value(office, "education_institution", row) == "别的大学"
    assert value(office, "content_version", row) == 3


@pytest.mark.parametrize(("take", "kept"), [("mine", "物理"), ("theirs", "化学")])
def test_of_what_both_changed_the_editor_chooses(
    office: Office, me: Panel, other: Panel, row: int, take: str, kept: str
) -> None:
    path = f"/{TABLE}/edit/?id={row}"
    other.post(path, {"major": "化学", "row_version": "1"})

    page = me.post(path, {"major": "物理", "row_version": "1"}).get_data(as_text=True)
    sent = hidden(page)
    preselected = sent["take-major"]
    me.post(path, sent | {"take-major": [take]})

    assert preselected == ["mine"]
    assert value(office, "major", row) == kept


def test_the_merge_is_checked_like_any_save(
    office: Office, me: Panel, other: Panel, row: int
) -> None:
    """A third editor may come in between; and bad values are still named at their fields."""
    path = f"/{TABLE}/edit/?id={row}"
    other.post(path, {"major": "化学", "row_version": "1"})
    page = me.post(path, {"admission_month": "2004-13", "row_version": "1"}).get_data(as_text=True)

    bad = me.post(path, hidden(page))
    other.post(path, {"major": "生物", "row_version": "2"})
    again = me.post(path, hidden(page) | {"admission_month": ["2004-09"]})

    assert bad.status_code == 422
    assert 'value="2004-13"' in bad.get_data(as_text=True)
    assert 'value="化学"' in bad.get_data(as_text=True)
    assert again.status_code == 409
    assert value(office, "admission_month", row) is None


def test_several_choices_are_merged_whole(office: Office, me: Panel, other: Panel) -> None:
    teacher = office.make_file()
    basic = office.row_of("basic_information", teacher)
    path = f"/basic_information/edit/?id={basic}"
    me.post(path, {"political_status": ["", "02"], "row_version": "1"})
    other.post(path, {"political_status": ["", "13"], "row_version": "2"})

    form = {"political_status": ["", "02", "03"], "row_version": "2"}
    page = me.post(path, form).get_data(as_text=True)
    me.post(path, hidden(page))

    assert office.scalar("political_status", basic, "basic_information") == "02,03"


def test_of_numbers_only_masks_are_shown(office: Office, me: Panel, other: Panel) -> None:
    teacher = office.make_file(id_number=id_number(801))
    basic = office.row_of("basic_information", teacher)
    path = f"/basic_information/edit/?id={basic}"
    other.post(path, {"id_number": id_number(803), "row_version": "1"})

    page = me.post(path, {"id_number": "", "former_name": "无", "row_version": "1"})
    text = page.get_data(as_text=True)

    assert page.status_code == 409
    assert id_number(801)[:3] + "*" * 11 + id_number(801)[-4:] in text
    assert id_number(801) not in text
    assert id_number(803) not in text


def test_a_row_deleted_meanwhile_can_be_made_anew(
    office: Office, me: Panel, other: Panel, row: int
) -> None:
    teacher = office.scalar("teacher_id", row, TABLE)
    other.post(f"/{TABLE}/delete/", {"id": row, "row_version": "1"})

    form = {**STUDY, "major": "物理", "row_version": "1", "file_id": str(teacher)}
    answer = me.post(f"/{TABLE}/edit/?id={row}", form)
    page = answer.get_data(as_text=True)
    made = me.post(f"/{TABLE}/new/?teacher_id={teacher}", hidden(page))

    assert answer.status_code == 409
    assert "已被删除" in page
    assert made.status_code == 302
    assert value(office, "major", office.row_of(TABLE, teacher)) == "物理"


def test_a_deleted_row_tells_strangers_nothing(office: Office, other: Panel, row: int) -> None:
    teacher = office.scalar("teacher_id", row, TABLE)
    other.post(f"/{TABLE}/delete/", {"id": row, "row_version": "1"})
    stranger = office.login("far_school_info")

    answer = stranger.post(f"/{TABLE}/edit/?id={row}", {"file_id": str(teacher), "major": "x"})

    assert answer.status_code == 404


def test_a_row_locked_meanwhile_keeps_what_was_typed_on_the_screen(
    office: Office, me: Panel
) -> None:
    teacher = office.make_file()
    with office.cast() as cast:
        complete(cast, teacher)
    found = office.row_of(TABLE, teacher)
    me.post("/teacher/action/", {"action": "submit", "rowid": teacher, "confirmed": "1"})

    answer = me.post(f"/{TABLE}/edit/?id={found}", {"major": "天体物理", "row_version": "1"})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert "记录正在审核，退回后才能修改。" in page
    assert "天体物理" in page
    assert "保存合并结果" not in page
    assert value(office, "major", found) == "汉语言文学"


def test_the_one_record_made_meanwhile_is_compared(office: Office, me: Panel, other: Panel) -> None:
    teacher = office.make_file()
    path = f"/contact/new/?teacher_id={teacher}"
    other.post(path, {"mobile": "13800000001"})

    answer = me.post(path, {"mobile": "13800000002", "email": "a@example.cn"})
    found = office.row_of("contact", teacher)
    me.post(f"/contact/edit/?id={found}", hidden(answer.get_data(as_text=True)))

    assert answer.status_code == 409
    assert office.scalar("mobile", found, "contact") == "13800000002"
    assert office.scalar("email", found, "contact") == "a@example.cn"
