"""Asking for the forms of many files on paper."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import Conflict, message
from tms.jobs import enqueue
from tms.models import Teacher
from tms.records.export_limits import Amount, is_alone
from tms.records.printed_forms import refuse_printing

PRINT: Final = "forms.print"
TITLE: Final = message("打印信息表")
#: One job prints a large university.
MOST: Final = 20_000


def ask_forms(session: Session, actor: Actor, chosen: Select[Any], base: str, lang: str) -> int:
    """Have the forms of the files *chosen* (ids) printed, unit by unit; the job's id.

    :param base: of the site, as browsers see it.
    :raises NotAllowed: the role prints no forms. :raises Conflict: none, too many at a time, or
        more than one takes out on a day.
    """
    refuse_printing(actor)
    statement = select(Teacher.id).where(Teacher.id.in_(chosen))
    statement = statement.order_by(Teacher.unit_path, Teacher.id).limit(MOST + 1)
    files = list(session.scalars(statement))
    if not files:
        raise Conflict(message("没有可以打印的档案。"))
    if len(files) > MOST:
        raise Conflict(message("一次最多打印%(n)d份个人信息表，请分批办理。", n=MOST))
    is_alone(session, actor, Amount(len(files)))
    return enqueue(session, actor, PRINT, {"files": files, "base": base, "lang": lang}, TITLE)
