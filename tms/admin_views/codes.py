"""Code tables to read: which there are, where they are used, what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from flask_admin import BaseView, expose

from tms.access import Permission
from tms.admin_views.labels import label_of
from tms.dictionary import CODE_TABLES, Code, CodeTable, code_table
from tms.dictionary.regions import REGIONS
from tms.dictionary.uses import fields_using
from tms.gate import needs
from tms.i18n import lang

#: Entries shown at once.
PAGE = 200
MAX_TERM = 60
#: Labels of fields named beside a table in the list; the rest is counted.
USES = 2
#: Number of a standard; what declarations add to it is for those who keep them.
STANDARD = re.compile(r"(?:GB|JY)/T [\d.-]+(?: [A-Z]{2,})?")


@dataclass(frozen=True)
class Use:
    """A field that takes its values from a table, and where its rules are shown."""

    label: Any
    table: Any
    url: str


@dataclass(frozen=True)
class Entry:
    """A code as it is listed."""

    code: Code
    parent: str


class CodesView(BaseView):
    """Read only: codes come with the program and are retired, never deleted."""

    GATES = {
        "index": needs(Permission.DICTIONARY_READ),
        "table": needs(Permission.DICTIONARY_READ),
    }

    @expose("/")
    def index(self) -> Any:
        """All tables, or those whose name holds what is asked."""
        term = _term()
        tables = [code_table(name) for name in (*CODE_TABLES, REGIONS)]
        lines = [
            (table, len(table.entries), _standard(table), _uses(table.name))
            for table in tables
            if _holds(term, table.name, table.zh, table.en)
        ]
        page = {"lines": lines, "term": term, "named": USES, "total": len(tables)}
        return self.render("admin/codes.html", heading=self.name, label_of=label_of, **page)

    @expose("/<key>")
    def table(self, key: str) -> Any:
        """The entries of one table, two hundred at a time."""
        if key not in (*CODE_TABLES, REGIONS):
            abort(404)
        table, term = code_table(key), _term()
        found = [e for e in table.entries if _holds(term, e.code, e.zh, e.en)]
        page = min(max(request.args.get("page", 0, type=int), 0), max(len(found) - 1, 0) // PAGE)
        shown = found[page * PAGE : (page + 1) * PAGE]
        return self.render(
            "admin/code_table.html",
            heading=label_of(table),
            crumbs=[(self.name, url_for(".index")), (label_of(table), "")],
            table=table,
            standard=_standard(table),
            term=term,
            entries=[Entry(entry, _parent(table, entry)) for entry in shown],
            extra=_extra(table.entries),
            has_parents=any(entry.parent for entry in table.entries),
            found=len(found),
            first=page * PAGE + 1,
            pager=_pager(key, term, page, len(found)),
            uses=_uses(key),
        )


def _term() -> str:
    return request.args.get("search", "").strip()[:MAX_TERM]


def _standard(table: CodeTable) -> str:
    """The national or industry standard that the codes are from, if they are from one."""
    found = STANDARD.match(table.standard)
    return found[0] if found else ""


def _holds(term: str, *texts: str) -> bool:
    return not term or any(term.lower() in text.lower() for text in texts)


def _uses(name: str) -> list[Use]:
    return [
        Use(label_of(field), label_of(table) if table else None, _address(table))
        for table, field in fields_using(name)
    ]


def _address(table: Any) -> str:
    return url_for("policy.index", table=table.key) if table else ""


def _parent(table: CodeTable, entry: Code) -> str:
    above = table.get(entry.parent) if entry.parent else None
    return f"{entry.parent} {above.label(lang())}" if above else entry.parent


def _extra(entries: Sequence[Code]) -> list[str]:
    """Further columns of the table's file, such as which school categories a code is for."""
    return list(dict.fromkeys(key for entry in entries for key in entry.extra))


def _pager(key: str, term: str, page: int, found: int) -> dict[str, str]:
    def at(number: int) -> str:
        return url_for("codes.table", key=key, search=term or None, page=number or None)

    return {
        "previous": at(page - 1) if page else "",
        "next": at(page + 1) if (page + 1) * PAGE < found else "",
    }
