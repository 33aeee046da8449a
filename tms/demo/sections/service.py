"""Work experience, posts and titles."""

from __future__ import annotations

from typing import Any

from tms.demo.calendar import LAST_YEAR, month, plus_years
from tms.demo.dice import Dice
from tms.demo.life import SERVICE, Job, Life
from tms.dictionary import HE, KG, PS, SE, SV, Category

NATURE = {KG: "232", PS: "231", SE: "233", SV: "234", HE: "22"}
POSITION = {Job.TEACHER: "教师", Job.SUPPORT: "教辅", Job.ADMIN: "行政", Job.WORKER: "工勤"}
POST = {Job.TEACHER: "1", Job.SUPPORT: "2", Job.ADMIN: "3", Job.WORKER: "4"}
NOT_YET = "998"
#: Grades of professional posts by rank; the first is that of people without a title.
GRADES = ((NOT_YET,), ("111", "112"), ("108", "109", "110"), ("105", "106", "107"), ("103", "104"))
#: Titles by rank, none first.
SCHOOL_TITLES = ("0", "404", "403", "402", "401")
TITLES: dict[Category, tuple[str, ...]] = {
    SV: ("0", "024", "023", "022", "021"),
    HE: ("0", "014", "013", "012", "011"),
}


def work_experience(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """From the first job to now, without a gap."""
    now = {
        "unit_name": life.place.name,
        "start_month": life.entry,
        "unit_nature": NATURE[life.category],
        "position": POSITION[life.job],
    }
    if not life.former_unit:
        return [now]
    before = {
        "unit_name": life.former_unit,
        "start_month": life.work_start,
        "end_month": life.entry,
        "unit_nature": NATURE[PS],
        "position": POSITION[life.job],
    }
    return [before, now]


def post_appointment(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """The post held now."""
    grade, rank = _grade(life, dice)
    leads = life.job is Job.ADMIN and dice.chance(0.5)
    at_university = life.category is HE
    return [
        {
            "post_category": POST[life.job],
            "post_level": grade,
            "start_month": _since(life),
            "has_concurrent_post": "0",
            "school_position": ["20" if dice.chance(0.5) else "21"] if leads else ["00"],
            "school_position_start_month": _since(life) if leads else None,
            "is_double_shoulder": "0",
            "party_admin_position_type": "24" if leads and at_university else "00",
            "party_admin_position_name": "副处长" if leads and at_university else None,
            "position_rank": rank,
            "is_student_counsellor": "0",
        }
    ]


#: Grade of a management post with its rank (position_rank).
MANAGEMENT = (("207", "141"), ("208", "142"), ("209", "150"), ("210", "160"))


def _grade(life: Life, dice: Dice) -> tuple[str, str | None]:
    if life.job is Job.ADMIN:
        return dice.pick(MANAGEMENT)
    if life.job is Job.WORKER:
        return dice.pick(("303", "304", "305", "306")), None
    return dice.pick(GRADES[life.rank]), None


def _since(life: Life) -> str:
    """When the present rank was reached, not before entry into the school."""
    reached = plus_years(life.work_start, SERVICE[life.rank - 1] if life.rank else 0)
    return min(max(reached, life.entry), month(LAST_YEAR, 9))


def professional_title_appointment(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """The title held now, or the record that says there is none."""
    title = TITLES.get(life.category, SCHOOL_TITLES)[life.rank]
    if title == "0":
        return [{"professional_title": "0"}]
    return [
        {
            "professional_title": title,
            "start_month": _since(life),
            "appointing_unit": life.place.name,
            "has_same_level_certificate": "1",
        }
    ]
