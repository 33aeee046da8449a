"""Reviewing in parallel: each department its own rows, one return, the joint list at the end."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.admin_views.conftest import Office
from tests.admin_views.test_inbox import text
from tests.support.begin import begun
from tests.support.cast import Cast
from tests.support.review import bring, change, do, enrol
from tests.support.university import (
    HEAD,
    OFFICES,
    THROUGH,
    UNIVERSITY,
    complete_university,
    make_teacher,
)
from tms.dictionary import Department

#: Everybody but research.
OTHERS = [name for function, name in OFFICES.items() if function is not Department.RESEARCH]


@pytest.fixture
def university(application: Flask, campus: Cast) -> Office:
    """The cast with its university, and their browsers."""
    return Office(application, campus)


@pytest.fixture
def member(university: Office) -> int:
    """A complete file that lies before all departments."""
    with university.cast() as cast:
        return begun(cast, with_departments)


def with_departments(cast: Cast) -> int:
    made = make_teacher(cast)
    complete_university(cast, made)
    enrol(cast, made, UNIVERSITY)
    bring(cast, made, "university_info", THROUGH)
    return made


def test_a_department_sees_its_own_rows(university: Office, member: int) -> None:
    research = text(university.login("research_office"), "/inbox/file/", id=member)
    hr = text(university.login("hr_office"), "/inbox/file/", id=member)

    assert 'id="paper"' in research
    assert 'id="study_experience"' not in research
    assert 'id="study_experience"' in hr
    assert 'id="paper"' not in hr


def test_one_returns_and_the_others_go_on(university: Office, member: int) -> None:
    paper = university.row_of("paper", member)
    flag = f"paper:{paper}:paper_name"
    form = {"id": member, "do": "return", "on": flag, "note": "题目与论文不符"}
    office, hr = university.login("research_office"), university.login("hr_office")

    asked = office.post("/inbox/judge/", form).get_data(as_text=True)
    returned = office.post("/inbox/judge/", form | {"confirmed": "1"})
    page = text(hr, "/teacher/details/", id=member)
    passed = hr.post("/inbox/judge/", {"id": member, "do": "pass"})

    assert "其他部门继续审核各自的内容" in asked
    assert "题目与论文不符" in page
    assert returned.status_code == passed.status_code == 302
    assert university.scalar("record_status", member) == "returned"

    with university.cast() as cast:
        change(cast, "teacher", member, "paper", paper_name="论示例之二")
        do(cast, "submit", "teacher", member)
        for name in ("college", "university_info"):
            do(cast, "pass", name, member)
    again = text(university.login("research_office"), "/inbox/file/", id=member)
    elsewhere = hr.get("/inbox/file/", id=member)

    assert '<span class="sr-only">原值 </span>论示例</span>' in again
    assert elsewhere.status_code == 302


def test_the_head_sees_what_each_department_decided(university: Office, member: int) -> None:
    with university.cast() as cast:
        for name in OFFICES.values():
            assert do(cast, "pass", name, member).taken == 1, name

    page = text(university.login(HEAD), "/inbox/file/", id=member)

    joint = page.partition('id="joint"')[2].partition("</section>")[0]
    assert all(name in joint for name in OFFICES.values())
    assert joint.count("通过") == len(OFFICES)


def test_whose_desk_names_all_departments(university: Office, member: int) -> None:
    with university.cast() as cast:
        do(cast, "pass", "research_office", member)

    page = text(university.login("university_info"), "/teacher/details/", id=member)
    head = page.partition('class="holdings"')[2].partition("</ul>")[0]

    assert all(name in head for name in OTHERS)
    assert "research_office" not in head
