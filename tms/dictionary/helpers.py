"""The helpers that expressions may call (DOMAIN.md 12).

A malformed argument raises `NotAsked`; an empty one gives '' (or the plain answer).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from operator import mul
from types import FunctionType
from typing import Any, Final

from tms.dictionary.regions import known_region as is_region
from tms.dictionary.scope import NotAsked, Photo, Scope

Calendar = tuple[int, ...]

_RESIDENT_ID = re.compile("[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_STAGES = re.compile(r"\(([PJS](?:,[PJS])*)\)$")

#: First and last month of what a row of these tables describes.
SPANS: Final = {
    "work_experience": ("start_month", "end_month"),
    "study_experience": ("admission_month", "graduation_month"),
}
FULL_TIME = "1"
ENROLLED = "public_funded_student"
PHOTO_TOLERANCE = 0.03
FIRST_QUALIFICATIONS = 1994


def month(d: Any) -> Any:
    return d[:2] if d else ""


def year_of(d: Any) -> Any:
    return d[0] if d else ""


def strip(s: str) -> str:
    return s.strip()


def has_inner_space(s: str) -> bool:
    return re.search(r"\s", s.strip()) is not None


def matches(s: str, pattern: str) -> bool:
    return re.fullmatch(pattern, s) is not None


def contains_any(chosen: Any, codes: list[str]) -> bool:
    return any(code in chosen for code in codes)


def count(chosen: Any) -> int:
    return len(chosen)


def starts_with(code: str, beginnings: list[str]) -> bool:
    return code.startswith(tuple(beginnings))


def stages(en: str) -> list[str]:
    """The stage letters that a course's English label ends with."""
    found = _STAGES.search(en)
    return found[1].split(",") if found else []


def months_between(a: Any, b: Any) -> Any:
    """Whole months from *a* to *b*."""
    if not a or not b:
        return ""
    return (b[0] - a[0]) * 12 + b[1] - a[1] - (len(a) == len(b) == 3 and b[2] < a[2])


def id_birth(number: str) -> Calendar:
    return _born(_resident_id(number))


@lru_cache(maxsize=4)  # several rules of one record ask; the numbers of others are not kept
def _born(number: str) -> Calendar:
    year, month_, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        date(year, month_, day)
    except ValueError as error:
        raise NotAsked from error
    return year, month_, day


def id_gender(number: str) -> str:
    return "1" if int(_resident_id(number)[16]) % 2 else "2"


def _resident_id(number: str) -> str:
    if not _RESIDENT_ID.fullmatch(number):
        raise NotAsked
    return number


def resident_id_ok(scope: Scope, number: str) -> bool:
    """GB 11643: 18 characters, a real date not in the future, ISO 7064 MOD 11-2."""
    try:
        born = id_birth(number)
    except NotAsked:
        return False
    total = sum(map(mul, _WEIGHTS, map(int, number)))  # the last may be an X, and has no weight
    return date(*born) <= scope.today and "10X98765432"[total % 11] == number[17]


def known_region(number: str) -> bool:
    if not re.match("[0-9]{6}", number):
        raise NotAsked
    return is_region(number[:6])


def qualification_number_ok(scope: Scope, number: str) -> bool:
    """17 digits that begin with a year since 1994 (unverified, hence only a warning)."""
    if not re.fullmatch("[0-9]{17}", number):
        return False
    return FIRST_QUALIFICATIONS <= int(number[:4]) <= scope.today.year


def today(scope: Scope) -> Calendar:
    return scope.today.year, scope.today.month, scope.today.day


def is_enrolled(scope: Scope) -> bool:
    return scope.person_kind == ENROLLED


def age_at(scope: Scope, when: Any) -> Any:
    """Full years; by months where *when* is a month."""
    born = scope.reach("basic_information", "birth_date")
    if not born or not when:
        return ""
    return when[0] - born[0] - (when[1:] < born[1 : len(when)])


