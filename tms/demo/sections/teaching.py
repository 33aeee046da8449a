"""What somebody teaches this year."""

from __future__ import annotations

from typing import Any

from tms.demo.calendar import BASE
from tms.demo.dice import Dice
from tms.demo.life import DOCTOR, Life
from tms.dictionary import HE, PS, SE, SV

#: Courses by the stage at which they are taught.
COURSES = {
    "2": ("13", "13", "14", "14", "41", "11", "15", "22", "24", "25", "26"),
    "3": ("13", "14", "41", "12", "16", "17", "18", "20", "21", "22", "24"),
    "4": ("13", "14", "41", "12", "16", "17", "18", "20", "21", "22", "27"),
}
SPECIAL_COURSES = ("301", "302", "303", "304", "305", "306", "307", "308")
SUBJECTS = ("60", "66", "71", "73", "74", "75")
FIELDS = ("01", "03", "04", "05", "06", "07", "08", "12", "13")


def teaching(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """One row; who is not there to teach says so."""
    if life.category is HE:
        return [_at_university(life, dice)]
    row = {"academic_year": BASE.year, "term": "1", "concurrent_work": "00"}
    if not life.teaches:
        return [row | {"teaching_stage": ["0"], "teaching_status": "10"}]
    return [row | {"teaching_status": "20"} | _load(dice) | _subject(life, dice)]


def _load(dice: Dice) -> dict[str, Any]:
    return {
        "weekly_hours": dice.between(8, 18),
        "other_weekly_hours": dice.between(0, 4),
        "concurrent_work": "23" if dice.chance(0.3) else "00",
    }


def _subject(life: Life, dice: Dice) -> dict[str, Any]:
    if life.category is PS:
        stage = life.place.stage
        return {"teaching_stage": [stage], "courses": [dice.pick(COURSES[stage])]}
    if life.category is SE:
        courses = [dice.pick(SPECIAL_COURSES)]
        return {"teaching_stage": ["A"], "special_courses": courses, "special_other_work": "0"}
    assert life.category is SV  # noqa: S101  kindergartens do not have the section
    subject = dice.pick(SUBJECTS)
    course = "1" if subject == "60" else dice.pick("23")
    return {"vocational_subject_category": subject, "vocational_course_category": course}


def _at_university(life: Life, dice: Dice) -> dict[str, Any]:
    teaches = life.teaches and dice.chance(0.9)
    supervises = life.teaches and life.rank > 2 and dice.chance(0.7)
    doctoral = supervises and life.education[-1] == DOCTOR and life.rank == 4
    return {
        "year": BASE.year,
        "term": "1",
        "supervisor_type": "3" if doctoral else "2" if supervises else "0",
        "discipline_field": dice.pick(FIELDS) if teaches or supervises else None,
        "taught_undergraduates": "1" if teaches else "0",
        "course_hours": dice.between(32, 160) if teaches else None,
        "other_hours": dice.between(0, 40),
    }
