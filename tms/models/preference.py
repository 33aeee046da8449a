"""What a user arranged for themselves: columns of a grid, saved views. No business data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import db
from tms.models.account import BigId
from tms.models.scoped import PersonalScoped


class GridColumns(PersonalScoped, db.Model):
    """The columns a user wants in one grid, in the grid's own order."""

    __tablename__ = "grid_columns"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"), primary_key=True)
    grid: Mapped[str] = mapped_column(String(40), primary_key=True)
    keys: Mapped[Any] = mapped_column(JSON)


class SavedView(PersonalScoped, db.Model):
    """A name for what a list was narrowed by."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "grid", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("app_user.id"))
    grid: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40))
    #: {argument: value} of the list's address.
    args: Mapped[Any] = mapped_column(JSON)
