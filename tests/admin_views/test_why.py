"""Why can't I: the questions stand where something is locked or missing, and are answered."""

from __future__ import annotations

import re
from html import unescape

import pytest
from playwright.sync_api import Page, expect

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.admin_views.test_keyboard import tab_to
from tests.support.cast import complete
from tests.support.databases import on_sqlite
from tests.workflow.test_k12 import bring

ANSWER = re.compile(r'<p class="lead">.*?<span>(.*?)</span></p>', re.DOTALL)


def answers(page: str) -> list[str]:
    return [unescape(each) for each in ANSWER.findall(page)]


def file_at(office: Office, until: str = "") -> int:
    """A complete file, on its way up to and including *until*."""
    teacher = office.make_file(name="王无忧")
    with office.cast() as cast:
        complete(cast, teacher)
        if until:
            bring(cast, teacher, until)
    return teacher


def test_a_locked_row_says_why_in_its_lists_menu_and_on_the_file(office: Office) -> None:
    teacher = file_at(office, "approve")
    row = office.row_of("work_experience", teacher)
    panel = office.login("school_info")
    url = f"/why/?file={teacher}&amp;do=fill&amp;table=work_experience&amp;row={row}"

    for path in (
        "/work_experience/",
        f"/teacher/details/?id={teacher}",
        f"/work_experience/details/?id={row}",
    ):
        assert url in panel.get(path).text

    (answer,) = answers(panel.get(unescape(url)).text)
    assert answer.startswith("“工作经历”的这条记录已于")
    assert "变更申请" in answer
