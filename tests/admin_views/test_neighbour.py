"""A county's user against the neighbouring county, on every plain view and by every verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.admin_views.conftest import Office, Panel
from tests.support.cast import id_number
from tms.access import CONSOLE, bind, scope
from tms.models import TABLES, Assignment, Person, Teacher, Unit, User

#: Texts that stand in the neighbour's rows only.
NAME, MAJOR, SCHOOL = "金丝雀", "雀鸟学", "西山县实验中学"
CANARIES = (NAME, MAJOR, SCHOOL)


@dataclass
class Prey:
    """What the neighbour has, by id."""

    teacher: int
    row: int
    unit: int
    user: int


Attack = Callable[[Panel, Prey], TestResponse]

#: Looking: each shows a canary once the scope is taken away.
LOOKS: dict[str, Attack] = {
    "list of files": lambda p, y: p.get("/teacher/"),
    "list of rows": lambda p, y: p.get("/study_experience/"),
    "search": lambda p, y: p.get("/teacher/", search=NAME[:2]),
    "search of rows": lambda p, y: p.get("/study_experience/", search=NAME[:2]),
    "filter by unit": lambda p, y: p.get("/teacher/", unit="3136000201"),
    "rows of a file": lambda p, y: p.get("/study_experience/", teacher_id=y.teacher),
    "file": lambda p, y: p.get("/teacher/details/", id=y.teacher),
    "row": lambda p, y: p.get("/study_experience/details/", id=y.row),
    "form": lambda p, y: p.get("/study_experience/edit/", id=y.row),
    "new row's form": lambda p, y: p.get("/study_experience/new/", teacher_id=y.teacher),
    "export of files": lambda p, y: p.get("/teacher/export/csv/"),
    "export of rows": lambda p, y: p.get("/study_experience/export/csv/", teacher_id=y.teacher),
    "list of units": lambda p, y: p.get("/unit/"),
    "unit": lambda p, y: p.get("/unit/details/", id=y.unit),
    "lookup of units": lambda p, y: p.get("/lookup/unit", q="西山"),
}

ROW = {"education_level": "21", "major": "改了", "row_version": "1"}
FILE = {
    "name": "闯入者",
    "gender": "1",
    "birth_date": "1985-03-12",
    "id_type": "1",
    "id_number": id_number(801),
    "person_kind": "established",
    "school": "3136000201",
}

#: Writing: none changes anything of the neighbour's.
WRITES: dict[str, Attack] = {
    "edit": lambda p, y: p.post("/study_experience/edit/", ROW, query_string={"id": y.row}),
    "delete": lambda p, y: p.post("/study_experience/delete/", {"id": y.row, "row_version": 1}),
    "create in": lambda p, y: p.post(
        "/study_experience/new/", ROW, query_string={"teacher_id": y.teacher}
    ),
    "make a file there": lambda p, y: p.post("/teacher/new/", FILE),
    "submit": lambda p, y: p.post(
        "/teacher/action/", {"action": "submit", "rowid": y.teacher, "confirmed": "1"}
    ),
    "pass": lambda p, y: p.post(
        "/teacher/action/", {"action": "pass", "rowid": y.teacher, "confirmed": "1"}
    ),
    "return": lambda p, y: p.post(
        "/teacher/action/",
        {"action": "return", "rowid": y.teacher, "confirmed": "1", "note": "x"},
    ),
    "inline edit": lambda p, y: p.post(
        "/study_experience/ajax/update/", {"list_form_pk": y.row, "major": "改了"}
    ),
    "bulk delete": lambda p, y: p.post(
        "/study_experience/action/", {"action": "delete", "rowid": y.row}
    ),
    "rename unit": lambda p, y: p.post(
        "/unit/edit/", {"name": "改了"}, query_string={"id": y.unit}
    ),
    "disable account": lambda p, y: p.post("/account/disable/", {"id": y.user}),
    "reset account": lambda p, y: p.post("/account/reset/", {"id": y.user}),
}


@pytest.fixture
def prey(office: Office) -> Prey:
    teacher = office.make_file("3136000201", name=NAME)
    with office.cast() as cast:
        row = cast.add(
            "far_school_info", teacher, "study_experience", education_level="21", major=MAJOR
        )
        unit = cast.units["3136000201"].id
        user = cast.staff["far_school_info"].user_id or 0
    return Prey(teacher, row, unit, user)


def everything(office: Office) -> list[Any]:
    """All that the neighbour owns, as it is stored."""
    study = TABLES["study_experience"]
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        rows = cast.session.execute(
            select(study.id, study.teacher_id, study.major, study.state, study.content_version)
        ).all()
        files = cast.session.execute(
            select(Teacher.id, Teacher.name, Teacher.unit_id, Teacher.record_status)
        ).all()
        units = cast.session.execute(select(Unit.id, Unit.name)).all()
        users = cast.session.execute(select(User.id, User.is_disabled, User.password_hash)).all()
        bind(cast.session, None)
    return [sorted(map(tuple, found)) for found in (rows, files, units, users)]


def shows_a_canary(response: TestResponse) -> bool:
    text = response.get_data(as_text=True)
    text = text.encode().decode("unicode_escape", "ignore") if response.is_json else text
    return any(canary in text for canary in CANARIES)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("name", ["county_info", "county_query"])
def test_nothing_of_the_neighbour_is_seen(
    office: Office, prey: Prey, name: str, look: Attack
) -> None:
    response = look(office.login(name), prey)

    assert not shows_a_canary(response)
    assert response.status_code in (200, 403, 404)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_without_the_scope_it_would_be(
    office: Office, prey: Prey, look: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: with the criteria taken away each of these shows a canary."""
    panel = office.login("county_info")
    monkeypatch.setattr(scope, "criterion", lambda actor, family: scope._all())

    response = look(panel, prey)
    text = response.get_data(as_text=True)

    assert shows_a_canary(response) or NAME.encode("unicode_escape").decode() in text
    assert response.status_code == 200


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("name", ["county_info", "county_admin"])
def test_nothing_of_the_neighbour_is_changed(
    office: Office, prey: Prey, name: str, write: Attack
) -> None:
    panel = office.login(name)
    before = everything(office)

    response = write(panel, prey)

    assert everything(office) == before
    assert not shows_a_canary(response)
    assert response.status_code < 500


