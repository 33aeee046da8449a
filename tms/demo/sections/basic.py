"""Basic information and contact."""

from __future__ import annotations

from typing import Any

from tms.demo.calendar import BASE, month, plus_years
from tms.demo.dice import Dice
from tms.demo.life import MASTER, Job, Life
from tms.dictionary import HE, KG, PS, SE, SV

#: Codes of staff_category by what somebody is there for.
STAFF_CATEGORY = {
    KG: {Job.TEACHER: "04", Job.SUPPORT: "09", Job.ADMIN: "03", Job.WORKER: "10"},
    PS: {Job.TEACHER: "A1", Job.SUPPORT: "A2", Job.ADMIN: "A3", Job.WORKER: "A4"},
    SV: {Job.TEACHER: "A1", Job.SUPPORT: "A3", Job.ADMIN: "A2", Job.WORKER: "A4"},
    SE: {Job.TEACHER: "A1", Job.SUPPORT: "A2", Job.ADMIN: "A3", Job.WORKER: "A4"},
    HE: {Job.TEACHER: "11", Job.SUPPORT: "12", Job.ADMIN: "13", Job.WORKER: "14"},
}
STATUS = ("101", "203", "204", "206")
PARTIES = ("04", "05", "07", "10")
YOUNG = 28


def basic_information(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """The one row."""
    return [_identity(life, dice) | _employment(life, dice) | _background(life, dice)]


def _identity(life: Life, dice: Dice) -> dict[str, Any]:
    person = life.person
    age = BASE.year - person.birth_date.year
    return {
        "name": person.name,
        "former_name": "无",
        "gender": person.gender,
        "staff_no": f"{life.since}{person.number % 10_000:04d}",
        "nationality": "156",
        "id_type": "1",
        "id_number": person.id_number,
        "birth_date": person.birth_date,
        "native_place": person.region,
        "birth_place": person.region,
        "ethnicity": person.ethnicity,
        "political_status": _political_status(age, dice),
        "marital_status": "10" if age < YOUNG and dice.chance(0.7) else "20",
        "health_status": "1" if dice.chance(0.95) else "2",
    }


def _political_status(age: int, dice: Dice) -> list[str]:
    roll = dice.roll()
    if roll < 0.38:
        return ["01"]
    if roll < 0.41:
        return [dice.pick(PARTIES)]
    return ["03"] if age < YOUNG and roll < 0.8 else ["13"]


def _employment(life: Life, dice: Dice) -> dict[str, Any]:
    return {
        "work_start_month": life.work_start,
        "special_ed_start_month": life.entry,
        "school_entry_month": life.entry,
        "staff_source": _source(life, dice),
        "academic_origin": "1" if dice.chance(0.2) else "2",
        "staff_category": STAFF_CATEGORY[life.category][life.job],
        "is_established": "1" if life.established else "0",
        "employment_form": None if life.established else dice.pick("12"),
        "contract_status": "1" if life.established else "2",
        "secondary_unit": life.place.college,
    }


def _source(life: Life, dice: Dice) -> str:
    if life.former_unit:
        return "31" if life.category is HE else "30"
    if life.category is not HE:
        return "101" if dice.chance(0.7) else "102"
    return "122" if life.education[-1] == MASTER else "132" if life.rank > 1 else "52"


def _background(life: Life, dice: Dice) -> dict[str, Any]:
    special = life.category is SE
    service = "101" if life.category is PS and dice.chance(0.05) else "0"
    return {
        "is_full_time_normal_graduate": dice.pick("1110"),
        "is_special_ed_graduate": "1" if special and dice.chance(0.5) else "0",
        "has_special_ed_training": "1" if special or dice.chance(0.05) else "0",
        "has_special_ed_certificate": "1" if special and dice.chance(0.6) else "0",
        "is_preschool_graduate": dice.pick("1110"),
        "has_preschool_training": "1",
        "it_ability": dice.pick("22334"),
        "public_funded_normal_student": "2" if dice.chance(0.03) else "0",
        "grassroots_service": service,
        "grassroots_start_month": None if service == "0" else month(life.since, 9),
        "grassroots_end_month": None if service == "0" else plus_years(month(life.since, 8), 3),
        "is_special_grade_teacher": "1" if life.rank == 4 and dice.chance(0.3) else "0",
        "is_county_backbone": "1" if life.rank > 1 and dice.chance(0.15) else "0",
        "psychology_teacher": "2" if dice.chance(0.03) else "0",
        "is_double_qualified": "1" if life.teaches and dice.chance(0.4) else "0",
        "has_vocational_skill_certificate": "1" if dice.chance(0.5) else "0",
        "enterprise_practice": dice.pick("00123"),
        "personnel_status": "100" if dice.chance(0.95) else dice.pick(STATUS),
        "remarks": None,
    }


STREETS = ("人民路", "建设路", "文化路", "学府路", "解放路", "中山路", "滨江路", "和平街")


def contact(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """Numbers that nobody has: no mobile number begins with 100."""
    number = life.person.number
    return [
        {
            "address": f"{life.place.county}{dice.pick(STREETS)}{dice.between(1, 300)}号",
            "phone": f"0790-0{number % 1_000_000:06d}",
            "mobile": f"100{number % 100_000_000:08d}",
            "email": f"t{number:07d}@example.com"
            if dice.chance(0.8) or life.category is HE
            else None,
        }
    ]
