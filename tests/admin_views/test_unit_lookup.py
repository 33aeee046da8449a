"""Units as they are typed: by code, name, or what the suggestions say; codes may hold hyphens."""

from __future__ import annotations

import pytest

from tests.admin_views.conftest import Office
from tests.admin_views.test_unit_tree import lines

UNIVERSITY, COLLEGE = "4136010001", "4136010001-01"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        (UNIVERSITY, [UNIVERSITY, COLLEGE, "4136010001-KY"]),
        ("4136010001-0", [COLLEGE]),
        ("4136010001-01-示例大学文", [COLLEGE]),
        ("4136010001-示例大学", [UNIVERSITY]),
        ("示例大学文", [COLLEGE]),
        ("4136010001-示例中学", []),
        ("4136010001-%", []),
    ],
)
def test_suggestions_begin_with_what_is_typed(office: Office, typed: str, codes: list[str]) -> None:
    found = office.login("university_info").get("/lookup/unit", q=typed).json

    names = {unit.code: unit.name for unit in office.people.units.values()}
    assert found == [f"{code}-{names[code]}" for code in codes]


@pytest.mark.parametrize("typed", [COLLEGE, "4136010001-01-示例大学文学院", "示例大学文学院"])
def test_a_college_is_meant_by_its_code_its_name_or_both(office: Office, typed: str) -> None:
    panel = office.login("province_admin")
    department = office.people.units["4136010001-KY"].id

    answer = panel.post(
        f"/unit/act/?act=merge&id={department}", {"target": typed, "step": "preview"}
    )

    assert "只有类型" in answer.get_data(as_text=True)
    assert answer.status_code == 422


def test_a_colleges_files_are_listed_from_the_tree(office: Office) -> None:
    university, college = (office.people.units[code].id for code in (UNIVERSITY, COLLEGE))
    office.make_file(UNIVERSITY)
    panel = office.login("university_info")

    whole = panel.get("/teacher/", unit=UNIVERSITY).get_data(as_text=True)
    part = panel.get("/teacher/", unit=COLLEGE).get_data(as_text=True)
    tree = lines(panel.get("/unit/tree/").get_data(as_text=True))

    assert "教师1" in whole
    assert "教师1" not in part
    assert {university, college} <= tree.keys()
