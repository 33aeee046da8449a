"""退回待改: the fields that a return named, in one short form, sent in again at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from tms.admin_views import notes
from tms.admin_views.attempts import attempt
from tms.admin_views.form_states import FormStates
from tms.admin_views.forms import RecordForm
from tms.admin_views.labels import label_of
from tms.admin_views.lookups import parse_id
from tms.admin_views.papers import row_url
from tms.admin_views.row_forms import Editing
from tms.admin_views.suggested import Suggested, suggested
from tms.db import db
from tms.errors import Invalid
from tms.gate import allow
from tms.i18n import clauses, lang
from tms.i18n import gettext as _
from tms.models import TABLES
from tms.records import RowChange, save
from tms.records.values import from_row
from tms.self_service.acts import AS_IS, same_file, seen, send
from tms.self_service.check import told, told_notes
from tms.self_service.keeping import Keep, note_saved, plain_names
from tms.self_service.own import OwnFile, own_file
from tms.self_service.place import OWN, blueprint
from tms.self_service.rows import OwnRows
from tms.self_service.untouched import besides, untouched
from tms.workflow.suggestions import value_of

#: Under which name the browser keeps the form.
PLACE = "mend"


@dataclass(frozen=True)
class Named:
    """Why one field came back, and what the reviewer would have there."""

    reason: str
    suggestion: Suggested | None
    #: As a form sends it.
    values: list[str]


def _named(own: OwnFile, note: Any) -> Named:
    offered = suggested(own.actor, note)
    value = value_of(note) if offered else None
    values = value if isinstance(value, list) else [] if value is None else [value]
    return Named(note.reason, offered, [str(each) for each in values])


@dataclass
class Part:
    """One row of which fields were named."""

    rows: OwnRows
    editing: Editing
    form: RecordForm
    title: str
    prefix: str
    judge_url: str
    #: By field why it came back.
    notes: Mapping[str, Sequence[Named]]
    states: FormStates = field(default_factory=lambda: FormStates({}))

    @property
    def key(self) -> tuple[str, int]:
        """Table and row."""
        return self.rows.table.key, self.editing.id

    @property
    def papers_url(self) -> str:
        """Where papers of the row are brought: a return may ask for one."""
        return row_url(self.key)

    def change(self) -> RowChange:
        """What was typed, against the version that was seen."""
        sent = self.form.all_sent(self.rows.table)
        version = parse_id(self.form.row_version.data) or 0
        return RowChange(self.editing.header.id, sent, self.editing.id, version)


class _Told:
    """Takes the findings of a save, which stand at their rows already."""

    sums_up = True

    def __init__(self) -> None:
        self.errors: list[str] = []

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: object) -> _Told:
        return self


def parts_of(own: OwnFile, found: Sequence[Any]) -> Iterator[Part]:
    """A part per row of which fields were named and may be written."""
    by_row: dict[tuple[str, int], dict[str, list[Named]]] = defaultdict(lambda: defaultdict(list))
    for note in found:
        if note.field and note.row_id and note.table_name in TABLES:
            by_row[note.table_name, note.row_id][note.field].append(_named(own, note))
    for (table, row_id), at in by_row.items():
        part = _part(OwnRows(table), row_id, at)
        if part is not None:
            yield part


def _part(rows: OwnRows, row_id: int, at: Mapping[str, Sequence[Named]]) -> Part | None:
    editing = rows._find(str(row_id))
    if editing is None or not editing.writable.fields:
        return None
    prefix = f"{rows.table.key}-{row_id}-"
    values = from_row(rows.model, editing.row) | {"row_version": editing.row["content_version"]}
    form = rows._form(editing, values, prefix)
    title = rows.own.title(rows.table, editing.row) if rows.table.cardinality == "many" else ""
    return Part(rows, editing, form, title, prefix, rows.judge_url(editing), at)


@blueprint.route("/mend/", methods=["GET", "POST"])
@allow(blueprint, OWN)
def mend() -> Any:
    """Only what was named; what is about more than fields leads to its section."""
    own = own_file()
    same_file(own)
    found = own.notes
    if not found:
        return redirect(url_for("mine.index"))
    parts, status = list(parts_of(own, found)), 200
    if request.method == "POST":
        saved, status = _save(parts)
        if saved:
            return _after()
        _tell_moved(parts)
    return _page(own, found, parts), status


def _save(parts: Sequence[Part]) -> tuple[Any, int]:
    """All rows at once or none."""
    if not parts:
        return True, 200

    def act() -> Any:
        changes: dict[str, list[RowChange]] = defaultdict(list)
        for part in parts:
            changes[part.rows.table.key].append(part.change())
        try:
            return save(db.session(), parts[0].rows.actor, dict(changes)) or True
        except Invalid as refused:
            _put(parts, refused)
            raise

    return attempt(act, _Told())


def _tell_moved(parts: Sequence[Part]) -> None:
    """Who has read that a row moved may save over it: only what was named is written."""
    for part in parts:
        version = part.editing.row["content_version"]
        if parse_id(part.form.row_version.data) != version:
            part.form.row_version.data = version
            flash(_("内容刚被他人修改，您填的还在下面，请核对后再保存。"), "warning")


def _put(parts: Sequence[Part], refused: Invalid) -> None:
    """Each finding of a refused save at its field."""
    by_key = {part.key: part for part in parts}
    for finding in refused.findings:
        part = by_key.get((finding.table, finding.record))
        if part is not None and finding.field in part.form:
            at = part.form[finding.field]
            at.errors = [*at.errors, finding.message(lang())]


def _after() -> Any:
    """Sent in at once where that was asked for and nothing keeps it; warnings are seen first."""
    own = own_file()
    note_saved(PLACE)
    if "send" not in request.form:
        flash(_("已保存。"), "success")
    elif own.errors:
        flash(_("已保存，但还有%(n)s处要改好才能报送。", n=len(own.errors)), "warning")
    elif AS_IS not in request.form and untouched(own):
        return redirect(url_for("mine.mend", as_is=1))
    elif own.warnings and request.form.get("seen") != seen(own.warnings):
        return redirect(url_for("mine.submit", **_as_is()))
    else:
        return send(own)
    return redirect(url_for("mine.mend"))


def _as_is() -> dict[str, Any]:
    """Said once, it need not be said again on the next page."""
    return {AS_IS: 1} if AS_IS in request.form else {}


def _page(own: OwnFile, found: Sequence[Any], parts: list[Part]) -> str:
    shown = {part.key for part in parts}
    rest = [n for n in found if not (n.field and (n.table_name, n.row_id) in shown)]
    for part in parts:
        part.states = part.rows._states(part.editing, part.form)
    plain = [n for p in parts for n in plain_names(p.form.declared.values(), p.prefix)]
    page = {
        "keep": Keep(PLACE, tuple(plain), request.method == "POST") if parts else None,
        "own": own,
        "title": _("退回待改"),
        "named": parts,
        "label_of": label_of,
        "rest": list(told_notes(own, rest)),
        "besides": besides(own),
        "untouched": clauses(untouched(own)) if AS_IS in request.args else "",
        "as_is": AS_IS,
        "others": len(notes.open_notes(own.header.id)) - len(found),
        "warnings": list(told(own, own.warnings)),
        "seen": seen(own.warnings),
    }
    return render_template("self_service/mend.html", **page)
