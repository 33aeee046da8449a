"""Doing what a bulk edit's plan says, through the doors that forms use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import Text, TmsError
from tms.models import Fate
from tms.records.bulk_plan import Line, Target, plan
from tms.records.bulk_spec import Spec
from tms.records.request_bulk import apply_many
from tms.records.request_checks import Wanted
from tms.records.save import RowChange, save

ACT = "bulk"


@dataclass(frozen=True)
class Done:
    """How one target fared."""

    target: Target
    fate: Fate
    #: The row that was changed or made; of a request, its id.
    written_id: int | None = None
    reason: Text | None = None


def apply(
    session: Session, actor: Actor, spec: Spec, lines: Sequence[Line], *, act_id: str
) -> list[Done]:
    """Write *lines* as they were planned, in the caller's transaction; how each fared, in order.

    Where somebody was quicker between plan and write, the part is planned again, with the rows as
    they are: what moved is left out then, and says so.
    """
    try:
        with session.begin_nested():
            return _write(session, actor, spec, lines, act_id)
    except TmsError:
        again = plan(session, actor, spec, [line.target for line in lines])
        return _write(session, actor, spec, again, act_id)


def _write(
    session: Session, actor: Actor, spec: Spec, lines: Sequence[Line], act_id: str
) -> list[Done]:
    written = {
        **_save(session, actor, spec, lines, act_id),
        **_ask(session, actor, spec, lines, act_id),
    }
    return [
        Done(line.target, line.fate, written.get(line.target.id), line.reason) for line in lines
    ]


def _save(
    session: Session, actor: Actor, spec: Spec, lines: Sequence[Line], act_id: str
) -> dict[int, int]:
    """By target the row that was changed or made."""
    mine = [line for line in lines if line.fate in (Fate.CHANGE, Fate.ADD)]
    if not mine:
        return {}
    changes = [_change(line) for line in mine]
    result = save(session, actor, {spec.table: changes}, act=ACT, act_id=act_id)
    return {line.target.id: row for line, row in zip(mine, result.row_ids, strict=True)}


def _change(line: Line) -> RowChange:
    if line.fate == Fate.ADD:
        return RowChange(line.target.teacher_id, line.after)
    return RowChange(line.target.teacher_id, line.after, line.target.id, line.version)


def _ask(
    session: Session, actor: Actor, spec: Spec, lines: Sequence[Line], act_id: str
) -> dict[int, int]:
    """By target the change request that was made."""
    mine = [line for line in lines if line.fate == Fate.REQUEST]
    if not mine:
        return {}
    wanted = [
        Wanted(
            line.target.teacher_id,
            spec.table,
            line.target.id,
            line.version or 0,
            line.after,
            spec.reason,
        )
        for line in mine
    ]
    made = apply_many(session, actor, wanted, act_id=act_id)
    return {line.target.id: request for line, request in zip(mine, made, strict=True)}