def test_what_is_out_of_reach_looks_like_what_does_not_exist(office: Office, prey: Prey) -> None:
    panel = office.login("county_info")
    for path, foreign in (
        ("/teacher/details/", prey.teacher),
        ("/study_experience/edit/", prey.row),
    ):
        ours, none = panel.get(path, id=foreign), panel.get(path, id=987654321)

        assert (ours.status_code, none.status_code) == (404, 404)
        assert len(ours.data) == len(none.data)


def test_counts_are_of_ones_own(office: Office, prey: Prey) -> None:
    office.make_file("3136000101")

    text = office.login("county_info").get("/teacher/").get_data(as_text=True)

    assert "共1条" in text


def test_forged_fields_change_nothing(office: Office) -> None:
    """S3: state, version and owner are not the form's to say."""
    teacher = office.make_file()
    panel = office.login("school_info")
    forged = ROW | {
        "state": "in_force",
        "content_version": "9",
        "teacher_id": "1",
        "unit_path": "0",
    }
    panel.post("/study_experience/new/", forged, query_string={"teacher_id": teacher})

    row = office.row_of("study_experience", teacher)
    assert office.scalar("state", row, "study_experience") == "draft"
    assert office.scalar("content_version", row, "study_experience") == 1
    assert office.scalar("major", row, "study_experience") == "改了"


def test_a_role_is_not_posted_into_an_account(office: Office) -> None:
    """A county's administrator cannot make a school's information administrator (R16)."""
    panel = office.login("county_admin")
    form = {"username": "intruder", "role": "info_admin", "unit": "3136000101", "name": "闯入者"}
    panel.post("/account/new/", form)

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        made = cast.session.scalars(
            select(Assignment.role)
            .join(User, User.id == Assignment.user_id)
            .where(User.username == "intruder")
        ).all()
        people = cast.session.scalars(select(Person.id).where(Person.name == "闯入者")).all()
        bind(cast.session, None)
    assert (made, people) == ([], [])