def birth_plus(born: Any, years: int) -> Any:
    return (born[0] + years, *born[1:]) if born else ""


def exists_elsewhere(scope: Scope, name: str) -> bool:
    if scope.file is None:
        raise NotAsked
    return scope.file.is_elsewhere(scope.record)


def via_business(scope: Scope) -> bool:
    if scope.file is None or scope.file.via_business is None:
        raise NotAsked
    return scope.file.via_business


def photo_bytes(scope: Scope, name: str) -> int:
    return _photo(scope).size


def is_jpeg(scope: Scope, name: str) -> bool:
    return _photo(scope).is_jpeg


def photo_ratio_off(scope: Scope, name: str, width: int, height: int) -> bool:
    photo = _photo(scope)
    return abs(photo.width * height / (photo.height * width) - 1) > PHOTO_TOLERANCE


def _photo(scope: Scope) -> Photo:
    if scope.file is None or scope.file.photo is None:
        raise NotAsked
    return scope.file.photo


def count_open(scope: Scope) -> int:
    """Records of the section without an end."""
    return sum(not row.own(SPANS[scope.table][1]) for row in scope.all(scope.table))


def first_start(scope: Scope) -> Any:
    starts = [row.own(SPANS[scope.table][0]) for row in scope.all(scope.table)]
    return min((start for start in starts if start), default="")


def gap_months(scope: Scope) -> int:
    """Largest hole between an end and the next start; full-time study fills it."""
    work = _spans(scope, "work_experience", full_time=False)
    if not work:
        return 0
    begun, last = min(work)[0], max(start for start, _ in work)
    widest = 0
    for start, end in sorted(work + _spans(scope, "study_experience", full_time=True)):
        if start <= last:
            widest = max(widest, start - begun)
        begun = max(begun, end)
    return widest


def overlaps_full_time(scope: Scope, a: Any, b: Any) -> bool:
    """Whether another full-time study shares more than one month with this one."""
    if not a or scope.own("study_mode") != FULL_TIME:
        return False
    others = _spans(scope, scope.table, full_time=True, without=scope)
    end = _number(b) if b else _number(today(scope))
    return any(min(end, e) - max(_number(a), s) > 1 for s, e in others)


def _spans(
    scope: Scope, table: str, *, full_time: bool, without: Scope | None = None
) -> list[tuple[int, int]]:
    """First and last month of the records of *table*, counted from year 0; open ends are now."""
    found = []
    for row in scope.all(table):
        if row is without or (full_time and row.own("study_mode") != FULL_TIME):
            continue
        start, end = (row.own(name) for name in SPANS[table])
        if start:
            found.append((_number(start), _number(end or today(scope))))
    return found


def _number(calendar: Calendar) -> int:
    return calendar[0] * 12 + calendar[1]


_PLAIN: tuple[Callable[..., Any], ...] = (
    month, year_of, strip, has_inner_space, matches, contains_any, count, starts_with, stages,
    months_between, id_birth, id_gender, known_region, birth_plus,
)  # fmt: skip
_SCOPED: tuple[Callable[..., Any], ...] = (
    resident_id_ok, qualification_number_ok, today, is_enrolled, age_at, exists_elsewhere,
    via_business, photo_bytes, is_jpeg, photo_ratio_off, count_open, first_start, gap_months,
    overlaps_full_time,
)  # fmt: skip

HELPERS: Final = {f.__name__: f for f in (*_PLAIN, *_SCOPED) if isinstance(f, FunctionType)}
#: Helpers that also take the scope, before the values of the expression.
SCOPED: Final = frozenset(f.__name__ for f in _SCOPED)
#: Fields of the record that a helper looks at without being told.
IMPLIED: Final = {
    "exists_elsewhere": ("id_number", "id_type"),
    "overlaps_full_time": ("study_mode",),
}
#: Other sections of the file that a helper looks at.
ELSEWHERE: Final = {
    "age_at": ("basic_information",),
    "gap_months": ("work_experience", "study_experience"),
}
