"""Families of tables that the session confines to an actor's reach (DESIGN.md 4.1).

Each mixin names one family. A role declares per family what it reaches (`tms.access.roles`);
`tms.access.scope` turns that into a criterion on every statement.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from tms.db import PathType


class Scoped:
    """Root of all families: a table that is not derived from it is open to every actor."""


class UnitScoped(Scoped):
    """The tree of units; the row's own path decides."""

    unit_path: Mapped[str] = mapped_column(PathType)


class AccountScoped(Scoped):
    """Persons, users, assignments, sessions."""

    unit_path: Mapped[str] = mapped_column(PathType)


class FileScoped(Scoped):
    """Headers of teachers' files."""

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    unit_path: Mapped[str] = mapped_column(PathType)


class RecordScoped(Scoped):
    """Rows of the sections."""

    unit_path: Mapped[str] = mapped_column(PathType)
    teacher_id: Mapped[int] = mapped_column(BigInteger)
    functions: Mapped[int] = mapped_column(SmallInteger)


class WorkScoped(Scoped):
    """Submissions, tasks, notes: what is on whose desk."""

    unit_path: Mapped[str] = mapped_column(PathType)
    teacher_id: Mapped[int] = mapped_column(BigInteger)


class PersonalScoped(Scoped):
    """What users arranged for themselves: each sees and writes their own only."""

    user_id: Mapped[int] = mapped_column(BigInteger)


class PasswordScoped(Scoped):
    """Forgotten passwords, on the list of the unit."""

    unit_path: Mapped[str] = mapped_column(PathType)


class SecurityScoped(Scoped):
    """The security desk of a unit."""

    unit_path: Mapped[str] = mapped_column(PathType)


class NoticeScoped(Scoped):
    """What units tell those below them."""

    unit_path: Mapped[str] = mapped_column(PathType)


class ExportScoped(Scoped):
    """Exports that wait for a second person."""

    unit_path: Mapped[str] = mapped_column(PathType)


class AuditScoped(Scoped):
    """What happened."""

    unit_path: Mapped[str] = mapped_column(PathType)
