"""完整性检测: the findings of whole files (DOMAIN.md 10). The same check at every level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import actor_of
from tms.access.policy import addressed
from tms.dictionary import FileValues, Filler, Finding, Photo, check_file
from tms.models import TABLES, RowState
from tms.records.patches import overlay
from tms.records.read import CHUNK, Header, chunks, contents_of_files, headers, rows_of_files
from tms.records.values import contents, from_row

BASIC: Final = "basic_information"


def files(
    session: Session,
    teacher_ids: Iterable[int],
    tables: Sequence[str] | None = None,
    *,
    requests: Any = None,
    reason: str | None = None,
) -> Iterator[tuple[Header, FileValues]]:
    """Each file in reach with the values of all its rows, numbers opened for the rules.

    :param tables: those that are asked about; None is all of them.
    :param requests: as the file would be with its change requests: which of those not sent in yet
        count besides those under review (see `patches.overlay`).
    :param reason: why the actor's reach is not asked: the figures are the same for everybody.
    """
    for part in chunks(teacher_ids, CHUNK):
        found = headers(session, part, reason=reason)
        if requests is None:
            yield from _as_they_are(session, found, tables or tuple(TABLES), reason)
            continue
        rows_by_table = rows_of_files(session, sorted(found), tables, reason=reason)
        rows_by_table = overlay(session, rows_by_table, sorted(found), requests)
        by_file: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        for name, rows in rows_by_table.items():
            for row in rows:
                by_file[row["teacher_id"]][name].append(row)
        for teacher_id, header in found.items():
            yield header, of_rows(header, by_file[teacher_id])


def _as_they_are(
    session: Session, found: Mapping[int, Header], tables: Sequence[str], reason: str | None
) -> Iterator[tuple[Header, FileValues]]:
    """As `files`, without requests: nothing is read but what is checked."""
    by_file: dict[int, dict[str, list[Any]]] = {i: defaultdict(list) for i in found}
    in_force: set[int] = set()
    for name in tables:
        model = TABLES[name]
        for owner, row_id, state, row in contents_of_files(
            session, model, sorted(found), reason=reason
        ):
            by_file[owner][name].append((row_id, contents(model, row_id, row)))
            if name == BASIC and state == RowState.IN_FORCE:
                in_force.add(owner)
    for teacher_id, header in found.items():
        rows = by_file[teacher_id]
        yield header, _file(header, rows, via_business=teacher_id in in_force)


def _file(header: Header, rows: Mapping[str, Any], *, via_business: bool) -> FileValues:
    """A file of rows with their values.

    What stands in a row in force came through review, and changes by a request alone: only there
    a person leaves by an approved change (rule B16).
    """
    basic = rows.get(BASIC)
    return FileValues(
        category=header.category,
        person_kind=header.person_kind,
        rows=rows,
        photo=Photo.read(basic[0][1].get("photo")) if basic else None,
        via_business=via_business,
    )


def of_rows(header: Header, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> FileValues:
    """The file whose rows were read already, {table: rows}; numbers are opened for the rules."""
    rows = {
        name: [(row["id"], from_row(TABLES[name], row, open_numbers=True)) for row in rows]
        for name, rows in tables.items()
    }
    in_force = any(row["state"] == RowState.IN_FORCE for row in tables.get(BASIC, ()))
    return _file(header, rows, via_business=in_force)


def findings(
    session: Session,
    teacher_ids: Iterable[int],
    *,
    requests: Any = None,
) -> Iterator[tuple[Header, list[Finding]]]:
    """Each file in reach with its findings; a complete file has none. See `files`."""
    for header, values in files(session, teacher_ids, requests=requests):
        yield header, file_findings(session, header, values)


def file_findings(session: Session, header: Header, values: FileValues) -> list[Finding]:
    """The findings of one file that was read, each addressed to who fills the item there."""
    found = check_file(values)
    return addressed(actor_of(session), found, header.category, header.unit_path)


def blocking(found: Iterable[Finding], filler: Filler | None = None) -> list[Finding]:
    """The errors among *found* that keep a file from being submitted.

    A teacher is kept by errors in teacher-filled items only; a school by every error.
    """
    return [f for f in found if f.severity == "error" and filler in (None, f.filler)]
