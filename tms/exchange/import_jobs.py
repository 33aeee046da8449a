"""An import as jobs: check (the preview), load, each part by part over the windows of the file."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import select

from tms.access import Actor
from tms.among import among
from tms.errors import Conflict, TmsError, message
from tms.exchange import parts
from tms.exchange.begun import Batch, batch_of, note, opened
from tms.exchange.closing import remarks_of
from tms.exchange.load import load
from tms.exchange.parts import Part, Phase
from tms.exchange.stages import Checked, CheckedRow, Options, Problem
from tms.exchange.windows import Prepared, check_windows
from tms.jobs import Mark, Run, Work, lanes
from tms.models import Teacher
from tms.packed import pack
from tms.records import kept

CHECK: Final = "import.check"
LOAD: Final = "import.load"
#: Rows that a part begins with; then the pace decides.
FIRST: Final = 400
#: Bytes of a file that two workers share where they can: some 2,000 rows.
LONG: Final = 250_000

ALL_OR_NOTHING: Final = message(
    "文件中还有%(n)d行有错误；按“整个文件都不导入”的方式，改正后才能写入。"
)
#: It was stopped, taken back and then asked to go on.
TAKEN_BACK: Final = message("这次导入已经撤销，请重新上传。")


# -- check -----------------------------------------------------------------------------------------


def check(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """Everything but writing; what becomes of each row is kept for the preview."""
    batch, prepared = yield from _through(work, CHECK, _check_part)
    counts, _ = parts.tally(work.session, batch.id, "check")
    found = {
        "counts": dict(counts),
        "sheets": list(_sheets(prepared)),
        "remarks": _remarks(work.actor, prepared),
    }
    note(work, batch, checked=found)
    return {"batch": batch.id, **dict(counts)}


def _check_part(work: Work, batch: Batch, prepared: Prepared, places: list[int]) -> None:
    with work.reading():
        tables = check_windows(work.session, work.actor, batch.how, prepared, places)
    _keep(work, batch, "check", places[0], tables, {})


def _sheets(prepared: Prepared) -> Iterator[dict[str, Any]]:
    """What the columns of each sheet are taken for, for the page that shows them."""
    for each in prepared.works:
        for layout in each.layouts:
            fields = {column.place: column.keys[0] for column in layout.fields}
            fixed = {column.place: key for key, column in layout.fixed.items()}
            meant = [fields.get(n) or fixed.get(n) or "" for n in range(len(layout.sheet.header))]
            yield {
                "name": layout.sheet.name,
                "table": each.target.key,
                "header": list(layout.sheet.header),
                "meant": meant,
            }


def _remarks(actor: Actor, prepared: Prepared) -> list[Any]:
    """What is said of columns and sheets rather than of rows."""
    layouts = (layout for each in prepared.works for layout in each.layouts)
    found = [*prepared.remarks, *(each for layout in layouts for each in remarks_of(actor, layout))]
    return [[r.sheet, pack(r.column), pack(r.reason)] for r in found]


# -- load ------------------------------------------------------------------------------------------


def load_file(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """Take what can be taken; each part is checked again when its turn comes."""
    batch = batch_of(work)
    _refuse_whole(batch)
    if batch.undo_job is not None:
        raise Conflict(TAKEN_BACK)
    batch, _prepared = yield from _through(work, LOAD, _load_part)
    counts, _ = parts.tally(work.session, batch.id, "load")
    note(work, batch, loaded={"counts": dict(counts)})
    return {"batch": batch.id, **dict(counts)}


def _load_part(work: Work, batch: Batch, prepared: Prepared, places: list[int]) -> None:
    with work.reading():
        tables = check_windows(work.session, work.actor, batch.how, prepared, places)
    tables, numbers = _taken(work, batch.how, prepared, places, tables)
    _keep(work, batch, "load", places[0], tables, numbers)


def _refuse_whole(batch: Batch) -> None:
    refused = (batch.checked or {}).get("counts", {}).get("refused", 0)
    if batch.options["keep"] == "file" and refused:
        raise Conflict(replace(ALL_OR_NOTHING, params={"n": refused}))


def _taken(
    work: Work, how: Options, prepared: Prepared, places: Sequence[int], tables: list[Checked]
) -> tuple[list[Checked], dict[int, tuple[int, str]]]:
    """The rows written; where one of them moved meanwhile, window by window and then by person."""
    made = _try(work, how, tables)
    if made is not None:
        return tables, _numbers(work, made)
    found: dict[int, tuple[int, str]] = {}
    whole: list[Checked] = []
    for place in places:
        again = check_windows(work.session, work.actor, how, prepared, [place])
        made = _try(work, how, again)
        if made is None:
            again, made = _one_by_one(work, how, again)
        found |= _numbers(work, made)
        whole += again
    return _merged(whole), found


def _try(work: Work, how: Options, tables: Sequence[Checked]) -> dict[int, int] | None:
    try:
        with work.session.begin_nested():
            return load(work.session, work.actor, tables, act_id=work.act_id, reason=how.reason)
    except TmsError:
        return None


def _one_by_one(
    work: Work, how: Options, tables: Sequence[Checked]
) -> tuple[list[Checked], dict[int, int]]:
    """Person by person: who cannot be taken is refused with the sentence that says why."""
    owners = list(dict.fromkeys(row.owner for table in tables for row in table.rows))
    made: dict[int, int] = {}
    found: list[Checked] = []
    for owner in owners:
        theirs = [_of(table, owner) for table in tables]
        try:
            with work.session.begin_nested():
                made |= load(
                    work.session, work.actor, theirs, act_id=work.act_id, reason=how.reason
                )
        except TmsError as error:
            theirs = [_refused(table, error) for table in theirs]
        found += theirs
    return _merged(found), made


def _of(table: Checked, owner: Any) -> Checked:
    rows = [row for row in table.rows if row.owner == owner]
    removals = [removal for removal in table.removals if removal.owner == owner]
    return Checked(table.table, rows, removals)


def _refused(table: Checked, error: TmsError) -> Checked:
    return Checked(table.table, [_with(row, error) for row in table.rows])


def _with(row: CheckedRow, error: TmsError) -> CheckedRow:
    sheet, number = row.origin.sheet.name, row.origin.raw.number
    problem = Problem(sheet, number, *row.named_by, "moved", error.text)
    return replace(row, problems=(*row.problems, problem))


def _numbers(work: Work, made: dict[int, int]) -> dict[int, tuple[int, str]]:
    """{owner as the check called it: (file, personal number)} of the files that were made."""
    ids = select(Teacher.id, Teacher.teacher_no).where(among(Teacher.id, made.values()))
    numbers = {row.id: row.teacher_no for row in work.session.execute(ids)} if made else {}
    return {owner: (teacher, numbers.get(teacher, "")) for owner, teacher in made.items()}


# -- both ------------------------------------------------------------------------------------------


def _through(
    work: Work, kind: str, part: Callable[..., None]
) -> Generator[Mark, None, tuple[Batch, Prepared]]:
    """The whole file; where a helper is worth it, it reads it at the same time."""
    with work.reading():
        is_long = kept.size_of(work.session, batch_of(work).upload_id) >= LONG
    way = yield from lanes.begin(work, kind, is_long=is_long)
    batch, prepared = _begun(work)
    do = partial(part, work, batch, prepared)
    yield from lanes.through(work, way, prepared.sizes, do)
    return batch, prepared


def _begun(work: Work) -> tuple[Batch, Prepared]:
    work.pace.size = FIRST
    with work.reading():
        return opened(work)


def _helper(part: Callable[..., None]) -> Run:
    """The kind of job that goes along another lane of the same batch."""

    def run(work: Work) -> Generator[Mark, None, dict[str, Any]]:
        batch, prepared = _begun(work)
        do = partial(part, work, batch, prepared)
        return (yield from lanes.help_with(work, prepared.sizes, do))

    return run


def _merged(tables: Sequence[Checked]) -> list[Checked]:
    """One entry a table; files that are still to be made keep apart by their negative ids."""
    found: dict[str, Checked] = {}
    for table in tables:
        whole = found.setdefault(table.table, Checked(table.table))
        whole.rows += table.rows
        whole.removals += table.removals
    return list(found.values())


def _keep(
    work: Work,
    batch: Batch,
    phase: Phase,
    no: int,
    tables: Sequence[Checked],
    numbers: dict[int, tuple[int, str]],
) -> None:
    part = Part()
    for table in tables:
        part.add(table, numbers)
    parts.write(work.session, int(work.actor.user_id or 0), batch.id, phase, no, part)


KINDS: Final[dict[str, Run]] = {
    CHECK: check,
    LOAD: load_file,
    CHECK + lanes.HELPER: _helper(_check_part),
    LOAD + lanes.HELPER: _helper(_load_part),
}
