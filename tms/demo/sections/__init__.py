"""The rows of a complete file, table by table: pure values by field key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from tms.demo.dice import Dice
from tms.demo.life import Life
from tms.demo.sections import basic, growth, schooling, service, teaching, works, yearly
from tms.dictionary import Category, get_table

Values = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

#: Who tells the rows of each table. Fields that a category does not have are left out below.
TELLERS: dict[str, Callable[[Life, Dice], Rows]] = {
    "basic_information": basic.basic_information,
    "study_experience": schooling.study_experience,
    "work_experience": service.work_experience,
    "post_appointment": service.post_appointment,
    "professional_title_appointment": service.professional_title_appointment,
    "remuneration": yearly.remuneration,
    "annual_assessment": yearly.annual_assessment,
    "teacher_qualification": growth.teacher_qualification,
    "professional_ethics": yearly.professional_ethics,
    "teaching": teaching.teaching,
    "project": works.project,
    "book": works.book,
    "paper": works.paper,
    "award": works.award,
    "artwork": works.artwork,
    "patent": works.patent,
    "talent_project": growth.talent_project,
    "domestic_training": growth.domestic_training,
    "overseas_training": growth.overseas_training,
    "skills_certificates": growth.skills_certificates,
    "exchange_rotation": growth.exchange_rotation,
    "contact": basic.contact,
}


def complete(life: Life, dice: Dice) -> dict[str, list[Values]]:
    """{table: rows} of a file without errors."""
    return {
        table: [{k: v for k, v in row.items() if k in fields} for row in tell(life, dice)]
        for table, fields, tell in _plan(life.category)
    }


@cache
def _plan(category: Category) -> tuple[tuple[str, frozenset[str], Callable[..., Rows]], ...]:
    """The tables that schools of *category* have, with their fields."""
    return tuple(
        (name, frozenset(f.key for f in get_table(name).fields_for(category)), tell)
        for name, tell in TELLERS.items()
        if get_table(name).applies(category)
    )


#: What an unfinished draft may lack: whole tables, or a field of basic_information.
GAPS = ("skills_certificates", "domestic_training", "talent_project", "annual_assessment")
BLANKS = ("staff_source", "political_status", "school_entry_month", "contract_status")


def with_gaps(file: dict[str, list[Values]], dice: Dice) -> dict[str, list[Values]]:
    """The file with some of it still to be filled in: at least one error."""
    blank, first, second = dice.pick(BLANKS), dice.pick(GAPS), dice.pick(GAPS)
    basic_row = {k: v for k, v in file["basic_information"][0].items() if k != blank}
    kept = {table: rows for table, rows in file.items() if table not in (first, second)}
    return kept | {"basic_information": [basic_row]}
