"""Small tables the machinery needs."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import db


class IdBlock(db.Model):
    """Next free id per sequence; ids are reserved in blocks before rows are encrypted."""

    __tablename__ = "id_block"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_id: Mapped[int] = mapped_column(BigInteger)


class LockRelease(db.Model):
    """Rows in force that an approved request or an undo may touch in this transaction.

    The lock trigger looks here; whoever puts a line in takes it out before the commit.
    """

    __tablename__ = "lock_release"

    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
