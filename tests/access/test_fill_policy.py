"""Who fills what once units have moved fields: every field, every category (R20, R21)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tms.access import Actor, Role, policy
from tms.access.fill_policy import (
    DECLARED,
    HIDDEN,
    FillPolicy,
    Setting,
    choices,
    is_hideable,
    is_movable,
)
from tms.dictionary import NEVER, Category, Field, Filler, Table
from tms.errors import Because
from tms.models import TABLES, Level

TOP, CITY, COUNTY, SCHOOL, BESIDE = (
    "0000",
    "00000001",
    "000000010001",
    "0000000100010001",
    "00000002",
)
ORDER = list(Filler)


def collected(category: Category) -> Iterator[tuple[Table, Field]]:
    """Every field that schools of *category* have."""
    for model in TABLES.values():
        if model.dictionary.applies(category):
            yield from ((model.dictionary, f) for f in model.dictionary.fields_for(category))


def moved(category: Category, path: str, word: str) -> FillPolicy:
    """A policy in which the unit at *path* says *word* of all it may say it of."""
    return FillPolicy(
        Setting(path, category, table, field, word)
        for table, field in collected(category)
        if word in choices(DECLARED, table, field, category, path)
    )


def actor(role: Role, path: str, level: Level, rules: FillPolicy, category: str = "") -> Actor:
    return Actor(role, path, 1, unit_level=level, unit_category=category, policy=rules)


@pytest.mark.parametrize("category", Category)
def test_a_moved_field_is_closed_to_the_teacher_there_and_only_there(category: Category) -> None:
    rules = moved(category, CITY, "school")
    teacher = actor(Role.TEACHER, SCHOOL, Level.SCHOOL, rules, category)
    for other in Category:
        for _table, field in collected(other):
            before = policy.why_not_fill(replace(teacher, policy=DECLARED), field, other, SCHOOL)
            here = policy.why_not_fill(teacher, field, other, SCHOOL)
            beside = policy.why_not_fill(teacher, field, other, BESIDE)
            assert beside == before
            if other == category and before is None:
                assert here is Because.NOT_YOURS
            else:
                assert here == before


@pytest.mark.parametrize("category", Category)
def test_what_a_bureau_took_over_is_the_bureaus_alone(category: Category) -> None:
    rules = moved(category, COUNTY, "bureau")
    school = actor(Role.INFO_ADMIN, SCHOOL, Level.SCHOOL, rules, category)
    county = actor(Role.INFO_ADMIN, COUNTY, Level.COUNTY, rules)
    for _table, field in collected(category):
        may = [policy.may_fill(each, field, category, SCHOOL) for each in (school, county)]
        if field.readonly:
            assert may == [False, False]
        else:
            assert may == [not is_movable(field), True]


@pytest.mark.parametrize("category", Category)
def test_hidden_fields_are_optional_and_gone_for_everybody_below(category: Category) -> None:
    rules = moved(category, CITY, HIDDEN)
    school = actor(Role.INFO_ADMIN, SCHOOL, Level.SCHOOL, rules, category)
    for table, field in collected(category):
        is_gone = is_hideable(table, field, category)
        shown = policy.shown_fields(school, table, category, SCHOOL)
        assert rules.hides(field, category, SCHOOL) == is_gone
        assert not rules.hides(field, category, BESIDE)
        assert (field in policy.visible_fields(school, table)) != is_gone
        assert (field in shown) != is_gone
        if is_gone:
            assert field.required[category] == NEVER
            assert policy.why_not_fill(school, field, category, SCHOOL) in (
                Because.NOT_COLLECTED,
                Because.DERIVED,
            )


@pytest.mark.parametrize("category", Category)
def test_below_the_top_fields_move_to_the_right_only(category: Category) -> None:
    for word in ("school", "bureau"):
        rules = moved(category, CITY, word)
        for table, field in collected(category):
            offered = choices(rules, table, field, category, COUNTY)
            least = ORDER.index(rules.filler(field, category, CITY))
            fillers = [ORDER.index(Filler(w)) for w in offered if w != HIDDEN]
            assert fillers == (list(range(least, 3)) if is_movable(field) else [])


def test_a_word_to_the_left_of_a_superiors_does_not_count() -> None:
    table = TABLES["study_experience"].dictionary
    field = next(iter(table.fields_for(Category.KINDERGARTEN)))
    place = (Category.KINDERGARTEN, table, field)
    rules = FillPolicy([Setting(CITY, *place, "bureau"), Setting(COUNTY, *place, "school")])

    assert rules.filler(field, Category.KINDERGARTEN, SCHOOL) is Filler.BUREAU
    assert rules.filler(field, Category.KINDERGARTEN, "!" + SCHOOL[1:]) is Filler.BUREAU
    assert rules.filler(field, Category.KINDERGARTEN, BESIDE) is Filler.TEACHER


def test_the_top_chooses_freely_but_not_who_fills_account_items() -> None:
    assessment = TABLES["annual_assessment"].dictionary
    field = next(f for f in assessment.fields.values() if not f.readonly)
    place = (Category.KINDERGARTEN, assessment, field)
    name = TABLES["basic_information"].dictionary.fields["name"]
    basic = TABLES["basic_information"].dictionary
    rules = FillPolicy([Setting(TOP, *place, "teacher")])

    assert field.filled_by[Category.KINDERGARTEN] is Filler.SCHOOL
    assert rules.filler(field, Category.KINDERGARTEN, SCHOOL) is Filler.TEACHER
    assert choices(DECLARED, basic, name, Category.KINDERGARTEN, TOP) == []


def test_a_section_is_made_by_the_school_once_no_field_is_the_teachers() -> None:
    category = Category.KINDERGARTEN
    rules = moved(category, CITY, "school")
    study = TABLES["study_experience"].dictionary

    assert DECLARED.filler_of_table(study, category, SCHOOL) is Filler.TEACHER
    assert rules.filler_of_table(study, category, SCHOOL) is Filler.SCHOOL
    assert rules.filler_of_table(study, category, BESIDE) is Filler.TEACHER
