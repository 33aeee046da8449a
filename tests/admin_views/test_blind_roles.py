"""System administrators see account lines only, technical support no person at all (R16, S6)."""

from __future__ import annotations

import pytest

from tests.admin_views.conftest import Office
from tests.support.databases import on_sqlite
from tms.models import TABLES

pytestmark = on_sqlite
CANARY = "青雀胡同九号"


@pytest.fixture
def teacher(office: Office) -> int:
    with office.cast() as cast:
        made = cast.make_file(name="周示例")
        cast.add("school_info", made, "contact", address=CANARY)
        return made


def test_a_system_administrator_sees_no_section(office: Office, teacher: int) -> None:
    panel = office.login("school_admin")

    for table in TABLES:
        assert panel.get(f"/{table}/").status_code == 403
    pages = [panel.get(path, id=teacher) for path in ("/teacher/", "/teacher/details/")]
    assert [page.status_code for page in pages] == [200, 200]
    assert all(CANARY not in page.get_data(as_text=True) for page in pages)
    assert "1985" not in pages[1].get_data(as_text=True)


def test_technical_support_sees_no_person(office: Office, teacher: int) -> None:
    panel = office.login("support")
    paths = ("/teacher/", "/account/", "/handover/", *(f"/{table}/" for table in TABLES))

    assert {panel.get(path).status_code for path in paths} == {403}
    for path in ("/unit/", "/unit/tree/", "/", "/codes/", "/policy/"):
        assert "周示例" not in panel.get(path).get_data(as_text=True)
