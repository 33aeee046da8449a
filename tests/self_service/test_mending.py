"""退回待改: a return is a to-do with only the flagged fields (PEERS.md 5, idea 7)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.admin_views.conftest import Office
from tests.self_service.test_pages import read, seen_on
from tests.support.databases import on_sqlite
from tests.support.own import at_home, enter
from tests.support.review import bring, change, do
from tms.access import CONSOLE, acting, door
from tms.models import ReviewNote
from tms.models.types import now
from tms.workflow import NoteOn

pytestmark = on_sqlite


def returned(office: Office, *on: tuple[str, str | None]) -> int:
    """A file that the school's clerk gave back for these tables and fields."""
    teacher = at_home(office, whole=True)
    rows = {table: office.row_of(table, teacher) for table, _field in on}
    with office.cast() as cast:
        bring(cast, teacher, "teacher", (("submit", "teacher"),))
        flags = [NoteOn(f"请核对{field}", table, rows[table], field) for table, field in on]
        do(cast, "return", "school_info", teacher, note="请核对", on=flags)
    return teacher


TWO = (("study_experience", "major"), ("contact", "mobile"))


def form_of(office: Office, teacher: int, **values: str) -> dict[str, Any]:
    """What the short form sends: values by "table.field", and the versions it was drawn with."""
    page = read(enter(office), "/mine/mend/")
    hidden = re.findall(r'name="([a-z_]+-\d+-(?:row_version|file_id))"[^>]*value="(\d+)"', page)
    typed = {}
    for name, value in values.items():
        table, _, key = name.partition("__")
        typed[f"{table}-{office.row_of(table, teacher)}-{key}"] = value
    return dict(hidden) | typed | {"file": teacher}


def test_only_what_was_named_is_asked_for(office: Office) -> None:
    teacher = returned(office, *TWO)

    page = read(enter(office), "/mine/mend/")

    asked = set(re.findall(r'data-field="(\w+)"', page))
    assert {"major", "mobile"} <= asked
    assert "education_institution" not in asked
    assert "请核对major" in page
    assert "/mine/mend/" in read(enter(office))
    assert office.scalar("record_status", teacher) == "returned"


def test_two_rows_are_mended_and_sent_in_with_one_press(office: Office) -> None:
    teacher = returned(office, *TWO)
    panel, typed = (
        enter(office),
        {"study_experience__major": "数学", "contact__mobile": "13911112222"},
    )

    panel.post("/mine/mend/", form_of(office, teacher, **typed) | {"send": "1"})

    row = office.row_of("study_experience", teacher)
    assert office.scalar("major", row, "study_experience") == "数学"
    assert office.scalar("record_status", teacher) == "submitted"


def test_what_nobody_touched_is_asked_about_before_it_goes_back(office: Office) -> None:
    teacher = returned(office, *TWO)
    with office.cast() as cast, acting(cast.session, CONSOLE), door(cast.session):
        later = now() + timedelta(minutes=1)
        cast.session.execute(update(ReviewNote).values(written_at=later))
        cast.session.commit()
    panel, form = enter(office), form_of(office, teacher) | {"send": "1"}

    answer = panel.post("/mine/mend/", form)

    assert answer.location == "/mine/mend/?as_is=1"
    page = read(panel, answer.location)
    assert "还没有改动" in page
    assert page.count("手机") > 1
    assert panel.get("/mine/submit/").location == answer.location
    assert office.scalar("record_status", teacher) == "returned"
    panel.post(answer.location, form | {"as_is": "1"})
    assert office.scalar("record_status", teacher) == "submitted"


def test_a_value_that_cannot_be_stored_is_named_and_nothing_is_saved(office: Office) -> None:
    teacher = returned(office, *TWO)
    typed = {"study_experience__major": "数学", "contact__mobile": "1" * 200}

    answer = enter(office).post("/mine/mend/", form_of(office, teacher, **typed) | {"send": "1"})

    row = office.row_of("study_experience", teacher)
    assert answer.status_code == 422
    assert "said said-error" in answer.text
    assert 'value="数学"' in answer.text
    assert office.scalar("major", row, "study_experience") == "汉语言文学"
    assert office.scalar("record_status", teacher) == "returned"


def test_a_row_that_moved_meanwhile_is_not_overwritten_silently(office: Office) -> None:
    teacher = returned(office, *TWO)
    form = form_of(office, teacher, contact__mobile="13911112222")
    with office.cast() as cast:
        change(cast, "school_info", teacher, "contact", mobile="13700000000")

    answer = enter(office).post("/mine/mend/", form | {"send": "1"})

    row = office.row_of("contact", teacher)
    assert answer.status_code == 409
    assert "刚被他人修改" in answer.text
    assert 'value="13911112222"' in answer.text
    assert office.scalar("mobile", row, "contact") == "13700000000"


@pytest.mark.full
def test_new_warnings_are_seen_before_it_is_sent_in_again(office: Office) -> None:
    teacher = returned(office, ("work_experience", "start_month"))
    form = form_of(office, teacher, work_experience__start_month="2008-09")

    answer = enter(office).post("/mine/mend/", form | {"send": "1"})

    assert answer.location == "/mine/submit/"
    assert office.scalar("record_status", teacher) == "returned"
    panel = enter(office)
    panel.post("/mine/submit/", {"file": teacher, "seen": seen_on(panel)})
    assert office.scalar("record_status", teacher) == "submitted"


@pytest.mark.full
def test_a_named_row_leads_to_its_section(office: Office) -> None:
    returned(office, ("study_experience", None))

    page = read(enter(office), "/mine/mend/")

    assert "/mine/study_experience/" in page
    assert "data-judge=" not in page


@pytest.mark.full
def test_a_suggestion_stands_at_its_field_and_is_taken_up_without_a_script(office: Office) -> None:
    teacher = at_home(office, whole=True)
    row = office.row_of("study_experience", teacher)
    with office.cast() as cast:
        bring(cast, teacher, "teacher", (("submit", "teacher"),))
        flag = NoteOn("专业写全称", "study_experience", row, "major", "汉语言文学教育")
        do(cast, "return", "school_info", teacher, note="请核对", on=[flag])
    panel = enter(office)
    page = read(panel, "/mine/mend/")
    assert f'data-take="study_experience-{row}-major"' in page
    form = re.search(r'<form id="take-(\d+)".*?name="version" value="(\d+)"', page)
    assert form

    answer = panel.post("/suggestion/", {"id": form[1], "version": form[2], "back": "/mine/mend/"})

    assert answer.location == "/mine/mend/"
    assert office.scalar("major", row, "study_experience") == "汉语言文学教育"
