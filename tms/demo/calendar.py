"""The day on which the demonstration stands still, and arithmetic with months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

#: Everything is counted from here, so that a seed gives the same values whenever it is used.
BASE = date(2026, 9, 1)
#: The last year that was over on that day.
LAST_YEAR = BASE.year - 1
DAY = 86_400
NOON = datetime(BASE.year, BASE.month, BASE.day, 4, tzinfo=UTC)

YOUNGEST, OLDEST = 22, 60
#: Nobody turns older than `OLDEST` within a year after the base date.
FIRST_BIRTH = date(BASE.year - OLDEST, BASE.month, BASE.day) + timedelta(days=1)
LAST_BIRTH = date(BASE.year - YOUNGEST, BASE.month, BASE.day)
BIRTH_DAYS = (LAST_BIRTH - FIRST_BIRTH).days + 1


def month(year: int, number: int) -> str:
    """A month as it is stored."""
    return f"{year}-{number:02d}"


def year_of(month_: str) -> int:
    """The year of a stored month."""
    return int(month_[:4])


def plus_years(month_: str, years: int) -> str:
    """The same month *years* later."""
    return f"{year_of(month_) + years}{month_[4:]}"


def at(days_before: float) -> datetime:
    """An instant so many days before noon of the base date, to the second."""
    return NOON - timedelta(seconds=int(days_before * DAY))
