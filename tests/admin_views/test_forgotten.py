"""The public form and the list as pages: uniform answers, states, who may do what (R25)."""

from __future__ import annotations

import re

from tests.admin_views.conftest import TOKEN, Office
from tests.support.cast import id_number
from tests.support.databases import on_sqlite
from tms.records.password_asks import Limits

pytestmark = on_sqlite
CHANGING = re.compile(r'(nonce|value)="[^"]*"')


def ask(office: Office, number: str, name: str) -> tuple[int, str]:
    client = office.application.test_client()
    token = TOKEN.search(client.get("/forgotten").get_data(as_text=True))
    assert token
    form = {"csrf_token": token[1], "number": number, "name": name}
    answer = client.post("/forgotten", data=form)
    return answer.status_code, CHANGING.sub("", answer.get_data(as_text=True))


def test_the_answer_is_the_same_for_known_wrong_and_unknown_people(office: Office) -> None:
    office.make_file(name="钱示例")

    answers = {
        ask(office, id_number(1), "钱示例"),
        ask(office, id_number(1), "孙示例"),
        ask(office, id_number(77), "钱示例"),
        ask(office, "", ""),
    }

    assert len(answers) == 1
    page = office.login("school_admin").get("/password_ask/").get_data(as_text=True)
    assert "钱示例" in page
    assert "本人在线申请" in page
    assert "1985" not in page


def test_beyond_the_limit_of_a_person_one_is_told_to_wait(office: Office) -> None:
    """Known or not; another from the same address is still heard."""
    office.make_file(name="钱示例")

    known, unknown = ([ask(office, id_number(n), "钱示例")[0] for _ in range(6)] for n in (1, 77))

    assert known == unknown == [200] * Limits().person + [429]
    assert ask(office, id_number(78), "某")[0] == 200


def test_a_secretary_has_no_button_that_resets(office: Office) -> None:
    with office.cast() as cast:
        made = cast.make_file("4136010001", "4136010001-01", name="冯示例")
    panel = office.login("college")
    posted = panel.post("/password_ask/new/", {"numbers": office.number(made)})
    page = panel.get("/password_ask/").get_data(as_text=True)

    assert posted.status_code == 302
    assert "冯示例" in page
    assert 'name="action" value="submit"' in page
    assert 'name="action" value="reset"' not in page
    assert panel.post("/password_ask/action/", {"action": "reset"}).status_code == 403
    sent = panel.post("/password_ask/action/", {"action": "submit", "pick": "all"})
    assert sent.status_code == 302
    assert "已报送" in panel.get("/password_ask/").get_data(as_text=True)


def test_acts_are_offered_where_they_can_begin(office: Office) -> None:
    with office.cast() as cast:
        made = cast.make_file("4136010001", "4136010001-01", name="冯示例")
    panel, number = office.login("college"), office.number(made)
    panel.post("/password_ask/new/", {"numbers": number})
    again = panel.post("/password_ask/new/", {"numbers": number}, follow_redirects=True)
    collected = panel.get("/password_ask/").get_data(as_text=True)
    early = panel.post("/password_ask/action/", {"action": "hand", "pick": "all"})
    panel.post("/password_ask/action/", {"action": "submit", "pick": "all"})
    submitted = panel.get("/password_ask/").get_data(as_text=True)

    assert "没有新登记的人" in again.get_data(as_text=True)
    assert '<td class="c-unit">示例大学文学院</td>' in collected
    assert 'value="submit"' in collected
    assert 'value="hand"' not in collected
    assert early.status_code == 409
    assert "重置后才能登记已交本人" in early.get_data(as_text=True)
    assert 'name="action"' not in submitted
