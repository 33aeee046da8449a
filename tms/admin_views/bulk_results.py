"""What became of the items of a bulk edit, one page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from tms.access import Actor
from tms.admin_views.bulk_shown import FATES, RESULT, SIZE, UNDOS, Person, Row, Tab, people_of
from tms.admin_views.values import stored_of, text_of
from tms.db import db
from tms.i18n import listed, say
from tms.models import TABLES, BulkAct, BulkItem, BulkKind, Fate
from tms.records.bulk_acts import ORDER, Words
from tms.records.read import rows_by_id


def result_rows(actor: Actor, act: BulkAct, tab: Tab, why: str, page: int) -> list[Row]:
    """One page of what became of the items."""
    columns = (BulkItem.teacher_id, BulkItem.target_id, BulkItem.done, BulkItem.left_why)
    statement = select(*columns, BulkItem.undone, BulkItem.kept_why).where(
        BulkItem.bulk_id == act.id, tab.condition, *([tab.why == why] if why else [])
    )
    statement = statement.order_by(*ORDER).offset(page * SIZE).limit(SIZE)
    found = db.session.execute(statement).all()
    people, words = people_of(item.teacher_id for item in found), Words(act)
    about = _abouts(actor, act, people, [item.target_id for item in found])
    return [
        _item(tab, item, people.get(item.teacher_id, Person()), words, about.get(item.target_id))
        for item in found
    ]


def _abouts(
    actor: Actor, act: BulkAct, people: Mapping[int, Person], ids: Sequence[int]
) -> dict[int, str]:
    """Of rows that were there before: what tells those of one file apart."""
    if act.kind == BulkKind.ADD:
        return {}
    model = TABLES[act.table_name]
    table = model.dictionary
    keys = [table.fields[key] for key in table.natural_key]
    found = {}
    for row_id, row in rows_by_id(db.session(), model, ids).items():
        person = people.get(row["teacher_id"])
        if person is None or person.category is None:
            continue
        category = person.category
        texts = (text_of(actor, table, key, stored_of(row, key), category) for key in keys)
        found[row_id] = listed([text for text in texts if text])
    return found


def _item(tab: Tab, item: Any, person: Person, words: Words, about: str | None) -> Row:
    tone, _word, word = FATES[Fate(item.done)]
    reason = words.text(item.left_why)
    if tab not in RESULT:
        tone, word = UNDOS[item.undone]
        reason = words.text(item.kept_why)
    return Row(
        item.teacher_id,
        person.name,
        person.number,
        person.unit,
        tone,
        word,
        reason=say(reason) if reason else "",
        about=about or "",
    )
