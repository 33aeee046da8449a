"""正式标识码: a temporary personal number becomes the official one, confirmed outside (R47).

The check against the whole country and the population base is not ours: its result comes as a list
(DOMAIN.md 7). A number is never re-used, stays with the person, and does not hold the ID number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from stdnum import luhn

from tms.access import Actor, Permission, door, unscoped
from tms.among import among
from tms.errors import Because, Conflict, Message, NotFound, message
from tms.models import NumberStatus, Teacher
from tms.records.act_traces import NUMBER
from tms.records.audit import Event, write_events
from tms.records.locks import lock_ids
from tms.records.read import chunks, headers

#: Opaque: a letter that is not the temporary numbers' own, then letters and digits.
FORM: Final = re.compile(r"[A-KM-Z][0-9A-Z]{7,23}")
#: As this program would write it: T, two digits of the province, 14 of a sequence, check digit.
OWN_FORM: Final = re.compile(r"T([0-9]{17})")
#: Eighteen characters that look like a resident's number; its digits nobody may carry in public.
_RESIDENT: Final = re.compile(
    r"(?=([1-9][0-9]{5}(?:18|19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]))"
)

MALFORMED = message("正式标识码应以字母开头（临时码的L除外），共8至24位字母和数字。")
HOLDS_ID = message("正式标识码不得包含证件号码。")
BAD_CHECK = message("校验位不符，请核对这个标识码。")
TAKEN = message("这个标识码已属于另一份档案；标识码不重复使用。")
MOVED = message("标识码刚被他人修改，请刷新后再试。").because(Because.MOVED)


def problem(number: str) -> Message | None:
    """Why *number* cannot be an official one."""
    if not FORM.fullmatch(number):
        return MALFORMED
    own = OWN_FORM.fullmatch(number)
    if own:
        return None if luhn.is_valid(own[1]) else BAD_CHECK
    return HOLDS_ID if _RESIDENT.search(number) else None


def owners(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """By personal number the file that has it, wherever it lies: which, is told to nobody."""
    found: dict[str, int] = {}
    for part in chunks(sorted(set(numbers))):
        statement = select(Teacher.teacher_no, Teacher.id).where(among(Teacher.teacher_no, part))
        rows = session.execute(unscoped(statement, "a number is one person's, nationwide"))
        found |= {number: teacher for number, teacher in rows}
    return found


def standing(session: Session, teacher_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(number, its status) of the files in reach."""
    found: dict[int, tuple[str, str]] = {}
    for part in chunks(sorted(set(teacher_ids))):
        columns = (Teacher.id, Teacher.teacher_no, Teacher.teacher_no_status)
        for row in session.execute(select(*columns).where(among(Teacher.id, part))):
            found[row[0]] = (row[1], row[2])
    return found


def make_official(
    session: Session, actor: Actor, wanted: Mapping[int, tuple[str, str]], *, act_id: str
) -> None:
    """Give files their official numbers; {file: (number now, official number)}.

    :raises NotFound: out of reach. :raises NotAllowed: not the role's.
    :raises Conflict: a number moved or was taken meanwhile.
    """
    actor.require(Permission.NUMBER)
    lock_ids(session, wanted)
    if set(wanted) - headers(session, wanted).keys():
        raise NotFound(message("没有这份档案。"))
    if owners(session, (number for _, number in wanted.values())):
        raise Conflict(TAKEN)
    _set(session, wanted, NumberStatus.OFFICIAL)
    files = headers(session, wanted)
    events = [Event(files[i].unit_path, i, detail={NUMBER: list(way)}) for i, way in wanted.items()]
    with door(session):
        write_events(session, actor, NUMBER, events, act_id)


def put_back(session: Session, wanted: Mapping[int, tuple[str, str]]) -> set[int]:
    """Files get their temporary numbers again; {file: (official, temporary)}. Returns which did."""
    now = standing(session, wanted)
    mine = {i: way for i, way in wanted.items() if now.get(i, ("",))[0] == way[0]}
    _set(session, mine, NumberStatus.TEMPORARY)
    return set(mine)


def _set(session: Session, wanted: Mapping[int, tuple[str, str]], status: NumberStatus) -> None:
    """Compare-and-set, all of them or none."""
    table = Teacher.__table__
    before = NumberStatus.TEMPORARY if status is NumberStatus.OFFICIAL else NumberStatus.OFFICIAL
    change = (
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.teacher_no == bindparam("b_was"))
        .where(table.c.teacher_no_status == before)
        .values(teacher_no=bindparam("b_number"), teacher_no_status=status)
    )
    rows = [{"b_id": i, "b_was": was, "b_number": then} for i, (was, then) in wanted.items()]
    if not rows:
        return
    with door(session):
        done: Any = session.execute(unscoped(change, "files were found by scope"), rows)
    if done.rowcount not in (len(rows), -1):
        raise Conflict(MOVED)
