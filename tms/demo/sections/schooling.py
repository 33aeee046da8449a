"""Study experience: from senior secondary school to the highest degree."""

from __future__ import annotations

from typing import Any

from tms.demo.calendar import month
from tms.demo.dice import Dice
from tms.demo.life import BACHELOR, COLLEGE, DOCTOR, ENDS, MASTER, Life
from tms.demo.names import TOWNS
from tms.dictionary import HE

#: Years of schooling.
LASTS = {COLLEGE: 3, BACHELOR: 4, MASTER: 3, DOCTOR: 4}
UNIVERSITIES = (
    "示例师范大学",
    "示例大学",
    "云江师范学院",
    "南湖理工大学",
    "东川教育学院",
    "清河大学",
)
COLLEGES = ("示例师范高等专科学校", "云江幼儿师范高等专科学校", "清河职业技术学院")
#: Majors with the last two digits of the degree's code.
MAJORS = (
    ("汉语言文学", "05"),
    ("数学与应用数学", "07"),
    ("英语", "05"),
    ("物理学", "07"),
    ("化学", "07"),
    ("生物科学", "07"),
    ("历史学", "06"),
    ("地理科学", "07"),
    ("思想政治教育", "03"),
    ("教育学", "04"),
    ("学前教育", "04"),
    ("体育教育", "04"),
    ("音乐学", "13"),
    ("美术学", "13"),
    ("计算机科学与技术", "08"),
    ("机械工程", "08"),
    ("工商管理", "12"),
)


def study_experience(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """One row a school, in order; a second degree is of the same discipline."""
    major = dice.pick(MAJORS)
    return [_senior(life, dice)] + [_higher(life, kind, major, dice) for kind in life.education]


def _senior(life: Life, dice: Dice) -> dict[str, Any]:
    born = life.person.birth_date.year
    return {
        "education_level": "61",
        "education_country": "156",
        "education_institution": f"{life.place.county}{dice.pick(TOWNS)}中学",
        "major": "无",
        "is_normal_major": "0",
        "admission_month": month(born + 15, 9),
        "graduation_month": month(born + 18, 6),
        "degree_level": "0",
        "study_mode": "1",
        "study_institution_type": "12",
    }


def _higher(
    life: Life, kind: tuple[str, str], major: tuple[str, str], dice: Dice
) -> dict[str, Any]:
    level, degree = kind
    end = life.person.birth_date.year + ENDS[kind]
    school = dice.pick(COLLEGES if kind == COLLEGE else UNIVERSITIES)
    row = {
        "education_level": level,
        "education_country": "156",
        "education_institution": school,
        "major": major[0],
        "is_normal_major": dice.pick("110"),
        "admission_month": month(end - LASTS[kind], 9),
        "graduation_month": month(end, 6 if life.category is HE else 7),
        "degree_level": degree,
        "study_mode": "1",
        "study_institution_type": "14",
    }
    if degree != "0":
        row |= {
            "degree_name": degree + major[1],
            "degree_country": "156",
            "degree_institution": school,
            "degree_award_month": row["graduation_month"],
        }
    return row
