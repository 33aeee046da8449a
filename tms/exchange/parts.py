"""What becomes of each row of an import, kept part by part beside the batch (models.ImportPart).

A part is written in the transaction of what it tells, encrypted and packed. Numbers are masked
before that: neither the preview nor the report needs them.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tms.crypto import keyring
from tms.db import BLIND
from tms.dictionary import Field
from tms.errors import Term, Text
from tms.exchange.cells import clean, shown
from tms.exchange.columns import names_of, normal
from tms.exchange.labels import ID_NUMBER, Fixed
from tms.exchange.reading import mask_text
from tms.exchange.stages import NOT_TAKEN, Checked, CheckedRow, Problem, Sheet
from tms.models import TABLES, ImportPart
from tms.packed import pack
from tms.records.audit import plain
from tms.records.rotation import is_old

Phase = Literal["check", "load"]
#: What becomes of a row, in the order it is told.
OUTCOMES: Final = ("new", "change", "request", "unchanged", "closed", "refused", "waits")
TAKEN: Final = ("new", "change", "request")
#: Those that somebody has to look at.
TO_SEE: Final = ("refused", "waits", "request", "closed")
#: Reasons are counted up to so many different ones, besides those for which columns are closed.
REASONS: Final = 200


@dataclass(frozen=True)
class Entry:
    """One row of the file, as it was kept."""

    table: str
    sheet: str
    row: int
    outcome: str
    #: As they stand in the file; numbers are masked.
    cells: Sequence[str]
    #: (place of the column or -1, header, value, rule, packed reason, severity)
    problems: Sequence[Sequence[Any]]
    #: {field: value before}, of what changes.
    before: Mapping[str, Any]
    #: The file it is about, once it is there.
    teacher: int | None
    number: str

    @property
    def reasons(self) -> list[str]:
        """Keys of its reasons."""
        return [key_of(problem[4]) for problem in self.problems]


def key_of(reason: Any) -> str:
    """A short name for a packed reason."""
    return hashlib.sha256(json.dumps(reason, sort_keys=True).encode()).hexdigest()[:12]


@lru_cache(1_000)
def _key(zh: str, en: str) -> str:
    """`key_of` words of the dictionary, which come again and again."""
    return key_of({"zh": zh, "en": en})


@dataclass
class Part:
    """Rows to be kept together."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, list[Any]] = field(default_factory=dict)
    rows: list[list[Any]] = field(default_factory=list)
    #: By id of a reason itself, its packed form and key: a closed column has one for all its rows.
    _packed: dict[int, tuple[Text, Any, str]] = field(default_factory=dict)

    def add(self, table: Checked, numbers: Mapping[int, tuple[int, str]]) -> None:
        """Take the rows of one table.

        :param numbers: {owner: (file, personal number)} of rows that made a file.
        """
        secret: dict[int, frozenset[int]] = {}
        for row in table.rows:
            sheet, outcome = row.origin.sheet, row.outcome
            if id(sheet) not in secret:
                secret[id(sheet)] = _secret(table.table, sheet)
            self.counts[outcome] += 1
            problems = [self._problem(row, problem) for problem in row.problems]
            teacher, number = numbers.get(row.owner, (row.owner, "")) if row.owner else (None, "")
            self.rows.append(
                [
                    table.table,
                    sheet.name,
                    row.origin.raw.number,
                    outcome,
                    _cells(row, secret[id(sheet)]),
                    problems,
                    plain(row.before),
                    teacher if isinstance(teacher, int) and teacher > 0 else None,
                    number,
                ]
            )

    def _problem(self, row: CheckedRow, problem: Problem) -> list[Any]:
        reason, key = self._reason(problem.reason)
        is_counted = key in self.reasons or problem.rule in NOT_TAKEN
        if is_counted or len(self.reasons) < REASONS:
            self.reasons.setdefault(key, [reason, 0])[1] += 1
        header = row.origin.sheet.header
        place = header.index(problem.column) if problem.column in header else -1
        value, column = problem.value, pack(problem.column)
        return [place, column, value, problem.rule, reason, problem.severity]

    def _reason(self, text: Text) -> tuple[Any, str]:
        known = self._packed.get(id(text))
        if known is None:
            reason = pack(text)
            key = _key(*reason.values()) if isinstance(text, Term) else key_of(reason)
            known = self._packed[id(text)] = (text, reason, key)
        return known[1:]


#: Shorter texts hold no number of anybody, except where the column says so.
SHORT: Final = 15


def _cells(row: CheckedRow, secret: frozenset[int]) -> list[str]:
    texts = [c if type(c) is str else shown(clean(c)) for c in row.origin.raw.cells]
    return [
        text
        if len(text) < SHORT and place not in secret
        else mask_text(text, whole=place in secret)
        for place, text in enumerate(texts)
    ]


def _secret(table: str, sheet: Sheet) -> frozenset[int]:
    """Places of the columns that hold numbers of documents."""
    names = _secret_names(table)
    return frozenset(n for n, header in enumerate(sheet.header) if normal(header) in names)


@cache
def _secret_names(table: str) -> frozenset[str]:
    fields = TABLES[table].dictionary.fields.values() if table in TABLES else ()
    items: list[Field | Fixed] = [ID_NUMBER, *(each for each in fields if each.encrypted)]
    return frozenset(normal(name) for item in items for name in names_of(item))


