"""An export: select → project → write, in the actor's scope, to a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import Invalid, message
from tms.exchange.book import Book, Stamp
from tms.exchange.contents import Content, of_table
from tms.exchange.how import Codes, How
from tms.exchange.reading import mask_text
from tms.exchange.stamp import number_of, stamp_of
from tms.exchange.write import write_file, write_to
from tms.records.audit import Event, new_act_id, write_events
from tms.records.export_limits import Amount, Denied, charge
from tms.records.reached import Reach, store

ACT = "export"


@dataclass(frozen=True)
class Exported:
    """What was written, still to be recorded."""

    #: Name of the act, from which the export's number is made.
    act_id: str
    amount: Amount
    detail: Mapping[str, Any]
    #: Whose files it holds.
    reach: Reach = Reach()

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.amount.rows

    @property
    def number(self) -> str:
        """The number that the watermark bears."""
        return number_of(self.act_id)


def export_table(
    session: Session,
    actor: Actor,
    table: str,
    out_path: Path,
    fmt: str = "csv",
    where: Mapping[str, str] | None = None,
    lang: str = "zh",
    only: Collection[str] | None = None,
    rows: Select[Any] | None = None,
    *,
    codes: Codes = "code-label",
    for_editing: bool = False,
    purpose: str = "",
    act_id: str = "",
) -> int:
    """Write what *actor* sees of *table* to *out_path*; returns the number of rows.

    An import takes the file back and finds nothing changed. The caller commits the audit event.
    Of JSON it is the array alone, without a watermark: scripts read it. For the parameters see
    `of_table` and `How`.

    :param act_id: name of the act, where the caller wants to tell the export's number.
    :raises NotAllowed: the role exports nothing. :raises Invalid: no such table, format or filter.
    :raises Denied: more than one may take out; the file is gone then.
    """
    how = How(lang, codes, for_editing, purpose)
    content = of_table(session, actor, table, how, where=where, only=only, rows=rows)
    act_id = act_id or new_act_id()
    stamp = _stamp(actor, act_id, content) if fmt != "json" else None
    count = write_file(out_path, fmt, content.sheets, stamp)
    try:
        record(session, actor, exported_of(act_id, count, content, fmt))
    except Denied:
        out_path.unlink(missing_ok=True)
        raise
    return count


def export_to(
    actor: Actor,
    content: Content,
    out: BinaryIO,
    fmt: str,
    folder: Path,
    act_id: str,
    about: Amount | None = None,
) -> Exported:
    """Write *content* to *out* with its watermark; `record` belongs to it.

    The two are apart so that a long export writes its file without holding a lock.

    :param folder: for what a format has to keep until the end.
    :param about: as in `exported_of`.
    :raises Invalid: there is no such format, or it holds one table only.
    """
    book = book_of(actor, content, fmt, act_id)
    return exported_of(act_id, write_to(out, fmt, book, folder), content, fmt, about)


def book_of(actor: Actor, content: Content, fmt: str, act_id: str) -> Book:
    """The file to be written, with its watermark.

    :raises Invalid: the format holds one table only.
    """
    if fmt == "csv" and len(content.sheets) > 1:
        raise Invalid(message("CSV只能放一张表，多张表请选择 XLSX、ODS 或 JSON。"))
    return Book(content.sheets, _stamp(actor, act_id, content))


def record(session: Session, actor: Actor, exported: Exported) -> None:
    """Write the audit event of the export and whose files it holds, and count it against what its
    owner may take.

    The caller commits all of it before the file is given out.

    :raises Denied: it is more than that.
    """
    charge(session, actor, exported.amount)
    event = Event(actor.unit_path, detail=exported.detail, files=exported.reach.people)
    write_events(session, actor, ACT, [event], act_id=exported.act_id)
    store(session, actor, exported.act_id, exported.reach)


def _stamp(actor: Actor, act_id: str, content: Content) -> Stamp:
    names = "、".join(sheet.name for sheet in content.sheets)
    return stamp_of(actor, act_id, content.how, names, content.detail)


def exported_of(
    act_id: str, count: int, content: Content, fmt: str, about: Amount | None = None
) -> Exported:
    """What the audit event says of the file.

    :param about: whose numbers it shows, and who agreed; where nobody counted, each row is another
        person.
    """
    detail = {**content.detail, "rows": count, "format": fmt, "number": number_of(act_id)}
    if content.how.purpose:
        detail["purpose"] = mask_text(content.how.purpose)
        detail["fields"] = list(content.revealed)
    amount = replace(about, rows=count) if about else Amount(count, count)
    if not content.revealed:
        amount = replace(amount, people=0)
    if amount.request is not None:
        detail["request"] = amount.request
    return Exported(act_id, amount, detail, content.reached.packed())
