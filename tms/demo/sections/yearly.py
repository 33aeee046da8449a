"""What comes every year: pay, assessment, ethics."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tms.demo.calendar import LAST_YEAR, month
from tms.demo.dice import Dice
from tms.demo.life import Life
from tms.dictionary import HE

ALL_INSURANCES = ["1", "2", "3", "4", "5", "6"]
#: Basic salary a month by rank.
SALARY = (2600, 3100, 3900, 4900, 6300)


def remuneration(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """The last full year."""
    basic = SALARY[life.rank] + 20 * (LAST_YEAR - life.since) + dice.between(0, 20) * 10
    performance, allowance = dice.between(15, 40) * 100, dice.between(2, 9) * 100
    return [
        {
            "year": LAST_YEAR,
            "annual_income": Decimal(12 * (basic + performance + allowance)),
            "basic_salary": Decimal(basic),
            "performance_salary": Decimal(performance),
            "rural_subsidy": Decimal(400 if dice.chance(0.3) else 0),
            "allowance": Decimal(allowance),
            "other_allowance": Decimal(allowance),
            "other_pay": Decimal(0),
            "social_insurance": ALL_INSURANCES if dice.chance(0.9) else ["1", "2", "6"],
        }
    ]


def annual_assessment(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """The last years, as far as somebody was already there."""
    first = max(life.since, LAST_YEAR - dice.between(0, 1))
    return [
        {
            "year": year,
            "result": "1" if dice.chance(0.15) else "2",
            "assessing_unit": life.place.name,
        }
        for year in range(min(first, LAST_YEAR), LAST_YEAR + 1)
    ]


def professional_ethics(life: Life, dice: Dice) -> list[dict[str, Any]]:
    """The last assessment; now and then an honour."""
    honoured = dice.chance(0.06)
    row: dict[str, Any] = {
        "assessment_month": month(LAST_YEAR, 12),
        "conclusion": "1" if dice.chance(0.2) else "2",
        "assessing_unit": life.place.name,
        "honor_level": "4" if honoured else "0",
        "punishment_type": "0",
    }
    if honoured:
        row |= {
            "honor_title": "优秀教师" if life.category is HE else "14",
            "honor_date": date(LAST_YEAR, 9, 10),
            "honor_unit": "示例市教育局",
        }
    return [row]
