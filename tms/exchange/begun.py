"""One import as its jobs see it: what was asked, its file, and what they found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from tms.db import BLIND
from tms.errors import NotFound, message
from tms.exchange.imports import open_file
from tms.exchange.stages import Options
from tms.exchange.windows import Prepared
from tms.jobs import Work
from tms.models import ImportBatch
from tms.records import kept


@dataclass(frozen=True)
class Batch:
    """The columns of an `ImportBatch` that the jobs need."""

    id: int
    upload_id: int
    file_name: str
    options: dict[str, Any]
    checked: Any
    loaded: Any
    act_id: str | None
    undo_job: int | None

    @property
    def how(self) -> Options:
        """How the file is to be taken."""
        chosen = self.options
        return Options(
            chosen["mode"],
            chosen["keep"],
            chosen["incomplete"],
            in_force=chosen.get("in_force", "refuse"),
            reason=chosen.get("reason", ""),
        )


def batch_of(work: Work) -> Batch:
    """The batch that the job is about.

    :raises NotFound: there is none of the actor's.
    """
    columns = [getattr(ImportBatch, name) for name in Batch.__dataclass_fields__]
    mine = ImportBatch.id == work.params["batch"]
    row = work.session.execute(select(*columns).where(mine)).first()
    if row is None:
        raise NotFound(message("没有这次导入。"))
    return Batch(*row)


def opened(work: Work) -> tuple[Batch, Prepared]:
    """The batch of the job, and its file ready to be checked."""
    batch = batch_of(work)
    # Nothing here holds what the file contains: it goes as soon as its rows are read.
    return batch, open_file(
        work.session,
        kept.read_kept(work.session, work.data_dir, batch.upload_id),
        batch.file_name,
        batch.options.get("into") or None,
        is_pasted=bool(batch.options.get("is_pasted")),
        mends=batch.options.get("mended", ()),
    )


def note(work: Work, batch: Batch, **values: Any) -> None:
    """Write down what a job of the batch found."""
    mine = update(ImportBatch).where(ImportBatch.id == batch.id).values(**values)
    work.session.execute(mine, execution_options=BLIND)
