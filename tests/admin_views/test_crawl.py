"""Every role's pages in Chromium at both widths: nothing blocked, nothing from outside, axe."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select, update

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import TOO_WIDE, log_in
from tests.support.cast import STAFF, id_number
from tests.support.databases import on_sqlite
from tms.access import CONSOLE, bind
from tms.models import User
from tms.records.accounts import reset_password

GRAVE = frozenset({"serious", "critical"})
#: Whose pages `make test` looks at; those of the others wait for test-full.
EVERY_RUN = frozenset({"school_info"})
#: Nobody needs to see all 26 lists as all roles: one stands for them.
MORE = ("/study_experience/", "/sections/", "/teacher/print/", "/teacher/new/", "/account/new/")
MORE += ("/me/", "/me/password/", "/me/factor/", "/me/rules/")


@pytest.mark.browser
@on_sqlite
@pytest.mark.parametrize(
    "name",
    [name if name in EVERY_RUN else pytest.param(name, marks=pytest.mark.full) for name in STAFF],
)
def test_pages_of_a_role(office: Office, page: Page, name: str) -> None:
    teacher = office.make_file(
        "4136010001" if name in ("university_info", "college") else "3136000101"
    )
    log_in(page, name)

    assert _grave(page, f"/teacher/details/?id={teacher}") == {}


@pytest.mark.browser
@on_sqlite
def test_pages_of_a_teacher(office: Office, page: Page) -> None:
    teacher = office.make_file(id_number=id_number(77))
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        user = cast.session.scalars(select(User.id).where(User.teacher_id == teacher)).one()
        code = reset_password(cast.session, CONSOLE, user)
        cast.session.execute(update(User).where(User.id == user).values(must_change=False))
        cast.session.commit()
    log_in(page, id_number(77), code)

    own = ("/mine/", "/mine/study_experience/")
    panel = ("/teacher/mine/", f"/study_experience/new/?teacher_id={teacher}")
    assert _grave(page, *own, *panel) == {}


def _grave(page: Page, *more: str) -> dict[str, list[tuple[str, str]]]:
    """What axe-core complains of on each page that whoever is logged in may open."""
    grave = {}
    for path in sorted({*_addresses(page), *MORE, *more}):
        answer = page.goto(path)
        assert answer
        assert answer.status in (200, 403, 404), path
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert not page.evaluate(TOO_WIDE), (path, width)
        if answer.status == 200:
            grave[path] = violations(page)
    return {path: found for path, found in grave.items() if found}


def _addresses(page: Page) -> list[str]:
    """Where the navigation leads."""
    found = page.eval_on_selector_all("#nav a", "all => all.map(a => a.getAttribute('href'))")
    return [address for address in found if re.match(r"/(?!/)", address)]


def violations(page: Page) -> list[tuple[str, str]]:
    """Rules of axe-core that the page breaks gravely, with the first place."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in GRAVE]


@pytest.mark.browser
@on_sqlite
def test_the_login_page(office: Office, page: Page) -> None:
    page.goto("/login")

    assert violations(page) == []
