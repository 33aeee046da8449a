"""Moving fields between fillers, and what is in force of it (R20, R21)."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Iterator, Mapping

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.access.fill_policy import DECLARED, FillPolicy, Setting, choices
from tms.db import BLIND
from tms.dictionary import Category, Table
from tms.errors import Conflict, Invalid, NotFound, message, term
from tms.models import TABLES, FillSetting, FillStamp, Teacher, Unit, UnitKind
from tms.models.types import now
from tms.models.unit import AFTER
from tms.records.audit import Event, write_events
from tms.records.due import name_files

#: Policies by stamp. A stamp is random, so that it names one state of one installation.
_KNOWN: OrderedDict[str, FillPolicy] = OrderedDict()
_KEPT = 8
#: Units that may move fields: secondary units and departments follow their school.
_KINDS = (UnitKind.BUREAU, UnitKind.SCHOOL)


def policy_in_use(session: Session, stamp: str | None) -> FillPolicy:
    """The policy that *stamp* names; the dictionary's own where nobody has moved anything."""
    if not stamp:
        return DECLARED
    found = _KNOWN.get(stamp)
    if found is None:
        found = _KNOWN[stamp] = FillPolicy(_settings(session))
        while len(_KNOWN) > _KEPT:
            _KNOWN.popitem(last=False)
    return found


def _settings(session: Session) -> Iterator[Setting]:
    statement = select(
        Unit.unit_path,
        FillSetting.category,
        FillSetting.table_name,
        FillSetting.field,
        FillSetting.said,
    ).join(Unit, Unit.id == FillSetting.unit_id)
    rows = session.execute(unscoped(statement, "whom a policy is for is asked of a file"))
    for path, category, name, key, said in rows:
        table = TABLES[name].dictionary if name in TABLES else None
        if table is not None and key in table.fields:
            yield Setting(path, Category(category), table, table.fields[key], said)


def set_fillers(
    session: Session,
    actor: Actor,
    category: Category,
    table_name: str,
    said: Mapping[str, str],
) -> int:
    """Say for the actor's unit who fills fields of a table; returns how many it changed.

    :param said: {field: "teacher", "school", "bureau", "hidden", or "" to take one's word back}.
    :raises NotFound: no such table. :raises Conflict: the unit moves no fields.
    :raises Invalid: that is not the unit's to choose.
    """
    actor.require(Permission.POLICY_WRITE)
    if table_name not in TABLES:
        raise NotFound(message("没有这个信息子集。"))
    kind = session.scalar(select(Unit.kind).where(Unit.id == actor.unit_id))
    if kind not in _KINDS or (actor.unit_category and actor.unit_category != category):
        raise Conflict(message("填报权限由学校和教育行政部门配置，且只能配置所辖类别的学校。"))
    table = TABLES[table_name].dictionary
    own = _own(session, actor, category, table_name)
    changed = {key: word for key, word in said.items() if own.get(key, "") != word}
    _refuse(actor, category, table, changed)
    if changed:
        _store(session, actor, category, table_name, changed)
        renew(session)
        below = (Teacher.unit_path >= actor.unit_path, Teacher.unit_path < actor.unit_path + AFTER)
        name_files(session, *below, Teacher.school_category == category)
        former = {key: own.get(key, "") for key in changed}
        detail = {"category": str(category), "table": table_name, "said": changed}
        event = Event(actor.unit_path, detail=detail | {"before": former})
        write_events(session, actor, "policy.set", [event])
    return len(changed)


def _own(session: Session, actor: Actor, category: Category, table_name: str) -> dict[str, str]:
    statement = select(FillSetting.field, FillSetting.said).where(
        FillSetting.unit_id == actor.unit_id,
        FillSetting.category == category,
        FillSetting.table_name == table_name,
    )
    return {key: said for key, said in session.execute(statement)}


def _refuse(actor: Actor, category: Category, table: Table, changed: Mapping[str, str]) -> None:
    for key, word in changed.items():
        field = table.fields.get(key)
        if field is None:
            raise NotFound(message("没有这个信息项。"))
        if word and word not in choices(actor.policy, table, field, category, actor.unit_path):
            text = message("“%(field)s”只能向右调整，必填项不能隐藏。", field=term(field))
            raise Invalid(text)


def _store(
    session: Session,
    actor: Actor,
    category: Category,
    table_name: str,
    changed: Mapping[str, str],
) -> None:
    place = {"unit_id": actor.unit_id, "category": str(category), "table_name": table_name}
    gone = delete(FillSetting).filter_by(**place).where(FillSetting.field.in_(list(changed)))
    session.execute(gone, execution_options=BLIND)
    by = {"set_by": actor.user_id, "set_at": now()}
    rows = [place | by | {"field": key, "said": word} for key, word in changed.items() if word]
    if rows:
        session.execute(insert(FillSetting), rows)


def renew(session: Session) -> None:
    """From here on every process loads the policy anew; also asked after units have moved."""
    stamp = uuid.uuid4().hex
    statement = update(FillStamp).where(FillStamp.id == 1).values(stamp=stamp)
    session.execute(statement, execution_options=BLIND)
