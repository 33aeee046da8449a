"""Who fills a field where units have moved it: teacher > school > bureau (R20, R21).

The dictionary declares who fills what. System administrators move a field to the right, or hide an
optional one, for the schools of a category below their unit; only the top of the tree may choose
freely. What is in force for a file follows from the chain of its unit's superiors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tms.dictionary import NEVER, Category, Field, Filler, Table
from tms.models.unit import BIN, ROOT, SEGMENT

#: The items from which a file is made (R22); the document type is 1 unless said otherwise.
ACCOUNT_ITEMS: Final = ("name", "gender", "birth_date", "id_type", "id_number")
#: In place of a filler: nobody fills it, and it is not shown.
HIDDEN: Final = "hidden"
_ORDER: Final = {filler: place for place, filler in enumerate(Filler)}


@dataclass(frozen=True)
class Setting:
    """What the unit at `path` said of one field for the schools of one category below it."""

    path: str
    category: Category
    table: Table
    field: Field
    #: A `Filler`, or `HIDDEN`.
    said: str


class FillPolicy:
    """All settings of the installation. Made anew when one changes, and equal to itself only."""

    def __init__(self, settings: Iterable[Setting] = ()) -> None:
        self._said: dict[tuple[Field, Category], dict[str, str]] = defaultdict(dict)
        for each in settings:
            self._said[each.field, each.category][each.path] = each.said
        self._said.default_factory = None
        self._paths = {path for said in self._said.values() for path in said}

    def filler(self, field: Field, category: Category, path: str) -> Filler:
        """Who fills *field* in files of units at *path*; *field* applies to *category*."""
        declared = field.filled_by[category]
        said = self._said.get((field, category))
        return _moved(declared, said, path) if said else declared

    def filler_of_table(self, table: Table, category: Category, path: str) -> Filler:
        """Who makes the records: as declared, until every field is filled further right."""
        declared = table.filled_by(category)
        if not self._paths:
            return declared
        found = {
            self.filler(f, category, path)
            for f in table.fields_for(category)
            if not (f.readonly or self.hides(f, category, path))
        }
        first = min(found, key=_ORDER.__getitem__, default=declared)
        return max(declared, first, key=_ORDER.__getitem__)

    def hides(self, field: Field, category: Category, path: str) -> bool:
        """Whether files of units at *path* do without *field*."""
        said = self._said.get((field, category))
        return said is not None and any(said.get(at) == HIDDEN for at in chain(path))

    def zone(self, path: str) -> str:
        """The nearest unit at or above *path* that has said anything; below it all are alike."""
        if not self._paths:
            return ""
        return next((at for at in reversed(list(chain(path))) if at in self._paths), "")

    def said_at(self, field: Field, category: Category, path: str) -> str:
        """What the unit at *path* itself has said; "" for nothing."""
        return self._said.get((field, category), {}).get(path, "")

    def __bool__(self) -> bool:
        return bool(self._paths)


#: Nothing is moved: what the dictionary says.
DECLARED: Final = FillPolicy()


def chain(path: str) -> Iterator[str]:
    """The paths of the units from the top down to *path*; a file in the bin keeps its unit's."""
    path = ROOT + path[1:] if path.startswith(BIN) else path
    for end in range(SEGMENT, len(path) + 1, SEGMENT):
        yield path[:end]


def _moved(declared: Filler, said: dict[str, str], path: str) -> Filler:
    """The top may choose freely, everybody below only further right."""
    found = declared
    for at in chain(path):
        here = said.get(at)
        if here and here != HIDDEN:
            filler = Filler(here)
            is_top = len(at) == SEGMENT
            found = filler if is_top or _ORDER[filler] > _ORDER[found] else found
    return found


def is_movable(field: Field) -> bool:
    """Whether anybody may say who fills it: account items make the file, others are derived."""
    return not field.readonly and field.key not in ACCOUNT_ITEMS


def is_hideable(table: Table, field: Field, category: Category) -> bool:
    """Whether a file can do without it: optional, and no part of what tells records apart."""
    told_by = (*table.natural_key, *(table.none_record or ())[:1])
    return is_movable(field) and field.required[category] == NEVER and field.key not in told_by


def choices(
    policy: FillPolicy, table: Table, field: Field, category: Category, path: str
) -> list[str]:
    """What the unit at *path* may say of *field*; nothing where it has no choice."""
    if not is_movable(field) or not field.applies(category):
        return []
    above = path[:-SEGMENT]
    if not above:
        found = [str(filler) for filler in Filler]
    elif policy.hides(field, category, above):
        return []
    else:
        least = _ORDER[policy.filler(field, category, above)]
        found = [str(filler) for filler in Filler if _ORDER[filler] >= least]
    return [*found, HIDDEN] if is_hideable(table, field, category) else found
