"""A template filled with the rows there are: as large as a province, so a job makes it."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any, BinaryIO, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.dictionary import Category
from tms.errors import message
from tms.exchange.export import Exported, record
from tms.exchange.import_ends import XLSX
from tms.exchange.template import template_parts
from tms.jobs import Mark, Run, Work, enqueue
from tms.models import Teacher
from tms.records import kept
from tms.records.export_limits import noted
from tms.records.spool import spool

TEMPLATE: Final = "import.template"
NAME: Final = message("导入模板（含现有记录）")


def ask_filled(
    session: Session, actor: Actor, tables: Sequence[str], category: Category, lang: str
) -> int:
    """Have a template made with all rows in reach of schools of *category*; the job's id.

    :raises NotAllowed: the role imports nothing, or takes no rows out.
    """
    for permission in (Permission.IMPORT, Permission.RECORD_EXPORT):
        actor.require(permission)
    params = {"tables": list(tables), "category": str(category), "lang": lang}
    return enqueue(session, actor, TEMPLATE, params, NAME)


def fill(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """The workbook, kept for its owner; whoever takes rows out leaves an event."""
    params, category = work.params, Category(work.params["category"])
    rows = select(Teacher.id).where(Teacher.school_category == str(category))
    with spool(work.data_dir) as folder, (folder / "file").open("w+b") as file:
        more = {"lang": params["lang"], "rows": rows, "act_id": work.act_id, "folder": folder}
        parts = template_parts(work.session, work.actor, file, params["tables"], category, **more)
        with closing(parts):  # the workbook's own files too, while their folder is there
            exported = yield from _written(work, parts, len(params["tables"]))
        file.seek(0)

        def copy(out: BinaryIO) -> None:
            shutil.copyfileobj(file, out, 1 << 20)

        name = f"{work.say(NAME)}.xlsx"
        made = kept.keep(work.session, work.actor, work.data_dir, name, XLSX, copy)
    record(work.session, work.actor, exported)
    return {"file": made}


def _written(
    work: Work, parts: Iterator[int | Exported], total: int
) -> Generator[Mark, None, Exported]:
    """Table by table, each read in a transaction of its own."""
    while True:
        with work.reading():
            part = next(parts)
        if isinstance(part, Exported):
            return part
        yield Mark(part, total)


KINDS: Final[dict[str, Run]] = {TEMPLATE: noted(fill)}
