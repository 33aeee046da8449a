"""What a page offers for an export: the columns to choose from, as far as the actor sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.exchange.how import How
from tms.exchange.joined import DOT, offered
from tms.exchange.outlines import fields_of
from tms.exchange.outlines_files import of_files
from tms.exchange.project import OutColumn
from tms.exchange.wanted import FILES, ROSTER, TEACHER
from tms.models import TABLES

#: Columns of a roster that are ticked unasked.
USUAL: Final = (
    "teacher.teacher_no",
    "teacher.name",
    "teacher.school",
    "teacher.gender",
    "teacher.birth_year",
    "teacher.highest_education",
    "teacher.current_post_level",
    "teacher.current_professional_title",
    "contact.mobile",
)
#: What a list of files always has.
ALWAYS: Final = frozenset(
    {"teacher_no", "name", "id_number", "school_code", "school", "secondary_unit_code"}
)


@dataclass(frozen=True)
class Choice:
    """One thing to tick."""

    key: str
    label: str
    is_usual: bool = True


@dataclass(frozen=True)
class Choices:
    """Things to tick under one heading."""

    key: str
    label: str
    choices: list[Choice]


def choices_of(session: Session, actor: Actor, grid: str, content: str, lang: str) -> list[Choices]:
    """What can be chosen for that content of *grid*."""
    how = How(lang)
    if content == ROSTER:
        return [
            Choices(group.key, group.label, [_of_roster(group.key, c) for c in group.columns])
            for group in offered(session, actor, how)
        ]
    if content == FILES:
        seen = {key: m for key, m in TABLES.items() if fields_of(actor, m, how, None)}
        return _one([Choice(key, m.dictionary.label(lang)) for key, m in seen.items()])
    if grid == TEACHER:
        columns = of_files(session, actor, how, None).columns
        return _one([Choice(c.key, c.head.label) for c in columns if c.key not in ALWAYS])
    return _one([Choice(c.key, c.head.label) for c in fields_of(actor, TABLES[grid], how, None)])


def _one(choices: list[Choice]) -> list[Choices]:
    return [Choices("", "", choices)]


def _of_roster(group: str, column: OutColumn) -> Choice:
    key = f"{group}{DOT}{column.key}"
    return Choice(key, column.head.label, key in USUAL)