# -- stored ----------------------------------------------------------------------------------------


def write(session: Session, user_id: int, batch_id: int, phase: Phase, no: int, part: Part) -> None:
    """Keep *part*; one that a broken attempt left under the same number is replaced."""
    here = (ImportPart.batch_id == batch_id, ImportPart.phase == phase, ImportPart.no == no)
    session.execute(delete(ImportPart).where(*here), execution_options=BLIND)
    packed = zlib.compress(json.dumps(part.rows, ensure_ascii=False).encode(), 1)
    session.add(
        ImportPart(
            batch_id=batch_id,
            phase=phase,
            no=no,
            user_id=user_id,
            counts=dict(part.counts),
            reasons=part.reasons,
            content=keyring().seal_file(packed, _name(batch_id, phase, no)),
        )
    )
    session.flush()


def reseal(session: Session, _data_dir: Path) -> Iterator[int]:
    """Seal anew what lies under an older key, batch by batch (`records.rotation`)."""
    here = (ImportPart.batch_id, ImportPart.phase, ImportPart.no)
    for batch_id in session.scalars(select(here[0]).distinct()).all():
        rows = select(*here, ImportPart.content).where(here[0] == batch_id)
        found = session.execute(rows).all()
        yield sum(_reseal(session, row) for row in found if is_old(row.content))


def _reseal(session: Session, row: Any) -> int:
    ring, name = keyring(), _name(row.batch_id, row.phase, row.no)
    fresh = ring.seal_file(ring.open_file(row.content, name), name)
    place = (ImportPart.batch_id == row.batch_id, ImportPart.phase == row.phase)
    change = update(ImportPart).where(*place, ImportPart.no == row.no).values(content=fresh)
    session.execute(change, execution_options=BLIND)
    return 1


def forget(session: Session, batch_id: int, phase: Phase | None = None) -> None:
    """Delete what was kept of a batch, of one phase or of both."""
    gone = delete(ImportPart).where(ImportPart.batch_id == batch_id)
    gone = gone.where(ImportPart.phase == phase) if phase else gone
    session.execute(gone, execution_options=BLIND)


def _name(batch_id: int, phase: str, no: int) -> str:
    return f"import|{batch_id}|{phase}|{no}"


def _stored(session: Session, batch_id: int, phase: Phase) -> Sequence[Any]:
    columns = (ImportPart.no, ImportPart.counts, ImportPart.reasons)
    mine = (ImportPart.batch_id == batch_id, ImportPart.phase == phase)
    return session.execute(select(*columns).where(*mine).order_by(ImportPart.no)).all()


def tally(session: Session, batch_id: int, phase: Phase) -> tuple[Counter[str], dict[str, Any]]:
    """Rows by outcome, and {key: [packed reason, problems]}, the most frequent first."""
    counts: Counter[str] = Counter()
    reasons: dict[str, list[Any]] = {}
    for part in _stored(session, batch_id, phase):
        counts.update(part.counts)
        for key, (reason, n) in part.reasons.items():
            reasons.setdefault(key, [reason, 0])[1] += n
    ordered = sorted(reasons.items(), key=lambda item: -item[1][1])
    return counts, dict(ordered)


def entries(
    session: Session,
    batch_id: int,
    phase: Phase,
    outcomes: Sequence[str] = OUTCOMES,
    reason: str = "",
) -> Iterator[Entry]:
    """The rows with one of *outcomes*, in the order they were judged; of one reason only."""
    wanted = set(outcomes)
    for part in _stored(session, batch_id, phase):
        if not wanted & part.counts.keys() or (reason and reason not in part.reasons):
            continue
        for entry in _read(session, batch_id, phase, part.no):
            if entry.outcome in wanted and (not reason or reason in entry.reasons):
                yield entry


def page(
    session: Session,
    batch_id: int,
    phase: Phase,
    outcomes: Sequence[str],
    reason: str,
    start: int,
    size: int,
) -> list[Entry]:
    """*size* of these rows from the place *start* on; parts before it are only counted."""
    found: list[Entry] = []
    skip = _Skip(start, set(outcomes), exact=not reason)
    for part in _stored(session, batch_id, phase):
        if (reason and reason not in part.reasons) or skip.passes(part.counts):
            continue
        for entry in _read(session, batch_id, phase, part.no):
            if entry.outcome in skip.wanted and (not reason or reason in entry.reasons):
                if skip.left:
                    skip.left -= 1
                    continue
                found.append(entry)
                if len(found) == size:
                    return found
    return found


@dataclass
class _Skip:
    """Rows still to be passed over before the page begins."""

    left: int
    wanted: set[str]
    exact: bool

    def passes(self, counts: Mapping[str, int]) -> bool:
        """Whether the whole part lies before the page."""
        here = sum(n for outcome, n in counts.items() if outcome in self.wanted)
        if self.exact and here <= self.left:
            self.left -= here
            return True
        return here == 0


def _read(session: Session, batch_id: int, phase: str, no: int) -> Iterator[Entry]:
    here = (ImportPart.batch_id == batch_id, ImportPart.phase == phase, ImportPart.no == no)
    content = session.scalar(select(ImportPart.content).where(*here))
    packed = keyring().open_file(content or b"", _name(batch_id, phase, no))
    for row in json.loads(zlib.decompress(packed)):
        yield Entry(*row)
