"""Bulk edits in English: nothing Chinese but data."""

from __future__ import annotations

from tests.admin_views.conftest import Office, Panel
from tests.admin_views.test_bulk import ASSESSMENT, EXCELLENT, STUDY, assessed, begin, do, text
from tests.admin_views.test_english import left
from tests.support.begin import begun
from tests.support.changes import file_in_force, the_row
from tests.support.databases import on_sqlite

pytestmark = on_sqlite


def english(office: Office) -> Panel:
    panel = office.login("school_info")
    panel.post("/locale", {"locale": "en"})
    return panel


def test_every_page_from_the_grid_to_the_undo(office: Office) -> None:
    (_, row), (other, _) = assessed(office, "Wang", "Li")
    panel = english(office)
    pages = [text(panel.get("/bulk/")), text(panel.get(f"/{ASSESSMENT}/"))]
    files = begin(panel, "bulk_edit", other, place="teacher")
    pages.append(text(panel.get(files)))
    address = begin(panel, "bulk_edit", row)
    pages.append(text(panel.get(address)))
    pages.append(panel.post(address, {}).get_data(as_text=True))
    panel.post(address, EXCELLENT)
    pages.append(text(panel.get(f"{address}preview/")))
    pages.append(do(office, panel, f"{address}apply/"))
    pages.append(text(panel.get(f"{address}result/")))
    pages.append(do(office, panel, f"{address}undo/"))
    pages += [text(panel.get(f"{address}result/")), text(panel.get("/bulk/"))]

    assert [left(page) for page in pages] == [[]] * len(pages)


def test_what_cannot_be_done_and_what_is_added(office: Office) -> None:
    with office.cast() as cast:
        teacher = begun(cast, file_in_force)
        row = the_row(cast, teacher, STUDY)["id"]
    panel = english(office)
    address = begin(panel, "bulk_edit", row, place=STUDY)
    panel.post(address, {"op-major": "set", "major": "Mathematics"})
    force = text(panel.get(f"{address}preview/"))
    address = begin(panel, "bulk_add", row, place=STUDY)
    form = text(panel.get(address))
    panel.post(address, {"copies": "1", "major": "Physics"})
    addition = text(panel.get(f"{address}preview/"))

    data = ("教师1", "示例师范大学", "汉语言文学")
    assert [left(page, *data) for page in (force, form, addition)] == [[], [], []]
