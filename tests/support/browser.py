"""The browser: a server for the application under test, and a page of Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)
from waitress import wasyncore
from waitress.server import create_server

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: What Chromium says by itself of each answer 4xx, which tests of refusals ask for.
ANSWER_4XX = "Failed to load resource"
#: What answers at once, about the document as it is. A click returns when the next document has
#: begun, of which there may be nothing yet: these wait until all of it is there.
ANSWER_AT_ONCE = (
    "content",
    "evaluate",
    "eval_on_selector_all",
    "is_visible",
    "locator",
    "query_selector",
)
SERVER_ERROR = 500


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once per worker; the test is skipped where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    # Its sandbox does not work for root, as whom containers run.
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=unboxed)
        yield chromium
        chromium.close()


@pytest.fixture
def address(application: Flask) -> Iterator[str]:
    """Address of the running application, such as http://127.0.0.1:40123."""
    sockets: dict[int, wasyncore.dispatcher] = {}
    server = create_server(application, host="127.0.0.1", port=0, map=sockets)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()
    # Its own thread closes the sockets: closed from here, the select there meets a bad descriptor.
    server.trigger.pull_trigger(partial(wasyncore.close_all, sockets))
    thread.join(timeout=30)
    assert not thread.is_alive(), "the server did not end"


def _be_patient(page: Page) -> None:
    def patient(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*args: Any, **options: Any) -> Any:
            page.wait_for_load_state()
            return ask(*args, **options)

        return asked

    for name in ANSWER_AT_ONCE:
        setattr(page, name, patient(getattr(page, name)))


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page in a context of its own.

    Errors in scripts, blocked content, requests to anywhere else and answers 5xx fail the test.
    """
    context = browser.new_context(base_url=address, locale="zh-CN")
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(ANSWER_4XX):
            complaints.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            complaints.append(f"asked outside: {request.url}")

    def check(response: Response) -> None:
        if response.status >= SERVER_ERROR:
            complaints.append(f"{response.status} at {response.url}")

    page = context.new_page()
    _be_patient(page)
    page.on("console", hear)
    page.on("request", watch)
    page.on("response", check)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints, complaints
