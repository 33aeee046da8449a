"""Who the people are: identity numbers that are well formed and unique, names, sex, birth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import gcd

from tms.demo.calendar import BIRTH_DAYS, FIRST_BIRTH
from tms.demo.dice import Dice
from tms.demo.names import full_name

#: Divisions of GB/T 2260 in which the invented people were born.
REGIONS = [
    "360102",
    "360103",
    "360104",
    "360111",
    "360112",
    "360121",
    "360123",
    "360124",
    "360202",
    "360203",
    "360222",
    "360281",
    "360302",
    "360313",
    "360321",
    "360322",
    "360403",
    "360423",
    "360424",
    "360425",
    "360428",
    "360502",
    "360521",
    "360602",
]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
#: Serials per place and day: each number stands for an odd (male) and an even (female) one.
SERIALS = 499
SPACE = len(REGIONS) * BIRTH_DAYS * SERIALS
#: Near the golden section of the space: consecutive people differ in everything.
STEP = next(n for n in range(int(SPACE * 0.618), SPACE) if gcd(n, SPACE) == 1)
WOMEN = 0.62
ETHNICITIES = ("02", "03", "06", "08", "11", "12", "15", "22")


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    number: int
    name: str
    gender: str
    birth_date: date
    id_number: str
    region: str
    ethnicity: str


def person(seed: int, number: int, dice: Dice) -> Person:
    """Person *number*: no two of one seed share an identity number."""
    place = (number * STEP + seed * 7_919) % SPACE
    place, days = divmod(place, BIRTH_DAYS)
    serial, region = divmod(place, len(REGIONS))
    gender = "2" if dice.chance(WOMEN) else "1"
    born = FIRST_BIRTH + timedelta(days=days)
    return Person(
        number,
        full_name(dice, gender),
        gender,
        born,
        identity_number(REGIONS[region], born, 2 * serial + (1 if gender == "1" else 2)),
        REGIONS[region],
        dice.pick(ETHNICITIES) if dice.chance(0.04) else "01",
    )


def identity_number(region: str, born: date, serial: int) -> str:
    """A number after GB 11643: region, birth, serial, check character."""
    body = f"{region}{born:%Y%m%d}{serial:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return body + CHECKS[total % 11]
