"""Units: the tree along 主管部门 that decides who sees which row (DOMAIN.md 3)."""

from __future__ import annotations

from datetime import date
from enum import IntEnum, StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tms.db import PathType, bytewise, db
from tms.models.scoped import UnitScoped

#: One segment of a path per step of supervision; base 36 keeps order under collation C.
SEGMENT = 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_PATH = 64
#: Sorts after every character a path may hold, so that [path, path + AFTER) is the subtree.
AFTER = "~"
#: Every path begins with the root's 0. What lies in a bin begins with this instead, which sorts
#: before it: so it lies outside every unit's reach, and one path follows from the other.
BIN, ROOT = "!", "0"


class Level(IntEnum):
    """The five levels; the numbers are the codes of table unit_level."""

    CENTRAL = 1
    PROVINCE = 2
    CITY = 3
    COUNTY = 4
    SCHOOL = 5


class UnitKind(StrEnum):
    """What a unit is; a department's function is a column of its own."""

    BUREAU = "bureau"
    SCHOOL = "school"
    SECONDARY_UNIT = "secondary_unit"
    FUNCTIONAL_DEPARTMENT = "functional_department"
    TECH_CENTRE = "tech_centre"


class Unit(UnitScoped, db.Model):
    """A bureau, school, secondary unit, department or technology centre."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("unit_path"),
        Index("ix_unit_supervisor_id", "supervisor_id"),
        Index("ix_unit_name", "name"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    code: Mapped[str] = mapped_column(bytewise(24))
    name: Mapped[str] = mapped_column(bytewise(100))
    level: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(24))
    #: Functional departments only: which one (table functional_department).
    function: Mapped[str | None] = mapped_column(String(24))
    school_category: Mapped[str | None] = mapped_column(String(24))
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(PathType)
    run_type: Mapped[str | None] = mapped_column(String(10))
    sponsor_type: Mapped[str | None] = mapped_column(String(10))
    region: Mapped[str | None] = mapped_column(String(6))
    #: An attached school names its host, but is supervised by the local bureau (R31).
    host_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    contact_email: Mapped[str | None] = mapped_column(String(60))
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    #: Declared since: one person fills in and judges, which the file and the upper desk show.
    one_person_since: Mapped[date | None] = mapped_column(Date)

    supervisor: Mapped[Unit | None] = relationship(
        remote_side="Unit.id", foreign_keys=[supervisor_id], viewonly=True
    )

    def __str__(self) -> str:
        return self.name


class UnitName(UnitScoped, db.Model):
    """A name a unit had, with its dates: reports of an earlier day show the name of that day."""

    __tablename__ = "unit_name"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_path: Mapped[str] = mapped_column(PathType)
    name: Mapped[str] = mapped_column(String(100))
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date | None] = mapped_column(Date)


def bin_path(path: str) -> str:
    """Where what lies at *path* goes when it is put into the bin."""
    return BIN + path[1:]


def segment(number: int) -> str:
    """*number* as one path segment; more children than fit are refused."""
    if not 0 <= number < len(ALPHABET) ** SEGMENT:
        raise OverflowError("a unit can supervise at most 1,679,616 units")
    text = ""
    for _ in range(SEGMENT):
        number, digit = divmod(number, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text


def child_path(parent: str, last: str | None) -> str:
    """The path after *last* (the highest path among the children) below *parent*."""
    number = int(last[-SEGMENT:], 36) + 1 if last else 1
    path = parent + segment(number)
    if len(path) > MAX_PATH:
        raise OverflowError("the tree of units is too deep")
    return path
