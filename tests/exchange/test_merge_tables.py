"""Files taken out for editing, table by table: what the file and the panel change is merged.

Every table of the registry, in every category of school that has it, and in each row every cell
that can be changed: half of them in the file, the others in the panel; then all of them in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.exchange.both_sides import Values, cell_of, changes, others
from tests.exchange.rows import full_row
from tests.exchange.sheets import book_of
from tests.exchange.test_round_trip import SCHOOLS
from tests.exchange.test_template import template
from tests.support.cast import Cast
from tests.support.jobs import drain
from tms.dictionary import Category, Field, Table
from tms.exchange import batches, parts
from tms.exchange.batches import Chosen
from tms.exchange.cells import shown
from tms.exchange.columns import Layout, lay_out
from tms.exchange.imports import targets
from tms.exchange.parse import parse
from tms.models import TABLES, Teacher
from tms.records import RowChange, save
from tms.records.audit import plain
from tms.records.files import BASIC
from tms.records.values import from_row

CLERKS = {
    Category.PRIMARY_SECONDARY: "school_info",
    Category.KINDERGARTEN: "kindergarten_info",
    Category.HIGHER_EDUCATION: "university_info",
}
#: What waits for `make test-full`.
later = pytest.mark.full


def _where(fewest: int) -> list[Any]:
    """Tables of so many fields with each category that has them; every run asks the first."""
    found = []
    for key, model in TABLES.items():
        table = model.dictionary
        if len(table.fields) < fewest:
            continue
        categories = [category for category in SCHOOLS if table.applies(category)]
        for category in categories:
            marks = () if category == categories[0] else later
            found.append(pytest.param(key, category, marks=marks, id=f"{key}-{category}"))
    return found


on_sqlite_first = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=later)], indirect=True
)


@dataclass
class Taken:
    """A row that was taken out for editing: in the file, and as it is stored meanwhile."""

    cast: Cast
    table: Table
    category: Category
    layout: Layout

    @property
    def fields(self) -> list[Field]:
        """What can be edited in the file."""
        found = (column.field_for(self.category) for column in self.layout.fields)
        return [field for field in found if field is not None]

    def row(self) -> tuple[int, int, int, Values]:
        """Id, version, owner and values of the row as it is now."""
        self.cast.act_as("province_info")
        model: Any = TABLES[self.table.key]
        columns = [getattr(model, column.key) for column in model.__table__.columns]
        row = dict(self.cast.session.execute(select(*columns)).mappings().one())
        values = from_row(model, row, open_numbers=True)
        self.cast.session.rollback()
        return row["id"], row["content_version"], row["teacher_id"], values

    def edit(self, values: Values) -> None:
        """Somebody changes it in the panel."""
        row_id, version, teacher, _ = self.row()
        change = RowChange(teacher, values, row_id, version)
        actor = self.cast.act_as(CLERKS[self.category])
        save(self.cast.session, actor, {self.table.key: [change]})
        self.cast.session.commit()

    def send(self, values: Values, folder: Path) -> int:
        """The file comes back with *values* typed in, and is checked; the import's id."""
        (cells,) = (list(raw.cells) for raw in self.layout.rows)
        for key, value in values.items():
            cells[self.layout.by_key[key].place] = cell_of(value)
        sheet = self.layout.sheet
        data = book_of({sheet.name: [sheet.header, cells]})
        actor = self.cast.act_as("province_info")
        chosen = Chosen(incomplete="draft")
        batch = batches.begin(self.cast.session, actor, folder, "a.xlsx", data, chosen)
        drain(self.cast.session, folder)
        return batch

    def preview(self, batch: int) -> parts.Entry:
        """What the preview tells of the row."""
        self.cast.act_as("province_info")
        (entry,) = parts.entries(self.cast.session, batch, "check")
        return entry

    def load(self, batch: int, folder: Path) -> dict[str, int]:
        """The import is written; rows by what became of them."""
        batches.ask_load(self.cast.session, self.cast.act_as("province_info"), batch)
        drain(self.cast.session, folder)
        return dict(parts.tally(self.cast.session, batch, "load")[0])


def take_out(cast: Cast, key: str, category: Category) -> Taken:
    """A row of the table *key*, stored and written to a template."""
    table = TABLES[key].dictionary
    teacher = cast.make_file(SCHOOLS[category])
    if key != BASIC:
        change = RowChange(teacher, filled(table, category))
        save(cast.session, cast.act_as("province_info"), {key: [change]})
        cast.session.commit()
    rows = select(Teacher.id)
    data = template(cast, "province_info", key, category=category, rows=rows)
    cast.session.commit()
    (sheet,) = parse(data, "a.xlsx")
    target = targets()["teacher" if key == BASIC else key]
    return Taken(cast, table, category, lay_out(sheet, target))


def filled(table: Table, category: Category) -> Values:
    """A row in which nearly every field has its place: not one of the kind "none"."""
    full = full_row(table, category, 0)
    before = dict.fromkeys(table.fields) | full
    return full | changes(table, category, before, [table.fields[key] for key in full])


def errors(entry: parts.Entry) -> list[Any]:
    """What keeps the row out."""
    return [problem for problem in entry.problems if problem[5] == "error"]


@pytest.mark.parametrize("first", [0, pytest.param(1, marks=later)])
# A table of one field has no other cell that somebody could change meanwhile.
@pytest.mark.parametrize(("key", "category"), _where(2))
@on_sqlite_first
def test_cells_of_both_sides_stand(
    cast: Cast, tmp_path: Path, key: str, category: Category, first: int
) -> None:
    taken = take_out(cast, key, category)
    before = taken.row()[3]
    in_panel = changes(taken.table, category, before, taken.fields[first::2])
    after = {**before, **in_panel}
    in_file = changes(taken.table, category, after, taken.fields[1 - first :: 2])
    assert in_panel
    assert in_file

    taken.edit(in_panel)
    batch = taken.send(in_file, tmp_path)
    entry = taken.preview(batch)

    assert (entry.outcome, errors(entry)) == ("change", [])
    assert set(entry.before) == set(in_file)
    assert taken.load(batch, tmp_path) == {"change": 1}
    assert taken.row()[3] == {**after, **in_file}


@pytest.mark.parametrize(("key", "category"), _where(1))
@on_sqlite_first
def test_the_same_cells_are_conflicts(
    cast: Cast, tmp_path: Path, key: str, category: Category
) -> None:
    taken = take_out(cast, key, category)
    before = taken.row()[3]
    in_panel = changes(taken.table, category, before, taken.fields)
    in_file = {
        field.key: next(others(field, category, [before[field.key], in_panel[field.key]]))
        for field in taken.fields
        if field.key in in_panel
    }

    taken.edit(in_panel)
    now = taken.row()[3]
    batch = taken.send(in_file, tmp_path)
    entry = taken.preview(batch)

    assert entry.outcome == "refused"
    assert now == {**before, **in_panel}
    conflicts = {problem[0] for problem in entry.problems if problem[3] == "conflict"}
    assert conflicts == {taken.layout.by_key[field].place for field in in_panel}
    hidden = {key for key in in_panel if taken.table.fields[key].encrypted}
    for field in in_panel.keys() - hidden:
        assert entry.before[field] == plain(now[field])
        assert entry.cells[taken.layout.by_key[field].place] == shown(cell_of(in_file[field]))
    assert taken.load(batch, tmp_path) == {"refused": 1}
    assert taken.row()[3] == now
