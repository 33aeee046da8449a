"""The closed lists on which declarations are built."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """School categories; each has its own indicator set (DOMAIN.md 3)."""

    KINDERGARTEN = "kindergarten"
    PRIMARY_SECONDARY = "primary_secondary"
    SECONDARY_VOCATIONAL = "secondary_vocational"
    SPECIAL_EDUCATION = "special_education"
    HIGHER_EDUCATION = "higher_education"


#: Short names, so that a declaration fits on a line.
KG, PS, SV, SE, HE = Category
K12 = (KG, PS, SV, SE)
ALL = (*K12, HE)


class Filler(StrEnum):
    """Who fills an item in; which roles act for them is said in `tms.access`."""

    TEACHER = "teacher"
    SCHOOL = "school"
    #: Declared nowhere: a bureau may take an item over for its schools (R21).
    BUREAU = "bureau"


TEACHER, SCHOOL, BUREAU = Filler


class Kind(StrEnum):
    """What a value is."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    INTEGER = "integer"
    DECIMAL = "decimal"
    ID_NUMBER = "id_number"
    PHOTO = "photo"


class Sensitivity(StrEnum):
    """How much harm disclosure does."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Department(StrEnum):
    """Functional departments of a university, each with its bit in `functions` of a row."""

    HR = "hr"
    ORGANIZATION = "organization"
    RESEARCH = "research"
    ACADEMIC_AFFAIRS = "academic_affairs"
    GRADUATE_SCHOOL = "graduate_school"

    @property
    def mask(self) -> int:
        """1, 2, 4, 8 or 16."""
        return 1 << list(Department).index(self)
