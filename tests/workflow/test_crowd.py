"""Sixty-four browsers pass the same hundred files: no error page, and each verdict once (F2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from threading import Barrier
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from sqlalchemy import func, select

from tests.support.cast import PASSWORD, Cast, complete_all
from tests.support.place import here, once
from tests.support.review import WAY, ask, do, status
from tms.models import AuditEvent, ReviewTask

CLIENTS, FILES = 64, 100
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TAKEN = re.compile(r"<b>(\d+)</b><small>份已办理</small>")


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """One crowd at a time."""
    with once(here(), "crowd"):
        yield


class Browser:
    """One person's browser, with a session of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(self, path: str, form: dict[str, object] | None = None) -> tuple[int, str]:
        """Status and page of the answer; redirects are followed."""
        data = urlencode(form, doseq=True).encode() if form else None
        try:
            with self.opener.open(self.address + path, data, timeout=300) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def post(self, page: str, path: str, **form: object) -> tuple[int, str]:
        """A form of *page* sent to *path*, with the token that is there."""
        token = TOKEN.search(self.ask(page)[1])
        assert token
        return self.ask(path, {"csrf_token": token[1], **form})

    def enter(self, name: str) -> int:
        """Log in, again while too many others do (S14); the status of the last answer."""
        status = 503
        while status == 503:
            status, _page = self.post("/login", "/login", username=name, password=PASSWORD)
        return status


def test_a_hundred_files_by_sixty_four_browsers(cast: Cast, address: str) -> None:
    teachers = cast.make_files(FILES)
    complete_all(cast, teachers)
    for verb, name in WAY[:3]:
        assert do(cast, verb, name).taken == FILES
    cast.session.close()
    together = Barrier(CLIENTS)

    def approve(_: int) -> tuple[int, int]:
        browser = Browser(address)
        assert browser.enter("county_info") == 200
        together.wait(timeout=300)
        chosen = {"action": "pass", "rowid": teachers, "confirmed": "1"}
        code, page = browser.post("/teacher/", "/teacher/action/", **chosen)
        taken = TAKEN.search(page)
        return code, int(taken[1]) if taken else 0

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(approve, range(CLIENTS)))

    assert {code for code, _ in answers} <= {200, 422}
    assert sum(taken for _, taken in answers) == FILES
    verdicts = select(func.count()).where(
        ReviewTask.step == "approve", ReviewTask.verdict.is_not(None)
    )
    events = select(func.count()).where(AuditEvent.act == "pass.approve")
    assert ask(cast, verdicts) == ask(cast, events) == [(FILES,)]
    assert {status(cast, teacher) for teacher in teachers} == {"approved"}
