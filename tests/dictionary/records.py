"""Records to judge: seeded, over every table and category, most of them wrong somewhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.dictionary import oracle

NUMBERS = (
    "11010519491231002X",
    "331102198001010019",
    "433101199002150025",
    "330121197510030038",
    "433101200307090049",
    "331102198001010013",
    "110105194902310021",
    "110105491231002",
    "11010519491231002x",
    "990105194912310021",
    "110999194912310023",
    "810000199001010016",
    "E12345678",
)
WRONG = (
    True,
    7,
    -1,
    3.5,
    1e30,
    {},
    {"a": 1},
    [1],
    [None],
    ["x"],
    "x",
    " ",
    "１２",
    "1,2",
    "2020-13",
)
BIRTHS = ("1949-12-31", "1980-01-01", "1990-02-15", "2003-07-09")


def generate(count: int, seed: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """*count* times (table, category, record)."""
    dice = random.Random(seed)  # noqa: S311  not for secrets
    pairs = [
        (key, category)
        for key, (section, _) in oracle.tables().items()
        for category in section["applies_to"]
    ]
    for number in range(count):
        table, category = pairs[number % len(pairs)]
        yield table, category, _record(dice, table, category)


def _record(dice: random.Random, table: str, category: str) -> dict[str, Any]:
    disorder = dice.choice((0.0, 0.05, 0.3))
    fullness = dice.choice((0.5, 0.8, 1.0))
    record: dict[str, Any] = {}
    for field in oracle.tables()[table][1]["fields"]:
        mine = category if category in oracle.applies_to(oracle.tables()[table][0], field) else None
        if dice.random() < disorder:
            record[field["key"]] = dice.choice(WRONG)
        elif dice.random() < fullness:
            record[field["key"]] = _value(dice, field, mine or _any_category(field))
        else:
            record[field["key"]] = dice.choice((None, "", []))
    if dice.random() < 0.3:
        record["no_such_field"] = "x"
    return record


def _any_category(field: dict[str, Any]) -> str:
    return str((field.get("applies_to") or oracle.CATEGORIES)[0])


def _value(dice: random.Random, field: dict[str, Any], category: str) -> Any:
    kind = field["type"]
    if kind == "code":
        return _code(dice, field, category)
    if kind == "text":
        return _text(dice, field)
    if kind == "date":
        return dice.choice(
            (
                *BIRTHS,
                _date(dice),
                _date(dice),
                _date(dice),
                "2023-02-29",
                "2024-02-29",
                "2020/01/01",
            )
        )
    if kind == "month":
        return dice.choice((_date(dice)[:7], _date(dice)[:7], "1996-01", "2020-1", "202001"))
    if kind == "year":
        return dice.choice((2019, "2020", 2026, 2027, "20", 20, "2020-2021"))
    if kind in ("integer", "decimal"):
        top = field["max"]
        return dice.choice((0, 1, "12", 100, top, str(top), -1, float(top) + 1, "1.5", 2.25, "a"))
    return dice.choice(NUMBERS)


def _code(dice: random.Random, field: dict[str, Any], category: str) -> Any:
    table = oracle.codes_for(field, category)
    if table == "admin_division":
        return dice.choice(("331102", "110000", "330121", "999999"))
    codes = [entry["code"] for entry in oracle.CODES[table]["entries"]]
    low = codes[: dice.choice((1, 2, 4))]  # the first are the ones conditions name
    one = dice.choice(low if dice.random() < 0.5 else codes)
    if not field.get("multiple"):
        return dice.choice((one, one, one, one, "?"))
    several = dice.sample(codes, min(len(codes), dice.randint(1, 3)))
    return dice.choice(([one], several, several, ",".join(several), [one, "?"]))


def _text(dice: random.Random, field: dict[str, Any]) -> str:
    length = field["length"]
    choices = ["无", "张三", "a b", " a", "x" * length, "字" * (length + 1), "13800000000", "a@b"]
    choices += ["无", "无", "20203310000000001"[:17], "1993" + "0" * 13, "0578-2271000"]
    return dice.choice(choices)


def _date(dice: random.Random) -> str:
    year = dice.choice((dice.randint(1975, 2026), dice.randint(2024, 2028)))
    return f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
