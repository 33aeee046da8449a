"""Forms of many files: part by part, fifty to a document, joined to two hundred in the end (R44).

What a part made is kept with its checkpoint, so that a job which broke off goes on behind it. The
papers are written down in the same transaction: what is on paper, the system knows of.
"""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Sequence
from typing import Any, BinaryIO, Final

from tms.documents.form_join import joined
from tms.documents.form_print import Order, begin
from tms.documents.forms import TITLE, TOGETHER
from tms.errors import Conflict, message
from tms.jobs import Mark, Run, Work
from tms.records import export_limits, kept
from tms.records.form_asks import PRINT
from tms.records.printed_forms import Paper, enter, papers_for, refuse_printing

PDF: Final = "application/pdf"
ZIP: Final = "application/zip"
#: Documents that are set at the same time: one for each of a small machine's processors.
ABREAST: Final = 2
#: Documents that become one file: 200 forms.
A_FILE: Final = 4
NONE_LEFT: Final = message("选中的档案都已不在您的范围内。")


def run(work: Work) -> Generator[Mark, None, dict[str, Any]]:
    """Set the forms, then put them together; kept for a day and handed out once."""
    refuse_printing(work.actor)
    ids: list[int] = work.params["files"]
    done: dict[str, Any] = work.checkpoint or {"at": 0, "count": 0, "parts": []}
    while done["at"] < len(ids):
        part = ids[done["at"] : done["at"] + ABREAST * TOGETHER]
        papers, made = _set(work, part)
        export_limits.charge(work.session, work.actor, _amount(papers))
        enter(work.session, work.actor, papers, work.act_id)
        done = {
            "at": done["at"] + len(part),
            "count": done["count"] + len(papers),
            "parts": done["parts"] + [_keep_part(work, each) for each in made],
        }
        yield Mark(done["at"], len(ids), done)
    if not done["parts"]:
        raise Conflict(NONE_LEFT)
    file = _put_together(work, done["parts"])
    return {"file": file, "count": done["count"], "left": len(ids) - done["count"]}


def _set(work: Work, ids: Sequence[int]) -> tuple[list[Paper], list[bytes]]:
    """Each document is laid out while the one before it is set."""
    lang, base = work.params["lang"], work.params["base"]
    order = Order(work.actor, lang, work.say, base, data_dir=work.data_dir)
    press, papers, begun = order.press(), [], []
    with work.reading():
        for start in range(0, len(ids), TOGETHER):
            read = papers_for(work.session, ids[start : start + TOGETHER])
            papers += read
            begun += [begin(work.session, order, press, read)] if read else []
        return papers, [document.pdf() for document in begun]


def _amount(papers: Sequence[Paper]) -> export_limits.Amount:
    rows = sum(len(found) for paper in papers for found in paper.file.rows.values())
    return export_limits.Amount(rows)


def _keep_part(work: Work, content: bytes) -> int:
    session, folder = work.session, work.data_dir
    return kept.keep(session, work.actor, folder, "part.pdf", PDF, lambda out: out.write(content))


def _put_together(work: Work, parts: Sequence[int]) -> int:
    """One PDF, or several in an archive; the parts are not needed any more."""
    groups = [parts[start : start + A_FILE] for start in range(0, len(parts), A_FILE)]
    title = work.say(TITLE)

    def content(group: Sequence[int]) -> bytes:
        return joined([kept.read_kept(work.session, work.data_dir, each) for each in group])

    def archive(out: BinaryIO) -> None:
        with zipfile.ZipFile(out, "w") as packed:
            for number, group in enumerate(groups, 1):
                packed.writestr(f"{title}-{number:03d}.pdf", content(group))

    def single(out: BinaryIO) -> None:
        out.write(content(groups[0]))

    name, media = (f"{title}.pdf", PDF) if len(groups) == 1 else (f"{title}.zip", ZIP)
    write = single if len(groups) == 1 else archive
    file = kept.keep(work.session, work.actor, work.data_dir, name, media, write, once=True)
    for each in parts:
        kept.discard(work.session, work.data_dir, each)
    return file


KINDS: Final[dict[str, Run]] = {PRINT: export_limits.noted(run)}
