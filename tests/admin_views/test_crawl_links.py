"""Every link of every page as every role, in Chromium (SECURITY.md S21; issue 6, must show 7).

The page fixture complains of what the policy blocked, of requests to elsewhere and of answers 5xx;
here are added what stands in the pages themselves, and each violation that the browser reports.
"""

from __future__ import annotations

from collections import Counter, deque
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Response
from sqlalchemy import update

from tests.admin_views.conftest import Office
from tests.admin_views.test_browser import log_in
from tests.authz.test_markup import Tags
from tests.support.cast import PASSWORD, STAFF, id_number
from tests.support.databases import on_sqlite
from tms.access import CONSOLE, bind
from tms.access.passwords import hash_password
from tms.models import TABLES, User

#: Whose pages `make test` follows, and how far; in test-full everybody's.
EVERY_RUN = {"school_info": 40}
FAR = 250
#: Of pages that differ in numbers and values only so many are opened.
ALIKE = 2
HEARD = """
window.violations = [];
document.addEventListener('securitypolicyviolation',
  event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));
"""
HREFS = "all => all.map(each => each.getAttribute('href'))"


def pattern(address: str) -> str:
    """What pages that are alike have in common: no numbers, names of arguments only.

    All sections have one view, and all code tables.
    """
    parts = urlsplit(address)
    words = ("#" if word.isdigit() else word for word in parts.path.split("/"))
    place = "/".join("section" if word in TABLES else word for word in words)
    place = "/codes/#" if place.startswith("/codes/") else place
    return f"{place}?{'&'.join(sorted(key for key, _ in parse_qsl(parts.query)))}"


def inside(base: str, href: str | None) -> str | None:
    """The address of a link within the house, without its fragment."""
    address = urljoin(base, href or "").partition("#")[0]
    same = urlsplit(address).netloc == urlsplit(base).netloc
    return address if same and address.startswith("http") and "/static/" not in address else None


def problems(page: Page, answer: Response) -> list[str]:
    """What a page must not have, in what the server sent and in what the browser heard."""
    found = [f"answered {answer.status}"] if answer.status >= 500 else []
    if "text/html" in answer.headers.get("content-type", ""):
        tags = Tags()
        tags.feed(answer.text())
        found += tags.found
        found += page.evaluate("window.violations")
    return found


def crawl(page: Page, most: int) -> tuple[list[str], int]:
    """Problems, and how many pages were looked at, beginning where the browser is."""
    page.add_init_script(HEARD)
    waiting, seen, alike = deque([page.url]), {page.url}, Counter[str]()
    wrong, looked = [], 0
    while waiting and looked < most:
        address = waiting.popleft()
        alike[pattern(address)] += 1
        if alike[pattern(address)] > ALIKE:
            continue
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" in str(error):
                continue
            raise
        assert answer
        looked += 1
        wrong += [f"{address}: {each}" for each in problems(page, answer)]
        for href in page.eval_on_selector_all("a[href]", HREFS):
            found = inside(address, href)
            if found and found not in seen:
                seen.add(found)
                waiting.append(found)
    return wrong, looked


@pytest.mark.browser
@on_sqlite
@pytest.mark.parametrize(
    "name",
    [name if name in EVERY_RUN else pytest.param(name, marks=pytest.mark.full) for name in STAFF],
)
def test_s21_every_link_of_a_role(office: Office, page: Page, name: str) -> None:
    for unit in ("3136000101", "4136010001"):
        office.make_file(unit)
    log_in(page, name)

    wrong, looked = crawl(page, EVERY_RUN.get(name, FAR))

    assert not wrong
    assert looked > 10


@pytest.mark.browser
@on_sqlite
def test_s21_every_link_of_a_teacher(office: Office, page: Page) -> None:
    teacher = office.make_file(id_number=id_number(78))
    with office.cast() as cast:
        bind(cast.session, CONSOLE)
        change = update(User).where(User.teacher_id == teacher)
        cast.session.execute(change.values(password_hash=hash_password(PASSWORD)))
        cast.session.commit()
    log_in(page, id_number(78))

    wrong, looked = crawl(page, 40)

    assert not wrong
    assert looked > 10


@pytest.mark.browser
@on_sqlite
def test_s21_the_crawl_finds_what_it_looks_for(
    office: Office, browser: Browser, address: str
) -> None:
    """A handler in a page is seen in it, and heard of; in a page that may be complained of."""
    page = browser.new_context(base_url=address, locale="zh-CN").new_page()
    log_in(page, "school_info")
    page.add_init_script(HEARD)
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p onclick=\"x()\">x</p>')")
    page.wait_for_function("window.violations.length > 0")

    tags = Tags()
    tags.feed(page.content())
    assert "<p onclick>" in tags.found
    assert page.evaluate("window.violations")[0].startswith("script-src")
    page.context.close()
