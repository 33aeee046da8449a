"""What a new record begins with, and records that say no more than that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tms.dictionary.check import check_record
from tms.dictionary.fields import Field
from tms.dictionary.scope import school_year
from tms.dictionary.tables import Table
from tms.dictionary.terms import Category
from tms.dictionary.values import Unreadable, canonical, is_empty


def defaults(table: Table, category: Category, school: str, today: date) -> dict[str, Any]:
    """What each field of a new record starts with, by key; "=…" is worked out now.

    :param school: the name of the file's school.
    """
    worked_out = {
        "=own_school": school,
        "=current_month": f"{today:%Y-%m}",
        "=current_academic_year": str(school_year(today)),
    }
    fields = table.fields_for(category)
    return {field.key: worked_out.get(str(field.default), field.default) for field in fields}


def says_nothing(
    table: Table, category: Category, values: Mapping[str, Any], fresh: Mapping[str, Any]
) -> bool:
    """Whether a record of *values* is none: it does not say more than *fresh*.

    What stood there before anything was typed says something only where nothing is missing.

    :param values: near-canonical, by key. :param fresh: its `defaults`.
    """
    said = {key: value for key, value in values.items() if not is_empty(value)}
    if any(key not in fresh or _differ(table.fields[key], said[key], fresh[key]) for key in said):
        return False
    found = check_record(table, category, said) if said else ()
    return not said or any(finding.rule == "required" for finding in found)


def _differ(field: Field, said: Any, fresh: Any) -> bool:
    try:
        return bool(canonical(field, said) != canonical(field, fresh))
    except Unreadable:
        return True
