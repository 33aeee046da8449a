"""Bulk edits and undos of acts, done as somebody: what their tests share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.support.cast import Cast
from tests.support.review import ask, every
from tms.access import unscoped
from tms.models import TABLES, AuditEvent, BulkKind
from tms.records.audit import new_act_id
from tms.records.bulk_apply import Done, apply
from tms.records.bulk_plan import Line, Target, plan
from tms.records.bulk_spec import Op, Spec, Step
from tms.records.undo_act import Undone, undo_files

ASSESSMENT = "annual_assessment"


def edit(table: str, *steps: Step, **more: Any) -> Spec:
    """A bulk edit of rows of *table*."""
    return Spec(BulkKind.EDIT, table, steps, **more)


def add(table: str, *, copies: bool = False, **values: Any) -> Spec:
    """One new row of *table* with these values for everyone."""
    steps = tuple(Step(key, Op.SET, value) for key, value in values.items())
    return Spec(BulkKind.ADD, table, steps, copies=copies)


def targets(cast: Cast, spec: Spec, *teachers: int) -> list[Target]:
    """The files, or all their rows of the table, whoever asks."""
    if spec.kind == BulkKind.ADD:
        return [Target(teacher, teacher) for teacher in teachers]
    model = TABLES[spec.table]
    rows = select(model.id, model.teacher_id).where(model.teacher_id.in_(teachers))
    return [Target(*row) for row in ask(cast, rows.order_by(model.teacher_id, model.id))]


def preview(cast: Cast, name: str, spec: Spec, *teachers: int) -> list[Line]:
    """What *name* would see; nothing is written."""
    chosen = targets(cast, spec, *teachers)
    return plan(cast.session, cast.act_as(name), spec, chosen)


def do_bulk(cast: Cast, name: str, spec: Spec, *teachers: int, act_id: str = "") -> list[Done]:
    """Preview and apply as *name*; committed."""
    lines = preview(cast, name, spec, *teachers)
    act_id = act_id or new_act_id()
    done = apply(cast.session, cast.act_as(name), spec, lines, act_id=act_id)
    cast.session.commit()
    return done


def undo_as(cast: Cast, name: str, act_id: str, *teachers: int) -> Undone:
    """Take an act of *name* back; committed."""
    actor, undo_id = cast.act_as(name), new_act_id()
    done = undo_files(cast.session, actor, act_id, teachers, act="bulk.undo", undo_id=undo_id)
    cast.session.commit()
    return done


def content_of(cast: Cast, *teachers: int, places: bool = False) -> list[dict[str, Any]]:
    """All content of all rows of the files, whoever asks.

    :param places: versions and times too, which an undo does not turn back.
    """
    found = []
    for name, model in TABLES.items():
        for row in ask(cast, every(model).where(model.teacher_id.in_(teachers))):
            values = dict(row._mapping) | {"table": name}
            moved = {"content_version", "updated_at", "updated_by"}
            found.append({k: v for k, v in values.items() if places or k not in moved})
    return sorted(found, key=lambda row: (row["table"], row["id"]))


def events(cast: Cast, act_id: str) -> list[Any]:
    """All columns of an act's events, in order."""
    columns = [getattr(AuditEvent, column.key) for column in AuditEvent.__table__.columns]
    statement = select(*columns).where(AuditEvent.act_id == act_id).order_by(AuditEvent.id)
    return list(cast.session.execute(unscoped(statement, "a test looks")))
