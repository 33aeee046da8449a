"""Files that belong to a transaction: rolled back, or closed without a commit, they are gone.

Nothing would say any more whose they are. (What a killed process leaves is nobody's.) The other way
round, files to be discarded go when the transaction is committed, and stay if it is not.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

#: Files of this transaction that are not committed yet, in `session.info`; and those to discard.
PENDING: Final = "pending_files"
DISCARDED: Final = "discarded_files"


def create(session: Session, path: Path) -> BinaryIO:
    """A new file that only we read, open for writing; it lasts if the transaction does."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    session.info.setdefault(PENDING, []).append(path)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def discard(session: Session, path: Path) -> None:
    """Delete a file once the transaction is committed."""
    session.info.setdefault(DISCARDED, []).append(path)


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(PENDING, None)
        _delete(session.info.pop(DISCARDED, []))


@event.listens_for(Session, "after_transaction_end")
def _ended(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(DISCARDED, None)
        _delete(session.info.pop(PENDING, []))


def _delete(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
