"""What the application offers: endpoints and methods, and what hides behind one address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from flask import Flask, g

from tms.access import CONSOLE
from tms.admin_views.export import ExportMixin
from tms.admin_views.lists import ListView
from tms.dictionary import Category, Field, Filler, Kind, Table
from tms.models import TABLES

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
CATEGORIES = tuple(Category)
RESEARCH = 4


def family(endpoint: str) -> str:
    """*endpoint* with `section` in place of a table."""
    place, dot, function = endpoint.partition(".")
    return f"section.{function}" if place in TABLES else endpoint


def offered(app: Flask) -> dict[str, set[str]]:
    """{operation: endpoints} of every address the application knows."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) & METHODS:
            found.setdefault(f"{family(rule.endpoint)} {method}", set()).add(rule.endpoint)
    return found


def hidden(app: Flask) -> Iterator[tuple[str, str]]:
    """(operation, detail) of what hides behind one address: actions, exports, filters, fields."""
    for view in app.extensions["admin"][0]._views:
        place = family(f"{view.endpoint}.").rstrip(".")
        for name in getattr(view, "_actions_data", ()):
            if view.GATES.get("action_view"):
                yield f"{place}.action_view POST", f"action:{name}"
        if isinstance(view, ExportMixin):
            for kind in view.export_types:
                yield f"{place}.export GET", f"type:{kind}"
    for endpoint, filters in filters_of(app).items():
        for each in filters:
            place = family(f"{endpoint}.").rstrip(".")
            yield f"{place}.index_view GET", f"filter:{filter_kind(each)}"
    for table in TABLES.values():
        for field in table.dictionary.fields.values():
            yield "section.edit_view POST", f"field:{filler_of(field)}"


def filters_of(app: Flask) -> dict[str, Sequence[Any]]:
    """Endpoint of a list → its filters, as they are offered to whoever may see everything."""
    with app.test_request_context():
        g.actor = CONSOLE
        views = [v for v in app.extensions["admin"][0]._views if isinstance(v, ListView)]
        return {view.endpoint: view.offered_filters for view in views}


def filter_kind(each: Any) -> str:
    """The key of a filter; of one by a field how sensitive that is."""
    return each.field.sensitivity if each.field is not None else each.key


def filler_of(field: Field) -> str:
    """Who fills *field* in at primary schools, or wherever it applies; readonly is nobody."""
    if field.readonly:
        return "readonly"
    at = next(c for c in (Category.PRIMARY_SECONDARY, *CATEGORIES) if field.applies(c))
    return str(field.filled_by[at])


# -- tables ----------------------------------------------------------------------------------------


@cache
def classes(key: str) -> frozenset[str]:
    """The words of authz.csv that mean the table *key*."""
    table = TABLES[key].dictionary
    found = {"research" if table.functions_of({}) & RESEARCH else "other"}
    found.add("basic" if key == "basic_information" else _filled(table))
    if table.cardinality == "one":
        found.add("one")
    return frozenset(found)


def _filled(table: Table) -> str:
    fillers = {table.filled_by(category) for category in table.applies_to}
    return str(fillers.pop()) if len(fillers) == 1 else "either"


@cache
def meant(words: tuple[str, ...], key: str, *, making: bool) -> bool:
    """Whether a line with these *words* is about the table *key*.

    :param making: where rows are made, tables of one record a file are a class of their own.
    """
    own = classes(key)
    asked = {word for word in words if ":" not in word and word != "choose"}
    if making and "one" in own:
        return asked == {"one"}
    return asked <= own


@cache
def fields_of(key: str, filler: str, category: Category) -> list[Field]:
    """Fields of a table that *filler* fills, as a form could hold them."""
    return [
        field
        for field in TABLES[key].dictionary.fields_for(category)
        if filler_in(field, category) == filler and field.kind is not Kind.PHOTO
    ]


def filler_in(field: Field, category: Category) -> str:
    """Who fills *field* in at schools of *category*."""
    return "readonly" if field.readonly else str(Filler(field.filled_by[category]))
