"""完整性检测: the findings of whole files (DOMAIN.md 10). The same check at every level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from tms.access import actor_of
from tms.access.policy import addressed
from tms.dictionary import FileValues, Filler, Finding, Photo, check_file
from tms.models import TABLES, RowState
from tms.records.patches import overlay
from tms.records.read import CHUNK, Header, chunks, headers, rows_of_files
from tms.records.values import from_row


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
        rows_by_table = rows_of_files(session, sorted(found), tables, reason=reason)
        if requests is not None:
            rows_by_table = overlay(session, rows_by_table, sorted(found), requests)
        by_file: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        for name, rows in rows_by_table.items():
            for row in rows:
                by_file[row["teacher_id"]][name].append(row)
        for teacher_id, header in found.items():
            yield header, of_rows(header, by_file[teacher_id])


def of_rows(header: Header, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> FileValues:
    """The file whose rows were read already, {table: rows}; numbers are opened for the rules.

    What stands in a row in force came through review, and changes by a request alone: only there
    a person leaves by an approved change (rule B16).
    """
    basic = list(tables.get("basic_information", ()))
    return FileValues(
        category=header.category,
        person_kind=header.person_kind,
        rows={
            name: [(row["id"], from_row(TABLES[name], row, open_numbers=True)) for row in rows]
            for name, rows in tables.items()
        },
        photo=Photo.read(basic[0].get("photo")) if basic else None,
        via_business=any(row["state"] == RowState.IN_FORCE for row in basic),
    )


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
