"""A stored row that the file would change: may it, by which way, and who changed it meanwhile.

A file that was taken out for editing carries ids and versions of its rows. Such a row is merged
cell by cell with what became of it since: what the file did not touch stays as it is now, what
nobody else touched becomes what the file says, and what both changed is shown, never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.dictionary import canonical, from_stored
from tms.errors import Because, Invalid, NotAllowed, Term, TmsError, message, term
from tms.exchange.labels import RECORD_ID, VERSION
from tms.exchange.reading import Complaints
from tms.exchange.stages import Action, Options
from tms.models import SectionRecord
from tms.records import checks
from tms.records.changeable import asked
from tms.records.history import Since, changes_since
from tms.records.patches import compared
from tms.records.read import Header, UnderWay
from tms.records.request_checks import Target, Wanted, already_asked, proven, reason_of
from tms.records.values import from_row

GONE = message("这条记录已被删除，或不是该教师的；要作为新记录导入，请清空“记录编号”一格。")


class Gone(Invalid):
    """The row that the file names by its id is not there."""


@dataclass
class Changing:
    """What is known of the rows of one table before they are judged."""

    session: Session
    actor: Actor
    options: Options
    model: type[SectionRecord]
    submissions: Mapping[int, UnderWay]
    #: Ids of the rows that may be in force.
    ids: Iterable[int]
    _asked: dict[int, str] | None = field(default=None, init=False)

    def asked(self, row_id: int) -> str | None:
        """The status of the row's undecided change request."""
        if self._asked is None:
            self._asked = asked(self.session, self.model, list(self.ids))
        return self._asked.get(row_id)

    def way(
        self,
        header: Header,
        row: Mapping[str, Any],
        touched: Mapping[str, Any],
        complaints: Complaints,
    ) -> Action:
        """How *touched* would be written: "change", or "request" for a row in force.

        What keeps it from being written is complained of.
        """
        first = next(iter(touched))
        submission = self.submissions.get(header.id)
        try:
            checks.editable(self.actor, self.model, row, touched, header, submission)
        except TmsError as error:
            if error.kind is Because.IN_FORCE and self.options.in_force == "request":
                self._request(header, row, touched, complaints)
                return "request"
            complaints.add(first, "state", error.text)
        return "change"

    def _request(
        self,
        header: Header,
        row: Mapping[str, Any],
        touched: Mapping[str, Any],
        complaints: Complaints,
    ) -> None:
        first = next(iter(touched))
        try:
            if not self.actor.can(Permission.CHANGE):
                raise NotAllowed(message("已生效记录的变更由学校信息管理员申请。"))
            status = self.asked(row["id"])
            if status is not None:
                complaints.add(first, "request", already_asked(status))
                return
            before = from_row(self.model, row)
            clean = {key: value for key, value in touched.items() if key in before}
            patch = compared(self.model, header, row, before, clean)
            target = Target(header, self.model, dict(row))
            wanted = self.wanted(header, row, touched)
            reason_of(wanted)
            proven(target, patch, wanted)
        except Invalid as error:
            key = next((f.field for f in error.findings if f.field), first)
            complaints.add(str(key), "request", error.text)
        except NotAllowed as error:
            complaints.add(first, "request", error.text)

    def wanted(self, header: Header, row: Mapping[str, Any], touched: Mapping[str, Any]) -> Wanted:
        """The change request that would be made."""
        table, version = self.model.__tablename__, row["content_version"]
        return Wanted(header.id, table, row["id"], version, touched, self.options.reason)


# -- rows that the file names ----------------------------------------------------------------------


def named_row(complaints: Complaints) -> tuple[int, int] | None:
    """(row id, version) as the file carries them; None where it does not."""
    row_id, version = complaints.cell(RECORD_ID.key), complaints.cell(VERSION.key)
    if not row_id.isdecimal():
        return None
    return int(row_id), int(version) if version.isdecimal() else 0


def merged(
    changing: Changing,
    header: Header,
    row: Mapping[str, Any],
    version: int,
    touched: Mapping[str, Any],
    complaints: Complaints,
) -> dict[str, Any]:
    """What of *touched* the file really changes; what others changed too is complained of.

    :param version: of the row when the file was taken out; 0 where nobody knows.
    """
    since = _since(changing, header, row, version) if touched else None
    if since is None:
        return dict(touched)
    base = since.base()
    found = {k: v for k, v in touched.items() if not _is_old(changing.model, base, k, v)}
    for key in found.keys() & base.keys():
        _conflict(since, key, complaints, changing.model)
    return found


def unmoved(
    changing: Changing,
    header: Header,
    row: Mapping[str, Any],
    version: int,
    values: Mapping[str, Any],
) -> set[str]:
    """Keys of *values* that are as the row was when the file was taken out: only others changed it.

    :param version: as in `merged`.
    """
    since = _since(changing, header, row, version) if values else None
    base = since.base() if since else {}
    return {key for key, value in values.items() if _is_old(changing.model, base, key, value)}


def _since(
    changing: Changing, header: Header, row: Mapping[str, Any], version: int
) -> Since | None:
    """What others did to the row; None where nobody did, or nobody knows since when."""
    if not version or version >= row["content_version"]:
        return None
    place = (changing.model.__tablename__, row["id"])
    return changes_since(changing.session, changing.actor, header.id, place, version)


def _is_old(model: type[SectionRecord], base: Mapping[str, Any], key: str, value: Any) -> bool:
    return key in base and bool(value == _was(model, key, base[key]))


def _was(model: type[SectionRecord], key: str, former: Any) -> Any:
    """The canonical value of what an audit event holds: 1234.50 there is 1234.5 in a file."""
    item = model.dictionary.fields[key]
    return former if item.encrypted else canonical(item, from_stored(item, former))


def _conflict(since: Since, key: str, complaints: Complaints, model: type[SectionRecord]) -> None:
    last = since.last(key)
    who = last.user if last and last.user else Term("系统", "the system")
    label = term(model.dictionary.fields[key])
    text = message(
        "“%(field)s”在文件取出后已由%(who)s改过，没有覆盖；请核对后重新取出文件再改。",
        field=label,
        who=who,
    )
    complaints.add(key, "conflict", text)
