"""Forms follow the declarations: which fields, which options, which marks; also while open."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.admin_views.conftest import Office, Panel
from tests.support.databases import on_sqlite
from tms.admin_views.fields import FEW, MAX_OPTIONS
from tms.admin_views.hints import UNITS
from tms.dictionary import Category, Field, Kind, code_table
from tms.models import TABLES

SCHOOLS = {
    Category.KINDERGARTEN: "3136000102",
    Category.PRIMARY_SECONDARY: "3136000101",
    Category.SECONDARY_VOCATIONAL: "3136000103",
    Category.SPECIAL_EDUCATION: "3136000104",
    Category.HIGHER_EDUCATION: "4136010001",
}
STUDY = "study_experience"


class Fields(HTMLParser):
    """The fields of a form by key: kind of control, options, whether marked as required."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, Any]] = {}
        self.key = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "data-field" in given:
            self.key = str(given["data-field"])
            self.found[self.key] = {"options": [], "required": False, "controls": []}
        if not self.key:
            return
        mine = self.found[self.key]
        if "data-req" in given:
            mine["required"] = "hidden" not in given
        if given.get("name") == self.key:
            mine["controls"].append((tag, given))
        if tag == "option" and given.get("value"):
            mine["options"].append(given["value"])


def open_form(panel: Panel, table: str, teacher: int) -> str:
    """The form of a new row; basic information, which is there already, is opened."""
    answer = panel.get(f"/{table}/new/", teacher_id=teacher)
    return answer.get_data(as_text=True) if answer.status_code == 200 else ""


def judged(panel: Panel, path: str, **values: Any) -> dict[str, Any]:
    answer = panel.post(path, values)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = answer.json
    assert isinstance(found, dict)
    return found


@pytest.fixture
def panel(office: Office) -> Panel:
    return office.login("school_info")


def build_schools(office: Office) -> None:
    """The cast has schools of three categories; here are the other two."""
    from tests.support.cast import meet
    from tms.access import CONSOLE, bind
    from tms.models import Level, UnitKind
    from tms.records.units import NewUnit, create_unit

    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        for category in (Category.SECONDARY_VOCATIONAL, Category.SPECIAL_EDUCATION):
            above, code = cast.units["360102"].id, SCHOOLS[category]
            new = NewUnit(code, f"示例{code}", Level.SCHOOL, UnitKind.SCHOOL, None, category, above)
            create_unit(cast.session, CONSOLE, new)
        cast.session.commit()
        office.people = meet(cast.session)


@on_sqlite
@pytest.mark.parametrize("category", list(Category))
def test_every_form_is_as_declared(office: Office, category: Category) -> None:
    """All 26 tables in schools of each category, filled by somebody who fills everything."""
    build_schools(office)
    teacher = office.make_file(SCHOOLS[category])
    panel = office.login("province_info")

    for key, model in TABLES.items():
        if key == "basic_information":
            row = office.row_of(key, teacher)
            page = panel.get(f"/{key}/edit/", id=row).get_data(as_text=True)
        else:
            page = open_form(panel, key, teacher)
        found = Fields(page).found
        expected = {
            f.key: f
            for f in model.dictionary.fields_for(category)
            if not f.readonly and f.kind is not Kind.PHOTO
        }
        assert list(found) == (list(expected) if model.dictionary.applies(category) else []), key
        for name in found:
            compare(found[name], expected[name], category)


def compare(found: dict[str, Any], field: Field, category: Category) -> None:
    name = field.codes_for(category)
    if field.required[category] == "always":
        assert found["required"], field.key
    if field.required[category] == "never":
        assert not found["required"], field.key
    tag, given = found["controls"][-1]
    if field.kind is Kind.CODE and name:
        codes = [entry.code for entry in code_table(name).entries if not entry.retired]
        if len(codes) > MAX_OPTIONS:
            assert given["data-lookup"] == f"/lookup/code/{name}"
        elif field.multiple:
            assert [each["value"] for _, each in found["controls"] if each.get("value")] == codes
        else:
            assert found["options"] == codes
            assert ("data-combobox" in given) == (len(codes) > FEW)
    if field.kind is Kind.MONTH:
        assert (tag, "data-month" in given) == ("input", True)


@on_sqlite
def test_a_section_differs_between_kindergarten_and_university(office: Office) -> None:
    """Written out once, so that the sweep above cannot be wrong in the same way as the program."""
    small, large = office.make_file("3136000102"), office.make_file("4136010001")

    kindergarten = open_form(office.login("kindergarten_info"), "professional_ethics", small)
    university = open_form(office.login("university_info"), "professional_ethics", large)

    assert Fields(kindergarten).found["assessment_month"]["required"]
    assert not Fields(university).found["assessment_month"]["required"]
    assert not Fields(kindergarten).found["honor_level"]["required"]
    assert Fields(university).found["honor_level"]["required"]


def test_the_open_form_is_told_how_its_fields_stand(office: Office, panel: Panel) -> None:
    teacher = office.make_file()
    path = f"/{STUDY}/judge/?teacher_id={teacher}"

    master = judged(panel, path, education_level="14", degree_level="3")
    none = judged(panel, path, education_level="21", degree_level="0", degree_name="404")

    assert master["degree_name"]["required"]
    assert set(master["degree_name"]["options"]) == {
        entry.code for entry in code_table("degree_name").entries if entry.parent == "3"
    }
    assert master["degree_name"]["why"] == "因“学位层次”为“硕士”，须填写"
    assert master["degree_name"]["narrowed"] == "按“学位层次”列出选项"
    assert (none["degree_name"]["shown"], none["degree_name"]["forbidden"]) == (False, True)
    assert none["degree_name"]["why"] == "因“学位层次”为“无”，不用填写"
    assert [f["severity"] for f in none["degree_name"]["findings"]] == ["error", "error"]


