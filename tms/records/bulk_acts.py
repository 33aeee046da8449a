"""A bulk edit on its way: chosen rows written down, what the preview found, what became of each.

Its maker's alone. Every part of it is written with the change it tells of, so that a job goes on
where it was stopped, and the figures are counted, never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2s
from json import dumps
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, tuple_, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.db import BLIND, AnySelect
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, Text, message
from tms.models import TABLES, BulkAct, BulkItem, BulkKind, Fate
from tms.models.types import now
from tms.packed import pack, unpack
from tms.records.bulk_plan import Target
from tms.records.bulk_spec import Spec, refuse

#: What was never applied is forgotten after so long, what was applied after so long.
FORGOTTEN = (timedelta(days=1), timedelta(days=30))
#: What one act may hold.
MAX_ITEMS = 200_000
#: Fates that something is written for.
WRITTEN = (Fate.CHANGE, Fate.ADD, Fate.REQUEST)

#: Bytes of a sentence's key: an act has a few hundred different ones at most.
KEY = 6
#: Items go in this order, so that a file's rows are written together.
ORDER = (BulkItem.teacher_id, BulkItem.target_id)


def choose(
    session: Session, actor: Actor, kind: BulkKind, chosen: AnySelect, table: str = ""
) -> int:
    """Write down what an act is about; returns its id.

    :param chosen: selects (id, file) of rows of *table*, or (file, file), within the actor's scope.
    :raises NotAllowed: the role does not edit in bulk. :raises Invalid: nothing, or too much.
    """
    actor.require(Permission.BULK)
    if actor.user_id is None:
        raise NotAllowed(message("请先登录。"))
    _forget(session)
    act = BulkAct(
        user_id=actor.user_id, made_at=now(), kind=kind, table_name=table, spec={}, words={}
    )
    session.add(act)
    session.flush()
    rows = chosen.add_columns(literal(act.id).label("bulk_id"))
    names = ["target_id", "teacher_id", "bulk_id"]
    session.execute(insert(BulkItem).from_select(names, rows))
    size = count(session, act.id)
    if not size:
        raise Invalid(message("没有选中任何记录。"))
    if size > MAX_ITEMS:
        raise Invalid(message("一次最多处理%(n)d条，请先缩小范围。", n=MAX_ITEMS))
    return act.id


def of_table(session: Session, actor: Actor, act: BulkAct, table: str) -> int:
    """The same for the rows that the files of *act* have in *table*; returns the new act's id.

    :raises NotFound: no such table. See `choose` for the rest.
    """
    if table not in TABLES:
        raise NotFound(message("请选择要修改的表。"))
    model = TABLES[table]
    files = select(BulkItem.teacher_id).where(BulkItem.bulk_id == act.id)
    if act.kind == BulkKind.ADD:
        chosen = select(BulkItem.target_id, BulkItem.teacher_id)
        return choose(session, actor, BulkKind.ADD, chosen.where(BulkItem.bulk_id == act.id), table)
    rows = select(model.id, model.teacher_id).where(model.teacher_id.in_(files))
    return choose(session, actor, BulkKind.EDIT, rows, table)


def _forget(session: Session) -> None:
    """One's own that are too old to go on with; scope confines it to them."""
    unused, used = (now() - each for each in FORGOTTEN)
    old = (BulkAct.made_at < unused, BulkAct.applied_at.is_(None)), (BulkAct.applied_at < used,)
    for conditions in old:
        session.execute(delete(BulkAct).where(*conditions), execution_options=BLIND)


def get_act(session: Session, actor: Actor, bulk_id: int | None) -> BulkAct:
    """One's own.

    :raises NotFound: there is none of this id.
    """
    actor.require(Permission.BULK)
    found: BulkAct | None = session.scalar(select(BulkAct).where(BulkAct.id == bulk_id))
    if found is None:
        raise NotFound(message("没有这次批量操作，或已过期。"))
    return found


def spell_out(session: Session, actor: Actor, act: BulkAct, spec: Spec) -> None:
    """Say what is to be done; what an earlier preview found is forgotten.

    :raises Conflict: it was applied already. See `bulk_spec.refuse` for the rest.
    """
    if act.applied_at is not None or act.apply_job is not None:
        raise Conflict(message("这次批量操作已经执行，不能再改。"))
    refuse(actor, spec)
    if (spec.kind, spec.table) != (act.kind, act.table_name):
        raise Invalid(message("请选择要修改的表。"))
    act.spec, act.words, act.previewed_at, act.preview_job = spec.plain(), {}, None, None
    session.flush()
    blank = dict.fromkeys(("fate", "reason", "finding", "version"))
    statement = update(BulkItem).where(BulkItem.bulk_id == act.id).values(blank)
    session.execute(statement, execution_options=BLIND)


# -- items -----------------------------------------------------------------------------------------


def count(session: Session, bulk_id: int, *conditions: Any) -> int:
    """How many items meet *conditions* on `BulkItem`."""
    mine = (BulkItem.bulk_id == bulk_id, *conditions)
    return session.scalar(select(func.count()).select_from(BulkItem).where(*mine)) or 0


def targets(
    session: Session,
    bulk_id: int,
    *conditions: Any,
    after: Sequence[int] | None = None,
    limit: int,
    offset: int = 0,
) -> list[Target]:
    """The next *limit* items that meet *conditions*, file by file.

    :param after: (file, target) of the last one that was dealt with.
    """
    columns = (BulkItem.target_id, BulkItem.teacher_id, BulkItem.version)
    statement = select(*columns).where(BulkItem.bulk_id == bulk_id, *conditions)
    if after is not None:
        statement = statement.where(tuple_(*ORDER) > tuple_(*map(literal, after)))
    found = session.execute(statement.order_by(*ORDER).offset(offset).limit(limit))
    return [Target(*row) for row in found]


def mark(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Write what became of items; every row has `bulk_id`, `target_id` and the same columns."""
    session.execute(update(BulkItem), list(rows))


def key_of(text: Text) -> str:
    """A short key, the same for the same sentence."""
    packed = dumps(pack(text), sort_keys=True)
    return blake2s(packed.encode(), digest_size=KEY).hexdigest()


@dataclass
class Words:
    """The sentences that an act's items name by key."""

    act: BulkAct

    def key(self, text: Text | None) -> str | None:
        """The key of *text*, which is kept with the act."""
        if text is None:
            return None
        key = key_of(text)
        if key not in self.act.words:
            self.act.words = {**self.act.words, key: pack(text)}
        return key

    def text(self, key: str | None) -> Any:
        """The sentence behind a key; None where there is none."""
        return unpack(self.act.words.get(key)) if key else None


def tally(session: Session, bulk_id: int, what: Any, *conditions: Any) -> list[tuple[str, int]]:
    """(value, items) of one column of `BulkItem` where it says anything, the commonest first."""
    number = func.count()
    mine = (BulkItem.bulk_id == bulk_id, what.is_not(None), *conditions)
    rows = session.execute(select(what, number).where(*mine).group_by(what))
    return sorted(((str(key), n) for key, n in rows), key=lambda each: (-each[1], each[0]))
