"""Units, accounts, new files: through the door, within reach, codes shown once."""

from __future__ import annotations

import re
from datetime import date

from tests.admin_views.conftest import Office
from tests.support.cast import id_number

CODE = re.compile(r"<code>([A-Z0-9-]{19})</code>")


def new_file(**values: str) -> dict[str, str]:
    return {
        "name": "赵新来",
        "gender": "2",
        "birth_date": "1985-03-12",
        "id_type": "1",
        "id_number": id_number(902, born=date(1985, 3, 12)),
        "school": "3136000101",
        "person_kind": "established",
    } | values


def test_a_unit_is_made_and_changed(office: Office) -> None:
    panel = office.login("county_admin")
    form = {
        "code": "3136000199",
        "name": "东湖县第二小学",
        "level": "5",
        "kind": "school",
        "school_category": "primary_secondary",
        "supervisor": "360102-东湖县教育局",
    }

    made = panel.post("/unit/new/", form)
    again = panel.post("/unit/new/", form)
    unit = office.people.units["3136000102"].id
    changed = panel.post(
        f"/unit/edit/?id={unit}", {"name": "东湖县实验幼儿园", "school_category": "kindergarten"}
    )

    assert made.status_code == 302
    assert again.status_code == 409
    assert "单位代码“3136000199”已存在" in again.get_data(as_text=True)
    assert changed.status_code == 302
    assert office.scalar("name", unit, "unit") == "东湖县实验幼儿园"


def test_ones_own_unit_and_foreign_units_are_not_changed(office: Office) -> None:
    panel = office.login("county_admin")
    own, foreign = (office.people.units[code].id for code in ("360102", "360103"))

    form = {"name": "改名"}

    assert panel.post(f"/unit/edit/?id={own}", form).status_code == 403
    assert panel.post(f"/unit/edit/?id={foreign}", form).status_code == 404


def test_an_account_shows_its_code_once_and_works(office: Office) -> None:
    panel = office.login("county_admin")
    form = {"username": "new_info", "name": "新管理员", "role": "info_admin", "unit": "360102"}

    answer = panel.post("/account/new/", form)

    page = answer.get_data(as_text=True)
    code = CODE.search(page)
    assert code
    assert code[1] not in str(answer.headers)
    assert code[1] not in panel.get("/account/").get_data(as_text=True)
    assert office.login("new_info", code[1]).get("/teacher/").location == "/me/password/"


def test_an_account_that_may_not_be_granted_is_refused_and_the_form_kept(office: Office) -> None:
    panel = office.login("county_admin")
    form = {"username": "x", "name": "某人", "role": "info_admin", "unit": "3136000101"}

    answer = panel.post("/account/new/", form)

    assert answer.status_code == 403
    assert "由该单位自己的系统管理员授予" in answer.get_data(as_text=True)
    assert 'value="某人"' in answer.get_data(as_text=True)


def test_an_account_is_reset_disabled_and_enabled(office: Office) -> None:
    panel = office.login("county_admin")
    user = office.people.staff["county_info"].user_id or 0

    code = CODE.search(panel.post("/account/reset/", {"id": user}).get_data(as_text=True))
    assert code
    office.login("county_info", code[1])
    panel.post("/account/disable/", {"id": user, "disabled": "1"})
    disabled = office.scalar("is_disabled", user, "user")
    panel.post("/account/disable/", {"id": user, "disabled": "0"})

    assert disabled is True
    assert office.scalar("is_disabled", user, "user") is False


def test_nobody_disables_himself_or_foreign_accounts(office: Office) -> None:
    panel = office.login("county_admin")
    own = office.people.staff["county_admin"].user_id
    foreign = office.people.staff["neighbour_info"].user_id

    form = {"disabled": "1"}

    assert panel.post("/account/disable/", form | {"id": str(own)}).status_code == 409
    assert panel.post("/account/disable/", form | {"id": str(foreign)}).status_code == 404
    assert panel.post("/account/reset/", {"id": str(foreign)}).status_code == 404


def test_what_cannot_be_is_not_offered(office: Office) -> None:
    panel, people = office.login("county_admin"), office.people.staff
    own, other = (people[name].user_id for name in ("county_admin", "county_info"))

    new = panel.get("/account/new/").get_data(as_text=True)
    mine = panel.get("/account/details/", id=own).get_data(as_text=True)
    theirs = panel.get("/account/details/", id=other).get_data(as_text=True)

    assert 'value="info_query"' in new
    assert 'value="school_head"' not in new  # a head is a school's
    for act in ("reset", "disable", "expire", "assign"):
        assert f'action="/account/{act}/"' in theirs
        assert f'action="/account/{act}/"' not in mine
    assert 'value="system_admin"' not in theirs  # who holds another role cannot be one
    assert "这是您自己的账号" in mine
    assert panel.post("/account/reset/", {"id": own}).status_code == 409


def test_an_account_does_not_end_before_today(office: Office) -> None:
    panel, user = office.login("county_admin"), office.people.staff["county_info"].user_id or 0

    answer = panel.post("/account/expire/", {"id": user, "until": "2020-01-01"})

    assert answer.status_code == 422
    assert "有效期不能早于今天" in answer.get_data(as_text=True)
    assert office.scalar("expires_on", user, "user") is None


def test_accounts_show_no_number_and_only_their_keepers_change_them(office: Office) -> None:
    office.make_file(name="王老师")
    user = office.people.staff["county_info"].user_id

    page = office.login("school_admin").get("/account/").get_data(as_text=True)
    officer = office.login("officer")

    assert "王老师（用证件号码登录）" in page
    assert "***" not in page
    assert officer.get("/account/").status_code == 200
    assert officer.post("/account/reset/", {"id": str(user)}).status_code == 403
    assert office.login("county_info").get("/account/").status_code == 403


def test_a_file_is_made_and_its_number_taken_only_once(office: Office) -> None:
    panel = office.login("school_info")

    made = panel.post("/teacher/new/", new_file())
    again = panel.post("/teacher/new/", new_file(name="钱重复"))

    assert "/teacher/details/" in made.headers["Location"]
    assert again.status_code == 422
    page = again.get_data(as_text=True)
    assert "该证件号码已在系统中" in page
    assert 'value="钱重复"' in page


def test_a_file_with_bad_items_says_so_at_the_fields(office: Office) -> None:
    panel = office.login("school_info")

    answer = panel.post("/teacher/new/", new_file(birth_date="1985-02-30"))

    assert answer.status_code == 422
    assert "“出生日期”应为日期" in answer.get_data(as_text=True)


def test_a_file_is_not_made_in_a_foreign_school(office: Office) -> None:
    panel = office.login("school_info")

    answer = panel.post("/teacher/new/", new_file(school="3136000201"))

    assert answer.status_code == 404
    assert "没有这个单位" in answer.get_data(as_text=True)
