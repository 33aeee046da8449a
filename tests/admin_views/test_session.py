"""Logging in, out, languages, tokens and where one lands."""

from __future__ import annotations

import re

from tests.admin_views.conftest import TOKEN, Office
from tests.support.cast import PASSWORD

POSTS = (
    *("/login", "/logout", "/locale", "/import/", "/account/reset/", "/account/disable/"),
    *("/teacher/new/", "/teacher/action/", "/unit/new/", "/basic_information/delete/"),
)


def test_everything_leads_to_the_login_and_back(office: Office) -> None:
    client = office.application.test_client()

    answer = client.get("/teacher/?search=x")
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    token = TOKEN.search(page)
    assert token
    form = {"csrf_token": token[1], "username": "school_info", "password": PASSWORD}
    back = client.post(answer.headers["Location"], data=form)

    assert answer.status_code == 302
    assert back.headers["Location"] == "/teacher/?search=x"


def test_the_way_back_stays_on_this_site(office: Office) -> None:
    for target in ("//evil.example/", "https://evil.example", "/\\evil", "\\\\e", "x"):
        client = office.application.test_client()
        token = TOKEN.search(client.get("/login").get_data(as_text=True))
        assert token
        form = {"csrf_token": token[1], "username": "school_info", "password": PASSWORD}

        answer = client.post("/login", query_string={"next": target}, data=form)

        assert answer.headers["Location"] == "/", target


def test_wrong_unknown_and_disabled_read_alike(office: Office) -> None:
    client = office.application.test_client()
    token = TOKEN.search(client.get("/login").get_data(as_text=True))
    assert token

    texts = set()
    for name in ("school_info", "nobody", "", "\0", "x" * 5000):
        form = {"csrf_token": token[1], "username": name, "password": "wrong"}
        answer = client.post("/login", data=form)
        assert answer.status_code == 401
        texts.add("用户名或口令不正确。" in answer.get_data(as_text=True))

    assert texts == {True}


def test_a_post_without_its_token_is_refused(office: Office) -> None:
    panel = office.login("school_info")

    for path in POSTS:
        answer = panel.client.post(path, data={"id": "1"})

        assert answer.status_code == 400, path
        assert "返回刷新后再试" in answer.get_data(as_text=True)


def test_logging_out_ends_the_session(office: Office) -> None:
    panel = office.login("school_info")

    panel.post("/logout")

    assert panel.client.get("/teacher/").status_code == 302


def test_the_language_is_kept(office: Office) -> None:
    panel = office.login("school_info")

    panel.post("/locale", {"locale": "en", "next": "/teacher/"})
    page = panel.get("/study_experience/").get_data(as_text=True)

    assert '<html lang="en">' in page
    assert "Study experience" in page


def test_the_first_page_counts_what_waits(office: Office) -> None:
    office.make_file()

    page = office.login("school_info").get("/").get_data(as_text=True)

    assert "东湖县第一小学&ensp;信息管理员" in page
    assert re.search(r"填写完整后报送</small></span><b>1</b>", page)


def test_a_page_that_is_not_there_is_plain(office: Office) -> None:
    answer = office.application.test_client().get("/nothing")

    assert answer.status_code == 404
    assert "没有这个页面或记录" in answer.get_data(as_text=True)