def test_of_several_deciding_values_those_at_hand_are_named(office: Office, panel: Panel) -> None:
    path = f"/post_appointment/judge/?teacher_id={office.make_file()}"

    one = judged(panel, path, has_concurrent_post="0")["concurrent_post_level"]
    none = judged(panel, path)["concurrent_post_level"]

    assert one["why"] == "因“是否兼任其他岗位”为“否”，不用填写"
    assert none["why"].startswith("是否填写取决于“是否兼任其他岗位”、")


def test_ethnicity_is_for_nationals(office: Office, panel: Panel) -> None:
    row = office.row_of("basic_information", office.make_file())
    path = f"/basic_information/judge/?id={row}"

    at_home = judged(panel, path, nationality="156")["ethnicity"]
    abroad = judged(panel, path, nationality="840")["ethnicity"]

    assert (at_home["required"], at_home["forbidden"]) == (True, False)
    assert (abroad["required"], abroad["forbidden"]) == (False, True)


def test_what_others_fill_and_other_sections_hold_is_asked_too(
    office: Office, panel: Panel
) -> None:
    teacher = office.make_file()
    basic = office.row_of("basic_information", teacher)
    form = {"work_start_month": "2008-07", "row_version": "1"}
    panel.post(f"/basic_information/edit/?id={basic}", form)

    path = f"/post_appointment/judge/?teacher_id={teacher}"
    found = judged(panel, path, post_category="1", start_month="2001-01")

    assert len(found["start_month"]["findings"]) == 1


def test_judging_writes_nothing_and_holds_no_writers_lock(office: Office, panel: Panel) -> None:
    teacher = office.make_file()
    with office.cast() as cast:
        row = cast.add("school_info", teacher, STUDY, major="数学")

    judged(panel, f"/{STUDY}/judge/?id={row}", major="物理")

    assert office.scalar("major", row, STUDY) == "数学"
    assert office.scalar("content_version", row, STUDY) == 1


def test_nobody_is_told_of_foreign_rows(office: Office, panel: Panel) -> None:
    foreign = office.make_file("3136000201")
    row = office.row_of("basic_information", foreign)

    assert panel.post(f"/{STUDY}/judge/?teacher_id={foreign}", {}).status_code == 404
    assert panel.post(f"/basic_information/judge/?id={row}", {}).status_code == 404
    reader = office.login("county_query")
    own = office.row_of("basic_information", office.make_file())
    assert reader.post(f"/basic_information/judge/?id={own}", {}).status_code == 403
    assert panel.client.post(f"/basic_information/judge/?id={own}").status_code == 400  # no token
    assert panel.get("/basic_information/judge/", id=own).status_code == 405


def test_a_number_is_never_told_back(office: Office, panel: Panel) -> None:
    from tests.support.cast import id_number

    row = office.row_of("basic_information", office.make_file())

    answer = panel.post(
        f"/basic_information/judge/?id={row}", {"id_type": "1", "id_number": id_number(805)}
    )

    assert id_number(805) not in answer.get_data(as_text=True)


def test_the_page_holds_the_states_and_complains_of_nothing_untouched(
    office: Office, panel: Panel
) -> None:
    page = open_form(panel, STUDY, office.make_file())

    states = json.loads(html.unescape(re.findall(r'data-states="([^"]*)"', page)[0]))

    assert states["education_level"]["required"]
    assert not any(state["findings"] for state in states.values())
    assert "请填写" not in re.sub(r'data-states="[^"]*"', "", page)


def test_hints_are_the_declarations_own(office: Office, panel: Panel) -> None:
    teacher = office.make_file()
    study = open_form(panel, STUDY, teacher)
    money = open_form(panel, "remuneration", teacher)

    assert "年月，如2020-01" in study
    assert "最多" in study
    assert "0至99,999,999.99，单位：元" in money


def test_every_unit_has_a_name_in_both_languages() -> None:
    declared = {f.unit for m in TABLES.values() for f in m.dictionary.fields.values() if f.unit}

    assert {unit.partition(" (")[0] for unit in declared} == set(UNITS)


def test_a_failed_save_is_summed_up_with_links(office: Office, panel: Panel) -> None:
    teacher = office.make_file()

    answer = panel.post(f"/{STUDY}/new/?teacher_id={teacher}", {"admission_month": "2004-13"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert '<a href="#admission_month">“入学年月”应为年月，如2020-01。</a>' in page
    assert page.count("“入学年月”应为年月，如2020-01。</span>") == 1


@on_sqlite
def test_codes_are_found_by_code_label_and_initials(office: Office, panel: Panel) -> None:
    def found(term: str, table: str = "ethnicity") -> list[str]:
        answer = panel.get(f"/lookup/code/{table}", q=term).json
        assert isinstance(answer, list)
        return [each["label"] for each in answer]

    assert "汉族" in found("hz")
    assert found("汉") == ["汉族"]
    assert found("01") == ["汉族"]
    assert len(found("", "admin_division")) == 20
    assert "东湖区" in " ".join(found("dhq", "admin_division"))
