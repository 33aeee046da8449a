"""Every page answers every role, and none breaks the content security policy."""

from __future__ import annotations

import re

import pytest

from tests.admin_views.conftest import Office

HANDLER = re.compile(
    r"<[^<>]*\s(?:on[a-z]+|style)\s*=|javascript:|(?:src|href)=\"(?:https?:)?//", re.I
)
NAMES = ["county_admin", "county_info", "county_query", "school_info", "school_head", "auditor"]
#: Pages that everybody with the permission has; section tables come from the declarations.
FIXED = ["/", "/teacher/", "/teacher/new/", "/unit/", "/unit/new/", "/account/", "/import/"]
#: Basic information is made with its file.
LED_ON = ("/basic_information/new/",)


def pages() -> list[str]:
    from tms.models import TABLES

    return [*FIXED, *(f"/{key}/" for key in TABLES), *(f"/{key}/new/" for key in TABLES)]


@pytest.mark.parametrize("name", NAMES)
def test_pages_answer_plainly_and_hold_no_inline_code(office: Office, name: str) -> None:
    office.make_file()
    panel = office.login(name)

    for path in pages():
        answer = panel.get(path)

        assert answer.status_code in ((302, 403) if path in LED_ON else (200, 403)), path
        assert not HANDLER.findall(answer.get_data(as_text=True)), path
