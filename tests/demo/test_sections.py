"""Invented files: complete ones have no finding, unfinished ones have an error."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tms.demo import sections
from tms.demo.calendar import BASE
from tms.demo.dice import Dice
from tms.demo.life import Place, life
from tms.demo.people import person
from tms.dictionary import ALL, PS, SE, Category, FileValues, Finding, check_file
from tms.models import PersonKind

EACH = 300


def a_file(category: Category, number: int) -> tuple[dict[str, list[dict[str, Any]]], Dice]:
    stage = {PS: "234"[number % 3], SE: "A"}.get(category, "")
    dice = Dice(3, number)
    place = Place("示例学校", category, "示例县", stage, "文学院")
    return sections.complete(life(person(3, number, dice), place, dice), dice), dice


def findings(
    category: Category, rows: dict[str, list[dict[str, Any]]], on: date = BASE
) -> list[Finding]:
    numbered = {table: list(enumerate(found)) for table, found in rows.items()}
    kind = PersonKind.ESTABLISHED
    return check_file(FileValues(category, numbered, kind, campaign=True, today=on))


@pytest.mark.parametrize("category", ALL)
def test_complete_files_have_no_findings(category: Category) -> None:
    found = [f for n in range(EACH) for f in findings(category, a_file(category, n)[0])]
    assert not found


@pytest.mark.parametrize("category", ALL)
def test_they_stay_without_errors_in_later_years(category: Category) -> None:
    later = BASE.replace(year=BASE.year + 5)
    found = [f for n in range(50) for f in findings(category, a_file(category, n)[0], later)]
    assert not [f for f in found if f.severity == "error"]


@pytest.mark.parametrize("category", ALL)
def test_each_file_has_eight_more_rows(category: Category) -> None:
    for number in range(EACH):
        rows, _ = a_file(category, number)
        assert sum(map(len, rows.values())) >= 2 + 8
        assert len(rows["basic_information"]) == len(rows["contact"]) == 1


@pytest.mark.parametrize("category", ALL)
def test_unfinished_files_have_an_error(category: Category) -> None:
    for number in range(EACH):
        rows, dice = a_file(category, number)
        left = findings(category, sections.with_gaps(rows, dice))
        assert any(f.severity == "error" for f in left)
