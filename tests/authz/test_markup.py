"""S21, S23: what people typed is inert on every page, and no page has scripts or styles inline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from markupsafe import escape
from sqlalchemy import String, text

from tests.authz.bench import Bench, on_sqlite, taken_back
from tests.authz.principals import BY_KEY
from tests.authz.probes import Probe
from tests.authz.sweep import all_probes, ask_of
from tms.db import Base
from tms.models import TABLES

#: Breaks out of text, attributes, scripts and comments alike; short enough for a name.
POLYGLOT = "'\"--></title></script><img src=x onerror=p()>"
ROLES = ("info_admin county", "teacher draft", "nobody")
#: Whose pages are among those, or few; they join in `make test-full`.
OTHERS = (
    *("system_admin county", "info_query county", "school_head", "info_admin university"),
    *("security_officer", "auditor"),
)
#: Columns of names and free texts beside those of the sections: {table: columns}.
NAMED = {
    "unit": ("name", "contact_email"),
    "unit_name": ("name",),
    "person": ("name",),
    "teacher": ("name",),
    "review_note": ("reason",),
}


class Tags(HTMLParser):
    """What a page must not have."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.found += [f"<{tag} {name}>" for name in names if name.startswith("on")]
        self.found += [f"<{tag} style>" for name in names if name == "style"]
        self.found += [f"<{tag} {value}>" for value in names.values() if is_script(value)]
        if tag in ("script", "style") and not names.get("nonce"):
            self.found.append(f"<{tag}> without nonce")
        if tag == "img" and names.get("src") == "x":
            self.found.append("the polyglot's image")


def is_script(value: str | None) -> bool:
    """Whether an attribute's value runs something."""
    return (value or "").strip().lower().startswith(("javascript:", "data:text"))


@contextmanager
def poisoned(bench: Bench) -> Iterator[None]:
    """Within the block every name and every text of a draft holds the polyglot."""
    with taken_back(bench.connection):
        for table, columns in (NAMED | dict(drafts())).items():
            where = " WHERE state = 'draft'" if table in TABLES else ""
            for column in columns:
                statement = f'UPDATE "{table}" SET "{column}" = :poison{where}'
                bench.connection.execute(text(statement), {"poison": POLYGLOT})
        yield


def drafts() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Free texts of the sections, as far as the polyglot fits."""
    for key, model in TABLES.items():
        columns = Base.metadata.tables[key].columns
        fields = [f for f in model.dictionary.fields.values() if f.kind == "text"]
        long = [f.key for f in fields if (f.length or 0) >= len(POLYGLOT)]
        yield key, tuple(name for name in long if isinstance(columns[name].type, String))


def pages(bench: Bench, role: str) -> list[Probe]:
    """One probe of each page: one that succeeds, with a draft where there is a choice."""
    found: dict[tuple[str, str, str], Probe] = {}
    for probe in all_probes(bench):
        line = probe.line
        if probe.who.key != role or probe.key or not line.operation.endswith(" GET"):
            continue
        if line.succeeds(probe.who.column, probe.relation) and probe.state in ("", *DRAFTS):
            found.setdefault((line.operation, line.detail, probe.table), probe)
    return list(found.values())


DRAFTS = ("draft", "returned", "staff", "system_admin", "teacher")


@on_sqlite
@pytest.mark.parametrize(
    "role", [*ROLES, *(pytest.param(r, marks=pytest.mark.full) for r in OTHERS)]
)
def test_pages_hold_no_foreign_markup(bench: Bench, role: str) -> None:
    wrong, shown = [], 0
    bench.session(BY_KEY[role])
    with poisoned(bench):
        for probe in pages(bench, role):
            answer = bench.ask(probe.who, ask_of(bench, probe))
            if answer.is_page:
                tags = Tags()
                tags.feed(answer.text)
                shown += escape(POLYGLOT) in answer.text
                wrong += [f"{probe}: {each}" for each in tags.found]

    assert not wrong
    assert shown > (3 if role not in ("nobody", "auditor") else 0)
