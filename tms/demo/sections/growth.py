"""Qualification, training, programmes, skills, exchange."""

from __future__ import annotations

from datetime import date
from typing import Any

from tms.demo.calendar import BASE, LAST_YEAR, month
from tms.demo.dice import Dice
from tms.demo.life import Life
from tms.dictionary import HE, KG, PS, SE, SV

QUALIFICATION = {KG: "1", SE: "2", SV: "5", HE: "7"}
BY_STAGE = {"2": "2", "3": "3", "4": "4"}
#: Certificates have 17 digits since then.
SINCE = 2001
SUBJECTS = ("语文", "数学", "英语", "物理", "化学", "音乐", "美术", "体育与健康", "信息技术")


def teacher_qualification(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """The certificate, or the record that says there is none."""
    if not life.teaches:
        return [{"qualification_type": "0"}]
    kind = BY_STAGE[life.place.stage] if life.category is PS else QUALIFICATION[life.category]
    year = max(life.since, SINCE)
    serial = life.person.number % 1_000_000
    sex = "1" if life.person.gender == "1" else "2"
    return [
        {
            "qualification_type": kind,
            "certificate_number": f"{year}36{dice.digits(3)}{kind}{sex}{serial:06d}",
            "subject": "无" if life.category is KG else dice.pick(SUBJECTS),
            "issue_date": date(year, 6, 20),
            "issuing_authority": f"{life.place.county}教育局",
        }
    ]


def talent_project(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """Few are in a programme; the others say so."""
    if life.rank < 3 or not dice.chance(0.05):
        return [{"talent_project": "00"}]
    year = dice.between(BASE.year - 5, LAST_YEAR)
    return [{"talent_project": dice.pick(("31", "40", "50")), "selection_year": year}]


PROJECTS = ("教师全员远程培训", "新课程标准研修", "信息技术应用能力提升工程", "师德师风专题培训")
BODIES = {"20": "示例省教师发展中心", "30": "示例市教师进修学校", "60": "本校"}


def domestic_training(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """One or two years of it."""
    years = (LAST_YEAR, BASE.year)[: dice.between(1, 2)]
    return [_training(year, dice) for year in years]


def _training(year: int, dice: Dice) -> dict[str, Any]:
    kind = dice.pick(("20", "30", "60"))
    hours = dice.between(2, 12) * 6
    return {
        "year": year,
        "training_type": kind,
        "project_name": f"{year}年{dice.pick(PROJECTS)}",
        "organisation": BODIES[kind],
        "training_mode": dice.pick("234"),
        "hours": hours,
        "credits": hours // 6,
    }


HOSTS = (("840", "美国示范州立大学"), ("826", "英国示范大学"), ("702", "新加坡示范学院"))


def overseas_training(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """A year abroad for some at universities; nothing to report for the others."""
    if life.category is not HE or life.rank < 2 or not dice.chance(0.15):
        return [{"has_experience": "0"}]
    country, host = dice.pick(HOSTS)
    year = dice.between(min(life.since + 1, LAST_YEAR), LAST_YEAR) - 1
    return [
        {
            "has_experience": "1",
            "start_date": date(year, 9, 1),
            "end_date": date(year + 1, 8, 31),
            "country": country,
            "host_institution": host,
            "project_name": "高校青年骨干教师访学项目",
            "organising_unit": "示例省教育厅",
        }
    ]


def skills_certificates(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """The certificate of standard spoken Chinese."""
    return [
        {
            "language": "zh",
            "language_mastery": dice.pick("12"),
            "certificate_type": "2",
            "language_certificate": dice.pick(("12", "13", "13", "14")),
            "issue_month": month(max(life.since, SINCE), 5),
            "issuing_unit": "示例省语言文字工作委员会",
            "certificate_number": f"36{life.since}{dice.digits(7)}",
        }
    ]


def exchange_rotation(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """Some taught at another school for a while."""
    if not life.teaches or life.since > BASE.year - 4 or not dice.chance(0.08):
        return [{"rotation_type": "0"}]
    return [
        {
            "rotation_type": dice.pick("134"),
            "personnel_relation_moved": "0",
            "start_month": month(LAST_YEAR - 1, 9),
            "end_month": month(LAST_YEAR, 7),
            "original_unit": life.place.name,
            "rotation_unit": f"{life.place.county}乡村中心学校",
        }
    ]
