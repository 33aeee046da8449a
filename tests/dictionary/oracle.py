"""A second opinion: judges records from the two YAML files alone, knowing nothing of tms.

Slow and simple on purpose: it evaluates the YAML's own expressions with Python over wrapped
values, so that a mistake in the dictionary's parser, evaluator or declarations shows.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from tests.dictionary.divisions import REGIONS
from tests.dictionary.wrapped import EMPTY, Moment, Skip

DATA = Path(__file__).parents[1] / "data"
DICTIONARY = yaml.safe_load((DATA / "sections.yaml").read_text("utf-8"))
CODES = yaml.safe_load((DATA / "codes.yaml").read_text("utf-8"))["tables"]
CATEGORIES = list(DICTIONARY["meta"]["categories"])


def tables() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """{table: (its section, itself)}; a section without parts is its own table."""
    return {
        table["key"]: (section, table)
        for section in DICTIONARY["sections"]
        for table in section.get("subsections", [section])
    }


def applies_to(section: dict[str, Any], field: dict[str, Any]) -> list[str]:
    return list(field.get("applies_to", section["applies_to"]))


def fields_for(table: str, category: str) -> list[dict[str, Any]]:
    section, its = tables()[table]
    return [f for f in its["fields"] if category in applies_to(section, f)]


def condition(value: Any, category: str) -> Any:
    """ "always", "never" or the text of an expression."""
    if isinstance(value, dict) and "when" not in value:
        value = value[category]
    return value["when"] if isinstance(value, dict) else value


def codes_for(field: dict[str, Any], category: str) -> str | None:
    codes = field.get("codes")
    return codes[category] if isinstance(codes, dict) else codes


class Judge:
    """Judges single records on one day."""

    def __init__(self, today: dt.date) -> None:
        self.today = today

    # -- values -------------------------------------------------------------------------------

    def read(self, field: dict[str, Any], raw: Any) -> Any:
        """The wrapped value. :raises ValueError: unreadable."""
        kind = field["type"]
        if field.get("multiple"):
            items = raw.split(",") if isinstance(raw, str) else raw
            if not isinstance(items, list) or not all(isinstance(i, str) for i in items):
                raise ValueError(raw)
            return items
        if isinstance(raw, bool):
            raise ValueError(raw)
        if kind in ("integer", "year", "decimal"):
            return self._number(kind, raw)
        if not isinstance(raw, str):
            raise ValueError(raw)
        if kind == "date":
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
                raise ValueError(raw)
            day = dt.datetime.strptime(raw, "%Y-%m-%d")
            return Moment(day.year, day.month, day.day)
        if kind == "month":
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", raw):
                raise ValueError(raw)
            day = dt.datetime.strptime(raw + "-01", "%Y-%m-%d")
            return Moment(day.year, day.month)
        return raw.upper() if kind == "id_number" else raw

    def _number(self, kind: str, raw: Any) -> Any:
        if isinstance(raw, str):
            pattern = {
                "integer": r"-?[0-9]+",
                "year": r"[0-9]{4}",
                "decimal": r"-?[0-9]+(\.[0-9]+)?",
            }
            if not re.fullmatch(pattern[kind], raw):
                raise ValueError(raw)
        elif not isinstance(raw, int | float | Decimal):
            raise ValueError(raw)
        try:
            number = Decimal(str(raw))
        except InvalidOperation as error:
            raise ValueError(raw) from error
        if kind != "decimal" and number != number.to_integral_value():
            raise ValueError(raw)
        if kind == "year" and not 1000 <= number <= 9999:
            raise ValueError(raw)
        return number if kind == "decimal" else int(number)

    # -- one record ---------------------------------------------------------------------------

    def judge(self, table: str, category: str, record: dict[str, Any]) -> list[tuple[str, str]]:
        """Sorted (field, rule); the field is '' for a rule of the record."""
        self.table = table
        fields = fields_for(table, category)
        filled = {f["key"] for f in fields if record.get(f["key"]) not in (None, "", [])}
        self.values: dict[str, Any] = {}
        self.bad: set[str] = set()
        found: list[tuple[str, str]] = []
        for f in fields:
            if f["key"] in filled:
                found += [(f["key"], rule) for rule in self._value(f, category, record[f["key"]])]
        for f in fields:
            filtered = f["key"] in self.values and f.get("options_filter")
            if filtered and not self._options(f, category):
                found.append((f["key"], "code"))
                self.bad.add(f["key"])
        for f in fields:
            key = f["key"]
            if key not in filled and self._holds(condition(f["required"], category)):
                found.append((key, "required"))
            if key in filled and self._holds(condition(f.get("forbidden", "never"), category)):
                found.append((key, "forbidden"))
            for rule in f.get("rules", []):
                if key in filled and key not in self.bad and self._ask(rule["fails_when"]):
                    found.append((key, rule["id"]))
        for rule in tables()[table][1].get("rules", []):
            if self._ask(rule["fails_when"]):
                found.append(("", rule["id"]))
        return sorted(found)

    def _value(self, f: dict[str, Any], category: str, raw: Any) -> list[str]:
        try:
            value = self.read(f, raw)
        except ValueError:
            self.bad.add(f["key"])
            return ["type"]
        table = codes_for(f, category)
        if f["type"] == "code":
            known = (
                REGIONS
                if table == "admin_division"
                else {e["code"] for e in CODES[table]["entries"]}
            )
            if not set(value if isinstance(value, list) else [value]) <= known:
                self.bad.add(f["key"])
                return ["code"]
        self.values[f["key"]] = value
        broken = []
        if "length" in f and len(raw if isinstance(raw, str) else f"{value:f}") > f["length"]:
            broken.append("length")
        if "min" in f and not Decimal(str(f["min"])) <= value <= Decimal(str(f["max"])):
            broken.append("range")
        return broken

    def _options(self, f: dict[str, Any], category: str) -> bool:
        chosen = self.values[f["key"]]
        entries = {e["code"]: e for e in CODES[codes_for(f, category)]["entries"]}
        for code in chosen if isinstance(chosen, list) else [chosen]:
            if f["key"] == "courses":
                if "teaching_stage" in self.bad:
                    continue
                letters = re.findall(r"\b[PJS]\b", entries[code]["en"].rpartition("(")[2])
                stages = self.values.get("teaching_stage", [])
                if letters and not any(
                    {"2": "P", "3": "J", "4": "S"}.get(s) in letters for s in stages
                ):
                    return False
            else:
                extra = {"code": code, "parent": entries[code].get("parent", "")}
                if self._ask(f["options_filter"], extra) is False:
                    return False
        return True

    def _holds(self, text: str) -> bool:
        return text == "always" or (text != "never" and bool(self._ask(text)))

    def _ask(self, text: str, extra: dict[str, str] | None = None) -> bool | None:
        own = {f["key"] for f in tables()[self.table][1]["fields"]}
        bare = re.sub(r"'[^']*'", "", text)
        for name in set(re.findall(r"[a-z_]+", bare)) & own:
            if name in self.bad:
                return None
        names = {key: self.values.get(key, EMPTY) for key in own}
        if self.table != "basic_information":
            names["basic_information"] = _Absent()
        scope = {"__builtins__": {}, **self._helpers(), **names, **(extra or {})}
        try:
            return bool(eval(text.replace("\\", "\\\\"), scope))  # noqa: S307  the YAML is ours
        except Skip:
            return None

    # -- helpers of DOMAIN.md 12 --------------------------------------------------------------

    def _helpers(self) -> dict[str, Any]:
        return {
            "strip": str.strip,
            "has_inner_space": lambda s: bool(re.search(r"\s", s.strip())),
            "matches": lambda s, pattern: bool(re.match(pattern, s)) and not s.endswith("\n"),
            "contains_any": lambda chosen, codes: bool(set(chosen) & set(codes)),
            "count": len,
            "today": lambda: Moment(self.today.year, self.today.month, self.today.day),
            "month": lambda d: d if isinstance(d, str) else Moment(*d.parts[:2]),
            "year_of": lambda d: d if isinstance(d, str) else d.parts[0],
            "resident_id_ok": self._resident_id_ok,
            "id_birth": self._id_birth,
            "id_gender": lambda n: "1" if int(self._digits(n)[16]) % 2 else "2",
            "known_region": self._known_region,
            "age_at": self._age_at,
            "is_enrolled": lambda: False,
            "months_between": self._months_between,
            "qualification_number_ok": self._qualification,
            **dict.fromkeys(
                (
                    "exists_elsewhere", "via_business", "photo_bytes", "is_jpeg", "count_open",
                    "photo_ratio_off", "first_start", "gap_months", "overlaps_full_time",
                    "birth_plus",
                ),
                _not_asked,
            ),
        }  # fmt: skip

    def _digits(self, number: str) -> str:
        if not re.fullmatch("[0-9]{17}[0-9X]", number):
            raise Skip
        return str(number)

    def _id_birth(self, number: str) -> Moment:
        try:
            day = dt.datetime.strptime(self._digits(number)[6:14], "%Y%m%d")
        except ValueError as error:
            raise Skip from error
        return Moment(day.year, day.month, day.day)

    def _resident_id_ok(self, number: str) -> bool:
        try:
            born = self._id_birth(number)
        except Skip:
            return False
        remainder = 0  # ISO 7064 MOD 11-2 by its recursive definition
        for character in number:
            remainder = remainder * 2 + (10 if character == "X" else int(character))
        return remainder % 11 == 1 and dt.date(*born.parts) <= self.today

    def _known_region(self, number: str) -> bool:
        if not re.match("[0-9]{6}", number):
            raise Skip
        return number[:2] in ("81", "82", "83") or number[:6] in REGIONS

    def _age_at(self, when: Any) -> Any:
        if "birth_date" in self.bad:
            raise Skip
        born = self.values.get("birth_date", EMPTY)
        if isinstance(born, str) or isinstance(when, str):
            return EMPTY
        months = (when.parts[0] - born.parts[0]) * 12 + when.parts[1] - born.parts[1]
        return months // 12

    def _months_between(self, a: Any, b: Any) -> Any:
        if isinstance(a, str) or isinstance(b, str):
            return EMPTY
        months = 0
        (year, month, day), end = a.parts, b.parts
        if end < a.parts:
            return -1
        while True:
            month += 1
            if month > 12:
                year, month = year + 1, 1
            if (year, month, day) > end:
                return months
            months += 1

    def _qualification(self, number: str) -> bool:
        return (
            bool(re.fullmatch("[0-9]{17}", number)) and 1994 <= int(number[:4]) <= self.today.year
        )


class _Absent:
    """Another section, which a record alone does not know."""

    def __getattr__(self, name: str) -> Any:
        raise Skip


def _not_asked(*_: Any) -> Any:
    raise Skip
