"""Large exports as jobs: batch by batch from frozen ids, into an encrypted file of their owner's.

The rows were frozen when the export was asked for (`tms.exchange.export_asking`), as ids in a kept
file; what they hold is read when the job comes to them, with the rights its owner has then. A file
half written is nobody's: a job that broke off writes it anew.
"""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from tms.exchange.contents import PARTITION, Content
from tms.exchange.export import book_of, exported_of, record
from tms.exchange.packing import packing
from tms.exchange.wanted import FILES, MEDIA_TYPES, Wanted, wanted_of
from tms.exchange.write import open_writer
from tms.jobs import Mark, Run, Work
from tms.records import kept
from tms.records.export_limits import Amount, noted, refuse_rows
from tms.records.spool import spool

KIND: Final = "export.file"
#: In the checkpoint, for whoever waits: how much of the file is packed, in percent.
PACKED: Final = "packed"
#: Whole files have many rows each.
FILES_AT_A_TIME: Final = 200


def export(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """Write the file, keep it for a day, leave the audit event."""
    with work.reading():
        wanted = wanted_of(work.params["wanted"])
        ids = array("q")
        ids.frombytes(kept.read_kept(work.session, work.data_dir, work.params["ids"]))
        content = wanted.contents(work.session, work.actor)
    with spool(work.data_dir) as folder, (folder / "file").open("w+b") as file:
        count = yield from _write(work, wanted, content, ids, file, folder)
        file.seek(0)
        exported = exported_of(work.act_id, count, content, wanted.fmt, _about(work))
        name, media = wanted.file_name(work.act_id), MEDIA_TYPES[wanted.fmt]

        def copy(out: BinaryIO) -> None:
            shutil.copyfileobj(file, out, 1 << 20)

        made = kept.keep(work.session, work.actor, work.data_dir, name, media, copy)
    record(work.session, work.actor, exported)
    kept.discard(work.session, work.data_dir, work.params["ids"])
    return {"file": made, "rows": count, "number": exported.number}


def _about(work: Work) -> Amount:
    """Whose numbers it shows, and which request a second person agreed to."""
    return Amount(0, work.params.get("people", 0), work.params.get("request"))


def _write(
    work: Work,
    wanted: Wanted,
    content: Content,
    ids: Sequence[int],
    file: BinaryIO,
    folder: Path,
) -> Generator[Mark, None, int]:
    """Batch by batch; says how many rows there were."""
    size = FILES_AT_A_TIME if wanted.content == FILES else PARTITION
    book = book_of(work.actor, content, wanted.fmt, work.act_id)
    writer = open_writer(file, wanted.fmt, book, folder)
    count, sheets = 0, len(book.sheets)
    for place, sheet in enumerate(book.sheets):
        writer.begin(sheet)
        for start in range(0, len(ids), size):
            batch = list(ids[start : start + size])
            with work.reading():
                lines = content.rows_of(sheet, batch)
            count += writer.write(lines)
            refuse_rows(count)
            yield Mark((place * len(ids) + start + len(batch)) // sheets, len(ids))
    for share in packing(writer, file, folder):
        yield Mark(len(ids), len(ids), {PACKED: share})
    return count


KINDS: Final[dict[str, Run]] = {KIND: noted(export)}
