"""How to ask: what all requests have in common, lists, and rows of sections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.authz.bench import Ask
from tests.authz.operations import fields_of
from tests.authz.world import World
from tests.support.cast import id_number
from tests.support.complete import BASIC, ROWS
from tms.dictionary import Category, Field, Kind, check_record, code_table
from tms.models import TABLES
from tms.records.checks import UNSTORABLE

if TYPE_CHECKING:
    from tests.authz.probes import Probe

Make = Callable[[World, "Probe"], Ask]
ALL = {"page_size": 100}
#: A value that no filter knows.
NONSENSE = "无此值"
#: Codes that files have from their making.
MADE = {"gender": ["1", "2"], "id_type": "1"}


@dataclass(frozen=True)
class How:
    """The kind of target ("" is none) and the maker of requests."""

    kind: str
    make: Make


def plain(method: str, address: str, **data: Any) -> How:
    """A request that is always the same; *address* may have a query."""
    path, _, query = address.partition("?")
    return How("", lambda world, probe: Ask(method, path, dict(parse_qsl(query)), data))


def word(probe: Probe, prefix: str) -> str:
    """What the line's detail says after *prefix*."""
    found = (w for w in probe.line.words if w.startswith(prefix))
    return next(found, "").removeprefix(prefix)


# -- lists, details, exports -----------------------------------------------------------------------


def place_of(probe: Probe) -> str:
    return probe.table or probe.line.operation.split(".")[0]


def list_(world: World, probe: Probe) -> Ask:
    return Ask("GET", f"/{place_of(probe)}/", ALL | ({probe.key: NONSENSE} if probe.key else {}))


def print_(world: World, probe: Probe) -> Ask:
    return Ask("GET", f"/{place_of(probe)}/print/")


def export_(world: World, probe: Probe) -> Ask:
    return Ask("GET", f"/{place_of(probe)}/export/{word(probe, 'type:') or 'csv'}/")


def one(function: str) -> Make:
    def make(world: World, probe: Probe) -> Ask:
        return Ask("GET", f"/{place_of(probe)}/{function}/", {"id": id_of(probe)})

    return make


def id_of(probe: Probe) -> int:
    return probe.target.id if probe.target else 1


def arrange(function: str, **data: Any) -> How:
    def make(world: World, probe: Probe) -> Ask:
        return Ask("POST", f"/{place_of(probe)}/{function}/", {"search": "雀"}, data)

    return How("", make)


def code_of(world: World, probe: Probe) -> str:
    return world.units[probe.target.unit].code if probe.target else "0"


# -- sections --------------------------------------------------------------------------------------


def new_row(method: str) -> Make:
    def make(world: World, probe: Probe) -> Ask:
        path = f"/{probe.table}/new/"
        if probe.target is None:
            return Ask(method, path)
        category = Category(probe.target.category)
        data = _typed(probe, category) if method == "POST" else {}
        return Ask(method, path, {"teacher_id": probe.target.id}, data)

    return make


def edit_row(world: World, probe: Probe) -> Ask:
    assert probe.target is not None
    data = _typed(probe, Category(probe.target.category))
    data["row_version"] = probe.target.version
    return Ask("POST", f"/{probe.table}/edit/", {"id": probe.target.id}, data)


def _typed(probe: Probe, category: Category) -> dict[str, Any]:
    """One field with another value; which one goes round, where the line does not say whose."""
    filler = word(probe, "field:")
    fillers = (filler,) if filler else ("teacher", "school")
    fields = [field for each in fillers for field in changeable(probe.table, each, category)]
    if not fields:
        return {}
    if probe.table == "basic_information" and not filler:
        fields = list(changeable(probe.table, "teacher", category))
    turn = id_of(probe) + len(probe.who.key) if filler else 0
    field = fields[turn % len(fields)]
    return {field.key: other_value(field, category)}


@cache
def changeable(table: str, filler: str, category: Category) -> tuple[Field, ...]:
    """Fields of *filler* that take another value whatever stands in the others."""
    declared = TABLES[table].dictionary
    had = ROWS.get(table, {})

    def takes(field: Field) -> bool:
        mine = {field.key: other_value(field, category)}
        found = [f for row in (had, {}) for f in check_record(declared, category, row | mine)]
        return not any(f.rule in UNSTORABLE and f.field == field.key for f in found)

    if filler == "readonly":
        return tuple(fields_of(table, filler, category))
    return tuple(filter(takes, fields_of(table, filler, category)))


def other_value(field: Field, category: Category) -> Any:
    """A value that fits *field* and that no row of the world has."""
    had = {str(v) for values in (BASIC, MADE, *ROWS.values()) for v in [values.get(field.key)] if v}
    match field.kind:
        case Kind.CODE:
            codes = [entry.code for entry in code_table(field.codes_for(category) or "").entries]
            return next(c for c in codes if c not in had and not any(f"'{c}'" in h for h in had))
        case Kind.ID_NUMBER:
            return id_number(991)
    simple = {Kind.DATE: "2001-02-03", Kind.MONTH: "2011-03", Kind.YEAR: "2013"}
    numbers = {Kind.INTEGER: "9", Kind.DECIMAL: "12.50"}
    return (simple | numbers).get(field.kind, "改动")


def judge(world: World, probe: Probe) -> Ask:
    """What the form says of a row while it is typed."""
    return Ask("POST", f"/{probe.table}/judge/", {"id": id_of(probe)})


def delete_row(world: World, probe: Probe) -> Ask:
    return Ask("POST", f"/{place_of(probe)}/delete/", data={"id": id_of(probe)})
