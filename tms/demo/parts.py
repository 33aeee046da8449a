"""Parts of the roll, each made by itself: by this process, or by several at once.

What a part holds depends on the site alone, never on who makes it or when.
"""

from __future__ import annotations

import gc
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context
from typing import Any

from tms import crypto
from tms.demo.files import File, accounts_of, files_of
from tms.demo.ids import Ids
from tms.demo.roll import Job, in_chunks, jobs, staff_of
from tms.demo.staff import Staff
from tms.demo.state import Stage
from tms.demo.tree import Node
from tms.demo.work import work_on
from tms.models import TABLES, Assignment, Person, Teacher, User
from tms.records.put_rows import Packed, joined, pack


@dataclass
class Site:
    """What all parts are made from."""

    root: Node
    people: int
    seed: int
    staff: Staff
    ids: Ids
    ring: crypto.Keyring
    for_sqlite: bool
    #: Files in a part, at least.
    part: int

    @cached_property
    def parts(self) -> list[list[Job]]:
        """Whole schools, some thousand files together."""
        return list(in_chunks(jobs(self.root, self.people), self.part))

    def files(self, part: int) -> list[File]:
        """The files of one part."""
        teachers = (t for job in self.parts[part] for t in staff_of(job, self.seed))
        return list(files_of(teachers, self.staff, self.ids))


@dataclass(frozen=True, slots=True)
class Part:
    """Ready to be written, tables in the order of their foreign keys."""

    tables: list[Packed]
    files: int
    rows: int
    stages: Counter[str]
    #: School, ID number and account of somebody with a complete draft, who can submit it.
    ready: tuple[str, str, int] | None


def make(site: Site, part: int) -> Part:
    """One part, packed."""
    files = site.files(part)
    tables = [(model.__table__, rows) for model, rows in _tables(site, files) if rows]
    return Part(
        [pack(site.for_sqlite, table, rows) for table, rows in tables],
        len(files),
        sum(len(rows) for file in files for rows in file.columns.values()),
        Counter(str(file.stage) for file in files),
        next(map(_login, filter(_is_ready, files)), None),
    )


def _tables(site: Site, files: list[File]) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    yield Teacher, [file.header for file in files]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in files:
        for table, rows in file.columns.items():
            found[table] += rows
    yield from ((TABLES[table], rows) for table, rows in found.items())
    persons, users, assignments = zip(*map(accounts_of, files), strict=True)
    yield from ((Person, list(persons)), (User, list(users)), (Assignment, list(assignments)))
    yield from work_on(files, site.staff, site.seed, site.ids)


def gathered(parts: Iterable[Part], files: int) -> Iterator[Part]:
    """Parts of at least *files* files, made of smaller ones.

    PostgreSQL leaves room behind each COPY: many small ones made tables larger by a third.
    """
    waiting: list[Part] = []
    for part in parts:
        waiting.append(part)
        if sum(one.files for one in waiting) >= files:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(parts: list[Part]) -> Part:
    tables: dict[tuple[str, tuple[str, ...]], list[Packed]] = defaultdict(list)
    for packed in (packed for part in parts for packed in part.tables):
        tables[packed.table, packed.columns].append(packed)
    return Part(
        [joined(alike) for alike in tables.values()],
        sum(part.files for part in parts),
        sum(part.rows for part in parts),
        sum((part.stages for part in parts), Counter()),
        next((part.ready for part in parts if part.ready), None),
    )


def _is_ready(file: File) -> bool:
    return file.stage is Stage.DRAFT and file.teacher.standing.complete


def _login(file: File) -> tuple[str, str, int]:
    return file.teacher.school.name, file.teacher.life.person.id_number, file.own.user_id or 0


# -- several at once -------------------------------------------------------------------------------

_site: Site | None = None


def all_parts(site: Site, processes: int) -> Iterator[Part]:
    """Every part in order; with one process (or one part) no other is started."""
    count = len(site.parts)
    if min(count, processes) < 2:
        yield from (make(site, part) for part in range(count))
        return
    # A fork would share the database's connection.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (site,))
    with pool:
        waiting: deque[Future[Part]] = deque()
        for part in range(count):
            waiting.append(pool.submit(_make, part))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _begin(site: Site) -> None:
    global _site
    _site = site
    crypto.install(site.ring)
    gc.disable()  # a third of the time went into looking for cycles that are not there


def _make(part: int) -> Part:
    assert _site is not None  # noqa: S101  every process begins with it
    return make(_site, part)
