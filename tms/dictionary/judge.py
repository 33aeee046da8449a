"""Judging a file of JSON lines, each alone (DESIGN.md 5, `validate --json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from tms.dictionary.check import check_record
from tms.dictionary.findings import Finding
from tms.dictionary.tables import get_table
from tms.dictionary.terms import Category

NOT_AN_OBJECT = {"zh": "这一行不是一个JSON对象。", "en": "This line is not a JSON object."}


def judge_lines(
    table_key: str,
    category: Category,
    lines: Iterable[str],
    *,
    lang: str = "zh",
    on: date | None = None,
) -> Iterator[dict[str, Any]]:
    """The findings of each line, numbered from 1; blank lines are counted and passed over.

    :raises KeyError: there is no such table.
    """
    table = get_table(table_key)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        values = _object(line)
        if values is None:
            found = [_finding(None, "type", "error", NOT_AN_OBJECT[lang])]
        else:
            found = [_of(f, lang) for f in check_record(table, category, values, on=on)]
        yield {"line": number, "findings": found}


def _object(line: str) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _of(finding: Finding, lang: str) -> dict[str, Any]:
    return _finding(finding.field, finding.rule, finding.severity, finding.message(lang))


def _finding(field: str | None, rule: str, severity: str, message: str) -> dict[str, Any]:
    return {"field": field, "rule": rule, "severity": severity, "message": message}
