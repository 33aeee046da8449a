"""Many rows at once: what was given is what is read, whatever it looks like."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.cast import Cast
from tms.access import CONSOLE, acting
from tms.models import AuditEvent
from tms.records.put_rows import FEW, put

ODD = ["a\tb", "new\nline", "back\\slash", "\\N", "c\rd", "张三·娜", "", "plain", "\\.", "'\";--"]


def event(text: str | None, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    base = {"at": at, "act": "odd", "act_id": "a" * 32, "role": "console", "unit_path": "01."}
    return base | {"detail": {"text": text} if text is not None else None, "files": 1} | more


def stored(session: Session) -> list[Any]:
    with acting(session, CONSOLE):
        columns = (AuditEvent.detail, AuditEvent.files, AuditEvent.unit_path, AuditEvent.at)
        found = select(*columns).where(AuditEvent.act == "odd").order_by(AuditEvent.id)
        return [tuple(row) for row in session.execute(found)]


@pytest.mark.parametrize("many", [len(ODD), FEW + len(ODD)])
def test_odd_texts_come_back_as_they_were(cast: Cast, many: int) -> None:
    rows = [event(ODD[n % len(ODD)], files=n, unit_path=f"01.{ODD[n % 3]}") for n in range(many)]
    put(cast.session, AuditEvent, rows)
    expected = [(row["detail"], row["files"], row["unit_path"], row["at"]) for row in rows]
    assert stored(cast.session) == expected


def test_a_column_that_one_row_has_something_for_is_written_for_all(cast: Cast) -> None:
    rows = [event(None, files=n) for n in range(FEW)] + [event("last")]
    put(cast.session, AuditEvent, rows)
    found = [detail for detail, *_ in stored(cast.session)]
    assert found == [None] * FEW + [{"text": "last"}]


def test_a_column_without_anything_is_left_to_the_database(cast: Cast) -> None:
    put(cast.session, AuditEvent, [event(None) for _ in range(FEW)])
    assert [detail for detail, *_ in stored(cast.session)] == [None] * FEW
