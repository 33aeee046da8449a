"""What a return named and nobody has written since, and what goes along that it did not name."""

from __future__ import annotations

from collections import Counter

from tms.admin_views.labels import label_of
from tms.i18n import clauses
from tms.i18n import gettext as _
from tms.models import TABLES
from tms.self_service.own import OwnFile


def untouched(own: OwnFile) -> list[str]:
    """What notes name whose records are as they were when the notes were written."""
    written = {(key, row["id"]): row["updated_at"] for key in own.rows for row in own.rows[key]}
    found = []
    for note in own.notes:
        at = written.get((note.table_name, note.row_id))
        if at is not None and at < note.written_at:
            table = TABLES[note.table_name].dictionary
            found.append(str(label_of(table.fields[note.field] if note.field else table)))
    return list(dict.fromkeys(found))


def besides(own: OwnFile) -> str:
    """Records that are sent in with those that were named, by table; "" where there are none."""
    named = {(note.table_name, note.row_id) for note in own.notes}
    named |= {(note.table_name, None) for note in own.notes if note.row_id is None}
    counts = Counter(
        table.key
        for table, row in own.waiting
        if not named & {(table.key, row["id"]), (table.key, None)}
    )
    told = [
        _("%(table)s%(n)s条", table=label_of(TABLES[key].dictionary), n=counts[key])
        for key in counts
    ]
    return clauses(told)
